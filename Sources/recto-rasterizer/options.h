// The command line of recto-rasterizer.
#ifndef RECTO_OPTIONS_H
#define RECTO_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum command { COMMAND_INSPECT, COMMAND_PAGE, COMMAND_SELFTEST };

struct options {
    enum command command;
    const char *file;
    int page;              // counted from 1
    double dpi;            // wanted
    double lowest_dpi;     // below this a page is refused
    uint64_t max_pixels;
    uint64_t max_side;
    uint64_t memory_bytes;
    unsigned cpu_seconds;
    unsigned wall_seconds;
    bool reads_passwords;  // NUL-terminated passwords come on standard input, an empty one ends them
    bool allows_unconfined;
};

// Reads the arguments; prints usage and ends the process when they are wrong or ask for help.
struct options options_parse(int count, char **arguments);

#endif
