#include "options.h"

#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage_text[] =
    "usage: recto-rasterizer inspect FILE [OPTIONS]\n"
    "       recto-rasterizer page FILE N [OPTIONS]\n"
    "       recto-rasterizer selftest [OPTIONS]\n"
    "\n"
    "Renders one page of a PDF or PNG in a process that has confined itself, and prints one JSON line;\n"
    "after the line of a page come its words (JSON, `wordsBytes` long) and its pixels (RGB, 8 bits).\n"
    "An error is one line {\"error\":{\"code\":…,\"facts\":{…}}} and an exit status from 64 to 77.\n"
    "\n"
    "  --dpi D              pixels per inch wanted (150)\n"
    "  --lowest-dpi D       refuse a page that would need less (20)\n"
    "  --max-pixels N       lower the DPI rather than exceed it (40000000)\n"
    "  --max-side N         the same for one side (20000)\n"
    "  --memory BYTES       address space (1073741824)\n"
    "  --cpu SECONDS        processor time (20)\n"
    "  --wall SECONDS       time from start to end (60)\n"
    "  --passwords          try the NUL-terminated passwords on standard input; an empty one ends them\n"
    "  --allow-unconfined   go on where Landlock or seccomp is missing\n"
    "\n"
    "example: recto-rasterizer page invoice.pdf 1 --dpi 150 | head -n 1\n";

static _Noreturn void fail_usage(const char *argument) {
    fputs(usage_text, stderr);
    report_failure(EXIT_STATUS_USAGE, "rasterizer.usage", "argument", argument, NULL);
}

static double parse_number(const char *text, double low, double high) {
    char *end = NULL;
    errno = 0;
    double value = text != NULL ? strtod(text, &end) : 0;
    if (text == NULL || end == text || *end != '\0' || errno != 0 || !(value >= low && value <= high)) {
        fail_usage(text != NULL ? text : "missing value");
    }
    return value;
}

static void parse_option(struct options *options, const char *name, const char *value, bool *took_value) {
    *took_value = true;
    if (strcmp(name, "--dpi") == 0) {
        options->dpi = parse_number(value, 0.001, 100000);
    } else if (strcmp(name, "--lowest-dpi") == 0) {
        options->lowest_dpi = parse_number(value, 0.001, 100000);
    } else if (strcmp(name, "--max-pixels") == 0) {
        options->max_pixels = (uint64_t)parse_number(value, 1, 1e9);
    } else if (strcmp(name, "--max-side") == 0) {
        options->max_side = (uint64_t)parse_number(value, 1, 32000);
    } else if (strcmp(name, "--memory") == 0) {
        options->memory_bytes = (uint64_t)parse_number(value, 1 << 20, 1e15);
    } else if (strcmp(name, "--cpu") == 0) {
        options->cpu_seconds = (unsigned)parse_number(value, 1, 1e6);
    } else if (strcmp(name, "--wall") == 0) {
        options->wall_seconds = (unsigned)parse_number(value, 1, 1e6);
    } else {
        *took_value = false;
        if (strcmp(name, "--passwords") == 0) {
            options->reads_passwords = true;
        } else if (strcmp(name, "--allow-unconfined") == 0) {
            options->allows_unconfined = true;
        } else {
            fail_usage(name);
        }
    }
}

struct options options_parse(int count, char **arguments) {
    struct options options = {
        .page = 1,
        .dpi = 150,
        .lowest_dpi = 20,
        .max_pixels = 40000000,
        .max_side = 20000,
        .memory_bytes = UINT64_C(1) << 30,
        .cpu_seconds = 20,
        .wall_seconds = 60,
    };
    if (count >= 2 && (strcmp(arguments[1], "--help") == 0 || strcmp(arguments[1], "-h") == 0)) {
        fputs(usage_text, stdout);
        exit(0);
    }
    if (count < 2) {
        fail_usage("missing command");
    }
    int next = 2;
    if (strcmp(arguments[1], "inspect") == 0) {
        options.command = COMMAND_INSPECT;
    } else if (strcmp(arguments[1], "page") == 0) {
        options.command = COMMAND_PAGE;
    } else if (strcmp(arguments[1], "selftest") == 0) {
        options.command = COMMAND_SELFTEST;
    } else {
        fail_usage(arguments[1]);
    }
    if (options.command != COMMAND_SELFTEST) {
        if (next >= count) {
            fail_usage("missing FILE");
        }
        options.file = arguments[next++];
    }
    if (options.command == COMMAND_PAGE) {
        options.page = (int)parse_number(next < count ? arguments[next] : NULL, 1, 1e9);
        next++;
    }
    while (next < count) {
        bool took_value = false;
        parse_option(&options, arguments[next], next + 1 < count ? arguments[next + 1] : NULL, &took_value);
        next += took_value ? 2 : 1;
    }
    return options;
}
