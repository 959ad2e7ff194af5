"""Field questions over a window of one to three tiles.

The first tile may hold the label; the others are its right neighbour and the tile below it, either of which
may be absent. The answer is the value, or nothing where the first tile does not hold the label.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import render
import text
from alphabet import WHAT_IS_THE, text_of, tokens_of
from data import Example
from fonts import Face, choose
from render import MAX_COLUMNS, PATCH, Style, Tile

LIST = Path(__file__).with_name("fields.txt")
FIRST_NAMES = (
    "Anna James Maria Peter Sofia Thomas Léa Jürgen Emma Carlos Ingrid David Chloé Björn Sarah Michael Zoë Paul"
).split()
TERMS = [
    "Net 30 days", "Net 14", "30 days net", "Due on receipt", "14 Tage netto", "Cash on delivery", "2% 10, net 30",
    "Prepaid", "60 days",
]  # fmt: skip
STREETS = [
    "Main Street", "High Street", "Oak Avenue", "Hauptstraße", "Rue de la Paix", "Park Lane", "Via Roma", "Station Road",
]  # fmt: skip
METHODS = ["Cash", "VISA", "Card", "Bank transfer", "PayPal", "Debit card", "Cheque"]


def _person(r: random.Random) -> str:
    return f"{r.choice(FIRST_NAMES)} {r.choice(text.words()).capitalize()}"


def _surname(r: random.Random) -> str:
    return r.choice(text.words()).capitalize()


def _company(r: random.Random) -> str:
    return f"{text.word(r).capitalize()} {r.choice(['GmbH', 'Ltd.', 'Inc.', 'LLC', 'AG', 'SARL', '& Sons', 'Corp.'])}"


def _address(r: random.Random) -> str:
    return f"{r.randint(1, 400)} {r.choice(STREETS)}"


def _city(r: random.Random) -> str:
    return f"{r.randint(10000, 99999)} {text.word(r).capitalize()}"


def _period(r: random.Random) -> str:
    year, quarter = r.randint(2000, 2030), r.randint(1, 4)
    month, first, last = (text.month(r) for _ in range(3))
    return r.choice([f"Q{quarter} {year}", f"{month} {year}", f"{year}/{year + 1}", f"{first[:3]} - {last[:3]} {year}"])


def _words(r: random.Random) -> str:
    return " ".join(r.choice(text.words()) for _ in range(r.randint(1, 4))).capitalize()


def _digits(r: random.Random) -> str:
    return text.digits(r, r.randint(1, 9))


def _number(r: random.Random) -> str:
    return r.choice([text.code, text.code, _digits])(r)


def _rate(r: random.Random) -> str:
    return r.choice([f"{r.randint(0, 30)}%", f"{r.randint(0, 30)} %", f"{r.randint(0, 30)}.{r.randint(0, 9)}%"])


KINDS: dict[str, Callable[[random.Random], str]] = {
    "number": _number,
    "date": text.date,
    "amount": text.amount,
    "rate": _rate,
    "currency": lambda r: r.choice(text.CURRENCIES),
    "iban": text.iban,
    "bic": lambda r: "".join(r.choice("ABCDEFGHIKLMNOPRSTUWX") for _ in range(8)),
    "terms": lambda r: r.choice(TERMS),
    "method": lambda r: r.choice(METHODS),
    "person": _person,
    "first-name": lambda r: r.choice(FIRST_NAMES),
    "surname": _surname,
    "company": _company,
    "phone": text.phone,
    "email": text.email,
    "address": _address,
    "city": _city,
    "period": _period,
    "words": _words,
    "count": lambda r: str(r.randint(1, 500)),
}


@dataclass(frozen=True)
class Field:
    """A field as it is asked for, as it may be printed, and what stands there."""

    name: str
    labels: tuple[str, ...]
    value: Callable[[random.Random], str]


def _listed() -> list[Field]:
    rows = [line.split(" | ") for line in LIST.read_text().splitlines() if not line.startswith("#")]
    return [Field(name, tuple(labels.split("; ")), KINDS[kind]) for name, kind, labels in rows]


FIELDS = _listed()

# Pairs that one could take for each other even with the label in sight; never each other's counter-example.
ALIKE = [
    {"date", "invoice date", "order date", "delivery date"},
    {"name", "customer", "vendor"},
    {"total", "amount paid"},
    {"address", "city"},
    {"reference", "order number"},
]
VALUES = [_number, text.date, text.amount, _person, _words, text.phone, text.email, _address]


def invented(r: random.Random) -> Field:
    """A field of random words, so that the question is compared with the label and not learned by heart."""
    name = " ".join(r.choice(text.words()).lower() for _ in range(r.randint(1, 2)))
    tail = r.choice(["", "", "", " number", " date", " code"])
    value = {" number": _number, " date": text.date, " code": text.code}.get(tail) or r.choice(VALUES)
    whole = name + tail
    return Field(whole, (whole.capitalize(), whole.title(), whole.replace(" number", " no.").capitalize()), value)


def _any(r: random.Random) -> Field:
    return invented(r) if r.random() < 0.3 else r.choice(FIELDS)


def _other(r: random.Random, asked: Field) -> Field:
    """Another field that cannot be taken for the one asked, one with words in common more often than by chance."""
    barred = {asked.name}.union(*(pair for pair in ALIKE if asked.name in pair))
    printed = {label.lower() for label in asked.labels}
    fitting = [f for f in FIELDS if f.name not in barred and not printed & {label.lower() for label in f.labels}]
    near = [f for f in fitting if set(f.name.split()) & set(asked.name.split())]
    return r.choice(near) if near and r.random() < 0.4 else r.choice(fitting)


def _label(r: random.Random, field: Field, colon: float = 0.5) -> str:
    label = r.choice(field.labels)
    case = r.random()
    label = label.upper() if case < 0.15 else label.lower() if case < 0.2 else label.title() if case < 0.25 else label
    return label + (":" if r.random() < colon else "")


def _inline(r: random.Random, field: Field, value: str) -> str:
    label = _label(r, field, colon=0.75)
    gaps = [" ", " ", " ", ""] if label.endswith(":") else [" ", " ", " ", " ", " - ", " = ", " .... "]
    return label + r.choice(gaps) + value


def _distractor(r: random.Random, asked: Field) -> str:
    x = r.random()
    if x < 0.3:
        return _label(r, _other(r, asked))
    if x < 0.5:
        other = _other(r, asked)
        return _inline(r, other, other.value(r))
    if x < 0.7:
        return r.choice(VALUES)(r)
    if x < 0.8:
        return f"{r.randint(1, 20)} {_words(r)}"
    return " ".join(text.piece(r) for _ in range(r.randint(1, 3)))


def lines(r: random.Random) -> tuple[Field, list[str], str]:
    """What is asked, the lines of the window and the answer."""
    asked = _any(r)
    value = asked.value(r)
    x = r.random()
    if x < 0.28:  # label and value in one tile
        extra = [_distractor(r, asked) for _ in range(r.choice([0, 1, 1, 2]))]
        return asked, [_inline(r, asked, value), *extra], value
    if x < 0.46:  # value to the right
        below = [_distractor(r, asked)] if r.random() < 0.65 else []
        return asked, [_label(r, asked), value, *below], value
    if x < 0.62:  # value below; to the right nothing or another label
        right = [_label(r, _other(r, asked))] if r.random() < 0.6 else []
        return asked, [_label(r, asked), *right, value], value
    if x < 0.65:  # nothing was filled in
        return asked, [_label(r, asked)], ""
    y = r.random()
    if y < 0.55:
        other = _other(r, asked)
        first = _inline(r, other, other.value(r)) if r.random() < 0.5 else _label(r, other)
    else:
        first = _distractor(r, asked)
    around = [value if r.random() < 0.35 else _distractor(r, asked) for _ in range(r.choice([0, 1, 2, 2]))]
    return asked, [first, *around], ""


def _fits(setting: Style, line: str) -> bool:
    return setting.face.draws(line) and setting.width(line) < MAX_COLUMNS * PATCH


def _tile(r: random.Random, face: Face, split: str, line: str) -> Tile | None:
    for _ in range(4):
        setting = render.style(r, face)
        if _fits(setting, line):
            drawn = render.tile(r, setting, line)
            if drawn.columns % 2:  # fewer widths a batch
                drawn = render.tile(r, setting, line, drawn.columns + 1)
            return drawn
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
