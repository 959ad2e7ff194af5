"""How busy the machine is with other work than what is being measured."""

import dataclasses
import os
import platform
import re
import resource
import time

_TICKS = os.sysconf("SC_CLK_TCK")


def _busy_seconds() -> float:
    """Processor seconds that the whole machine has spent working, what a hypervisor took included."""
    with open("/proc/stat") as file:
        user, nice, system, _idle, _wait, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / _TICKS


def _own_seconds(process: int | None) -> float:
    """Processor seconds of this process, of its ended children and of one that runs."""
    own = sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )
    if process is not None:
        with open(f"/proc/{process}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        own += (int(fields[11]) + int(fields[12])) / _TICKS
    return own


@dataclasses.dataclass
class Watch:
    """Measures over a stretch of time how many processors other work kept busy."""

    process: int | None = None

    def __post_init__(self) -> None:
        self._start = (time.monotonic(), _busy_seconds(), _own_seconds(self.process))

    def others(self) -> float:
        """Processors' worth of other work since the watch was made: 0 on a quiet machine."""
        start, busy, own = self._start
        elapsed = max(time.monotonic() - start, 1e-3)
        return max(0.0, (_busy_seconds() - busy - (_own_seconds(self.process) - own)) / elapsed)


def wait_for_quiet(patience: float, most_others: float = 0.1) -> None:
    """Waits until other work keeps less than a tenth of a processor busy, at most `patience` seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        watch = Watch()
        time.sleep(min(1.0, patience))
        if watch.others() < most_others:
            return


def description() -> dict:
    """The processor, how many there are, and the features that matter for matrix products."""
    with open("/proc/cpuinfo") as file:
        text = file.read()
    name = re.search(r"model name\s*:\s*(.+)", text)
    flags = re.search(r"(?:flags|Features)\s*:\s*(.+)", text)
    wanted = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_bf16", "amx_int8", "asimddp", "i8mm")
    present = flags[1].split() if flags else []
    return {
        "processor": name[1] if name else platform.processor() or platform.machine(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "features": [flag for flag in wanted if flag in present],
    }


def available_memory() -> int:
    """Bytes that can be taken without swapping."""
    with open("/proc/meminfo") as file:
        return 1024 * int(re.search(r"MemAvailable:\s*(\d+)", file.read())[1])
