#include "recto_packed.h"

#include <math.h>

#include "packed.h"
#include "recto_kernel.h"

RECTO_KERNEL
void recto_narrow_bf16(uint16_t *restrict out, const float *restrict x, size_t rows, size_t columns, size_t stride) {
    for (size_t r = 0; r < rows; r++, x += columns, out += stride) {
        for (size_t k = 0; k < columns; k++) out[k] = float_to_bf16(x[k]);
        for (size_t k = columns; k < stride; k++) out[k] = 0;
    }
}

/* Rounds to the nearest whole number: adding 1.5 * 2^23 leaves it in the lowest bits. */
static inline __attribute__((always_inline)) int32_t whole(float value) {
    float shifted = value + 12582912.0f;
    int32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return bits - 0x4B400000;
}

RECTO_KERNEL
void recto_quantize_rows(int8_t *restrict values, float *restrict scales, int32_t *restrict starts,
                         const float *restrict x, size_t rows, size_t columns) {
#pragma clang fp reassociate(on)
    size_t groups = group_count(columns);
    for (size_t r = 0; r < rows; r++, x += columns) {
        for (size_t g = 0; g < groups; g++, values += GROUP) {
            float group[GROUP] = {0}, largest = 0;
            size_t count = columns - g * GROUP < GROUP ? columns - g * GROUP : GROUP;
            if (count == GROUP) memcpy(group, x + g * GROUP, sizeof group);
            else for (size_t k = 0; k < count; k++) group[k] = x[g * GROUP + k];
            for (size_t k = 0; k < GROUP; k++) largest = fabsf(group[k]) > largest ? fabsf(group[k]) : largest;
            float inverse = largest > 0 ? 127.0f / largest : 0;
            int32_t sum = 0;
            for (size_t k = 0; k < GROUP; k++) {
                int32_t value = whole(group[k] * inverse);
                values[k] = (int8_t)value;
                sum += value;
            }
            scales[r * groups + g] = largest / 127.0f;
            starts[r * groups + g] = -128 * sum;
        }
    }
}

void recto_pack_bf16(uint8_t *restrict out, const float *restrict weights, size_t outputs, size_t columns,
                     size_t panel) {
    memset(out, 0, pair_count(columns) * PAIR_BYTES);
    for (size_t n = 0; n < PANEL && panel * PANEL + n < outputs; n++) {
        const float *row = weights + (panel * PANEL + n) * columns;
        for (size_t k = 0; k < columns; k++) {
            uint16_t value = float_to_bf16(row[k]);
            memcpy(out + (k / 2) * PAIR_BYTES + 4 * n + 2 * (k % 2), &value, sizeof value);
        }
    }
}

static void store_scale(uint8_t *at, float scale) {
    _Float16 half = (_Float16)scale;
    memcpy(at, &half, sizeof half);
}

void recto_pack_q8(uint8_t *restrict out, const float *restrict weights, size_t outputs, size_t columns,
                   size_t panel) {
    size_t groups = group_count(columns);
    for (size_t g = 0; g < groups; g++, out += GROUP_BYTES_Q8) {
        memset(out, 128, PANEL * GROUP);
        memset(out + PANEL * GROUP, 0, SCALES_BYTES);
        size_t count = columns - g * GROUP < GROUP ? columns - g * GROUP : GROUP;
        for (size_t n = 0; n < PANEL && panel * PANEL + n < outputs; n++) {
            const float *values = weights + (panel * PANEL + n) * columns + g * GROUP;
            float largest = 0;
            for (size_t k = 0; k < count; k++) largest = fabsf(values[k]) > largest ? fabsf(values[k]) : largest;
            store_scale(out + PANEL * GROUP + 2 * n, largest / 127.0f);
            float scale = half_to_float(out + PANEL * GROUP + 2 * n);
            for (size_t k = 0; k < count; k++) {
                float code = scale > 0 ? rintf(values[k] / scale) : 0;
                code = code > 127 ? 127 : code < -128 ? -128 : code;
                out[(k / 4) * 128 + 4 * n + k % 4] = (uint8_t)((int)code + 128);
            }
        }
    }
}

/* The nibble whose code is nearest to a value; codes rise. */
static int nearest_code(const uint8_t codes[16], float value) {
    int best = 0;
    while (best < 15 && value > 0.5f * (float)(codes[best] + codes[best + 1]) - 128.0f) best++;
    return best;
}

/*
 * Tries scales about extreme / reach and keeps the one with the least squared error, larger weights counting more; then
 * the best scale for its codes in closed form. Codes and errors are computed for all 32 values at once.
 */
RECTO_KERNEL
static float best_scale(const float *restrict values, const uint8_t codes[16], float extreme) {
#pragma clang fp reassociate(on) contract(fast)
    float best = 0, least = __builtin_inff(), edges[15], rises[15];
    for (int i = 0; i < 15; i++) {
        edges[i] = 0.5f * (float)(codes[i] + codes[i + 1]) - 128.0f;
        rises[i] = (float)(codes[i + 1] - codes[i]);
    }
    for (int sign = 1; sign >= -1; sign -= 2) {
        float reach = sign > 0 ? (float)codes[15] - 128.0f : (float)codes[0] - 128.0f;
        for (int step = -5; step <= 3; step++) {
            float stored = extreme / reach * (1.0f + 0.04f * (float)step), inverse = 1.0f / stored;
            float near[GROUP], weight = 0, cross = 0, square = 0;
            for (int k = 0; k < GROUP; k++) near[k] = (float)codes[0] - 128.0f;
            for (int i = 0; i < 15; i++) {
                for (int k = 0; k < GROUP; k++) near[k] += values[k] * inverse > edges[i] ? rises[i] : 0.0f;
            }
            for (int k = 0; k < GROUP; k++) {
                float importance = values[k] * values[k];
                weight += importance * values[k] * values[k];
                cross += importance * near[k] * values[k];
                square += importance * near[k] * near[k];
            }
            float scale = square > 0 ? (float)(_Float16)(cross / square) : 0;
            float error = weight - 2 * scale * cross + scale * scale * square;
            if (error < least) least = error, best = scale;
        }
    }
    return best;
}

/* Scale and minimum of sixteen even steps with the least squared error, of some that leave the ends of the range out. */
RECTO_KERNEL
static void best_range(const float *restrict values, size_t count, float *scale, float *minimum) {
#pragma clang fp reassociate(on) contract(fast)
    float low = values[0], high = values[0], least = __builtin_inff();
    for (size_t k = 0; k < count; k++) {
        low = values[k] < low ? values[k] : low;
        high = values[k] > high ? values[k] : high;
    }
    *scale = *minimum = 0;
    for (int step = 0; step < 10; step++) {
        float half = 0.5f * (high - low) * (1.0f - 0.03f * (float)step);
        float start = (float)(_Float16)(0.5f * (high + low) - half), width = (float)(_Float16)(half / 7.5f);
        float inverse = width > 0 ? 1.0f / width : 0, error = 0;
        for (size_t k = 0; k < count; k++) {
            float code = rintf((values[k] - start) * inverse);
            code = code < 0 ? 0 : code > 15 ? 15 : code;
            float miss = values[k] - start - width * code;
            error += miss * miss;
        }
        if (error < least) least = error, *scale = width, *minimum = start;
    }
}

void recto_pack_q4(uint8_t *restrict out, const float *restrict weights, const uint8_t codes[16], size_t outputs,
                   size_t columns, size_t panel) {
    size_t groups = group_count(columns);
    int zero = nearest_code(codes, 0);
    for (size_t g = 0; g < groups; g++, out += GROUP_BYTES_Q4) {
        memset(out, zero << 4 | zero, PANEL * GROUP / 2);
        memset(out + PANEL * GROUP / 2, 0, SCALES_BYTES);
        size_t count = columns - g * GROUP < GROUP ? columns - g * GROUP : GROUP;
        for (size_t n = 0; n < PANEL && panel * PANEL + n < outputs; n++) {
            const float *values = weights + (panel * PANEL + n) * columns + g * GROUP;
            float extreme = 0, group[GROUP] = {0};
            for (size_t k = 0; k < count; k++) extreme = fabsf(values[k]) > fabsf(extreme) ? values[k] : extreme;
            memcpy(group, values, count * sizeof *group);
            float scale = extreme == 0 ? 0 : best_scale(group, codes, extreme);
            store_scale(out + PANEL * GROUP / 2 + 2 * n, scale);
            for (size_t k = 0; k < count; k++) {
                int code = scale == 0 ? zero : nearest_code(codes, values[k] / scale);
                uint8_t *byte = out + (k / 8) * 128 + 4 * n + k % 4;
                *byte = k % 8 < 4 ? (uint8_t)((*byte & 0xF0) | code) : (uint8_t)((*byte & 0x0F) | code << 4);
            }
        }
    }
}

void recto_pack_q4_1(uint8_t *restrict out, const float *restrict weights, size_t outputs, size_t columns,
                     size_t panel) {
    size_t groups = group_count(columns);
    for (size_t g = 0; g < groups; g++, out += GROUP_BYTES_Q4_1) {
        memset(out, 0, GROUP_BYTES_Q4_1);
        size_t count = columns - g * GROUP < GROUP ? columns - g * GROUP : GROUP;
        for (size_t n = 0; n < PANEL && panel * PANEL + n < outputs; n++) {
            const float *values = weights + (panel * PANEL + n) * columns + g * GROUP;
            float scale, minimum;
            best_range(values, count, &scale, &minimum);
            store_scale(out + PANEL * GROUP / 2 + 2 * n, scale);
            store_scale(out + PANEL * GROUP / 2 + SCALES_BYTES + 2 * n, minimum);
            for (size_t k = 0; k < count; k++) {
                float code = scale > 0 ? rintf((values[k] - minimum) / scale) : 0;
                int nibble = code < 0 ? 0 : code > 15 ? 15 : (int)code;
                out[(k / 8) * 128 + 4 * n + k % 4] |= (uint8_t)(k % 8 < 4 ? nibble : nibble << 4);
            }
        }
    }
}

void recto_unpack_bf16(float *restrict out, const uint8_t *restrict weights, size_t output, size_t columns) {
    const uint8_t *panel = weights + output / PANEL * pair_count(columns) * PAIR_BYTES;
    for (size_t k = 0; k < columns; k++) {
        uint16_t value;
        memcpy(&value, panel + (k / 2) * PAIR_BYTES + 4 * (output % PANEL) + 2 * (k % 2), sizeof value);
        out[k] = bf16_to_float(value);
    }
}

void recto_unpack_q8(float *restrict out, const uint8_t *restrict weights, size_t output, size_t columns) {
    const uint8_t *panel = weights + output / PANEL * group_count(columns) * GROUP_BYTES_Q8;
    size_t n = output % PANEL;
    for (size_t k = 0; k < columns; k++) {
        const uint8_t *group = panel + k / GROUP * GROUP_BYTES_Q8;
        size_t i = k % GROUP;
        int code = group[(i / 4) * 128 + 4 * n + i % 4] - 128;
        out[k] = (float)code * half_to_float(group + PANEL * GROUP + 2 * n);
    }
}

void recto_unpack_q4(float *restrict out, const uint8_t *restrict weights, const uint8_t codes[16], size_t output,
                     size_t columns) {
    const uint8_t *panel = weights + output / PANEL * group_count(columns) * GROUP_BYTES_Q4;
    size_t n = output % PANEL;
    for (size_t k = 0; k < columns; k++) {
        const uint8_t *group = panel + k / GROUP * GROUP_BYTES_Q4;
        size_t i = k % GROUP;
        uint8_t byte = group[(i / 8) * 128 + 4 * n + i % 4];
        int code = codes[i % 8 < 4 ? byte & 15 : byte >> 4] - 128;
        out[k] = (float)code * half_to_float(group + PANEL * GROUP / 2 + 2 * n);
    }
}

void recto_unpack_q4_1(float *restrict out, const uint8_t *restrict weights, size_t output, size_t columns) {
    const uint8_t *panel = weights + output / PANEL * group_count(columns) * GROUP_BYTES_Q4_1;
    size_t n = output % PANEL;
    for (size_t k = 0; k < columns; k++) {
        const uint8_t *group = panel + k / GROUP * GROUP_BYTES_Q4_1;
        size_t i = k % GROUP;
        uint8_t byte = group[(i / 8) * 128 + 4 * n + i % 4];
        float scale = half_to_float(group + PANEL * GROUP / 2 + 2 * n);
        float minimum = half_to_float(group + PANEL * GROUP / 2 + SCALES_BYTES + 2 * n);
        out[k] = (float)(i % 8 < 4 ? byte & 15 : byte >> 4) * scale + minimum;
    }
}
