#define _GNU_SOURCE
#include "limits.h"

#include "memory.h"
#include "report.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static unsigned cpu_seconds;
static unsigned wall_seconds;

static void on_cpu_limit(int signal_number) {
    (void)signal_number;
    report_emergency(EXIT_STATUS_CPU, "cpu-limit", "seconds", cpu_seconds);
}

static void on_wall_limit(int signal_number) {
    (void)signal_number;
    report_emergency(EXIT_STATUS_TIME, "time-limit", "seconds", wall_seconds);
}

static void set_limit(__rlimit_resource_t resource, const char *name, rlim_t soft, rlim_t hard) {
    struct rlimit old;
    // A limit inherited from the service may be lower already; it cannot be raised and need not be.
    if (getrlimit(resource, &old) == 0 && old.rlim_max != RLIM_INFINITY && old.rlim_max < hard) {
        hard = old.rlim_max;
    }
    struct rlimit limit = {.rlim_cur = soft < hard ? soft : hard, .rlim_max = hard};
    if (setrlimit(resource, &limit) != 0) {
        report_failure(EXIT_STATUS_INTERNAL, "rasterizer.limits", "limit", name, "reason", strerror(errno), NULL);
    }
}

void limits_apply(const struct options *options) {
    cpu_seconds = options->cpu_seconds;
    wall_seconds = options->wall_seconds;
    struct sigaction action = {.sa_handler = on_cpu_limit};
    sigaction(SIGXCPU, &action, NULL);
    action.sa_handler = on_wall_limit;
    sigaction(SIGALRM, &action, NULL);
    alarm(wall_seconds);
    // Soft below hard, so that there is time to say so before SIGKILL comes.
    set_limit(RLIMIT_CPU, "cpu", cpu_seconds, cpu_seconds + 2);
    set_limit(RLIMIT_AS, "memory", options->memory_bytes, options->memory_bytes);
    set_limit(RLIMIT_NOFILE, "files", 64, 64);
    set_limit(RLIMIT_CORE, "core", 0, 0);
    set_limit(RLIMIT_MEMLOCK, "locked memory", 0, 0);
    set_limit(RLIMIT_NPROC, "processes", 0, 0);
    memory_guard(options->memory_bytes);
}
