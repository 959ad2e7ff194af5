#include "recto_rope.h"

#include "recto_kernel.h"

RECTO_KERNEL
void recto_rope_f32(float *restrict row, const float *restrict cosines, const float *restrict sines, size_t heads,
                    size_t head_dim) {
    size_t half = head_dim / 2;
    for (size_t h = 0; h < heads; h++, row += head_dim) {
        for (size_t d = 0; d < half; d++) {
            float first = row[d], second = row[half + d];
            row[d] = first * cosines[d] - second * sines[d];
            row[half + d] = second * cosines[d] + first * sines[d];
        }
    }
}
