// Replaces the allocation functions of the whole process, libraries included, by ones that look at the result.
#include "memory.h"

#include "report.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

// glibc's own allocation functions, exported for replacements like these.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static volatile uint64_t guarded_limit;

void memory_guard(uint64_t limit_bytes) {
    guarded_limit = limit_bytes;
}

static void *checked(void *block, size_t size) {
    if (block == NULL && size > 0 && guarded_limit > 0) {
        report_emergency(EXIT_STATUS_MEMORY, "memory-limit", "megabytes", guarded_limit >> 20);
    }
    return block;
}

void *malloc(size_t size) {
    return checked(__libc_malloc(size), size);
}

void *calloc(size_t count, size_t size) {
    return checked(__libc_calloc(count, size), count > 0 ? size : 0);
}

void *realloc(void *block, size_t size) {
    return checked(__libc_realloc(block, size), size);
}

void *memalign(size_t alignment, size_t size) {
    return checked(__libc_memalign(alignment, size), size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return checked(__libc_memalign(alignment, size), size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    *block = checked(__libc_memalign(alignment, size), size);
    return *block == NULL && size > 0 ? ENOMEM : 0;
}
