"""Trains the reader through the stages of ``recipe.py``.

usage: train.py RUN_FOLDER [--seed N] [--batch N] [--device cpu|cuda] [--workers N] [--threads N]
       train.py RUN_FOLDER --start MODEL_FOLDER --stage NAME --next-batch N

The same command resumes: the checkpoint holds weights, optimisers and the number of the next batch. SIGTERM and SIGINT
save before they end the run. Where no checkpoint is left, the second form begins a stage from exported weights; the number
of the batch says what has been seen already, so that nothing is repeated.
"""

import argparse
import json
import math
import signal
import time
from pathlib import Path
from typing import Any

import torch

import losses
from batches import Batches
from model import Reader, Shape
from muon import Muon
from recipe import STAGES, Stage

WARM_UP = 100
LAST_RATE = 0.03
MUON_SCALE = 2.5
SAVE_SECONDS = 120


def best_precision(device: torch.device) -> torch.dtype:
    """bfloat16 where the machine multiplies it by itself; a processor that does not is fifteen times slower in it."""
    if device.type != "cpu":
        return torch.bfloat16
    listed = Path("/proc/cpuinfo")
    flags = listed.read_text().split() if listed.exists() else []
    return torch.bfloat16 if "avx512_bf16" in flags or "amx_bf16" in flags else torch.float32


def optimisers(model: Reader, precision: torch.dtype) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the blocks, AdamW for embeddings, heads, norms and biases."""
    inside = [model.tower, model.projection, model.resampler, model.decoder]
    matrices = [p for part in inside for p in part.parameters() if p.dim() == 2]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    return [
        Muon(matrices, momentum=0.95, weight_decay=0.02, precision=precision),
        torch.optim.AdamW(others, lr=1.0, weight_decay=0.0, betas=(0.9, 0.98), fused=True),
    ]


def _leave_signals_to_parent(_: int) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


def rate(stage: Stage, done: int, whole: int) -> float:
    """Linear warm-up, then a cosine down to LAST_RATE."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, done / whole)))
    return stage.rate * min(1.0, (done + 1) / WARM_UP) * (LAST_RATE + (1 - LAST_RATE) * cosine)


class Run:
    """A training run in a folder: ``checkpoint.pt`` and the curves in ``log.jsonl``."""

    def __init__(self, folder: Path, seed: int, batch: int, device: torch.device) -> None:
        torch.manual_seed(seed)
        self.folder, self.seed, self.batch, self.device = folder, seed, batch, device
        self.model = Reader(Shape()).to(device)
        self.precision = best_precision(device)
        self.optimisers = optimisers(self.model, self.precision)
        self.next_batch, self.stage, self.done_in_stage = 0, 0, 0
        folder.mkdir(parents=True, exist_ok=True)
        self.checkpoint = folder / "checkpoint.pt"
        if self.checkpoint.exists():
            self._load(torch.load(self.checkpoint, map_location=device, weights_only=True))

    def _load(self, state: dict[str, Any]) -> None:
        if (state["seed"], state["batch"]) != (self.seed, self.batch):
            raise SystemExit(f"{self.checkpoint} was made with --seed {state['seed']} --batch {state['batch']}")
        self.model.load_state_dict(state["model"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.next_batch, self.stage, self.done_in_stage = state["next_batch"], state["stage"], state["done_in_stage"]

    def start(self, folder: Path, stage: str, next_batch: int) -> None:
        """Begins a stage with the weights of an exported folder; the optimisers begin anew."""
        from export import read  # loads transformers, which nothing else here needs

        names = [stage.name for stage in STAGES]
        if self.checkpoint.exists() or stage not in names:
            raise SystemExit(
                f"{self.checkpoint} is there; it goes on without --start"
                if self.checkpoint.exists()
                else f"there is no stage '{stage}' in recipe.py: {', '.join(names)}"
            )
        read(self.model, folder)
        self.next_batch, self.stage = next_batch, names.index(stage)
        self.save()

    def save(self) -> None:
        """Writes the checkpoint, atomically."""
        state = {
            "shape": self.model.shape.as_dict(),
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "seed": self.seed,
            "batch": self.batch,
            "next_batch": self.next_batch,
            "stage": self.stage,
            "done_in_stage": self.done_in_stage,
        }
        partial = self.checkpoint.with_suffix(".part")
        torch.save(state, partial)
        partial.rename(self.checkpoint)

    def step(self, batch: Any, stage: Stage, whole: int) -> dict[str, float]:
        """One update; returns the parts of the loss."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == torch.bfloat16):
            total, parts = losses.compute(self.model, batch.to(self.device), stage.weights)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        now = rate(stage, self.done_in_stage, whole)
        for optimiser, scale in zip(self.optimisers, (MUON_SCALE, 1.0), strict=True):
            for group in optimiser.param_groups:
                group["lr"] = now * scale
            optimiser.step()
        self.model.zero_grad(set_to_none=True)
        self.next_batch += 1
        self.done_in_stage += 1
        return parts | {"rate": now}

    def log(self, line: dict[str, Any]) -> None:
        """Appends to the curves and prints."""
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
        print(" ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in line.items()), flush=True)

    def run_stage(self, stage: Stage, workers: int, stopping: list[int]) -> None:
        """Trains to the end of the current stage, or until a signal comes."""
        whole = math.ceil(stage.tiles / self.batch)
        source = Batches(self.seed, self.next_batch, self.batch, stage.shares)
        loader = torch.utils.data.DataLoader(
            source,
            batch_size=None,
            num_workers=workers,
            prefetch_factor=4 if workers else None,
            worker_init_fn=_leave_signals_to_parent,
        )
        saved = logged = time.monotonic()
        sums: dict[str, list[float]] = {}
        for batch in loader:
            if self.done_in_stage >= whole or stopping:
                break
            for name, value in self.step(batch, stage, whole).items():
                sums.setdefault(name, []).append(value)
            now = time.monotonic()
            if self.next_batch % 50 == 0:
                means = {name: sum(values) / len(values) for name, values in sums.items()}
                speed = self.batch * len(sums["rate"]) / (now - logged)
                self.log({"stage": stage.name, "prompts": self.next_batch * self.batch, "per_second": speed, **means})
                sums, logged = {}, now
            if now - saved > SAVE_SECONDS:
                self.save()
                saved = now


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the reader; the same command resumes.")
    parser.add_argument("run", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, metavar="MODEL_FOLDER", help="take the weights of an exported folder")
    parser.add_argument("--stage", help="the stage of recipe.py to begin with --start")
    parser.add_argument("--next-batch", type=int, help="the first batch to draw with --start")
    arguments = parser.parse_args()
    if len({value is None for value in (arguments.start, arguments.stage, arguments.next_batch)}) > 1:
        parser.error("--start, --stage and --next-batch go together")
    torch.set_num_threads(arguments.threads)
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda n, _: stopping.append(n))

    run = Run(arguments.run, arguments.seed, arguments.batch, torch.device(arguments.device))
    if arguments.start is not None:
        run.start(arguments.start, arguments.stage, arguments.next_batch)
    while run.stage < len(STAGES) and not stopping:
        run.run_stage(STAGES[run.stage], arguments.workers, stopping)
        if not stopping:
            run.stage, run.done_in_stage = run.stage + 1, 0
        run.save()


if __name__ == "__main__":
    main()
