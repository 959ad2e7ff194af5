#ifndef RECTO_ADAPTER_H
#define RECTO_ADAPTER_H

#include <stddef.h>

/*
 * Adds a product of two thin matrices to rows of weights: out[r][c] += scale * sum over k of up[r][k] * down[k][c].
 * The sum is made before it is added, so small changes of large weights keep their digits.
 */
void recto_add_low_rank(float *restrict out, const float *restrict up, const float *restrict down, size_t rows,
                        size_t rank, size_t columns, float scale);

/* The length of a vector, summed in double precision. */
float recto_length_f32(const float *x, size_t count);

/* Moves `count` values a part of the way to others: out += share * (factor * target - out). */
void recto_approach_f32(float *restrict out, const float *restrict target, float factor, float share, size_t count);

/* Multiplies each column of a matrix by a factor of its own, in place. */
void recto_scale_columns_f32(float *restrict x, const float *restrict factors, size_t rows, size_t columns);

#endif
