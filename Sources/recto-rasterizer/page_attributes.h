// What poppler 22.12 neither applies nor tells about a page, read from the page's dictionary.
#ifndef RECTO_PAGE_ATTRIBUTES_H
#define RECTO_PAGE_ATTRIBUTES_H

#include <stdbool.h>

struct page_attributes {
    double user_unit;         // points per unit of the page's coordinates (PDF 1.6); 1 when it has none
    bool has_empty_media_box; // for this and the next poppler silently takes a US letter sheet
    bool lacks_media_box;
};

// Reads the attributes of page `number` (from 1) of the PDF on `file`. Objects are found by scanning the file,
// compressed object streams included; encrypted object streams are not read. The scan is left out where
// nothing can come of it; `is_letter` says that poppler takes the page for a US letter sheet.
struct page_attributes page_attributes_read(int file, int number, bool is_letter);

#endif
