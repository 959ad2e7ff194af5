// What poppler and its libraries print on standard error, collected so that it reaches the caller as warnings.
#ifndef RECTO_COMPLAINTS_H
#define RECTO_COMPLAINTS_H

#include <glib.h>

// Collects GLib's log, and standard error through a pipe that never blocks; what does not fit is dropped.
void complaints_capture(void);

// Adds a warning of our own.
void complaints_add(const char *text);

// Appends a JSON array of the distinct lines collected so far, at most 20 and then how many more there were.
void complaints_append(GString *json);

// The last complaint as text to quote in an error, never NULL; the caller frees it.
char *complaints_last(void);

#endif
