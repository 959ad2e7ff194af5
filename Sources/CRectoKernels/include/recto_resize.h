#ifndef RECTO_RESIZE_H
#define RECTO_RESIZE_H

#include <stddef.h>
#include <stdint.h>

/*
 * One axis of Pillow's 8-bit resampling, three bytes a pixel. For output position j the filter covers the input positions
 * starts[j] ... starts[j] + counts[j] - 1; its fixed-point weights (2^22 is one) stand at weights[j * taps ...].
 * Each result is clamp((2^21 + sum of weight * byte) >> 22, 0, 255). Integer arithmetic only: the same bytes on every CPU.
 * The caller guarantees that every filter lies inside the input and that the buffers do not overlap.
 */

/* Along a row: `rows` rows of `in_width` pixels become `rows` rows of `out_width` pixels. */
void recto_resample_rows_u8(uint8_t *restrict out, const uint8_t *restrict in, size_t rows, size_t in_width,
                            size_t out_width, const int32_t *restrict starts, const int32_t *restrict counts,
                            const int32_t *restrict weights, size_t taps);

/* Down the columns: rows of `row_bytes` bytes become `out_height` rows of as many bytes. */
void recto_resample_columns_u8(uint8_t *restrict out, const uint8_t *restrict in, size_t row_bytes, size_t out_height,
                               const int32_t *restrict starts, const int32_t *restrict counts,
                               const int32_t *restrict weights, size_t taps);

#endif
