#ifndef RECTO_CONVERT_H
#define RECTO_CONVERT_H

#include <stddef.h>
#include <stdint.h>

/* Expands `count` IEEE half-precision numbers to float32, exactly. `in` may be unaligned. */
void recto_expand_f16(float *restrict out, const void *restrict in, size_t count);

/* Expands `count` bfloat16 numbers to float32, exactly. `in` may be unaligned. */
void recto_expand_bf16(float *restrict out, const void *restrict in, size_t count);

#endif
