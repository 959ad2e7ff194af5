#ifndef RECTO_ACTIVATION_H
#define RECTO_ACTIVATION_H

#include <stddef.h>

/* In place: gate[i] = gate[i] * sigmoid(gate[i]) * up[i]: the inside of a gated MLP. */
void recto_silu_multiply_f32(float *restrict gate, const float *restrict up, size_t count);

/* In place: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))): gelu_pytorch_tanh. */
void recto_gelu_tanh_f32(float *restrict x, size_t count);

/* In place: x/2 (1 + erf(x / sqrt(2))): gelu. */
void recto_gelu_f32(float *restrict x, size_t count);

/* In place: x sigmoid(1.702 x): quick_gelu. */
void recto_quick_gelu_f32(float *restrict x, size_t count);

#endif
