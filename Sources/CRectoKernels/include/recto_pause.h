#ifndef RECTO_PAUSE_H
#define RECTO_PAUSE_H

/* Tells the processor that this thread waits for another one in a short loop. */
static inline void recto_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

#endif
