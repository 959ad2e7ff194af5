#include "recto_attention.h"

#include "exponential.h"
#include "recto_kernel.h"

RECTO_KERNEL
void recto_attention_row_f32(float *restrict out, float *restrict scores, const float *restrict query,
                             const float *restrict keys, const float *restrict values, size_t count, size_t head_dim,
                             size_t stride, float scale) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t d = 0; d < head_dim; d++) out[d] = 0;
    if (count == 0) return;
    float largest = -__builtin_inff();
    for (size_t j = 0; j < count; j++) {
        const float *key = keys + j * stride;
        float sum = 0;
        for (size_t d = 0; d < head_dim; d++) sum += query[d] * key[d];
        scores[j] = sum * scale;
        largest = scores[j] > largest ? scores[j] : largest;
    }
    float total = 0;
    for (size_t j = 0; j < count; j++) {
        scores[j] = exponential(scores[j] - largest);
        total += scores[j];
    }
    float share = 1.0f / total;
    for (size_t j = 0; j < count; j++) {
        const float *value = values + j * stride;
        float weight = scores[j] * share;
        for (size_t d = 0; d < head_dim; d++) out[d] += weight * value[d];
    }
}
