#include "recto_blocks.h"

#include "packed.h"
#include "recto_kernel.h"

#pragma STDC FP_CONTRACT OFF

enum { LONG_GROUPS = 8, LONG_BLOCK = LONG_GROUPS * GROUP };

RECTO_KERNEL
void recto_expand_q8_0(float *restrict out, const uint8_t *restrict in, size_t blocks) {
    for (size_t b = 0; b < blocks; b++, in += RECTO_Q8_0_BYTES, out += GROUP) {
        float scale = half_to_float(in);
        for (size_t i = 0; i < GROUP; i++) out[i] = scale * (float)(int8_t)in[2 + i];
    }
}

RECTO_KERNEL
void recto_expand_q4_0(float *restrict out, const uint8_t *restrict in, const uint8_t codes[16], size_t blocks) {
    for (size_t b = 0; b < blocks; b++, in += RECTO_Q4_0_BYTES, out += GROUP) {
        float scale = half_to_float(in);
        for (size_t i = 0; i < GROUP / 2; i++) {
            out[i] = scale * (float)(codes[in[2 + i] & 15] - 128);
            out[GROUP / 2 + i] = scale * (float)(codes[in[2 + i] >> 4] - 128);
        }
    }
}

RECTO_KERNEL
void recto_expand_q4_1(float *restrict out, const uint8_t *restrict in, size_t blocks) {
    for (size_t b = 0; b < blocks; b++, in += RECTO_Q4_1_BYTES, out += GROUP) {
        float scale = half_to_float(in), minimum = half_to_float(in + 2);
        for (size_t i = 0; i < GROUP / 2; i++) {
            float low = scale * (float)(in[4 + i] & 15), high = scale * (float)(in[4 + i] >> 4);
            out[i] = low + minimum;
            out[GROUP / 2 + i] = high + minimum;
        }
    }
}

/* Scale and minimum of group g: six bits each, those of the last four groups spread over two bytes. */
static void long_scales(const uint8_t *packed, size_t g, float *scale, float *minimum) {
    if (g < 4) {
        *scale = (float)(packed[g] & 63);
        *minimum = (float)(packed[g + 4] & 63);
    } else {
        *scale = (float)((packed[g + 4] & 15) | (packed[g - 4] >> 6) << 4);
        *minimum = (float)((packed[g + 4] >> 4) | (packed[g] >> 6) << 4);
    }
}

void recto_expand_q4_k(float *restrict out, const uint8_t *restrict in, size_t blocks) {
    for (size_t b = 0; b < blocks; b++, in += RECTO_Q4_K_BYTES) {
        float d = half_to_float(in), m = half_to_float(in + 2);
        for (size_t g = 0; g < LONG_GROUPS; g++, out += GROUP) {
            const uint8_t *halves = in + 16 + g / 2 * GROUP;
            int shift = g % 2 ? 4 : 0;
            float scale, minimum;
            long_scales(in + 4, g, &scale, &minimum);
            scale *= d;
            minimum *= m;
            for (size_t i = 0; i < GROUP; i++) {
                float product = scale * (float)(halves[i] >> shift & 15);
                out[i] = product - minimum;
            }
        }
    }
}

void recto_expand_q6_k(float *restrict out, const uint8_t *restrict in, size_t blocks) {
    for (size_t b = 0; b < blocks; b++, in += RECTO_Q6_K_BYTES, out += LONG_BLOCK) {
        float d = half_to_float(in + 208);
        for (size_t i = 0; i < LONG_BLOCK; i++) {
            /* Each half of the block: 64 bytes of low halves serve values 0…63 and 64…127, 32 bytes of upper bits all. */
            size_t half = i / 128, place = i % 128;
            uint8_t low = in[64 * half + place % 64], high = in[128 + 32 * half + place % 32];
            int bits = (place < 64 ? low & 15 : low >> 4) | (high >> (2 * (place / 32)) & 3) << 4;
            float scale = d * (float)(int8_t)in[192 + i / 16];
            out[i] = scale * (float)(bits - 32);
        }
    }
}

/* Puts a half byte in the place of input i of one output of a group. */
static void place_half(uint8_t *group, size_t output, size_t i, int half) {
    group[(i / 8) * 128 + 4 * output + i % 4] |= (uint8_t)(i % 8 < 4 ? half : half << 4);
}

void recto_place_q8_0(uint8_t *restrict panel, const uint8_t *restrict in, size_t output, size_t blocks) {
    for (size_t b = 0; b < blocks; b++, in += RECTO_Q8_0_BYTES, panel += GROUP_BYTES_Q8) {
        for (size_t i = 0; i < GROUP; i++) panel[(i / 4) * 128 + 4 * output + i % 4] = (uint8_t)(in[2 + i] ^ 0x80);
        memcpy(panel + PANEL * GROUP + 2 * output, in, 2);
    }
}

void recto_place_q4_0(uint8_t *restrict panel, const uint8_t *restrict in, size_t output, size_t blocks) {
    for (size_t b = 0; b < blocks; b++, in += RECTO_Q4_0_BYTES, panel += GROUP_BYTES_Q4) {
        for (size_t i = 0; i < GROUP; i++) place_half(panel, output, i, i < 16 ? in[2 + i] & 15 : in[i - 14] >> 4);
        memcpy(panel + PANEL * GROUP / 2 + 2 * output, in, 2);
    }
}

void recto_place_q4_1(uint8_t *restrict panel, const uint8_t *restrict in, size_t output, size_t blocks) {
    for (size_t b = 0; b < blocks; b++, in += RECTO_Q4_1_BYTES, panel += GROUP_BYTES_Q4_1) {
        for (size_t i = 0; i < GROUP; i++) place_half(panel, output, i, i < 16 ? in[4 + i] & 15 : in[i - 12] >> 4);
        memcpy(panel + PANEL * GROUP / 2 + 2 * output, in, 2);
        memcpy(panel + PANEL * GROUP / 2 + SCALES_BYTES + 2 * output, in + 2, 2);
    }
}

void recto_place_q4_k(uint8_t *restrict panel, const uint8_t *restrict in, size_t output, size_t blocks) {
    for (size_t b = 0; b < blocks; b++, in += RECTO_Q4_K_BYTES) {
        float d = half_to_float(in), m = half_to_float(in + 2);
        for (size_t g = 0; g < LONG_GROUPS; g++, panel += GROUP_BYTES_Q4_1) {
            const uint8_t *halves = in + 16 + g / 2 * GROUP;
            float scale, minimum;
            long_scales(in + 4, g, &scale, &minimum);
            for (size_t i = 0; i < GROUP; i++) place_half(panel, output, i, halves[i] >> (g % 2 ? 4 : 0) & 15);
            _Float16 rounded = (_Float16)(d * scale), start = (_Float16)(-m * minimum);
            memcpy(panel + PANEL * GROUP / 2 + 2 * output, &rounded, 2);
            memcpy(panel + PANEL * GROUP / 2 + SCALES_BYTES + 2 * output, &start, 2);
        }
    }
}
