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
    float largest = -__builtin_inff(), total = 0;
    size_t j = 0;
    /* Four keys, and below four values, at a time: each element of query and out is touched a quarter as often. */
    for (; j + 4 <= count; j += 4) {
        const float *k0 = keys + j * stride, *k1 = k0 + stride, *k2 = k1 + stride, *k3 = k2 + stride;
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (size_t d = 0; d < head_dim; d++) {
            s0 += query[d] * k0[d];
            s1 += query[d] * k1[d];
            s2 += query[d] * k2[d];
            s3 += query[d] * k3[d];
        }
        scores[j] = s0 * scale, scores[j + 1] = s1 * scale;
        scores[j + 2] = s2 * scale, scores[j + 3] = s3 * scale;
    }
    for (; j < count; j++) {
        float sum = 0;
        for (size_t d = 0; d < head_dim; d++) sum += query[d] * keys[j * stride + d];
        scores[j] = sum * scale;
    }
    for (j = 0; j < count; j++) largest = scores[j] > largest ? scores[j] : largest;
    for (j = 0; j < count; j++) {
        scores[j] = exponential(scores[j] - largest);
        total += scores[j];
    }
    float share = 1.0f / total;
    for (j = 0; j + 4 <= count; j += 4) {
        const float *v0 = values + j * stride, *v1 = v0 + stride, *v2 = v1 + stride, *v3 = v2 + stride;
        float w0 = scores[j] * share, w1 = scores[j + 1] * share;
        float w2 = scores[j + 2] * share, w3 = scores[j + 3] * share;
        for (size_t d = 0; d < head_dim; d++) out[d] += w0 * v0[d] + w1 * v1[d] + w2 * v2[d] + w3 * v3[d];
    }
    for (; j < count; j++) {
        float weight = scores[j] * share;
        for (size_t d = 0; d < head_dim; d++) out[d] += weight * values[j * stride + d];
    }
}
