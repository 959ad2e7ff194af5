// Failed allocations end the process: poppler and cairo would leave the page blank and say nothing.
#ifndef RECTO_MEMORY_H
#define RECTO_MEMORY_H

#include <stdint.h>

// From now on a failed allocation anywhere in the process reports `memory-limit` and exits.
void memory_guard(uint64_t limit_bytes);

#endif
