#include "recto_activation.h"

#include <math.h>

#include "exponential.h"
#include "recto_kernel.h"

RECTO_KERNEL
void recto_silu_multiply_f32(float *restrict gate, const float *restrict up, size_t count) {
#pragma clang fp contract(fast)
    for (size_t i = 0; i < count; i++) gate[i] = gate[i] / (1.0f + exponential(-gate[i])) * up[i];
}

RECTO_KERNEL
void recto_gelu_tanh_f32(float *restrict x, size_t count) {
#pragma clang fp contract(fast)
    for (size_t i = 0; i < count; i++) {
        float value = x[i];
        float inner = 0.7978845608028654f * (value + 0.044715f * value * value * value);
        /* (1 + tanh(t)) / 2 = 1 / (1 + exp(-2t)) */
        x[i] = value / (1.0f + exponential(-2.0f * inner));
    }
}

/* The error function of the C library, one number at a time: only projectors of two layers ask for it. */
void recto_gelu_f32(float *restrict x, size_t count) {
    for (size_t i = 0; i < count; i++) x[i] = 0.5f * x[i] * (1.0f + erff(x[i] * 0.70710678118654752f));
}

RECTO_KERNEL
void recto_quick_gelu_f32(float *restrict x, size_t count) {
#pragma clang fp contract(fast)
    for (size_t i = 0; i < count; i++) x[i] = x[i] / (1.0f + exponential(-1.702f * x[i]));
}
