"""Trains small variants of the reader on alike and compares what they read: the paper's ablations at a size a CPU affords.

usage: ablate.py CHECKPOINT OUTPUT.jsonl [--prompts 6400] [--only NAME ...]

Every variant takes over what it can of CHECKPOINT and is trained on by the decoder's loss alone, on the same counted lines of
up to 16 patches (224 pixels), sharp or lightly worn:

- *sizes*: 32, 64 or 128 latents (the trained ones, interpolated); two layers less of the tower or of the decoder, which are the
  same number of parameters. Layers are dropped evenly from the first to the last.
- *views*: each line at its own aspect ratio, or stretched to the widest tile's ("squared"); two lines as two tiles ("split") or as
  one tile of half the resolution ("whole").

Prints and appends a line of JSON for each: character error by greedy decoding on 512 new lines in the families held out,
tokens an image, parameters, prompts a second.
"""

import argparse
import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

import render
import scan

if TYPE_CHECKING:
    from data import Batch, Example
    from model import Reader

BATCH = 64
WIDEST = 16
MEASURED = 512
LONGEST = 60
RATE = 5e-4


@dataclass(frozen=True)
class Variant:
    """``views`` is kept, squared, split or whole; the others are sizes of the network."""

    views: str = "kept"
    latents: int = 48
    tower_layers: int = 6
    decoder_layers: int = 3


VARIANTS = {
    "as it is": Variant(),
    "latents 32": Variant(latents=32),
    "latents 64": Variant(latents=64),
    "latents 128": Variant(latents=128),
    "tower of 4 layers": Variant(tower_layers=4),
    "decoder of 1 layer": Variant(decoder_layers=1),
    "squared": Variant(views="squared"),
    "two lines, split": Variant(views="split"),
    "two lines, whole": Variant(views="whole"),
}


def lines(r: random.Random, size: int, split: str, views: str) -> list["Example"]:
    """Prompts of one line each, or of two that follow each other."""
    import data
    from fonts import choose

    examples = []
    for _ in range(size):
        columns = 2 * r.randint(2, WIDEST // 2)
        one, two = (data.transcription(r, columns, choose(r, split)) for _ in range(2))
        if views in ("split", "whole"):
            tiles = [*one.tiles, *two.tiles]
            answer = f"{one.answer} {two.answer}"
            examples.append(data.Example(tiles if views == "split" else [_joined(tiles)], one.question, answer))
        elif views == "squared":
            examples.append(data.Example([_resized(one.tiles[0], WIDEST)], one.question, one.answer))
        else:
            examples.append(one)
    return examples


def _resized(tile: render.Tile, columns: int) -> render.Tile:
    size = (columns * render.PATCH, render.HEIGHT)
    pixels = np.array(Image.fromarray(tile.pixels).resize(size, Image.Resampling.BICUBIC))
    return replace(tile, pixels=pixels, patches=np.zeros((columns, render.SLOTS), np.int64))


def _joined(tiles: list[render.Tile]) -> render.Tile:
    """Two lines one below the other in the pixels of half of one: what a view that is not split makes of them."""
    both = np.concatenate([tile.pixels for tile in tiles])
    return _resized(replace(tiles[0], pixels=both), tiles[0].columns // 2)


def reader(checkpoint: Path, variant: Variant) -> "Reader":
    """The network of a variant with what it takes over from the checkpoint."""
    from model import Reader, Shape

    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    shape, weights = Shape(**state["shape"]), state["model"]
    sizes = {"tower": (shape.tower_layers, variant.tower_layers), "decoder": (shape.decoder_layers, variant.decoder_layers)}
    taken = {name: value for name, value in weights.items() if name.split(".")[0] not in sizes}
    for part, (had, wanted) in sizes.items():
        for new in range(wanted):
            old = round(new * (had - 1) / max(1, wanted - 1))
            prefix = f"{part}.{old}."
            taken |= {f"{part}.{new}.{n[len(prefix) :]}": v for n, v in weights.items() if n.startswith(prefix)}
    spread = torch.nn.functional.interpolate(weights["latents"].T[None], variant.latents, mode="linear", align_corners=True)
    taken["latents"] = spread[0].T
    changes = {"tower_layers": variant.tower_layers, "decoder_layers": variant.decoder_layers}
    model = Reader(replace(shape, latents=variant.latents, **changes))
    model.load_state_dict(taken)
    return model


@torch.no_grad()
def character_error(model: "Reader", variant: Variant) -> float:
    """By greedy decoding on new lines in the families held out."""
    from alphabet import END, text_of
    from data import collate
    from evaluate import edits

    wrong = length = 0
    for number in range(MEASURED // BATCH):
        examples = lines(random.Random(f"ablation/{number}"), BATCH, "held-out", variant.views)
        prompts = torch.tensor([example.prompt() for example in examples])
        _, latents = model.read(collate(examples))
        ids, open_ = prompts, torch.ones(BATCH, dtype=torch.bool)
        for _ in range(LONGEST):
            following = model.lm_head(model.decode(ids, latents)[:, -1]).argmax(-1)
            following = torch.where(open_, following, END)
            ids = torch.cat([ids, following[:, None]], 1)
            open_ = open_ & (following != END)
            if not open_.any():
                break
        for example, row in zip(examples, ids[:, prompts.shape[1] :].tolist(), strict=True):
            wrong += edits(example.answer, text_of(row))
            length += len(example.answer)
    return wrong / length


def batches(variant: Variant) -> Iterator["Batch"]:
    from data import collate

    number = 0
    while True:
        yield collate(lines(random.Random(f"ablation/training/{number}"), BATCH, "seen", variant.views))
        number += 1


class Source(torch.utils.data.IterableDataset["Batch"]):
    def __init__(self, variant: Variant) -> None:
        self.variant = variant

    def __iter__(self) -> Iterator["Batch"]:
        return batches(self.variant)


def run(checkpoint: Path, name: str, prompts: int) -> dict[str, Any]:
    """Trains a variant and measures it."""
    variant = VARIANTS[name]
    # Before what takes it over from there is imported.
    render.LATENTS = variant.latents
    scan.SHARES = (0.6, 0.4, 0.0)
    import losses
    import train

    model = reader(checkpoint, variant)
    precision = train.best_precision(torch.device("cpu"))
    optimisers = train.optimisers(model, precision)
    weights = losses.Weights(glyph=0.0, lm=1.0)
    steps, start = prompts // BATCH, time.monotonic()
    loader = iter(torch.utils.data.DataLoader(Source(variant), batch_size=None, num_workers=1, prefetch_factor=4))
    for step in range(steps):
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == torch.bfloat16):
            total, parts = losses.compute(model, next(loader), weights)
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
        now = RATE * min(1.0, (step + 1) / 40) * (0.03 + 0.97 * cosine)
        for optimiser, scale in zip(optimisers, (train.MUON_SCALE, 1.0), strict=True):
            for group in optimiser.param_groups:
                group["lr"] = now * scale
            optimiser.step()
        model.zero_grad(set_to_none=True)
        if (step + 1) % 25 == 0:
            print(name, step + 1, {k: round(v, 3) for k, v in parts.items()}, file=sys.stderr, flush=True)
    seconds = time.monotonic() - start
    return {
        "name": name,
        "prompts": prompts,
        "character_error": round(character_error(model.eval(), variant), 4),
        "tokens": variant.latents * (2 if variant.views == "split" else 1),
        "parameters": sum(p.numel() for p in model.parameters()),
        "per_second": round(prompts / seconds, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare small variants of the reader.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--prompts", type=int, default=6_400)
    parser.add_argument("--only", nargs="*", choices=list(VARIANTS), default=list(VARIANTS))
    parser.add_argument("--here", action="store_true", help="train the one variant named in this process")
    arguments = parser.parse_args()
    if arguments.here:
        torch.set_num_threads(2)
        row = run(arguments.checkpoint, arguments.only[0], arguments.prompts)
        with arguments.output.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)
        return
    for name in arguments.only:  # a process each: the number of latents is a constant of the data
        command = [sys.executable, __file__, str(arguments.checkpoint), str(arguments.output)]
        subprocess.run([*command, "--prompts", str(arguments.prompts), "--here", "--only", name], check=True)


if __name__ == "__main__":
    main()
