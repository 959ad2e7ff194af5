// Calls that glibc declares only for _GNU_SOURCE, which Swift's Glibc module does not define.
// Each returns what the call returns and leaves errno as the call left it.
#pragma once

#include <fcntl.h>
#include <stdint.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

long syscall(long number, ...);

// renameat2(RENAME_NOREPLACE): fails with EEXIST where rename would overwrite.
static inline int recto_rename_no_replace(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1u);
}

// fcntl(F_SETLEASE): 1024 is F_SETLEASE in linux/fcntl.h. Fails with EAGAIN while somebody has the file open for
// writing.
static inline int recto_take_read_lease(int file) { return fcntl(file, 1024, F_RDLCK); }
static inline int recto_give_lease_back(int file) { return fcntl(file, 1024, F_UNLCK); }

// f_type of statfs into `magic`.
static inline int recto_file_system_magic(const char *path, uint32_t *magic) {
    struct statfs status;
    int result = statfs(path, &status);
    if (result == 0) *magic = (uint32_t)status.f_type;
    return result;
}

// f_bavail and f_frsize of statfs, multiplied, into `bytes`.
static inline int recto_free_bytes(const char *path, uint64_t *bytes) {
    struct statfs status;
    int result = statfs(path, &status);
    if (result == 0) *bytes = (uint64_t)status.f_bavail * (uint64_t)status.f_frsize;
    return result;
}
#include <malloc.h>
