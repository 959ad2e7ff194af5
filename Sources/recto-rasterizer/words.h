// The text layer of a PDF page.
#ifndef RECTO_WORDS_H
#define RECTO_WORDS_H

#include <glib.h>
#include <poppler.h>

// Makes a JSON array of [text, x0, y0, x1, y1], boxes in points from the top left of the page as seen.
// `unit` is the page's UserUnit. The caller frees the result.
GString *words_of_page(PopplerPage *page, double unit, unsigned *word_count);

#endif
