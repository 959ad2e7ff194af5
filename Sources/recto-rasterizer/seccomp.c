// System calls: what allocating, reading fonts and writing the answer need. Anything else kills the process.
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

// Calls that are harmless with any arguments. Names that an architecture lacks are skipped by libseccomp.
static const int harmless_calls[] = {
    SCMP_SYS(read),          SCMP_SYS(write),           SCMP_SYS(readv),         SCMP_SYS(writev),
    SCMP_SYS(pread64),       SCMP_SYS(lseek),           SCMP_SYS(close),         SCMP_SYS(dup),
    SCMP_SYS(fstat),         SCMP_SYS(newfstatat),      SCMP_SYS(statx),         SCMP_SYS(access),
    SCMP_SYS(faccessat),     SCMP_SYS(faccessat2),      SCMP_SYS(readlink),      SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),    SCMP_SYS(fstatfs),         SCMP_SYS(statfs),        SCMP_SYS(fadvise64),
    SCMP_SYS(stat),          SCMP_SYS(lstat),           SCMP_SYS(brk),           SCMP_SYS(munmap),
    SCMP_SYS(mremap),        SCMP_SYS(madvise),         SCMP_SYS(futex),         SCMP_SYS(exit),
    SCMP_SYS(exit_group),    SCMP_SYS(clock_gettime),   SCMP_SYS(gettimeofday),  SCMP_SYS(time),
    SCMP_SYS(getrandom),     SCMP_SYS(rt_sigreturn),    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
    SCMP_SYS(restart_syscall), SCMP_SYS(getpid),        SCMP_SYS(gettid),        SCMP_SYS(getppid),
    SCMP_SYS(getuid),        SCMP_SYS(geteuid),         SCMP_SYS(getgid),        SCMP_SYS(getegid),
    SCMP_SYS(sched_yield),   SCMP_SYS(sched_getaffinity), SCMP_SYS(rseq),        SCMP_SYS(sysinfo),
    SCMP_SYS(set_robust_list), SCMP_SYS(uname),         SCMP_SYS(getcwd),
};

// Calls that libraries try on the way (terminal check, writing the font cache); refused without killing.
static const struct {
    int call;
    int error;
} refused_calls[] = {
    {SCMP_SYS(ioctl), ENOTTY},  {SCMP_SYS(mkdir), EACCES},  {SCMP_SYS(mkdirat), EACCES}, {SCMP_SYS(chmod), EACCES},
    {SCMP_SYS(fchmodat), EACCES}, {SCMP_SYS(link), EACCES}, {SCMP_SYS(linkat), EACCES}, {SCMP_SYS(unlink), EACCES},
    {SCMP_SYS(unlinkat), EACCES}, {SCMP_SYS(utimensat), EACCES},
};

static struct scmp_arg_cmp equal(unsigned argument, scmp_datum_t value) {
    return (struct scmp_arg_cmp){.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
}

// Looks only at the bits of the mask.
static struct scmp_arg_cmp masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
    return (struct scmp_arg_cmp){.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

static bool allow(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition) {
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, condition) == 0;
}

static bool refuse(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition) {
    return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 1, condition) == 0;
}

static bool add_conditional_rules(scmp_filter_ctx filter) {
    const unsigned writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
    const pid_t self = getpid();
    bool done = true;
    // Memory that can be executed is never mapped again: all code was loaded before.
    done = allow(filter, SCMP_SYS(mmap), masked(2, PROT_EXEC, 0)) && done;
    done = allow(filter, SCMP_SYS(mprotect), masked(2, PROT_EXEC, 0)) && done;
    // Opening for reading; Landlock says where. Opening for writing is refused without killing.
    done = allow(filter, SCMP_SYS(openat), masked(2, writing, O_RDONLY)) && done;
    done = allow(filter, SCMP_SYS(open), masked(1, writing, O_RDONLY)) && done;
    done = refuse(filter, SCMP_SYS(openat), masked(2, O_ACCMODE, O_WRONLY)) && done;
    done = refuse(filter, SCMP_SYS(openat), masked(2, O_ACCMODE, O_RDWR)) && done;
    const int descriptor_commands[] = {F_GETFL, F_GETFD, F_SETFD, F_DUPFD_CLOEXEC};
    for (size_t i = 0; i < sizeof descriptor_commands / sizeof descriptor_commands[0]; i++) {
        done = allow(filter, SCMP_SYS(fcntl), equal(1, (unsigned)descriptor_commands[i])) && done;
    }
    // abort() signals itself; nobody else can be signalled. Limits may be read, not set.
    done = allow(filter, SCMP_SYS(tgkill), equal(0, (unsigned)self)) && done;
    done = allow(filter, SCMP_SYS(prlimit64), equal(2, 0)) && done;
    return done;
}

bool confine_seccomp(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL) {
        return false;
    }
    bool done = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0;
    for (size_t i = 0; i < sizeof harmless_calls / sizeof harmless_calls[0]; i++) {
        done = seccomp_rule_add(filter, SCMP_ACT_ALLOW, harmless_calls[i], 0) == 0 && done;
    }
    for (size_t i = 0; i < sizeof refused_calls / sizeof refused_calls[0]; i++) {
        done = seccomp_rule_add(filter, SCMP_ACT_ERRNO((unsigned)refused_calls[i].error),
                                refused_calls[i].call, 0) == 0 && done;
    }
    done = add_conditional_rules(filter) && done;
    done = done && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return done;
}
