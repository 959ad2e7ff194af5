#include "recto_packed.h"

#include "packed.h"
#include "recto_kernel.h"

static inline __attribute__((always_inline)) void finish_plain(float *out, const float *sums, size_t column,
                                                               size_t outputs, const struct recto_finish *finish) {
    size_t width = outputs - column < PANEL ? outputs - column : PANEL;
    for (size_t n = 0; n < width; n++) {
        float sum = finished(finish->bias ? sums[n] + finish->bias[column + n] : sums[n], finish->activation);
        out[n] = finish->adds ? out[n] + sum : sum;
    }
}

RECTO_KERNEL
void recto_product_bf16_plain(float *restrict out, size_t out_stride, const uint16_t *restrict x, size_t row_stride,
                              const uint8_t *restrict weights, size_t rows, size_t pairs, size_t outputs, size_t first,
                              size_t end, const struct recto_finish *finish) {
    for (size_t p = first; p < end; p++) {
        const uint8_t *panel = weights + p * pairs * PAIR_BYTES;
        for (size_t r = 0; r < rows; r++) {
            const uint16_t *row = x + r * row_stride;
            float sums[PANEL] = {0};
            for (size_t pair = 0; pair < pairs; pair++) {
                float even = bf16_to_float(row[2 * pair]), odd = bf16_to_float(row[2 * pair + 1]);
                for (size_t n = 0; n < PANEL; n++) {
                    uint16_t both[2];
                    memcpy(both, panel + pair * PAIR_BYTES + 4 * n, sizeof both);
                    sums[n] += bf16_to_float(both[1]) * odd + bf16_to_float(both[0]) * even;
                }
            }
            finish_plain(out + r * out_stride + p * PANEL, sums, p * PANEL, outputs, finish);
        }
    }
}

RECTO_KERNEL
void recto_product_q8_plain(float *restrict out, size_t out_stride, const int8_t *restrict x,
                            const float *restrict scales, const int32_t *restrict starts,
                            const uint8_t *restrict weights, size_t rows, size_t groups, size_t outputs, size_t first,
                            size_t end, const struct recto_finish *finish) {
    for (size_t p = first; p < end; p++) {
        for (size_t r = 0; r < rows; r++) {
            float sums[PANEL] = {0};
            for (size_t g = 0; g < groups; g++) {
                const uint8_t *group = weights + (p * groups + g) * GROUP_BYTES_Q8;
                const int8_t *values = x + (r * groups + g) * GROUP;
                int32_t whole[PANEL];
                for (size_t n = 0; n < PANEL; n++) whole[n] = starts[r * groups + g];
                for (size_t quad = 0; quad < GROUP / 4; quad++) {
                    for (size_t n = 0; n < PANEL; n++) {
                        const uint8_t *four = group + quad * 128 + 4 * n;
                        for (size_t i = 0; i < 4; i++) whole[n] += four[i] * values[4 * quad + i];
                    }
                }
                for (size_t n = 0; n < PANEL; n++) {
                    float scale = half_to_float(group + GROUP_BYTES_Q8 - SCALES_BYTES + 2 * n);
                    sums[n] += (float)whole[n] * (scale * scales[r * groups + g]);
                }
            }
            finish_plain(out + r * out_stride + p * PANEL, sums, p * PANEL, outputs, finish);
        }
    }
}

RECTO_KERNEL
void recto_product_q4_plain(float *restrict out, size_t out_stride, const int8_t *restrict x,
                            const float *restrict scales, const int32_t *restrict starts,
                            const uint8_t *restrict weights, const uint8_t codes[16], size_t rows, size_t groups,
                            size_t outputs, size_t first, size_t end, const struct recto_finish *finish) {
    for (size_t p = first; p < end; p++) {
        for (size_t r = 0; r < rows; r++) {
            float sums[PANEL] = {0};
            for (size_t g = 0; g < groups; g++) {
                const uint8_t *group = weights + (p * groups + g) * GROUP_BYTES_Q4;
                const int8_t *values = x + (r * groups + g) * GROUP;
                int32_t whole[PANEL];
                for (size_t n = 0; n < PANEL; n++) whole[n] = starts[r * groups + g];
                for (size_t octet = 0; octet < GROUP / 8; octet++) {
                    for (size_t n = 0; n < PANEL; n++) {
                        const uint8_t *four = group + octet * 128 + 4 * n;
                        for (size_t i = 0; i < 4; i++) {
                            whole[n] += codes[four[i] & 15] * values[8 * octet + i];
                            whole[n] += codes[four[i] >> 4] * values[8 * octet + 4 + i];
                        }
                    }
                }
                for (size_t n = 0; n < PANEL; n++) {
                    float scale = half_to_float(group + GROUP_BYTES_Q4 - SCALES_BYTES + 2 * n);
                    sums[n] += (float)whole[n] * (scale * scales[r * groups + g]);
                }
            }
            finish_plain(out + r * out_stride + p * PANEL, sums, p * PANEL, outputs, finish);
        }
    }
}

RECTO_KERNEL
void recto_product_q4_1_plain(float *restrict out, size_t out_stride, const int8_t *restrict x,
                            const float *restrict scales, const int32_t *restrict starts,
                            const uint8_t *restrict weights, size_t rows, size_t groups,
                            size_t outputs, size_t first, size_t end, const struct recto_finish *finish) {
    for (size_t p = first; p < end; p++) {
        for (size_t r = 0; r < rows; r++) {
            float sums[PANEL] = {0};
            for (size_t g = 0; g < groups; g++) {
                const uint8_t *group = weights + (p * groups + g) * GROUP_BYTES_Q4_1;
                const int8_t *values = x + (r * groups + g) * GROUP;
                int32_t whole[PANEL];
                for (size_t n = 0; n < PANEL; n++) whole[n] = 0;
                for (size_t octet = 0; octet < GROUP / 8; octet++) {
                    for (size_t n = 0; n < PANEL; n++) {
                        const uint8_t *four = group + octet * 128 + 4 * n;
                        for (size_t i = 0; i < 4; i++) {
                            whole[n] += (four[i] & 15) * values[8 * octet + i];
                            whole[n] += (four[i] >> 4) * values[8 * octet + 4 + i];
                        }
                    }
                }
                for (size_t n = 0; n < PANEL; n++) {
                    float scale = half_to_float(group + PANEL * GROUP / 2 + 2 * n);
                    float minimum = half_to_float(group + PANEL * GROUP / 2 + SCALES_BYTES + 2 * n);
                    sums[n] += (float)whole[n] * (scale * scales[r * groups + g]);
                    sums[n] += minimum * ((float)starts[r * groups + g] / -128.0f * scales[r * groups + g]);
                }
            }
            finish_plain(out + r * out_stride + p * PANEL, sums, p * PANEL, outputs, finish);
        }
    }
}
