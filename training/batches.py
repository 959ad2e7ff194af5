"""Counted batches: batch number k of a seed is always the same, so a resumed run goes on and never repeats.

Run as a program it prints what drawing costs.
"""

import random
import time
from collections.abc import Iterator

import torch

from data import Batch, collate, transcriptions
from fields import questions

WARM_UP = 120


class Batches(torch.utils.data.IterableDataset[Batch]):
    """The endless run of batches of a seed from a given number on; ``field_share`` of them are field questions."""

    def __init__(self, seed: int, first: int, size: int, field_share: float) -> None:
        self.seed, self.first, self.size, self.field_share = seed, first, size, field_share

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        number, step = (self.first + worker.id, worker.num_workers) if worker else (self.first, 1)
        while True:
            r = random.Random(f"{self.seed}/{number}")
            asked = r.random() < self.field_share
            yield collate(questions(r, self.size) if asked else transcriptions(r, self.size))
            number += step


def main() -> None:
    """Prints what drawing costs: milliseconds of one core a tile, once the glyphs are known."""
    for name, share in (("lines", 0.0), ("fields", 1.0)):
        batches = iter(Batches(seed=9, first=0, size=64, field_share=share))
        for _ in range(WARM_UP):
            next(batches)
        start, tiles = time.process_time(), 0
        for _ in range(30):
            tiles += len(next(batches).lines)
        print(f"{name}: {(time.process_time() - start) / tiles * 1000:.2f} ms a tile ({tiles} tiles)")


if __name__ == "__main__":
    main()
