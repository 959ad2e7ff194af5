#ifndef RECTO_ATTENTION_H
#define RECTO_ATTENTION_H

#include <stddef.h>

/*
 * One query of one head over keys [0, count): out = softmax(scale * q . k) v.
 * Key and value j start at keys + j * stride and values + j * stride; scores is scratch for count values.
 */
void recto_attention_row_f32(float *restrict out, float *restrict scores, const float *restrict query,
                             const float *restrict keys, const float *restrict values, size_t count, size_t head_dim,
                             size_t stride, float scale);

#endif
