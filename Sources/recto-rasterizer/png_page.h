// PNG files as documents of one page, through libpng.
#ifndef RECTO_PNG_PAGE_H
#define RECTO_PNG_PAGE_H

#include "confine.h"
#include "options.h"

// Checks the whole header of the image on `file` and says that it has one page.
void png_inspect(int file, const struct options *options, const struct protections *active);

// Renders the image over white, at its own resolution or below it, never enlarged.
void png_render(int file, const struct options *options, const struct protections *active);

#endif
