#ifndef RECTO_BLOCKS_H
#define RECTO_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Quantised rows as ggml lays them out (ggml-common.h): blocks one after the other along a row, numbers little-endian.
 *
 *   q8_0    32 values: d float16, 32 signed bytes;                       value = d * byte
 *   q4_0    32 values: d float16, 16 bytes, value i in the low half
 *           of byte i, value 16 + i in the high half;                    value = d * (half - 8)
 *   q4_1    32 values: d and m float16, 16 bytes as in q4_0;             value = d * half + m
 *   iq4_nl  as q4_0;                                                     value = d * (codes[half] - 128)
 *   q4_k    256 values in 8 groups of 32: d and m float16, 12 bytes with
 *           a scale s and a minimum n of 6 bits for each group, 128
 *           bytes of halves;                                             value = d * s * half - m * n
 *   q6_k    256 values in 16 groups of 16: 128 bytes with the low halves,
 *           64 bytes with the upper 2 bits, 16 signed scales s, d
 *           float16;                                                     value = d * s * (six bits - 32)
 *
 * Rows may be unaligned.
 */

/* Bytes of one block and values in it. */
enum {
    RECTO_Q8_0_BYTES = 34,
    RECTO_Q4_0_BYTES = 18,
    RECTO_Q4_1_BYTES = 20,
    RECTO_Q4_K_BYTES = 144,
    RECTO_Q6_K_BYTES = 210,
};

/* Expands `blocks` blocks to float32, product by product as the formulas above say, without fused operations. */
void recto_expand_q8_0(float *restrict out, const uint8_t *restrict in, size_t blocks);
void recto_expand_q4_0(float *restrict out, const uint8_t *restrict in, const uint8_t codes[16], size_t blocks);
void recto_expand_q4_1(float *restrict out, const uint8_t *restrict in, size_t blocks);
void recto_expand_q4_k(float *restrict out, const uint8_t *restrict in, size_t blocks);
void recto_expand_q6_k(float *restrict out, const uint8_t *restrict in, size_t blocks);

/*
 * Puts a row of `blocks` blocks in the place of output `output` of a panel as in recto_packed.h: q8_0 into q8_0, q4_0 and
 * iq4_nl into q4 (whose codes then are those of the blocks), q4_1 into q4_1, value for value. q4_k goes into q4_1 with
 * the same halves; its scales and minimums are rounded to float16 once.
 */
void recto_place_q8_0(uint8_t *restrict panel, const uint8_t *restrict in, size_t output, size_t blocks);
void recto_place_q4_0(uint8_t *restrict panel, const uint8_t *restrict in, size_t output, size_t blocks);
void recto_place_q4_1(uint8_t *restrict panel, const uint8_t *restrict in, size_t output, size_t blocks);
void recto_place_q4_k(uint8_t *restrict panel, const uint8_t *restrict in, size_t output, size_t blocks);

#endif
