#ifndef RECTO_ROPE_H
#define RECTO_ROPE_H

#include <stddef.h>

/*
 * In place: rotates the heads of one row by its position. Half-split ("rotate_half"): element d of the first half turns
 * with element d of the second. cosines and sines hold head_dim/2 values.
 */
void recto_rope_f32(float *restrict row, const float *restrict cosines, const float *restrict sines, size_t heads,
                    size_t head_dim);

#endif
