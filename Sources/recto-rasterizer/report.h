// Answers on standard output: one JSON line, and for a page the words and pixels after it.
#ifndef RECTO_REPORT_H
#define RECTO_REPORT_H

#include <glib.h>
#include <stddef.h>

// Exit statuses; every failure also prints one line {"error":{"code":…,"facts":{…}}}.
enum {
    EXIT_STATUS_USAGE = 64,      // wrong arguments
    EXIT_STATUS_DOCUMENT = 65,   // the document is at fault
    EXIT_STATUS_UNREADABLE = 66, // the file cannot be opened
    EXIT_STATUS_INTERNAL = 70,   // the program is at fault
    EXIT_STATUS_UNCONFINED = 71, // a protection is missing
    EXIT_STATUS_OUTPUT = 74,     // nobody reads the answer
    EXIT_STATUS_MEMORY = 75,     // an allocation failed
    EXIT_STATUS_CPU = 76,        // processor time used up
    EXIT_STATUS_TIME = 77,       // wall-clock time used up
};

// Appends a JSON string literal, quotes included; invalid UTF-8 is replaced.
void report_append_string(GString *json, const char *text);

// Appends a number with three decimals, never NaN or infinity.
void report_append_number(GString *json, double value);

// Writes all bytes to standard output; ends the process when nobody reads them.
void report_write(const void *bytes, size_t count);

// Prints the error line and ends the process. Facts are pairs of names and texts, ended by NULL.
_Noreturn void report_failure(int status, const char *code, ...) G_GNUC_NULL_TERMINATED;

// The same for places where nothing may be allocated: signal handlers and failed allocations.
_Noreturn void report_emergency(int status, const char *code, const char *fact, unsigned long long value);

#endif
