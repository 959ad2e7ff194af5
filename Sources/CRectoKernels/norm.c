#include "recto_norm.h"

#include <math.h>

#include "recto_kernel.h"

RECTO_KERNEL
void recto_rms_norm_f32(float *restrict out, const float *restrict x, const float *restrict weight, size_t rows,
                        size_t columns, float epsilon) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t r = 0; r < rows; r++, x += columns, out += columns) {
        float sum = 0;
        for (size_t i = 0; i < columns; i++) sum += x[i] * x[i];
        float scale = 1.0f / sqrtf(sum / (float)columns + epsilon);
        for (size_t i = 0; i < columns; i++) out[i] = x[i] * scale * weight[i];
    }
}

RECTO_KERNEL
void recto_layer_norm_f32(float *restrict out, const float *restrict x, const float *restrict weight,
                          const float *restrict bias, size_t rows, size_t columns, float epsilon) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t r = 0; r < rows; r++, x += columns, out += columns) {
        float sum = 0, squares = 0;
        for (size_t i = 0; i < columns; i++) sum += x[i];
        float mean = sum / (float)columns;
        for (size_t i = 0; i < columns; i++) squares += (x[i] - mean) * (x[i] - mean);
        float scale = 1.0f / sqrtf(squares / (float)columns + epsilon);
        for (size_t i = 0; i < columns; i++) out[i] = (x[i] - mean) * scale * weight[i] + bias[i];
    }
}

RECTO_KERNEL
void recto_add_bias_f32(float *restrict x, const float *restrict bias, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++, x += columns) {
        for (size_t i = 0; i < columns; i++) x[i] += bias[i];
    }
}

RECTO_KERNEL
void recto_add_f32(float *restrict x, const float *restrict y, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] += y[i];
}
