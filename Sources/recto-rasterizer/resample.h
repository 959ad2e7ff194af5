// Averages rows of pixels into an image of another size, without ever holding the whole source.
#ifndef RECTO_RESAMPLE_H
#define RECTO_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

struct resampler {
    uint32_t source_width, source_height;
    uint32_t width, height;
    unsigned char *pixels; // width × height × 3, complete when every row was added
    float *sums;           // of the row being made
    uint32_t row;          // the row being made
    uint32_t source_row;   // the row expected next
};

// Allocates the target; `resampler_free` releases it.
struct resampler resampler_make(uint32_t source_width, uint32_t source_height, uint32_t width, uint32_t height);

// Adds the next row of the source, `source_width` × 3 bytes. Each target pixel becomes the mean of the
// area that it covers in the source.
void resampler_add_row(struct resampler *resampler, const unsigned char *rgb);

void resampler_free(struct resampler *resampler);

#endif
