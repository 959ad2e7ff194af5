#include "recto_packed.h"

#include "packed.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define FAST_BF16 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma")))
#define FAST_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma,f16c")))
#define FAST __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma")))
#define INLINE inline __attribute__((always_inline))

/* Rows that share a pass over a panel: twelve sums hide the latency, and the registers hold them. */
enum { ROWS = 6 };

/* Bytes by which 4-bit weights are asked for ahead of their use: of 1, 2, 4 and 8 KiB the fastest on a Zen 4. */
enum { AHEAD = 4096 };

int recto_has_avx2(void) { return __builtin_cpu_supports("avx2"); }
int recto_has_bf16(void) { return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw"); }
int recto_has_vnni(void) { return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw"); }

static FAST INLINE __m512 activated(__m512 sum, int activation) {
    /* The scalar of packed.h, sixteen at a time: x / (1 + exp(t)). */
    __m512 t;
    if (activation == 2) {
        t = _mm512_mul_ps(sum, _mm512_set1_ps(-1.702f));
    } else {
        t = _mm512_mul_ps(_mm512_mul_ps(_mm512_mul_ps(sum, sum), sum), _mm512_set1_ps(0.044715f));
        t = _mm512_mul_ps(_mm512_add_ps(sum, t), _mm512_set1_ps(-2.0f * 0.7978845608028654f));
    }
    t = _mm512_min_ps(_mm512_max_ps(t, _mm512_set1_ps(-87.0f)), _mm512_set1_ps(88.0f));
    __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(t, _mm512_set1_ps(1.44269504088896341f)), 0);
    __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693145751953125f), t);
    r = _mm512_fnmadd_ps(n, _mm512_set1_ps(1.42860682030941723e-6f), r);
    __m512 p = _mm512_set1_ps(1.0f / 720);
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 120));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 24));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 6));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.5f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
    return _mm512_div_ps(sum, _mm512_add_ps(_mm512_set1_ps(1.0f), _mm512_scalef_ps(p, n)));
}

/* Writes up to 16 outputs; `mask` says which. */
static FAST INLINE void finish_part(float *out, __m512 sum, size_t column, __mmask16 mask,
                                         const struct recto_finish *finish) {
    if (finish->bias) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, finish->bias + column));
    if (finish->activation) sum = activated(sum, finish->activation);
    if (finish->adds) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, out));
    _mm512_mask_storeu_ps(out, mask, sum);
}

static INLINE __mmask16 mask_of(size_t outputs, size_t column) {
    return outputs >= column + 16 ? (__mmask16)0xFFFF
           : outputs <= column    ? (__mmask16)0
                                  : (__mmask16)((1u << (outputs - column)) - 1);
}

/* `is_wide` says whether the panel has more than 16 real outputs; a constant where this is inlined. */
static FAST_BF16 INLINE void tile_bf16(const int count, const int is_wide, float *out, size_t out_stride,
                                       const uint16_t *x, size_t row_stride, const uint8_t *panel, size_t pairs,
                                       size_t outputs, size_t column, const struct recto_finish *finish) {
    __m512 low[ROWS], high[ROWS];
    for (int r = 0; r < count; r++) low[r] = high[r] = _mm512_setzero_ps();
    for (size_t pair = 0; pair < pairs; pair++) {
        __m512bh first = (__m512bh)_mm512_load_si512(panel + pair * 128);
        __m512bh second = (__m512bh)_mm512_load_si512(panel + pair * 128 + 64);
        for (int r = 0; r < count; r++) {
            int both;
            memcpy(&both, x + (size_t)r * row_stride + 2 * pair, sizeof both);
            __m512bh value = (__m512bh)_mm512_set1_epi32(both);
            low[r] = _mm512_dpbf16_ps(low[r], first, value);
            if (is_wide) high[r] = _mm512_dpbf16_ps(high[r], second, value);
        }
    }
    for (int r = 0; r < count; r++) {
        finish_part(out + (size_t)r * out_stride, low[r], column, mask_of(outputs, column), finish);
        if (!is_wide) continue;
        finish_part(out + (size_t)r * out_stride + 16, high[r], column + 16, mask_of(outputs, column + 16), finish);
    }
}

#define EACH_COUNT(CALL)                                                                                            \
    switch (count) {                                                                                                  \
    case 6: CALL(6); break; case 5: CALL(5); break; case 4: CALL(4); break; case 3: CALL(3); break;                   \
    case 2: CALL(2); break; default: CALL(1); break;                                                                  \
    }

static FAST_BF16 void product_bf16(float *restrict out, size_t out_stride, const uint16_t *restrict x,
                                   size_t row_stride, const uint8_t *restrict weights, size_t rows, size_t pairs,
                                   size_t outputs, size_t first, size_t end, const struct recto_finish *finish) {
    for (size_t p = first; p < end; p++) {
        const uint8_t *panel = weights + p * pairs * PAIR_BYTES;
        for (size_t r = 0; r < rows; r += ROWS) {
            size_t count = rows - r < ROWS ? rows - r : ROWS;
#define TILE(COUNT, IS_WIDE)                                                                                           \
    tile_bf16(COUNT, IS_WIDE, out + r * out_stride + p * PANEL, out_stride, x + r * row_stride, row_stride, panel,     \
              pairs, outputs, p * PANEL, finish)
#define WIDE(COUNT) TILE(COUNT, 1)
#define NARROW(COUNT) TILE(COUNT, 0)
            if (outputs > p * PANEL + 16) {
                EACH_COUNT(WIDE)
            } else {
                EACH_COUNT(NARROW)
            }
#undef WIDE
#undef NARROW
#undef TILE
        }
    }
}

/* The 32 scales of a group. */
static FAST_VNNI INLINE void load_scales(const uint8_t *at, __m512 *low, __m512 *high) {
    *low = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)at));
    *high = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(at + 32)));
}

static FAST_VNNI INLINE __m512i quad_of(const int8_t *x, size_t at) {
    int four;
    memcpy(&four, x + at, sizeof four);
    return _mm512_set1_epi32(four);
}

/* `bits` is 8, 4, or 5 for half bytes with a minimum, and a constant where this is inlined. */
static FAST_VNNI INLINE void tile_int8(const int count, const int bits, float *out, size_t out_stride,
                                       const int8_t *x, const float *scales, const int32_t *starts,
                                       const uint8_t *panel, __m512i codes, size_t groups, size_t outputs,
                                       size_t column, const struct recto_finish *finish) {
    const size_t group_bytes = bits == 8 ? GROUP_BYTES_Q8 : bits == 4 ? GROUP_BYTES_Q4 : GROUP_BYTES_Q4_1;
    const size_t scales_at = bits == 8 ? PANEL * GROUP : PANEL * GROUP / 2;
    const __m512i nibble = _mm512_set1_epi8(15);
    __m512 low[ROWS], high[ROWS];
    for (int r = 0; r < count; r++) low[r] = high[r] = _mm512_setzero_ps();
    for (size_t g = 0; g < groups; g++) {
        const uint8_t *group = panel + g * group_bytes;
        /* A core works longer on 4-bit groups than the hardware's own prefetcher looks ahead. Past the end is harmless. */
        if (bits != 8) {
            for (size_t at = 0; at < group_bytes; at += 64) _mm_prefetch((const char *)group + AHEAD + at, _MM_HINT_T0);
        }
        __m512i left[ROWS], right[ROWS];
        for (int r = 0; r < count; r++) {
            left[r] = right[r] = bits == 5 ? _mm512_setzero_si512() : _mm512_set1_epi32(starts[(size_t)r * groups + g]);
        }
        if (bits == 8) {
            for (int quad = 0; quad < 8; quad++) {
                __m512i first = _mm512_load_si512(group + quad * 128);
                __m512i second = _mm512_load_si512(group + quad * 128 + 64);
                for (int r = 0; r < count; r++) {
                    __m512i value = quad_of(x, ((size_t)r * groups + g) * GROUP + (size_t)quad * 4);
                    left[r] = _mm512_dpbusd_epi32(left[r], first, value);
                    right[r] = _mm512_dpbusd_epi32(right[r], second, value);
                }
            }
        } else {
            for (int octet = 0; octet < 4; octet++) {
                __m512i first = _mm512_load_si512(group + octet * 128);
                __m512i second = _mm512_load_si512(group + octet * 128 + 64);
                __m512i a = _mm512_and_si512(first, nibble), b = _mm512_and_si512(second, nibble);
                __m512i c = _mm512_and_si512(_mm512_srli_epi16(first, 4), nibble);
                __m512i d = _mm512_and_si512(_mm512_srli_epi16(second, 4), nibble);
                if (bits == 4) {
                    a = _mm512_shuffle_epi8(codes, a), b = _mm512_shuffle_epi8(codes, b);
                    c = _mm512_shuffle_epi8(codes, c), d = _mm512_shuffle_epi8(codes, d);
                }
                for (int r = 0; r < count; r++) {
                    size_t at = ((size_t)r * groups + g) * GROUP + (size_t)octet * 8;
                    __m512i value = quad_of(x, at), next = quad_of(x, at + 4);
                    left[r] = _mm512_dpbusd_epi32(left[r], a, value);
                    right[r] = _mm512_dpbusd_epi32(right[r], b, value);
                    left[r] = _mm512_dpbusd_epi32(left[r], c, next);
                    right[r] = _mm512_dpbusd_epi32(right[r], d, next);
                }
            }
        }
        __m512 scale_low, scale_high;
        load_scales(group + scales_at, &scale_low, &scale_high);
        for (int r = 0; r < count; r++) {
            __m512 scale = _mm512_set1_ps(scales[(size_t)r * groups + g]);
            low[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(left[r]), _mm512_mul_ps(scale_low, scale), low[r]);
            high[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(right[r]), _mm512_mul_ps(scale_high, scale), high[r]);
        }
        if (bits == 5) {
            load_scales(group + scales_at + SCALES_BYTES, &scale_low, &scale_high);
            for (int r = 0; r < count; r++) {
                size_t at = (size_t)r * groups + g;
                __m512 sum = _mm512_set1_ps((float)starts[at] / -128.0f * scales[at]);
                low[r] = _mm512_fmadd_ps(scale_low, sum, low[r]);
                high[r] = _mm512_fmadd_ps(scale_high, sum, high[r]);
            }
        }
    }
    for (int r = 0; r < count; r++) {
        finish_part(out + (size_t)r * out_stride, low[r], column, mask_of(outputs, column), finish);
        finish_part(out + (size_t)r * out_stride + 16, high[r], column + 16, mask_of(outputs, column + 16), finish);
    }
}

#define PRODUCT_INT8(NAME, BITS, GROUP_BYTES)                                                                          \
    static FAST_VNNI void NAME(float *restrict out, size_t out_stride, const int8_t *restrict x,                       \
                               const float *restrict scales, const int32_t *restrict starts,                           \
                               const uint8_t *restrict weights, const uint8_t *codes, size_t rows,                     \
                               size_t groups, size_t outputs, size_t first, size_t end,                                \
                               const struct recto_finish *finish) {                                                    \
        __m512i table = BITS == 4 ? _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)codes))                    \
                                  : _mm512_setzero_si512();                                                            \
        for (size_t p = first; p < end; p++) {                                                                         \
            const uint8_t *panel = weights + p * groups * GROUP_BYTES;                                                 \
            for (size_t r = 0; r < rows; r += ROWS) {                                                          \
                size_t count = rows - r < ROWS ? rows - r : ROWS;                                      \
                EACH_COUNT(TILE)                                                                                       \
            }                                                                                                          \
        }                                                                                                              \
    }
#define TILE(COUNT)                                                                                                    \
    tile_int8(COUNT, 8, out + r * out_stride + p * PANEL, out_stride, x + r * groups * GROUP,           \
              scales + r * groups, starts + r * groups, panel, table, groups, outputs, p * PANEL, finish)
PRODUCT_INT8(product_q8, 8, GROUP_BYTES_Q8)
#undef TILE
#define TILE(COUNT)                                                                                                    \
    tile_int8(COUNT, 4, out + r * out_stride + p * PANEL, out_stride, x + r * groups * GROUP,           \
              scales + r * groups, starts + r * groups, panel, table, groups, outputs, p * PANEL, finish)
PRODUCT_INT8(product_q4, 4, GROUP_BYTES_Q4)
#undef TILE
#define TILE(COUNT)                                                                                                    \
    tile_int8(COUNT, 5, out + r * out_stride + p * PANEL, out_stride, x + r * groups * GROUP,           \
              scales + r * groups, starts + r * groups, panel, table, groups, outputs, p * PANEL, finish)
PRODUCT_INT8(product_q4_1, 5, GROUP_BYTES_Q4_1)
#undef TILE

#else

int recto_has_avx2(void) { return 0; }
int recto_has_bf16(void) { return 0; }
int recto_has_vnni(void) { return 0; }

#endif

void recto_product_bf16(float *restrict out, size_t out_stride, const uint16_t *restrict x, size_t row_stride,
                        const uint8_t *restrict weights, size_t rows, size_t pairs, size_t outputs, size_t first,
                        size_t end, const struct recto_finish *finish) {
#if defined(__x86_64__)
    if (recto_has_bf16()) {
        product_bf16(out, out_stride, x, row_stride, weights, rows, pairs, outputs, first, end, finish);
        return;
    }
#endif
    recto_product_bf16_plain(out, out_stride, x, row_stride, weights, rows, pairs, outputs, first, end, finish);
}

void recto_product_q8(float *restrict out, size_t out_stride, const int8_t *restrict x, const float *restrict scales,
                      const int32_t *restrict starts, const uint8_t *restrict weights, size_t rows, size_t groups,
                      size_t outputs, size_t first, size_t end, const struct recto_finish *finish) {
#if defined(__x86_64__)
    if (recto_has_vnni()) {
        product_q8(out, out_stride, x, scales, starts, weights, NULL, rows, groups, outputs, first, end, finish);
        return;
    }
#endif
    recto_product_q8_plain(out, out_stride, x, scales, starts, weights, rows, groups, outputs, first, end, finish);
}

void recto_product_q4(float *restrict out, size_t out_stride, const int8_t *restrict x, const float *restrict scales,
                      const int32_t *restrict starts, const uint8_t *restrict weights, const uint8_t codes[16],
                      size_t rows, size_t groups, size_t outputs, size_t first, size_t end,
                      const struct recto_finish *finish) {
#if defined(__x86_64__)
    if (recto_has_vnni()) {
        product_q4(out, out_stride, x, scales, starts, weights, codes, rows, groups, outputs, first, end, finish);
        return;
    }
#endif
    recto_product_q4_plain(out, out_stride, x, scales, starts, weights, codes, rows, groups, outputs, first, end,
                           finish);
}

void recto_product_q4_1(float *restrict out, size_t out_stride, const int8_t *restrict x, const float *restrict scales,
                      const int32_t *restrict starts, const uint8_t *restrict weights,
                      size_t rows, size_t groups, size_t outputs, size_t first, size_t end,
                      const struct recto_finish *finish) {
#if defined(__x86_64__)
    if (recto_has_vnni()) {
        product_q4_1(out, out_stride, x, scales, starts, weights, NULL, rows, groups, outputs, first, end, finish);
        return;
    }
#endif
    recto_product_q4_1_plain(out, out_stride, x, scales, starts, weights, rows, groups, outputs, first, end,
                           finish);
}
