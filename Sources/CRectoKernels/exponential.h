#ifndef RECTO_EXPONENTIAL_H
#define RECTO_EXPONENTIAL_H

/* exp in float32 that the compiler can vectorise; not part of the public headers. */

#include <stdint.h>
#include <string.h>

/*
 * Relative error below 2e-7 for x in [-87, 88]; beyond, the result is that of the nearer end (never 0, never infinite).
 * x = n ln2 + r, |r| <= ln2/2; exp(r) by a polynomial of degree 6; 2^n through the exponent's bits.
 */
static inline __attribute__((always_inline)) float exponential(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    /* Adding and subtracting 1.5 * 2^23 rounds to the nearest whole number; a compiler may not fold it away. */
    float shifted = x * 1.44269504088896341f + 12582912.0f;
    float n = shifted - 12582912.0f;
    float r = x - n * 0.693145751953125f;
    r = r - n * 1.42860682030941723e-6f;
    float p = 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits - 0x4B400000u + 127u) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return p * power;
}

#endif
