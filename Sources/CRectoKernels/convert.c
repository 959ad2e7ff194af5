#include "recto_convert.h"

#include <string.h>

#include "element.h"
#include "recto_kernel.h"

RECTO_KERNEL
void recto_expand_f16(float *restrict out, const void *restrict in, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = element_f16(in, i);
}

RECTO_KERNEL
void recto_expand_bf16(float *restrict out, const void *restrict in, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = element_bf16(in, i);
}
