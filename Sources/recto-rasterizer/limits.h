// Resource limits that the kernel enforces on this process.
#ifndef RECTO_LIMITS_H
#define RECTO_LIMITS_H

#include "options.h"

// Sets memory, processor, descriptor, core and lock limits and a wall-clock alarm. Exceeding processor or
// wall-clock time prints an error line; the hard limits behind it kill without one.
void limits_apply(const struct options *options);

#endif
