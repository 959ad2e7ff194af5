"""Prompts with their tiles and answers, and how they become a batch."""

import random
from dataclasses import dataclass, replace

import numpy as np
import torch

import render
import text
import writing
from alphabet import ASSISTANT, BOS, END, FAKE, IMAGE, TRANSCRIBE, USER, tokens_of
from fonts import Face, choose, typewriter
from render import LATENTS, MAX_COLUMNS, Tile

GROUPS = 4
# Shares of the tiles that hold one to four characters, and that hold none.
SHORT, EMPTY = 0.06, 0.04
# Lines of programs, of their manuals and of codes that are set in a typewriter face.
TYPED = 0.6
_SIGNS = "• • • • • – – - * * ✓ → · » § † { } { } () [] }) }); }; ) ( | # & e.g. i.e. :: // /*".split()


@dataclass
class Group:
    """Tiles of one width, and their places among the tiles of the batch."""

    pixels: torch.Tensor  # uint8, (tiles, height, width, 3)
    patches: torch.Tensor  # int64, (tiles, columns, slots)
    places: torch.Tensor  # int64, (tiles,)

    def to(self, device: torch.device) -> "Group":
        return Group(self.pixels.to(device), self.patches.to(device), self.places.to(device))


@dataclass
class Batch:
    """Prompts with their tiles; ``labels`` is -100 wherever the decoder is not asked to write."""

    groups: list[Group]
    latents: torch.Tensor  # int64, (tiles, LATENTS, slots)
    lines: list[str]  # the text of every tile
    ids: torch.Tensor  # int64, (prompts, length)
    labels: torch.Tensor  # int64, (prompts, length)

    def to(self, device: torch.device) -> "Batch":
        groups = [group.to(device) for group in self.groups]
        return Batch(groups, self.latents.to(device), self.lines, self.ids.to(device), self.labels.to(device))


@dataclass
class Example:
    """One prompt: its tiles in order, the ids of the question and the answer."""

    tiles: list[Tile]
    question: list[int]
    answer: str

    def prompt(self) -> list[int]:
        """The ids up to the answer, in the words of Idefics2's chat template."""
        images = [token for _ in self.tiles for token in [FAKE] + [IMAGE] * LATENTS]
        return [BOS, USER, *images, FAKE, *self.question, END, ASSISTANT]


def transcription(r: random.Random, columns: int, face: Face, kind: str | None = None) -> Example:
    """A tile of random text, to be read aloud."""
    setting = render.style(r, face)
    kind, line = render.fill(r, setting, columns * render.PATCH - r.uniform(1, 10), kind)
    tile = render.tile(r, setting, line, columns)
    return Example([replace(tile, marks=tile.marks | {kind})], [TRANSCRIBE], line)


def short(r: random.Random, face: Face) -> Example:
    """A tile of one to four characters, as quantities, page numbers, bullets and brackets of programs make them."""
    x = r.random()
    line = (
        text.digits(r, r.randint(1, 3))
        if x < 0.55
        else text.code(r)[: r.randint(1, 3)].strip(" -#/:.")
        if x < 0.75
        else r.choice(_SIGNS)
    )
    line = line if line and face.draws(line) else "0"
    return Example([render.tile(r, render.style(r, face), line)], [TRANSCRIBE], line)


def empty(r: random.Random) -> Example:
    """A tile in which nothing is written: specks, rules, the edge of a box. The answer is nothing."""
    return Example([render.blank(r, r.randint(4, MAX_COLUMNS))], [TRANSCRIBE], "")


def columns(r: random.Random) -> int:
    """A width in patches: any, wide ones more often."""
    return r.randint(20, MAX_COLUMNS) if r.random() < 0.45 else r.randint(4, MAX_COLUMNS)


def transcriptions(r: random.Random, size: int) -> list[Example]:
    """A batch of single lines in a few widths, in the faces of training."""
    widths = [columns(r) for _ in range(GROUPS)]
    examples = [_line(r, widths[i * GROUPS // size]) for i in range(size)]
    for place in range(size):
        x = r.random()
        if x < SHORT:
            examples[place] = short(r, choose(r, "seen"))
        elif x < SHORT + EMPTY:
            examples[place] = empty(r)
    return examples


def _line(r: random.Random, columns: int) -> Example:
    kind = writing.choose(r)
    is_typed = kind in ("program", "codes", "options") and r.random() < TYPED
    return transcription(r, columns, typewriter(r, "seen") if is_typed else choose(r, "seen"), kind)


def collate(examples: list[Example]) -> Batch:
    """Groups the tiles by width and pads the texts on the right."""
    tiles = [tile for example in examples for tile in example.tiles]
    by_width: dict[int, list[int]] = {}
    for place, tile in enumerate(tiles):
        by_width.setdefault(tile.columns, []).append(place)
    stack = lambda arrays: torch.from_numpy(np.stack(arrays))  # noqa: E731
    groups = [
        Group(stack([tiles[p].pixels for p in places]), stack([tiles[p].patches for p in places]), torch.tensor(places))
        for _, places in sorted(by_width.items())
    ]
    prompts = [example.prompt() for example in examples]
    answers = [[*tokens_of(example.answer), END] for example in examples]
    length = max(len(p) + len(a) for p, a in zip(prompts, answers, strict=True)) - 1
    ids, labels = torch.zeros(len(examples), length, dtype=torch.long), torch.full((len(examples), length), -100)
    for row, (prompt, answer) in enumerate(zip(prompts, answers, strict=True)):
        whole = prompt + answer
        ids[row, : len(whole) - 1] = torch.tensor(whole[:-1])
        labels[row, len(prompt) - 1 : len(whole) - 1] = torch.tensor(answer)
    latents = stack([tile.latents for tile in tiles])
    return Batch(groups, latents, [tile.text for tile in tiles], ids, labels)
