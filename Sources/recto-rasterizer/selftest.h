// Proves that the confinement holds: attacks, each in a process of its own, confined like a rendering one.
#ifndef RECTO_SELFTEST_H
#define RECTO_SELFTEST_H

#include "options.h"

// Runs 16 probes and prints one JSON line. Returns the exit status: 0 when only reading the font
// configuration was allowed.
int selftest_run(const struct options *options);

#endif
