#include "recto_attention_bf16.h"

#include "packed.h"
#include "recto_kernel.h"
#include "recto_packed.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void recto_pack_keys(uint8_t *restrict out, const uint16_t *restrict keys, size_t count, size_t head_dim,
                     size_t stride) {
    size_t pairs = head_dim / 2;
    for (size_t start = 0; start < count; start += PANEL, out += pairs * PAIR_BYTES) {
        size_t width = count - start < PANEL ? count - start : PANEL;
        if (width < PANEL) memset(out, 0, pairs * PAIR_BYTES);
        for (size_t n = 0; n < width; n++) {
            const uint16_t *key = keys + (start + n) * stride;
            for (size_t pair = 0; pair < pairs; pair++) memcpy(out + pair * PAIR_BYTES + 4 * n, key + 2 * pair, 4);
        }
    }
}

RECTO_KERNEL
void recto_pack_values(uint8_t *restrict out, const uint16_t *restrict values, size_t count, size_t head_dim,
                       size_t stride) {
    size_t pairs = pair_count(count);
    for (size_t start = 0; start < head_dim; start += PANEL, out += pairs * PAIR_BYTES) {
        size_t width = head_dim - start < PANEL ? head_dim - start : PANEL;
        uint16_t *both = (uint16_t *)(void *)out;
        for (size_t pair = 0; pair < pairs; pair++, both += 2 * PANEL) {
            const uint16_t *even = values + 2 * pair * stride + start;
            const uint16_t *odd = 2 * pair + 1 < count ? even + stride : NULL;
            for (size_t n = 0; n < width; n++) both[2 * n] = even[n];
            for (size_t n = 0; n < width; n++) both[2 * n + 1] = odd ? odd[n] : 0;
            for (size_t n = 2 * width; n < 2 * PANEL; n++) both[n] = 0;
        }
    }
}

/* Takes a block's largest score and the sum of its numerators into those of the blocks before. */
static float carry(float found, float *largest, float *sum, float scale) {
    float before = *largest;
    if (found <= before) return 1;
    *largest = found;
    float factor = before == -__builtin_inff() ? 0 : exponential((before - found) * scale);
    *sum *= factor;
    return factor;
}

RECTO_KERNEL
float recto_softmax_block_bf16_plain(uint16_t *restrict out, const float *restrict scores, size_t begin, size_t end,
                                     size_t columns, float scale, float *largest, float *sum) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t i = 0; i < begin; i++) out[i] = 0;
    for (size_t i = end; i < columns; i++) out[i] = 0;
    if (begin >= end) return 1;
    float found = scores[begin], added = 0;
    for (size_t i = begin; i < end; i++) found = scores[i] > found ? scores[i] : found;
    float factor = carry(found, largest, sum, scale), most = *largest;
    for (size_t i = begin; i < end; i++) {
        /* Never negative, never infinite: rounding needs no care for what is not a number. */
        float value = exponential((scores[i] - most) * scale);
        added += value;
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        out[i] = (uint16_t)((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
    }
    *sum += added;
    return factor;
}

#if defined(__x86_64__)
#define FAST __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma")))

/* 2^t to 4e-6, ample for 8 bits: 2^r by a polynomial for |r| <= 1/2, its exponent added. */
static FAST inline __attribute__((always_inline)) __m512 power_of_two(__m512 t) {
    __m512 n = _mm512_roundscale_ps(t, 0), r = _mm512_sub_ps(t, n);
    __m512 p = _mm512_set1_ps(9.67604e-3f);
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.592204e-2f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(2.4022107e-1f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(6.9312103e-1f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
    return _mm512_scalef_ps(p, n);
}

static FAST float softmax_block(uint16_t *restrict out, const float *restrict scores, size_t begin, size_t end,
                                size_t columns, float scale, float *largest, float *sum) {
    memset(out, 0, begin * sizeof *out);
    memset(out + end, 0, (columns - end) * sizeof *out);
    __m512 most[4], sums[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    for (int k = 0; k < 4; k++) most[k] = _mm512_set1_ps(scores[begin]);
    size_t i = begin;
    for (; i + 64 <= end; i += 64) {
        for (int k = 0; k < 4; k++) most[k] = _mm512_max_ps(most[k], _mm512_loadu_ps(scores + i + 16 * (size_t)k));
    }
    for (; i < end; i += 16) {
        __mmask16 mask = end - i < 16 ? (__mmask16)((1u << (end - i)) - 1) : (__mmask16)0xFFFF;
        most[0] = _mm512_mask_max_ps(most[0], mask, most[0], _mm512_maskz_loadu_ps(mask, scores + i));
    }
    float found = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_max_ps(most[0], most[1]), _mm512_max_ps(most[2], most[3])));
    float factor = carry(found, largest, sum, scale);
    float rise = scale * 1.44269504088896341f;
    __m512 slope = _mm512_set1_ps(rise), shift = _mm512_set1_ps(-*largest * rise);
    for (i = begin; i + 32 <= end; i += 32) {
        __m512 first = power_of_two(_mm512_fmadd_ps(_mm512_loadu_ps(scores + i), slope, shift));
        __m512 second = power_of_two(_mm512_fmadd_ps(_mm512_loadu_ps(scores + i + 16), slope, shift));
        sums[0] = _mm512_add_ps(sums[0], first);
        sums[1] = _mm512_add_ps(sums[1], second);
        _mm512_storeu_si512(out + i, (__m512i)_mm512_cvtne2ps_pbh(second, first));
    }
    for (; i < end; i += 16) {
        __mmask16 mask = end - i < 16 ? (__mmask16)((1u << (end - i)) - 1) : (__mmask16)0xFFFF;
        __m512 value = power_of_two(_mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, scores + i), slope, shift));
        sums[0] = _mm512_mask_add_ps(sums[0], mask, sums[0], value);
        _mm256_mask_storeu_epi16(out + i, mask, (__m256i)_mm512_cvtneps_pbh(value));
    }
    *sum += _mm512_reduce_add_ps(_mm512_add_ps(sums[0], sums[1]));
    return factor;
}
#endif

float recto_softmax_block_bf16(uint16_t *restrict out, const float *restrict scores, size_t begin, size_t end,
                               size_t columns, float scale, float *largest, float *sum) {
#if defined(__x86_64__)
    if (begin < end && recto_has_bf16()) {
        return softmax_block(out, scores, begin, end, columns, scale, largest, sum);
    }
#endif
    return recto_softmax_block_bf16_plain(out, scores, begin, end, columns, scale, largest, sum);
}

RECTO_KERNEL
void recto_scale_rows(float *restrict rows, const float *restrict factors, size_t count, size_t columns,
                      size_t stride) {
    for (size_t r = 0; r < count; r++) {
        for (size_t d = 0; d < columns; d++) rows[r * stride + d] *= factors[r];
    }
}

RECTO_KERNEL
void recto_attention_row_bf16(float *restrict out, float *restrict scores, const float *restrict query,
                              const uint16_t *restrict keys, const uint16_t *restrict values, size_t count,
                              size_t head_dim, size_t stride, float scale) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t d = 0; d < head_dim; d++) out[d] = 0;
    if (count == 0) return;
    float largest = -__builtin_inff(), total = 0;
    size_t j = 0;
    for (; j + 4 <= count; j += 4) {
        const uint16_t *k0 = keys + j * stride, *k1 = k0 + stride, *k2 = k1 + stride, *k3 = k2 + stride;
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (size_t d = 0; d < head_dim; d++) {
            s0 += query[d] * bf16_to_float(k0[d]);
            s1 += query[d] * bf16_to_float(k1[d]);
            s2 += query[d] * bf16_to_float(k2[d]);
            s3 += query[d] * bf16_to_float(k3[d]);
        }
        scores[j] = s0 * scale, scores[j + 1] = s1 * scale;
        scores[j + 2] = s2 * scale, scores[j + 3] = s3 * scale;
    }
    for (; j < count; j++) {
        float sum = 0;
        for (size_t d = 0; d < head_dim; d++) sum += query[d] * bf16_to_float(keys[j * stride + d]);
        scores[j] = sum * scale;
    }
    for (j = 0; j < count; j++) largest = scores[j] > largest ? scores[j] : largest;
    for (j = 0; j < count; j++) {
        scores[j] = exponential(scores[j] - largest);
        total += scores[j];
    }
    float share = 1.0f / total;
    for (j = 0; j + 4 <= count; j += 4) {
        const uint16_t *v0 = values + j * stride, *v1 = v0 + stride, *v2 = v1 + stride, *v3 = v2 + stride;
        float w0 = scores[j] * share, w1 = scores[j + 1] * share;
        float w2 = scores[j + 2] * share, w3 = scores[j + 3] * share;
        for (size_t d = 0; d < head_dim; d++) {
            out[d] += w0 * bf16_to_float(v0[d]) + w1 * bf16_to_float(v1[d]) + w2 * bf16_to_float(v2[d])
                      + w3 * bf16_to_float(v3[d]);
        }
    }
    for (; j < count; j++) {
        float weight = scores[j] * share;
        for (size_t d = 0; d < head_dim; d++) out[d] += weight * bf16_to_float(values[j * stride + d]);
    }
}
