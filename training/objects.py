"""Two more questions over tiles of one page: the values of several fields as a JSON object, and which tile holds a label.

The prompts are those that Recto's ``extract`` stage sends to a checkpoint whose ``recto.json`` names them.
"""

import json
import random
from collections.abc import Callable

import fields
import values
from alphabet import tokens_of
from data import Example
from fields import Field
from fonts import choose
from render import Tile

# Tiles of one prompt; six of 48 latents leave room for question and answer in 512 positions.
MOST_TILES = 6
MOST_FIELDS = 4
# Positions that question and answer may take beside six tiles.
MOST_TEXT = 190
# Share of the questions for a label that no tile holds.
NOWHERE = 0.3


def object_question(names: list[str]) -> str:
    """The prompt for several fields at once."""
    return f"Extract as JSON: {', '.join(names)}."


def tile_question(name: str) -> str:
    """The prompt for the place of a label."""
    return f"Which tile holds the {name}?"


def _unlike(r: random.Random, taken: list[Field]) -> Field:
    """A field that could not be taken for one of those."""
    while True:
        field = fields.invented(r) if r.random() < 0.2 else r.choice(fields.FIELDS)
        if not any(fields.alike(field, other) for other in taken):
            return field


def _several(r: random.Random, count: int) -> list[Field]:
    found: list[Field] = []
    for _ in range(count):
        found.append(_unlike(r, found))
    return found


def _beside(r: random.Random, taken: list[Field]) -> list[str]:
    """The lines of something that none of the fields is: another field, a value that nothing names, running text."""
    x = r.random()
    other = _unlike(r, taken)
    if x < 0.4:
        return [fields._inline(r, other, other.value(r))]
    if x < 0.55:
        return [fields._label(r, other), other.value(r)]
    if x < 0.8:
        return [r.choice(fields.VALUES)(r)]
    return [values.words(r)]


def _filled(r: random.Random, field: Field, value: str, inline: float) -> list[str]:
    """A field as it stands on paper: in one line, or the value beside or below its label."""
    return [fields._inline(r, field, value)] if r.random() < inline else [fields._label(r, field), value]


def object_lines(r: random.Random) -> tuple[list[str], list[str], str]:
    """The names asked for, the lines of the tiles and the answer: a JSON object with null for what is absent."""
    asked = _several(r, r.randint(2, MOST_FIELDS))
    answer: dict[str, str | None] = {}
    groups: list[list[str]] = []
    for field in asked:
        if r.random() < 0.4:
            answer[field.name] = None
            if r.random() < 0.15:  # nothing was filled in
                groups.append([fields._unfilled(r, field)])
            continue
        answer[field.name] = value = field.value(r)
        lines = _filled(r, field, value, inline=0.65)
        if groups and len(lines) == len(groups[-1]) == 1 and r.random() < 0.4:  # two fields in one line
            groups[-1][0] += "  ".join(["", lines[0]])
        else:
            groups.append(lines)
    for _ in range(r.choice([0, 0, 1, 1, 2])):
        groups.append(_beside(r, asked))
    r.shuffle(groups)
    lines = [line for group in groups for line in group] or [values.words(r)]
    return [field.name for field in asked], lines, json.dumps(answer, ensure_ascii=False)


def tile_lines(r: random.Random) -> tuple[list[str], list[str], str]:
    """The field asked for, the lines of the tiles and the answer: the label's tile counted from 1, or nothing."""
    asked = fields._any(r)
    groups = [_beside(r, [asked]) for _ in range(r.randint(1, 4))]
    if r.random() < 0.4:  # a label that shares words with the one asked for
        other = fields._other(r, asked)
        if not fields.alike(other, asked):
            groups.append(_filled(r, other, other.value(r), inline=0.6))
    place = None
    if r.random() >= NOWHERE:
        place = r.randint(0, len(groups))
        groups.insert(place, _filled(r, asked, asked.value(r), inline=0.6))
    before = sum(len(group) for group in groups[:place]) if place is not None else 0
    return [asked.name], [line for group in groups for line in group], str(before + 1) if place is not None else ""


def _question(r: random.Random, split: str, lines: Callable[[random.Random], tuple], words: Callable) -> Example:
    while True:
        names, window, answer = lines(r)
        question = tokens_of(f" {words(names)}")  # transformers 5 puts a space between the last image and the question
        if len(window) > MOST_TILES or len(question) + len(tokens_of(answer)) > MOST_TEXT:
            continue
        common = choose(r, split)
        faces = [common if r.random() < 0.8 else choose(r, split) for _ in window]
        tiles = [fields._tile(r, face, split, line) for face, line in zip(faces, window, strict=True)]
        whole: list[Tile] = [tile for tile in tiles if tile is not None]
        if len(whole) == len(window):
            return Example(whole, question, answer)


def whole_object(r: random.Random, split: str = "seen") -> Example:
    """Several fields at once over one to six tiles."""
    return _question(r, split, object_lines, object_question)


def holding_tile(r: random.Random, split: str = "seen") -> Example:
    """Which of two to six tiles holds a label."""
    return _question(r, split, tile_lines, lambda names: tile_question(names[0]))
