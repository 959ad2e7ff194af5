// One rendered page on its way out, whatever kind of file it came from.
#ifndef RECTO_PAGE_H
#define RECTO_PAGE_H

#include "confine.h"
#include "options.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

// How a page of so many points is to be rendered within the limits.
struct raster_size {
    uint32_t width;  // pixels
    uint32_t height;
    double dpi;      // wanted, or lower
};

// Computes the pixels before any are allocated; ends the process with `zero-size` or `too-large`.
struct raster_size page_raster_size(const struct options *options, double width_points, double height_points);

struct page_header {
    double width_points; // as seen: CropBox, Rotate and UserUnit applied
    double height_points;
    struct raster_size raster;
    const GString *words; // JSON array
};

// Writes the header line and the words; the caller writes the pixels next.
void page_write_header(const struct page_header *header, const struct protections *active);

// Writes the one line that `inspect` answers.
void page_write_summary(int page_count, const char *kind, const struct protections *active);

#endif
