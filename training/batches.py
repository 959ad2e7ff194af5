"""Counted batches: batch number k of a seed is always the same, so a resumed run goes on and never repeats."""

import random
from collections.abc import Iterator

import torch

from data import Batch, collate, transcriptions
from fields import questions


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
