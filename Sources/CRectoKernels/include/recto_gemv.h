#ifndef RECTO_GEMV_H
#define RECTO_GEMV_H

#include <stddef.h>

/*
 * out[r] = sum over k of weights[r][k] * x[k], r < rows, k < columns: one token through a linear layer.
 * The weights are read once, straight from the checkpoint's own element type; sums are float32. They may be unaligned.
 */
void recto_gemv_f32(float *restrict out, const void *restrict weights, const float *restrict x, size_t rows,
                    size_t columns);
void recto_gemv_f16(float *restrict out, const void *restrict weights, const float *restrict x, size_t rows,
                    size_t columns);
void recto_gemv_bf16(float *restrict out, const void *restrict weights, const float *restrict x, size_t rows,
                     size_t columns);

#endif
