#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void report_append_string(GString *json, const char *text) {
    char *valid = g_utf8_make_valid(text, -1);
    g_string_append_c(json, '"');
    for (const unsigned char *byte = (const unsigned char *)valid; *byte != '\0'; byte++) {
        if (*byte == '"' || *byte == '\\') {
            g_string_append_c(json, '\\');
            g_string_append_c(json, (char)*byte);
        } else if (*byte < 0x20) {
            g_string_append_printf(json, "\\u%04x", *byte);
        } else {
            g_string_append_c(json, (char)*byte);
        }
    }
    g_string_append_c(json, '"');
    g_free(valid);
}

void report_append_number(GString *json, double value) {
    // The locale is never set, so the decimal separator is a point.
    g_string_append_printf(json, "%.3f", isfinite(value) ? value : 0.0);
}

void report_write(const void *bytes, size_t count) {
    const char *next = bytes;
    while (count > 0) {
        ssize_t written = write(STDOUT_FILENO, next, count);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            _exit(EXIT_STATUS_OUTPUT);
        }
        next += written;
        count -= (size_t)written;
    }
}

_Noreturn void report_failure(int status, const char *code, ...) {
    GString *json = g_string_new("{\"error\":{\"code\":");
    report_append_string(json, code);
    g_string_append(json, ",\"facts\":{");
    va_list facts;
    va_start(facts, code);
    const char *separator = "";
    for (const char *name = va_arg(facts, const char *); name != NULL; name = va_arg(facts, const char *)) {
        g_string_append(json, separator);
        report_append_string(json, name);
        g_string_append_c(json, ':');
        report_append_string(json, va_arg(facts, const char *));
        separator = ",";
    }
    va_end(facts);
    g_string_append(json, "}}}\n");
    report_write(json->str, json->len);
    _exit(status);
}

_Noreturn void report_emergency(int status, const char *code, const char *fact, unsigned long long value) {
    // Built by hand: snprintf may allocate and is not safe in a signal handler.
    char digits[24];
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    const char *before[] = {"{\"error\":{\"code\":\"", code, "\",\"facts\":{\"", fact, "\":\""};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        report_write(before[i], strlen(before[i]));
    }
    report_write(digits + first, sizeof digits - first);
    report_write("\"}}}\n", 5);
    _exit(status);
}
