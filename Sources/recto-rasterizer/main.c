// recto-rasterizer: turns one page of one document into pixels and words, in a process that confines itself first.
#define _GNU_SOURCE
#include "complaints.h"
#include "confine.h"
#include "limits.h"
#include "options.h"
#include "pdf.h"
#include "png_page.h"
#include "report.h"
#include "selftest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD_BYTES = 1024, MOST_PASSWORD_BYTES = 1 << 16, PIPE_BYTES = 1 << 20 };

enum kind { KIND_PDF, KIND_PNG };

static int open_document(const char *path) {
    // Without blocking, in case the path names a pipe that nobody writes.
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) {
        report_failure(EXIT_STATUS_UNREADABLE, "unreadable", "reason", strerror(errno), NULL);
    }
    if (!S_ISREG(status.st_mode)) {
        report_failure(EXIT_STATUS_UNREADABLE, "unreadable", "reason", "it is not a regular file", NULL);
    }
    if (status.st_size == 0) {
        report_failure(EXIT_STATUS_DOCUMENT, "empty", NULL);
    }
    return file;
}

// Reads NUL-terminated passwords up to an empty one: the end of the input may be late when another process
// has inherited its other end.
static struct passwords read_passwords(bool are_expected) {
    static char bytes[MOST_PASSWORD_BYTES + 2]; // the last bytes stay NUL
    struct passwords passwords = {.bytes = bytes};
    size_t count = 0;
    bool is_finished = !are_expected;
    while (!is_finished && count < MOST_PASSWORD_BYTES) {
        ssize_t got = read(STDIN_FILENO, bytes + count, MOST_PASSWORD_BYTES - count);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        count += got > 0 ? (size_t)got : 0;
        is_finished = got <= 0 || memmem(bytes, count, "\0", 2) != NULL;
    }
    while (passwords.count < count && bytes[passwords.count] != '\0') {
        passwords.count += strlen(bytes + passwords.count) + 1;
    }
    return passwords;
}

static const char *name_of(const unsigned char *head, size_t count) {
    static const struct {
        const char *magic;
        size_t length;
        const char *name;
    } known[] = {
        {"\xFF\xD8\xFF", 3, "a JPEG image"},      {"II*\0", 4, "a TIFF image"},  {"MM\0*", 4, "a TIFF image"},
        {"GIF8", 4, "a GIF image"},               {"PK\x03\x04", 4, "a ZIP archive or an office document"},
        {"\xD0\xCF\x11\xE0", 4, "an old office document"}, {"<", 1, "XML or HTML"}, {"{\\rtf", 5, "RTF text"},
        {"%!PS", 4, "PostScript"},                {"RIFF", 4, "a RIFF file"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (count >= known[i].length && memcmp(head, known[i].magic, known[i].length) == 0) {
            return known[i].name;
        }
    }
    return "something unknown";
}

// Tells PDF and PNG by their first bytes; readers accept a PDF header anywhere in the first kilobyte.
static enum kind recognise(int file) {
    unsigned char head[HEAD_BYTES];
    ssize_t count = pread(file, head, sizeof head, 0);
    if (count < 0) {
        report_failure(EXIT_STATUS_UNREADABLE, "unreadable", "reason", strerror(errno), NULL);
    }
    if (count >= 8 && memcmp(head, "\x89PNG\r\n\x1A\n", 8) == 0) {
        return KIND_PNG;
    }
    if (memmem(head, (size_t)count, "%PDF-", 5) == NULL) {
        report_failure(EXIT_STATUS_DOCUMENT, "unsupported", "found", name_of(head, (size_t)count), NULL);
    }
    return KIND_PDF;
}

int main(int count, char **arguments) {
    // Nothing that a careless parent left open is within reach.
    close_range(3, ~0U, 0);
    struct options options = options_parse(count, arguments);
    if (options.command == COMMAND_SELFTEST) {
        return selftest_run(&options);
    }
    signal(SIGPIPE, SIG_DFL);
    fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_BYTES); // fewer turns between writer and reader; fails on files
    struct passwords passwords = read_passwords(options.reads_passwords);
    int file = open_document(options.file);
    complaints_capture();
    if (passwords.count > 0) {
        pdf_prepare_passwords();
    }
    limits_apply(&options);
    struct protections active = confine(options.allows_unconfined);
    // From here on the document's bytes are looked at.
    enum kind kind = recognise(file);
    if (kind == KIND_PNG && options.command == COMMAND_INSPECT) {
        png_inspect(file, &options, &active);
    } else if (kind == KIND_PNG) {
        png_render(file, &options, &active);
    } else if (options.command == COMMAND_INSPECT) {
        pdf_inspect(file, &passwords, &active);
    } else {
        pdf_render(file, &passwords, &options, &active);
    }
    // No destructors: nothing that a hostile document left behind is touched again.
    _exit(0);
}
