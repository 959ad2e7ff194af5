#ifndef RECTO_PACKED_H_PUBLIC
#define RECTO_PACKED_H_PUBLIC

#include <stddef.h>
#include <stdint.h>

/*
 * Products with packed weights: out[r][n] = finish(sum over k of x[r][k] * weights[n][k]).
 *
 * Packed weights are panels of 32 outputs, padded with zeros; a panel is a run of pairs of inputs (bfloat16) or of
 * groups of 32 (q8_0, q4), padded likewise, so that one row and many rows read it from the first byte to the last:
 *
 *   bfloat16  of each pair of inputs the 32 outputs, 2 values each                            128 bytes a pair
 *   q8_0      8 quads of inputs, of each the 32 outputs, 4 bytes each (value + 128);         1088 bytes a group
 *             then 32 scales in float16
 *   q4        4 octets of inputs, of each the 32 outputs, 4 bytes each, the low half of       576 bytes a group
 *             byte i for input i, the high half for input 4 + i; then 32 scales in float16
 *   q4_1      the same with 32 minimums in float16 after the scales                           640 bytes a group
 *
 * Weights are aligned to 64 bytes.
 *
 * A value of q8_0 is (byte - 128) * scale, of q4 (codes[nibble] - 128) * scale, of q4_1 nibble * scale + minimum.
 *
 * Every output of every row is summed in the same order whatever the number of rows, so a row's result does not depend
 * on its neighbours. Sums of products are float32 (bfloat16) or exact integers within a group (q8_0, q4).
 */

/* What becomes of a row's sums; bias may be NULL. */
struct recto_finish {
    const float *bias;  /* added first */
    int activation;     /* 0 none, 1 GELU in the tanh form, 2 quick GELU */
    int adds;           /* 1: the result is added to what out holds */
};

/* Whether the processor has the instructions that the fast versions need, or those of which the compiler makes use. */
int recto_has_avx2(void);
int recto_has_bf16(void);
int recto_has_vnni(void);

/* Turns rows of float32 into bfloat16, round to nearest even, padded with zeros to stride values. */
void recto_narrow_bf16(uint16_t *restrict out, const float *restrict x, size_t rows, size_t columns, size_t stride);

/*
 * Quantises rows of float32 to 8 bits by groups of 32 values, with one scale for each group. values has groups * 32 bytes
 * a row, scales and starts one entry a group; starts = -128 * sum of the bytes.
 */
void recto_quantize_rows(int8_t *restrict values, float *restrict scales, int32_t *restrict starts,
                         const float *restrict x, size_t rows, size_t columns);

/*
 * Products over panels [first, end) of weights with `outputs` real outputs and `groups` groups or `pairs` pairs of inputs.
 * bfloat16: x has row_stride values a row, zero behind the real inputs up to a whole pair. out has out_stride a row.
 */
void recto_product_bf16(float *restrict out, size_t out_stride, const uint16_t *restrict x, size_t row_stride,
                        const uint8_t *restrict weights, size_t rows, size_t pairs, size_t outputs, size_t first,
                        size_t end, const struct recto_finish *finish);
void recto_product_q8(float *restrict out, size_t out_stride, const int8_t *restrict x, const float *restrict scales,
                      const int32_t *restrict starts, const uint8_t *restrict weights, size_t rows,
                      size_t groups, size_t outputs, size_t first, size_t end, const struct recto_finish *finish);
void recto_product_q4(float *restrict out, size_t out_stride, const int8_t *restrict x, const float *restrict scales,
                      const int32_t *restrict starts, const uint8_t *restrict weights, const uint8_t codes[16],
                      size_t rows, size_t groups, size_t outputs, size_t first, size_t end,
                      const struct recto_finish *finish);
void recto_product_q4_1(float *restrict out, size_t out_stride, const int8_t *restrict x, const float *restrict scales,
                      const int32_t *restrict starts, const uint8_t *restrict weights,
                      size_t rows, size_t groups, size_t outputs, size_t first, size_t end,
                      const struct recto_finish *finish);

/* The same without any special instruction: what the others are tested against, and what other processors run. */
void recto_product_bf16_plain(float *restrict out, size_t out_stride, const uint16_t *restrict x, size_t row_stride,
                              const uint8_t *restrict weights, size_t rows, size_t pairs, size_t outputs, size_t first,
                              size_t end, const struct recto_finish *finish);
void recto_product_q8_plain(float *restrict out, size_t out_stride, const int8_t *restrict x,
                            const float *restrict scales, const int32_t *restrict starts,
                            const uint8_t *restrict weights, size_t rows, size_t groups, size_t outputs,
                            size_t first, size_t end, const struct recto_finish *finish);
void recto_product_q4_plain(float *restrict out, size_t out_stride, const int8_t *restrict x,
                            const float *restrict scales, const int32_t *restrict starts,
                            const uint8_t *restrict weights, const uint8_t codes[16], size_t rows,
                            size_t groups, size_t outputs, size_t first, size_t end,
                            const struct recto_finish *finish);
void recto_product_q4_1_plain(float *restrict out, size_t out_stride, const int8_t *restrict x,
                            const float *restrict scales, const int32_t *restrict starts,
                            const uint8_t *restrict weights, size_t rows,
                            size_t groups, size_t outputs, size_t first, size_t end,
                            const struct recto_finish *finish);

/*
 * Packs outputs [32 * panel, ...) of row-major float32 weights (columns values a row, `outputs` rows in all) as one panel.
 * The scale of a group is the one, of a few about the largest absolute value, with the least squared error.
 */
void recto_pack_bf16(uint8_t *restrict out, const float *restrict weights, size_t outputs, size_t columns, size_t panel);
void recto_pack_q8(uint8_t *restrict out, const float *restrict weights, size_t outputs, size_t columns, size_t panel);
void recto_pack_q4(uint8_t *restrict out, const float *restrict weights, const uint8_t codes[16], size_t outputs,
                   size_t columns, size_t panel);
void recto_pack_q4_1(uint8_t *restrict out, const float *restrict weights, size_t outputs, size_t columns,
                     size_t panel);

/* Reads one output's weights back as float32. */
void recto_unpack_bf16(float *restrict out, const uint8_t *restrict weights, size_t output, size_t columns);
void recto_unpack_q8(float *restrict out, const uint8_t *restrict weights, size_t output, size_t columns);
void recto_unpack_q4(float *restrict out, const uint8_t *restrict weights, const uint8_t codes[16], size_t output,
                     size_t columns);
void recto_unpack_q4_1(float *restrict out, const uint8_t *restrict weights, size_t output, size_t columns);

#endif
