#ifndef RECTO_ELEMENT_H
#define RECTO_ELEMENT_H

/* Element `i` of an unaligned array of weights, as float32. Not part of the public headers. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline __attribute__((always_inline)) float element_f32(const void *values, size_t i) {
    float value;
    memcpy(&value, (const char *)values + 4 * i, sizeof value);
    return value;
}

static inline __attribute__((always_inline)) float element_f16(const void *values, size_t i) {
    _Float16 value;
    memcpy(&value, (const char *)values + 2 * i, sizeof value);
    return (float)value;
}

static inline __attribute__((always_inline)) float element_bf16(const void *values, size_t i) {
    uint16_t upper;
    memcpy(&upper, (const char *)values + 2 * i, sizeof upper);
    uint32_t bits = (uint32_t)upper << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#endif
