#include "recto_resize.h"

#if defined(__x86_64__) && defined(__linux__)
#define RECTO_KERNEL __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define RECTO_KERNEL
#endif

enum { WEIGHT_BITS = 22, BLOCK = 192 };

static inline uint8_t clamped(int32_t sum) {
    int32_t value = sum >> WEIGHT_BITS;
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

RECTO_KERNEL
void recto_resample_rows_u8(uint8_t *restrict out, const uint8_t *restrict in, size_t rows, size_t in_width,
                            size_t out_width, const int32_t *restrict starts, const int32_t *restrict counts,
                            const int32_t *restrict weights, size_t taps) {
    const int32_t half = 1 << (WEIGHT_BITS - 1);
    for (size_t y = 0; y < rows; y++) {
        const uint8_t *row = in + y * in_width * 3;
        for (size_t x = 0; x < out_width; x++) {
            const uint8_t *pixel = row + (size_t)starts[x] * 3;
            const int32_t *weight = weights + x * taps;
            size_t count = (size_t)counts[x];
            int32_t red = half, green = half, blue = half;
            for (size_t i = 0; i < count; i++) {
                red += weight[i] * pixel[3 * i];
                green += weight[i] * pixel[3 * i + 1];
                blue += weight[i] * pixel[3 * i + 2];
            }
            *out++ = clamped(red);
            *out++ = clamped(green);
            *out++ = clamped(blue);
        }
    }
}

RECTO_KERNEL
void recto_resample_columns_u8(uint8_t *restrict out, const uint8_t *restrict in, size_t row_bytes, size_t out_height,
                               const int32_t *restrict starts, const int32_t *restrict counts,
                               const int32_t *restrict weights, size_t taps) {
    for (size_t y = 0; y < out_height; y++) {
        const uint8_t *rows = in + (size_t)starts[y] * row_bytes;
        const int32_t *weight = weights + y * taps;
        for (size_t x = 0; x < row_bytes; x += BLOCK) {
            size_t width = row_bytes - x < BLOCK ? row_bytes - x : BLOCK;
            int32_t sums[BLOCK];
            for (size_t i = 0; i < width; i++) sums[i] = 1 << (WEIGHT_BITS - 1);
            for (int32_t row = 0; row < counts[y]; row++) {
                const uint8_t *bytes = rows + (size_t)row * row_bytes + x;
                for (size_t i = 0; i < width; i++) sums[i] += weight[row] * bytes[i];
            }
            for (size_t i = 0; i < width; i++) out[y * row_bytes + x + i] = clamped(sums[i]);
        }
    }
}
