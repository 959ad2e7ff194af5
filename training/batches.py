"""Counted batches: batch number k of a seed is always the same, so a resumed run goes on and never repeats.

Run as a program it prints what drawing costs.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

import cuts
from data import Batch, Example, collate, transcriptions
from fields import questions
from objects import holding_tile, whole_object

WARM_UP = 120


@dataclass(frozen=True)
class Shares:
    """Shares of the batches that ask: for a field, for several as an object, for a label's tile. The others transcribe.

    ``documents`` is the share of each kind that is about tiles cut from whole documents, not drawn one by one.
    """

    fields: float = 0.0
    objects: float = 0.0
    places: float = 0.0
    documents: float = 0.0


def examples(r: random.Random, size: int, shares: Shares) -> list[Example]:
    """The prompts of a batch: of one kind, and of questions with several tiles fewer."""
    is_cut = shares.documents > 0 and r.random() < shares.documents
    x = r.random()
    if x < shares.fields:
        return cuts.asked(r, size // 2, cuts.field_question) if is_cut else questions(r, size)
    x -= shares.fields
    if x < shares.objects:
        if is_cut:
            return cuts.asked(r, size // 2, cuts.object_question)
        return [whole_object(r) for _ in range(size // 2)]
    if x - shares.objects < shares.places:
        if is_cut:
            return cuts.asked(r, size // 2, cuts.tile_question)
        return [holding_tile(r) for _ in range(size // 2)]
    return cuts.transcriptions(r, size) if is_cut else transcriptions(r, size)


class Batches(torch.utils.data.IterableDataset[Batch]):
    """The endless run of batches of a seed from a given number on."""

    def __init__(self, seed: int, first: int, size: int, shares: Shares) -> None:
        self.seed, self.first, self.size, self.shares = seed, first, size, shares

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        number, step = (self.first + worker.id, worker.num_workers) if worker else (self.first, 1)
        while True:
            r = random.Random(f"{self.seed}/{number}")
            yield collate(examples(r, self.size, self.shares))
            number += step


def main() -> None:
    """Prints what drawing costs: milliseconds of one core a tile, once the glyphs are known."""
    kinds = {"lines": Shares(), "fields": Shares(1.0), "objects": Shares(0.0, 1.0), "places": Shares(0.0, 0.0, 1.0)}
    kinds |= {f"{name} of documents": replace(shares, documents=1.0) for name, shares in kinds.items()}
    for name, shares in kinds.items():
        batches = iter(Batches(seed=9, first=0, size=64, shares=shares))
        for _ in range(WARM_UP):
            next(batches)
        start, tiles = time.process_time(), 0
        for _ in range(30):
            tiles += len(next(batches).lines)
        print(f"{name}: {(time.process_time() - start) / tiles * 1000:.2f} ms a tile ({tiles} tiles)")


if __name__ == "__main__":
    main()
