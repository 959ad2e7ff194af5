#ifndef RECTO_ATTENTION_BF16_H
#define RECTO_ATTENTION_BF16_H

#include <stddef.h>
#include <stdint.h>

/*
 * Keys and values of one head, stride values apart, as packed weights of recto_packed.h: keys become the outputs of a
 * product with head_dim inputs, values the inputs of one with head_dim outputs. head_dim is even.
 */
void recto_pack_keys(uint8_t *restrict out, const uint16_t *restrict keys, size_t count, size_t head_dim,
                     size_t stride);
void recto_pack_values(uint8_t *restrict out, const uint16_t *restrict values, size_t count, size_t head_dim,
                       size_t stride);

/*
 * The numerators of a softmax over columns [begin, end) of a row's scores for one block of keys, as bfloat16:
 * exp((score - largest) * scale), where `largest` is that of all blocks so far; other columns below `columns` are 0.
 * `largest` and `sum`, the sum of the numerators before rounding, start at minus infinity and 0 and go from block to block.
 * Returns what to multiply sums over the blocks before with: 1 unless this block has a larger score.
 */
float recto_softmax_block_bf16(uint16_t *restrict out, const float *restrict scores, size_t begin, size_t end,
                               size_t columns, float scale, float *largest, float *sum);
float recto_softmax_block_bf16_plain(uint16_t *restrict out, const float *restrict scores, size_t begin, size_t end,
                                     size_t columns, float scale, float *largest, float *sum);

/* Multiplies each of some rows, stride values apart, with a factor of its own. */
void recto_scale_rows(float *restrict rows, const float *restrict factors, size_t count, size_t columns, size_t stride);

/*
 * One query of one head over keys [0, count), as recto_attention_row_f32, with keys and values in bfloat16; scores is
 * scratch for count values.
 */
void recto_attention_row_bf16(float *restrict out, float *restrict scores, const float *restrict query,
                              const uint16_t *restrict keys, const uint16_t *restrict values, size_t count,
                              size_t head_dim, size_t stride, float scale);

#endif
