#ifndef RECTO_PACKED_H
#define RECTO_PACKED_H

/* How packed weights lie in memory; see include/recto_packed.h. Not part of the public headers. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "exponential.h"

enum { PANEL = 32, GROUP = 32, SCALES_BYTES = 2 * PANEL };

/* Bytes of one pair or one group of inputs of one panel. */
enum {
    PAIR_BYTES = 4 * PANEL,
    GROUP_BYTES_Q8 = PANEL * GROUP + SCALES_BYTES,
    GROUP_BYTES_Q4 = PANEL * GROUP / 2 + SCALES_BYTES,
    GROUP_BYTES_Q4_1 = PANEL * GROUP / 2 + 2 * SCALES_BYTES,
};

static inline size_t group_count(size_t columns) { return (columns + GROUP - 1) / GROUP; }

static inline float half_to_float(const uint8_t *bytes) {
    _Float16 half;
    memcpy(&half, bytes, sizeof half);
    return (float)half;
}

static inline float bf16_to_float(uint16_t upper) {
    uint32_t bits = (uint32_t)upper << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Round to nearest, ties to even; what is not a number stays so. */
static inline uint16_t float_to_bf16(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return (uint16_t)(bits >> 16 | 0x40u);
    return (uint16_t)((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
}

static inline size_t pair_count(size_t columns) { return (columns + 1) / 2; }

/* The activation of struct recto_finish. */
static inline __attribute__((always_inline)) float finished(float sum, int activation) {
    if (activation == 1) {
        float inner = 0.7978845608028654f * (sum + 0.044715f * sum * sum * sum);
        return sum / (1.0f + exponential(-2.0f * inner));
    }
    if (activation == 2) return sum / (1.0f + exponential(-1.702f * sum));
    return sum;
}

#endif
