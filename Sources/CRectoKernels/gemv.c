#include "recto_gemv.h"

#include "element.h"
#include "recto_kernel.h"

/* Four rows at a time: every load of x serves four sums, and the sums do not wait for each other. */
#define GEMV(NAME, ELEMENT, SIZE)                                                                          \
    RECTO_KERNEL                                                                                           \
    void NAME(float *restrict out, const void *restrict weights, const float *restrict x, size_t rows,     \
              size_t columns) {                                                                            \
        _Pragma("clang fp reassociate(on) contract(fast)")                                                 \
        const char *row = weights;                                                                         \
        size_t stride = columns * SIZE, r = 0;                                                             \
        for (; r + 4 <= rows; r += 4, row += 4 * stride) {                                                 \
            const char *b = row + stride, *c = b + stride, *d = c + stride;                                \
            float s0 = 0, s1 = 0, s2 = 0, s3 = 0;                                                          \
            for (size_t k = 0; k < columns; k++) {                                                         \
                s0 += ELEMENT(row, k) * x[k];                                                              \
                s1 += ELEMENT(b, k) * x[k];                                                                \
                s2 += ELEMENT(c, k) * x[k];                                                                \
                s3 += ELEMENT(d, k) * x[k];                                                                \
            }                                                                                              \
            out[r] = s0, out[r + 1] = s1, out[r + 2] = s2, out[r + 3] = s3;                                \
        }                                                                                                  \
        for (; r < rows; r++, row += stride) {                                                             \
            float sum = 0;                                                                                 \
            for (size_t k = 0; k < columns; k++) sum += ELEMENT(row, k) * x[k];                            \
            out[r] = sum;                                                                                  \
        }                                                                                                  \
    }

GEMV(recto_gemv_f32, element_f32, 4)
GEMV(recto_gemv_f16, element_f16, 2)
GEMV(recto_gemv_bf16, element_bf16, 2)
