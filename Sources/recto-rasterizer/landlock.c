// File system access: fonts, their configuration and poppler's character maps, for reading only. The document
// itself was opened before.
#define _GNU_SOURCE
#include "confine.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kernel's interface, spelled out because the headers of older distributions lack the newer rights.
struct ruleset_attributes {
    uint64_t file_system;
    uint64_t network;
    uint64_t scoped;
};
struct __attribute__((packed)) path_rule {
    uint64_t allowed;
    int32_t parent;
};
enum { RULE_PATH_BENEATH = 1, FLAG_VERSION = 1 };

static const uint64_t right_read_file = UINT64_C(1) << 2;
static const uint64_t right_read_folder = UINT64_C(1) << 3;

static const char *const readable_folders[] = {
    "/usr/share/fonts",       "/usr/local/share/fonts", "/etc/fonts", "/usr/share/fontconfig",
    "/var/cache/fontconfig",  "/usr/share/poppler",
    // Debian's fontconfig also lists the fonts that TeX's packages bring (fonts-lmodern, fonts-texgyre, texlive), and prefers them.
    "/usr/share/texmf/fonts", "/usr/share/texlive/texmf-dist/fonts", "/usr/local/share/texmf/fonts",
};

static uint64_t handled_file_rights(long abi) {
    uint64_t rights = (UINT64_C(1) << 13) - 1;
    if (abi >= 2) {
        rights |= UINT64_C(1) << 13; // refer
    }
    if (abi >= 3) {
        rights |= UINT64_C(1) << 14; // truncate
    }
    if (abi >= 5) {
        rights |= UINT64_C(1) << 15; // ioctl on devices
    }
    return rights;
}

// Returns false when the rule was refused; a path that does not exist needs no rule.
static bool allow_reading(int ruleset, const char *path) {
    if (path == NULL) {
        return true;
    }
    int parent = open(path, O_PATH | O_CLOEXEC);
    if (parent < 0) {
        return true;
    }
    struct stat status;
    bool is_folder = fstat(parent, &status) == 0 && S_ISDIR(status.st_mode);
    struct path_rule rule = {
        .allowed = is_folder ? right_read_file | right_read_folder : right_read_file,
        .parent = parent,
    };
    long result = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
    close(parent);
    return result == 0;
}

int confine_landlock(void) {
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, FLAG_VERSION);
    if (abi <= 0) {
        return 0;
    }
    struct ruleset_attributes attributes = {
        .file_system = handled_file_rights(abi),
        .network = abi >= 4 ? 3 : 0, // bind and connect over TCP
        .scoped = abi >= 6 ? 3 : 0,  // abstract sockets and signals
    };
    size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
    if (ruleset < 0) {
        return 0;
    }
    bool is_complete = true;
    for (size_t i = 0; i < sizeof readable_folders / sizeof readable_folders[0]; i++) {
        is_complete = allow_reading(ruleset, readable_folders[i]) && is_complete;
    }
    // Where an administrator keeps the font configuration elsewhere.
    is_complete = allow_reading(ruleset, getenv("FONTCONFIG_FILE")) && is_complete;
    is_complete = allow_reading(ruleset, getenv("FONTCONFIG_PATH")) && is_complete;
    is_complete = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0 && is_complete;
    close(ruleset);
    return is_complete ? (int)abi : -1;
}
