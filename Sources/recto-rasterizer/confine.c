#define _GNU_SOURCE
#include "confine.h"

#include "report.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static _Noreturn void fail_missing(const char *protection) {
    report_failure(EXIT_STATUS_UNCONFINED, "sandbox-unavailable", "missing", protection, NULL);
}

struct protections confine(bool allows_unconfined) {
    struct protections active = {0};
    // First of all: with privileges, what follows could be undone by a set-user-id program.
    active.no_new_privileges = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (!active.no_new_privileges && !allows_unconfined) {
        fail_missing("no-new-privileges");
    }
    pid_t parent = getppid();
    active.dies_with_parent = prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == parent;
    // Other processes of the same user may not look into this one.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    // Where unprivileged namespaces are forbidden Landlock and seccomp still refuse the same things.
    active.namespaces = unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) == 0;
    int abi = confine_landlock();
    active.landlock_abi = abi > 0 ? abi : 0;
    if (abi <= 0 && !allows_unconfined) {
        fail_missing("Landlock");
    }
    active.seccomp = confine_seccomp();
    if (!active.seccomp && !allows_unconfined) {
        fail_missing("seccomp");
    }
    return active;
}
