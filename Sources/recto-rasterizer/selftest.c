#define _GNU_SOURCE
#include "selftest.h"

#include "confine.h"
#include "limits.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char victim[] = "/tmp/recto-selftest-XXXXXX";

static long read_passwords(void) { return open("/etc/passwd", O_RDONLY); }
static long read_font_configuration(void) { return open("/etc/fonts/fonts.conf", O_RDONLY); }
static long create_file(void) { return open("/tmp/recto-selftest-created", O_WRONLY | O_CREAT, 0600); }
static long open_internet_socket(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static long open_unix_socket(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static long execute_program(void) {
    char *arguments[] = {"true", NULL}, *environment[] = {NULL};
    return execve("/bin/true", arguments, environment);
}
static long fork_process(void) {
    pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    return child;
}
static long signal_parent(void) { return kill(getppid(), 0); }
static long trace_parent(void) { return syscall(SYS_ptrace, PTRACE_SEIZE, getppid(), NULL, NULL); }
static long remove_file(void) { return unlink(victim); }
static long make_user_namespace(void) { return unshare(CLONE_NEWUSER); }
static long make_memory_file(void) { return memfd_create("probe", 0); }
static long map_executable_memory(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? -1 : 1;
}
static long set_up_io_uring(void) { return syscall(SYS_io_uring_setup, 1, NULL); }
static long load_bpf(void) { return syscall(SYS_bpf, 0, NULL, 0); }
static long read_keyring(void) { return syscall(SYS_keyctl, 0, 0, 0, 0, 0); }

static const struct probe {
    const char *name;
    long (*attack)(void); // negative with errno when refused
} probes[] = {
    {"read /etc/passwd", read_passwords},
    {"read /etc/fonts/fonts.conf", read_font_configuration},
    {"create a file", create_file},
    {"socket(AF_INET)", open_internet_socket},
    {"socket(AF_UNIX)", open_unix_socket},
    {"execve", execute_program},
    {"fork", fork_process},
    {"kill the parent", signal_parent},
    {"ptrace the parent", trace_parent},
    {"unlink", remove_file},
    {"unshare(CLONE_NEWUSER)", make_user_namespace},
    {"memfd_create", make_memory_file},
    {"mmap executable memory", map_executable_memory},
    {"io_uring_setup", set_up_io_uring},
    {"bpf", load_bpf},
    {"keyctl", read_keyring},
};
enum { PROBE_COUNT = sizeof probes / sizeof probes[0], PROBE_ALLOWED = 1 };

// Runs one probe in a confined child; the child's exit status is 0 when the attack was allowed, else its errno.
static int run_probe(const struct probe *probe, const struct options *options) {
    pid_t child = fork();
    if (child < 0) {
        report_failure(EXIT_STATUS_INTERNAL, "rasterizer.fork", "reason", strerror(errno), NULL);
    }
    if (child == 0) {
        limits_apply(options);
        confine(options->allows_unconfined);
        errno = 0;
        long result = probe->attack();
        _exit(result >= 0 ? 0 : errno);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static const char *outcome(int status) {
    if (WIFSIGNALED(status)) {
        return WTERMSIG(status) == SIGSYS ? "killed" : "crashed";
    }
    return WEXITSTATUS(status) == 0 ? "allowed" : "refused";
}

int selftest_run(const struct options *options) {
    int file = mkstemp(victim);
    if (file >= 0) {
        close(file);
    }
    int status[PROBE_COUNT];
    int allowed = 0;
    GString *json = g_string_new("{\"probes\":[");
    for (int i = 0; i < PROBE_COUNT; i++) {
        status[i] = run_probe(&probes[i], options);
        if (WIFEXITED(status[i]) && WEXITSTATUS(status[i]) == EXIT_STATUS_UNCONFINED) {
            unlink(victim);
            return EXIT_STATUS_UNCONFINED; // the child has said which protection is missing
        }
        allowed += WIFEXITED(status[i]) && WEXITSTATUS(status[i]) == 0;
        g_string_append(json, i > 0 ? ",{\"name\":" : "{\"name\":");
        report_append_string(json, probes[i].name);
        g_string_append_printf(json, ",\"outcome\":\"%s\"}", outcome(status[i]));
    }
    unlink(victim);
    unlink("/tmp/recto-selftest-created");
    g_string_append_printf(json, "],\"allowed\":%d,\"probeCount\":%d}\n", allowed, PROBE_COUNT);
    report_write(json->str, json->len);
    bool only_fonts = allowed == 1 && strcmp(outcome(status[PROBE_ALLOWED]), "allowed") == 0;
    return only_fonts ? 0 : EXIT_STATUS_UNCONFINED;
}
