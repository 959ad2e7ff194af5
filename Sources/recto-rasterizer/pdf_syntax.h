// Just enough of PDF's syntax to find a key in a dictionary. Nothing here allocates or reads past `end`.
#ifndef RECTO_PDF_SYNTAX_H
#define RECTO_PDF_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

struct span {
    const char *start;
    const char *end;
};

// Skips white space and comments.
const char *pdf_skip_space(const char *at, const char *end);

// Skips one value (a reference like `5 0 R` is one); returns `end` when the syntax breaks off.
const char *pdf_skip_value(const char *at, const char *end);

// The value of `key` (without slash) in the dictionary at the start of `dictionary`; empty when absent.
struct span pdf_find(struct span dictionary, const char *key);

// Whether the value is the name `/NAME`.
bool pdf_is_name(struct span value, const char *name);

// Reads an unsigned integer of at most nine digits and moves `*at` behind it.
bool pdf_read_integer(const char **at, const char *end, long *value);

// Reads a reference `N G R`.
bool pdf_read_reference(struct span value, long *number);

// Reads a decimal number.
bool pdf_read_number(struct span value, double *number);

#endif
