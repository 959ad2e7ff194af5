// Looks for damage in what a page draws from that poppler passes over in silence.
#ifndef RECTO_PAGE_STREAMS_H
#define RECTO_PAGE_STREAMS_H

#include "page_dictionary.h"

// Follows the page's references and adds a complaint for each compressed stream whose checksum is wrong, each
// image larger than cairo draws, and each plain image whose data end early. Encrypted documents, and what goes
// beyond 128 MB of inflated data, are not checked.
void page_streams_check(const struct page_dictionary *dictionary);

#endif
