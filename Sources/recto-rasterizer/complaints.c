#define _GNU_SOURCE
#include "complaints.h"

#include "report.h"

#include <fcntl.h>
#include <unistd.h>

enum { KEPT_LINES = 20, KEPT_BYTES = 300 };

static int read_end = -1;
static GPtrArray *lines;

// poppler sends its complaints to GLib's log, below the level that is printed.
static void on_log(const char *domain, GLogLevelFlags level, const char *message, void *context) {
    (void)level;
    (void)context;
    if (g_strcmp0(domain, "Poppler") == 0) {
        complaints_add(message);
    }
}

void complaints_capture(void) {
    int ends[2];
    lines = g_ptr_array_new();
    g_log_set_default_handler(on_log, NULL);
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0 || dup2(ends[1], STDERR_FILENO) < 0) {
        report_failure(EXIT_STATUS_INTERNAL, "rasterizer.pipe", NULL);
    }
    close(ends[1]);
    read_end = ends[0];
}

void complaints_add(const char *text) {
    if (lines == NULL || *text == '\0') {
        return;
    }
    char *line = g_strndup(text, KEPT_BYTES);
    for (guint i = 0; i < lines->len; i++) {
        if (g_str_equal(lines->pdata[i], line)) {
            g_free(line);
            return;
        }
    }
    g_ptr_array_add(lines, line);
}

static void drain(void) {
    GString *all = g_string_new(NULL);
    char block[4096];
    for (ssize_t count = read(read_end, block, sizeof block); count > 0;
         count = read(read_end, block, sizeof block)) {
        g_string_append_len(all, block, count);
    }
    char **parts = g_strsplit(all->str, "\n", -1);
    for (char **part = parts; *part != NULL; part++) {
        complaints_add(g_strstrip(*part));
    }
    g_strfreev(parts);
    g_string_free(all, TRUE);
}

void complaints_append(GString *json) {
    drain();
    g_string_append_c(json, '[');
    for (guint i = 0; i < lines->len && i < KEPT_LINES; i++) {
        if (i > 0) {
            g_string_append_c(json, ',');
        }
        report_append_string(json, lines->pdata[i]);
    }
    if (lines->len > KEPT_LINES) {
        char *more = g_strdup_printf("and %u more complaints", lines->len - KEPT_LINES);
        g_string_append_c(json, ',');
        report_append_string(json, more);
        g_free(more);
    }
    g_string_append_c(json, ']');
}

char *complaints_last(void) {
    drain();
    return g_strdup(lines->len > 0 ? lines->pdata[lines->len - 1] : "no further explanation");
}
