#ifndef RECTO_NORM_H
#define RECTO_NORM_H

#include <stddef.h>

/* Each row of x, times 1/sqrt(mean(x^2) + epsilon), times weight. */
void recto_rms_norm_f32(float *restrict out, const float *restrict x, const float *restrict weight, size_t rows,
                        size_t columns, float epsilon);

/* Each row of x, minus its mean, over sqrt(variance + epsilon), times weight, plus bias. */
void recto_layer_norm_f32(float *restrict out, const float *restrict x, const float *restrict weight,
                          const float *restrict bias, size_t rows, size_t columns, float epsilon);

/* In place: adds bias to each row. */
void recto_add_bias_f32(float *restrict x, const float *restrict bias, size_t rows, size_t columns);

/* In place: x += y. */
void recto_add_f32(float *restrict x, const float *restrict y, size_t count);

#endif
