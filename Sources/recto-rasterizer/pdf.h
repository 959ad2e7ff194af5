// PDF documents, through poppler.
#ifndef RECTO_PDF_H
#define RECTO_PDF_H

#include "confine.h"
#include "options.h"

#include <stddef.h>

struct passwords {
    char *bytes;  // NUL-terminated texts, one after another
    size_t count; // bytes in all
};

// Loads what converting a password needs, while libraries may still be loaded.
void pdf_prepare_passwords(void);

// Opens the document on `file` and prints its page count.
void pdf_inspect(int file, const struct passwords *passwords, const struct protections *active);

// Renders one page: header, words and pixels go to standard output.
void pdf_render(int file, const struct passwords *passwords, const struct options *options,
                const struct protections *active);

#endif
