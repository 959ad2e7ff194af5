#include "recto_adapter.h"

#include <math.h>

#include "recto_kernel.h"

enum { BLOCK = 64 };

RECTO_KERNEL
void recto_add_low_rank(float *restrict out, const float *restrict up, const float *restrict down, size_t rows,
                        size_t rank, size_t columns, float scale) {
    for (size_t r = 0; r < rows; r++, out += columns, up += rank) {
        for (size_t first = 0; first < columns; first += BLOCK) {
            size_t count = columns - first < BLOCK ? columns - first : BLOCK;
            float sums[BLOCK] = {0};
            for (size_t k = 0; k < rank; k++) {
                const float *row = down + k * columns + first;
                for (size_t c = 0; c < count; c++) sums[c] += up[k] * row[c];
            }
            for (size_t c = 0; c < count; c++) out[first + c] += scale * sums[c];
        }
    }
}

float recto_length_f32(const float *x, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += (double)x[i] * (double)x[i];
    return (float)sqrt(sum);
}

RECTO_KERNEL
void recto_approach_f32(float *restrict out, const float *restrict target, float factor, float share, size_t count) {
    if (share == 1) {
        for (size_t i = 0; i < count; i++) out[i] = factor * target[i];
    } else {
        for (size_t i = 0; i < count; i++) out[i] += share * (factor * target[i] - out[i]);
    }
}

RECTO_KERNEL
void recto_scale_columns_f32(float *restrict x, const float *restrict factors, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++, x += columns) {
        for (size_t c = 0; c < columns; c++) x[c] *= factors[c];
    }
}
