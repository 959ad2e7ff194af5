"""The programs that are compared: each answers, for a kind of work, how fast it was this time."""

import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
LONGEST_SECONDS = 3600


def environment(threads: int) -> dict[str, str]:
    """The same number of threads for everything, whichever variable it looks at."""
    count = str(threads)
    return os.environ | {"OMP_NUM_THREADS": count, "MKL_NUM_THREADS": count, "OPENBLAS_NUM_THREADS": count,
                         "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}


class Peer:
    """A worker process that keeps its model between rounds."""

    def __init__(self, name: str, script: str, arguments: list[str], threads: int, memory_bytes: int = 0) -> None:
        self.name = name
        self.memory_bytes = memory_bytes
        self.facts: dict = {}
        self._command = [sys.executable, str(HERE / script), *arguments, str(threads)]
        self._environment = environment(threads)
        self._process: subprocess.Popen | None = None

    @property
    def process(self) -> int | None:
        """The number of the running process, whose time is not other work's."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Loads and warms up the model unless that was done."""
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self._environment
            )
            self.facts = self._answer()

    def _answer(self) -> dict:
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            self._process = None
            raise RuntimeError(f"{self.name} ended with status {code}")
        return json.loads(line)

    def measure(self, works: list[str]) -> dict[str, dict]:
        """Does each kind of work and says how fast it went."""
        self.start()
        answers = {}
        for work in works:
            print(work, file=self._process.stdin, flush=True)
            answers[work] = self._answer()
        return answers

    def close(self) -> None:
        """Ends the process and gives its memory back."""
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait()
            self._process = None


class Recto:
    """Recto with one weight type: a process for each round, since that is what `recto bench` is."""

    process = None
    memory_bytes = 0

    def __init__(
        self, program: pathlib.Path, folder: pathlib.Path, weights: str, threads: int, view_size: int | None
    ) -> None:
        self.name = f"recto {weights}"
        self.facts: dict = {}
        self.reports: list[dict] = []
        self._command = [str(program), "bench", "--model", str(folder), "--weights", weights, "--json"]
        self._environment = environment(threads)
        usage = subprocess.run([str(program), "bench", "--help"], capture_output=True, text=True, check=False).stdout
        if "--threads" in usage:
            self._command += ["--threads", str(threads)]
        if "--view-size" in usage and view_size:
            self._command += ["--view-size", str(view_size)]

    def start(self) -> None:
        """Nothing to do: every round is a process of its own."""

    def close(self) -> None:
        """Nothing to do."""

    def measure(self, works: list[str]) -> dict[str, dict]:
        """Runs `recto bench` once and takes what it says of each kind of work."""
        done = subprocess.run(
            self._command, capture_output=True, text=True, env=self._environment, timeout=LONGEST_SECONDS, check=False
        )
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise RuntimeError(f"{self.name} ended with status {done.returncode}: {lines[0] if lines else 'no word'}")
        try:
            report = json.loads(done.stdout)
        except json.JSONDecodeError as problem:
            raise RuntimeError(f"{self.name} did not answer with JSON ({problem})") from None
        self.reports.append(report)
        return {work: recto_work(report, work) for work in works}


def recto_work(report: dict, work: str) -> dict:
    """What a report of `recto bench` says of one kind of work; empty where it says nothing."""
    if work == "tower":
        return report.get("vision") or {}
    if work == "prefill":
        return report.get("prefill") or {}
    if work.startswith("decode"):
        batch = int(work.removeprefix("decode") or 1)
        return next((entry for entry in report.get("decode") or [] if entry.get("batch") == batch), {})
    return {}
