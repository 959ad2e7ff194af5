#ifndef RECTO_SOFTMAX_H
#define RECTO_SOFTMAX_H

#include <stddef.h>

/*
 * In place: softmax of scale * x over columns [begin, end) of one row; every other column becomes 0.
 * An empty range leaves zeros.
 */
void recto_softmax_row_f32(float *restrict x, size_t begin, size_t end, size_t columns, float scale);

/* Logarithm of the sum of exp(x[i]); count >= 1. Not a number when any element is not a number. */
float recto_log_sum_exp_f32(const float *restrict x, size_t count);

#endif
