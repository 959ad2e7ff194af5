// What poppler 22.12 neither applies nor tells about a page, read from the page's own dictionary.
#ifndef RECTO_PAGE_DICTIONARY_H
#define RECTO_PAGE_DICTIONARY_H

#include "pdf_objects.h"

#include <stdbool.h>

struct page_dictionary {
    struct pdf_objects objects;
    struct span page;         // empty when the page was not found
    struct span media_box;    // the page's own or the nearest inherited one
    struct span resources;    // the same
    double user_unit;         // points per unit of the page's coordinates (PDF 1.6); 1 when it has none
    bool lacks_media_box;     // for this and the next poppler silently takes a US letter sheet
    bool has_empty_media_box;
};

// Finds page `number` (from 1) of the PDF on `file`. Objects are found by scanning the file, compressed object
// streams included, encrypted ones not. What the result points to stays in memory until the process ends.
struct page_dictionary page_dictionary_find(int file, int number);

#endif
