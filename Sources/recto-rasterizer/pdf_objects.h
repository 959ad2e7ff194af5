// Objects of a PDF by number, found by scanning the file instead of trusting its cross-reference table.
#ifndef RECTO_PDF_OBJECTS_H
#define RECTO_PDF_OBJECTS_H

#include "pdf_syntax.h"

#include <stdbool.h>

struct pdf_objects {
    struct span *values; // by object number; the last definition in the file wins
    long count;
    struct span root;    // the catalog's reference, empty when no trailer names one
    struct span file;
    bool is_encrypted;   // streams and strings cannot be read
};

// Scans a file that lies in memory. Object streams are inflated; what they held stays allocated.
struct pdf_objects pdf_objects_scan(struct span file);

// Follows references until a value that is none; empty when they lead nowhere.
struct span pdf_objects_resolve(const struct pdf_objects *objects, struct span value);

// The raw bytes of the stream behind a dictionary; empty when there is none.
struct span pdf_objects_stream(const struct pdf_objects *objects, struct span dictionary);

#endif
