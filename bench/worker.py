"""What the programs that keep a model in memory between rounds have in common.

A worker is a process of its own, so that threads and memory of one program never mix with another's. It reads one request
a line from stdin and answers with one line of JSON on stdout; what libraries print goes to stderr.
"""

import json
import os
import sys
import time
from collections.abc import Callable

MOST_REPEATS = 3
ENOUGH_SECONDS = 3.0


def best_seconds(work: Callable[[], None], repeats: int = MOST_REPEATS) -> float:
    """The time of the fastest run of several; fewer than asked for where a run takes long."""
    times: list[float] = []
    while len(times) < repeats and sum(times) < ENOUGH_SECONDS:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def serve(facts: dict, measures: dict[str, Callable[[], dict]]) -> None:
    """Announces the worker, then answers requests until stdin ends."""
    out = os.fdopen(_answers, "w", buffering=1)
    print(json.dumps(facts), file=out)
    for line in sys.stdin:
        request = line.strip()
        try:
            answer = measures[request]() if request in measures else {}
        except (RuntimeError, MemoryError, ValueError) as problem:
            answer = {"problem": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer), file=out)


_answers = os.dup(1)
os.dup2(2, 1)
