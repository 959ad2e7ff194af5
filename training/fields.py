"""Field questions over a window of one to three tiles.

The first tile may hold the label; the others are its right neighbour and the tile below it, either of which
may be absent. The answer is the value, or nothing where the first tile does not hold the label.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import languages
import render
import text
import values
import writing
from alphabet import WHAT_IS_THE, text_of, tokens_of
from data import Example
from fonts import Face, choose
from render import MAX_COLUMNS, PATCH, Style, Tile

LIST = Path(__file__).with_name("fields.txt")
DECOY_LIST = Path(__file__).with_name("decoys.txt")
# Share of the questions whose answer is nothing.
ABSENT = 0.45


@dataclass(frozen=True)
class Field:
    """A field as it is asked for, as it may be printed, and what stands there."""

    name: str
    labels: tuple[str, ...]
    value: Callable[[random.Random], str]


def _listed() -> list[Field]:
    rows = [line.split(" | ") for line in LIST.read_text().splitlines() if not line.startswith("#")]
    return [Field(name, tuple(labels.split("; ")), values.KINDS[kind]) for name, kind, labels in rows]


FIELDS = _listed()


def _decoys() -> dict[str, list[Field]]:
    rows = [line.split(" | ") for line in DECOY_LIST.read_text().splitlines() if not line.startswith("#")]
    found: dict[str, list[Field]] = {}
    for name, kind, labels in rows:
        found.setdefault(name, []).append(Field(f"not the {name}", tuple(labels.split("; ")), values.KINDS[kind]))
    return found


DECOYS = _decoys()

# Pairs that one could take for each other even with the label in sight; never each other's counter-example.
ALIKE = [
    {"date", "invoice date"},
    {"name", "customer", "vendor"},
    {"total", "amount paid"},
    {"address", "city"},
    {"reference", "order number"},
]
# On an order or a delivery note the plain date may be the one asked for; asked for the plain date, these are others.
PLAIN = {"order date": "date", "delivery date": "date"}
VALUES = [
    values.number,
    values.date,
    values.amount,
    values.person,
    values.words,
    text.phone,
    text.email,
    values.address,
]
TAILS = {" number": values.number, " date": values.date, " code": text.code}


def alike(one: Field, other: Field) -> bool:
    """Whether a label of one could be taken for a label of the other."""
    if any({one.name, other.name} <= pair for pair in ALIKE) or one.name == other.name:
        return True
    if PLAIN.get(one.name) == other.name or PLAIN.get(other.name) == one.name:
        return True
    return bool({label.lower() for label in one.labels} & {label.lower() for label in other.labels})


def invented(r: random.Random) -> Field:
    """A field of random words, so that the question is compared with the label and not learned by heart."""
    name = " ".join(r.choice(text.words()).lower() for _ in range(r.randint(1, 2)))
    return _of_words(r, name, r.choice(["", "", "", *TAILS]))


def _of_words(r: random.Random, name: str, tail: str) -> Field:
    whole = name + tail
    labels = (whole.capitalize(), whole.title(), whole.replace(" number", " no.").capitalize())
    return Field(whole, labels, TAILS.get(tail) or r.choice(VALUES))


def _near_invented(r: random.Random, asked: Field) -> Field:
    """A field that has some of the words of an invented one: another tail, a word more, less or else."""
    words = asked.name.split()
    new = r.choice(text.words()).lower()
    x = r.random()
    if len(words) > 1 and x < 0.35:
        return _of_words(r, r.choice(words), "")
    if x < 0.6:
        words[r.randrange(len(words))] = new
        return _of_words(r, " ".join(words), "")
    if x < 0.8:
        return _of_words(r, f"{new} {asked.name}", "")
    tails = [tail for tail in TAILS if not asked.name.endswith(tail)]
    return _of_words(r, asked.name, r.choice(tails))


def _any(r: random.Random) -> Field:
    return invented(r) if r.random() < 0.3 else r.choice(FIELDS)


def _other(r: random.Random, asked: Field) -> Field:
    """Another field that cannot be taken for the one asked, one with words in common more often than by chance."""
    if r.random() < 0.35:
        if asked.name in DECOYS:
            return r.choice(DECOYS[asked.name])
        if asked not in FIELDS:
            return _near_invented(r, asked)
    barred = {asked.name, PLAIN.get(asked.name, "")}.union(*(pair for pair in ALIKE if asked.name in pair))
    printed = {label.lower() for label in asked.labels}
    fitting = [f for f in FIELDS if f.name not in barred and not printed & {label.lower() for label in f.labels}]
    near = [f for f in fitting if set(f.name.split()) & set(asked.name.split())]
    return r.choice(near) if near and r.random() < 0.4 else r.choice(fitting)


def _label(r: random.Random, field: Field, colon: float = 0.5) -> str:
    label = r.choice(field.labels)
    case = r.random()
    label = label.upper() if case < 0.15 else label.lower() if case < 0.2 else label.title() if case < 0.25 else label
    if r.random() < 0.03:
        label += r.choice(["*", " *", " (1)", "¹"])
    return label + (r.choice([":", ":", ":", " :"]) if r.random() < colon else "")


def _inline(r: random.Random, field: Field, value: str) -> str:
    label = _label(r, field, colon=0.75)
    gaps = (
        [" ", " ", " ", "", "  "] if label.endswith(":") else [" ", " ", " ", " ", " - ", " = ", " .... ", " – ", " # "]
    )
    return label + r.choice(gaps).replace("  ", " ") + value


def _unfilled(r: random.Random, field: Field) -> str:
    """A label with room for a value in which nothing stands."""
    return _label(r, field, colon=0.8) + " " + r.choice("_._") * r.randint(3, 14)


def _prose(r: random.Random, field: Field) -> str:
    """Running text in which a label's words occur, without a value."""
    language = languages.choose(r)
    before, after = (" ".join(r.choice(language.frequent) for _ in range(r.randint(1, 2))) for _ in range(2))
    label = r.choice(field.labels)
    return f"{before} {label if r.random() < 0.5 else label.lower()} {after}" + r.choice(["", ".", ","])


def _distractor(r: random.Random, asked: Field) -> str:
    x = r.random()
    if x < 0.35:
        return _label(r, _other(r, asked))
    if x < 0.55:
        other = _other(r, asked)
        return _inline(r, other, other.value(r))
    if x < 0.75:
        return r.choice(VALUES)(r)
    if x < 0.83:
        return f"{r.randint(1, 20)} {values.words(r)}"
    if x < 0.86:
        return writing.repeat(r)
    return " ".join(text.piece(r, languages.choose(r)) for _ in range(r.randint(1, 3)))


def lines(r: random.Random) -> tuple[Field, list[str], str]:
    """What is asked, the lines of the window and the answer."""
    asked = _any(r)
    if r.random() < ABSENT:
        return asked, _without(r, asked), ""
    value = asked.value(r)
    x = r.random()
    if x < 0.45:  # label and value in one tile
        extra = [_distractor(r, asked) for _ in range(r.choice([0, 1, 1, 2]))]
        return asked, [_inline(r, asked, value), *extra], value
    if x < 0.74:  # value to the right
        below = [_distractor(r, asked)] if r.random() < 0.65 else []
        return asked, [_label(r, asked), value, *below], value
    right = (
        [_label(r, _other(r, asked))] if r.random() < 0.6 else []
    )  # value below; to the right nothing or another label
    return asked, [_label(r, asked), *right, value], value


def _without(r: random.Random, asked: Field) -> list[str]:
    """A window whose first tile has no label of the field with a value."""
    value = asked.value(r)
    other = _other(r, asked)
    x = r.random()
    if x < 0.24:  # another field's label with its value beside or below it
        around = [other.value(r), _distractor(r, asked)]
        return [_label(r, other), *around[: r.randint(1, 2)]]
    if x < 0.44:  # another field's label and value, and what could pass for the value asked for
        around = [value if r.random() < 0.4 else _distractor(r, asked) for _ in range(r.choice([0, 1, 2, 2]))]
        return [_inline(r, other, other.value(r)), *around]
    if x < 0.54:  # another field's label, and the value asked for beside it
        return [_label(r, other), value, *([_distractor(r, asked)] if r.random() < 0.5 else [])]
    if x < 0.64:  # a value of the right kind that nothing names
        return [value, *(_distractor(r, asked) for _ in range(r.choice([0, 1, 2])))]
    if x < 0.72:  # the label stands in the window, but not in the first tile
        inline = _inline(r, asked, value)
        first = _label(r, other) if r.random() < 0.5 else _inline(r, other, other.value(r))
        return [first, inline] if r.random() < 0.5 else [first, _distractor(r, asked), inline]
    if x < 0.8:  # nothing was filled in, and the next field follows
        first = _label(r, asked) if r.random() < 0.6 else _unfilled(r, asked)
        after = [_inline(r, f, f.value(r)) if r.random() < 0.6 else _label(r, f) for f in (other, _other(r, asked))]
        return [first, *after[: r.choice([0, 1, 1, 2])]]
    if x < 0.86:
        return [_prose(r, asked), *(_distractor(r, asked) for _ in range(r.choice([0, 1, 2])))]
    return [_distractor(r, asked) for _ in range(r.choice([1, 2, 3, 3]))]


def _fits(setting: Style, line: str) -> bool:
    return setting.face.draws(line) and setting.width(line) < MAX_COLUMNS * PATCH


def _tile(r: random.Random, face: Face, split: str, line: str) -> Tile | None:
    for _ in range(4):
        setting = render.style(r, face)
        if _fits(setting, line):
            return render.tile(r, setting, line, step=2)  # fewer widths a batch
        face = choose(r, split)
    return None


def question(r: random.Random, split: str = "seen") -> Example:
    """One field question with its window."""
    while True:
        field, window, answer = lines(r)
        common = choose(r, split)
        faces = [common if r.random() < 0.7 else choose(r, split) for _ in window]
        tiles = [_tile(r, face, split, line) for face, line in zip(faces, window, strict=True)]
        whole = [tile for tile in tiles if tile is not None]
        if len(whole) == len(window):
            return Example(whole, [WHAT_IS_THE, *tokens_of(f"{field.name}?")], answer)


def asked(example: Example) -> str:
    """The name of the field that an example asks for."""
    return text_of(example.question[1:])[:-1]


def questions(r: random.Random, size: int, split: str = "seen") -> list[Example]:
    """A batch of field questions, with about as many tiles as a batch of that many transcriptions."""
    return [question(r, split) for _ in range(size // 2)]
