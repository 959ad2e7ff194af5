// Takes away from this process everything that rendering does not need.
#ifndef RECTO_CONFINE_H
#define RECTO_CONFINE_H

#include <stdbool.h>

// Which protections hold after confine().
struct protections {
    bool no_new_privileges;
    bool dies_with_parent;
    bool namespaces;   // own user, network, IPC and host name namespaces
    int landlock_abi;  // 0 when Landlock is missing
    bool seccomp;
};

// Confines the process for good. Landlock and seccomp are insisted on unless `allows_unconfined`;
// namespaces are taken where the kernel gives them. Never returns half-confined without saying so:
// it ends the process with `sandbox-unavailable` instead.
struct protections confine(bool allows_unconfined);

// The same, in the parts that confine() is made of; each returns false when the kernel refuses.
int confine_landlock(void);   // the ABI version, 0 when missing, -1 when a rule was refused
bool confine_seccomp(void);

#endif
