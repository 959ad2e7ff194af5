#ifndef RECTO_KERNEL_H
#define RECTO_KERNEL_H

/*
 * What every kernel of Recto keeps: no allocation, no locks, no globals, no I/O; the caller guarantees the sizes and that
 * output and input do not overlap unless the kernel says "in place". All matrices are row-major.
 *
 * RECTO_KERNEL compiles a function once for each level of x86-64; the loader picks the best that the processor runs.
 */
#if defined(__x86_64__) && defined(__linux__)
#define RECTO_KERNEL __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define RECTO_KERNEL
#endif

#endif
