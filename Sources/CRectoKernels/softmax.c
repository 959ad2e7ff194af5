#include "recto_softmax.h"

#include <math.h>

#include "exponential.h"
#include "recto_kernel.h"

RECTO_KERNEL
void recto_softmax_row_f32(float *restrict x, size_t begin, size_t end, size_t columns, float scale) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t i = 0; i < begin; i++) x[i] = 0;
    for (size_t i = end; i < columns; i++) x[i] = 0;
    if (begin >= end) return;
    float largest = x[begin];
    for (size_t i = begin; i < end; i++) largest = x[i] > largest ? x[i] : largest;
    float sum = 0;
    for (size_t i = begin; i < end; i++) {
        x[i] = exponential((x[i] - largest) * scale);
        sum += x[i];
    }
    float share = 1.0f / sum;
    for (size_t i = begin; i < end; i++) x[i] *= share;
}

RECTO_KERNEL
float recto_log_sum_exp_f32(const float *restrict x, size_t count) {
#pragma clang fp reassociate(on) contract(fast)
    float largest = x[0], total = 0;
    for (size_t i = 0; i < count; i++) {
        largest = x[i] > largest ? x[i] : largest;
        total += x[i] * 0.0f;
    }
    float sum = 0;
    for (size_t i = 0; i < count; i++) sum += exponential(x[i] - largest);
    /* total is 0, or not a number when an element is infinite or not a number. */
    return largest + logf(sum) + total;
}
