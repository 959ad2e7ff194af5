#include "recto_activation.h"

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
