"""Lays out documents: blocks put on a page where chance has them, by kind of document.

usage: layouts.py --output DIR [--count 20] [--seed 1] [--split seen|held-out]

DIR/document-001.png beside document-001.json: the page's kind, its lines in reading order with their boxes in pixels
(x0, y0, x1, y1), and the fields that it says with the lines of label and value. Training cuts the same documents into tiles
(``cuts.py``). The same seed gives the same documents.

No layout is a template: a kind of document is a set of blocks, each there by chance and in one, two or three columns;
every block chooses how its labels, values, cells and rules stand.
"""

import argparse
import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

import fields
import fonts
import languages
import overlays
import pages
import render
import text
import values
from documents import LEAST_EM, Document, Frame, Said
from fields import Field
from render import Style
from setting import Look

SIZES = {"A4": (595.0, 842.0), "letter": (612.0, 792.0), "A5": (420.0, 595.0), "roll": (204.0, 560.0), "slip": (165.0, 440.0)}
DPI = (100, 120, 150, 150, 150, 200)
# White between two lines of a row, in ems: less, and the splitter takes them for one line.
GAP = 1.6



# A block fills its room from y down and returns where it ends.
Block = Callable[[random.Random, Document, Frame, float], float]
AMOUNTS = ("subtotal", "tax", "discount", "shipping", "total", "amount paid", "change")
NUMBERED = (
    "invoice number",
    "invoice date",
    "due date",
    "date",
    "order date",
    "delivery date",
    "customer number",
    "order number",
    "reference",
    "receipt number",
    "tax number",
    "currency",
    "payment terms",
    "payment method",
)
BANK = ("IBAN", "BIC", "tax number", "phone", "email", "reference", "currency")


def _heading(r: random.Random, page: Document, frame: Frame, y: float) -> float:
    points = page.points * r.uniform(1.2, 2.4)
    words = r.choice([_phrase, _phrase, lambda r, page: values.words(r), lambda r, page: _phrase(r, page).upper()])(r, page)
    dark = r.random() < 0.06
    if dark:
        page.panel(frame.x - 4, y, frame.x + frame.width + 4, y + points * 1.5, r.randint(170, 255))
    page.put(words, frame, y + points * 1.1, page.strong, points, r.choice([0, 0, 0, 0.5, 1]), dark)
    return y + points * r.uniform(1.6, 2.2)


def _phrase(r: random.Random, page: Document) -> str:
    return r.choice(languages.phrases(page.language.code))


def _letterhead(r: random.Random, page: Document, frame: Frame, y: float) -> float:
    """A name with a logo, and the address below or beside it."""
    align, side, top = r.choice([0.0, 0.0, 0.5, 1.0]), page.points * r.uniform(2, 5), y
    has_logo = r.random() < 0.5 and align != 0.5
    if has_logo:
        x = frame.x + (frame.width - side if align == 0 else 0)
        level, seed = r.randint(120, 255), r.random()
        page.shapes.append(
            lambda draw, to: overlays.emblem(random.Random(seed), draw, x * to, top * to, side * to, side * to, level)
        )
        frame = frame.part(0.3, 1.0) if align else frame.part(0.0, 0.7)
    points = page.points * r.uniform(1.1, 2.2)
    page.put(values.KINDS["company"](r), frame, y + points, page.strong, points, align)
    small, y = page.points * r.uniform(0.75, 1.0), y + points * 1.3
    rows = [values.address(r), values.KINDS["city"](r), text.phone(r), text.email(r), f"www.{text.word(r).lower()}.com"]
    for row in rows[: r.randint(0, 5)]:
        page.put(row, frame, y + small, page.body, small, align)
        y += small * page.leading
    return max(y, top + side if has_logo else y) + 4


def _party(r: random.Random, page: Document, frame: Frame, y: float) -> float:
    """A caption and who is meant."""
    points, leading = page.points, page.points * page.leading
    if r.random() < 0.7:
        page.put(_phrase(r, page) + r.choice(["", ":"]), frame, y + points, r.choice([page.body, page.strong]), points)
        y += leading
    name = values.person(r) if r.random() < 0.5 else values.KINDS["company"](r)
    for row in [name, values.address(r), values.KINDS["city"](r)][: r.randint(2, 3)]:
        page.put(row, frame, y + points, page.body, points)
        y += leading
    return y + points * 0.3


def _facts_of(names: tuple[str, ...], most: int) -> Block:
    """A block of labels with their values; the names say which fields, none any."""

    def block(r: random.Random, page: Document, frame: Frame, y: float) -> float:
        ways = [_inline, _columns, _flush, _leaders, _stacked, _cells, _filled_in]
        way = r.choices(ways, [3, 3, 2, 1, 1.5, 2, 1])[0]
        found: list[tuple[Field, str]] = []
        for _ in range(r.randint(1, most)):
            field = page.fresh(r, names)
            if field and not any(fields.alike(field, other) for other, _ in found):
                found.append((field, field.value(r)))
        return way(r, page, frame, y, found)

    return block


Facts = list[tuple[Field, str]]


def _colon(r: random.Random) -> float:
    return r.choice([0.0, 1.0, 1.0])


def _say(page: Document, field: Field, value: str, label: int | None, place: int | None) -> None:
    if label is not None and place is not None:
        page.said.append(Said(field, value, label, place))


def _inline(r: random.Random, page: Document, frame: Frame, y: float, facts: Facts) -> float:
    """Label and value in one line."""
    colon = _colon(r)
    for field, value in facts:
        label = fields._label(r, field, colon)
        place = page.put(f"{label} {value}", frame, y + page.points, page.body, page.points)
        _say(page, field, value, place, place)
        y += page.points * page.leading
    return y


def _pairs(r: random.Random, page: Document, frame: Frame, y: float, facts: Facts, align: float, dots: bool) -> float:
    """Labels to the left, values in a column of their own."""
    points, colon = page.points, _colon(r)
    labels = [fields._label(r, field, colon) for field, _ in facts]
    label_face, value_face = r.choice([(page.body, page.body), (page.strong, page.body), (page.body, page.strong)])
    drawn = [label_face.length(label) * points for label in labels if label_face.draws(label)]
    split = max(drawn, default=0) + GAP * points + r.choice([0, 0, r.uniform(0, 60)])
    room = Frame(frame.x + split, frame.width - split)
    apart = r.choice([1.0, 1.0, 1.3, 1.7])
    ruled = r.random() < 0.15
    for label, (field, value) in zip(labels, facts, strict=True):
        if room.width <= 0 or not value_face.draws(value) or value_face.length(value) * points > room.width:
            place = page.put(label, frame, y + points, label_face, points)  # nothing was filled in
            value_place = None
        elif dots and label_face.draws(label + value):
            between = room.x + room.width - value_face.length(value) * points - frame.x
            count = int((between - label_face.length(f"{label}  ") * points) / (label_face.length(".") * points))
            line = f"{label} {'.' * max(3, min(count, 80))} {value}"
            place = value_place = page.put(line, frame, y + points, label_face, points)
        else:
            place = page.put(label, Frame(frame.x, split), y + points, label_face, points)
            value_place = page.put(value, room, y + points, value_face, points, align)
        _say(page, field, value, place, value_place)
        if ruled:
            page.rule(frame.x, y + points * 1.35, frame.x + frame.width, y + points * 1.35, 0.5, 160)
        y += points * page.leading * apart
    return y


def _columns(r: random.Random, page: Document, frame: Frame, y: float, facts: Facts) -> float:
    return _pairs(r, page, frame, y, facts, 0.0, dots=False)


def _flush(r: random.Random, page: Document, frame: Frame, y: float, facts: Facts) -> float:
    narrow = frame.part(r.uniform(0.0, 0.3), 1.0) if frame.width > 260 else frame
    return _pairs(r, page, narrow, y, facts, 1.0, dots=False)


def _leaders(r: random.Random, page: Document, frame: Frame, y: float, facts: Facts) -> float:
    return _pairs(r, page, frame, y, facts, 1.0, dots=True)


def _stacked(r: random.Random, page: Document, frame: Frame, y: float, facts: Facts) -> float:
    """Each label above its value."""
    small, colon = page.points * r.choice([1.0, 0.85, 0.75]), _colon(r)
    if small * page.scale < LEAST_EM:
        small = page.points
    for field, value in facts:
        label = page.put(fields._label(r, field, colon), frame, y + small, page.body, small)
        y += small * page.leading
        place = page.put(value, frame, y + page.points, r.choice([page.body, page.strong]), page.points)
        _say(page, field, value, label, place)
        y += page.points * (page.leading + 0.6)
    return y


def _cells(r: random.Random, page: Document, frame: Frame, y: float, facts: Facts) -> float:
    """Labels in one row, the values in the row below, in boxes or without."""
    columns = min(len(facts), max(1, int(frame.width / 110)))
    boxed, dark = r.random() < 0.5, r.random() < 0.12
    points, row = page.points, page.points * r.uniform(1.5, 2.0)
    align, colon = r.choice([0.0, 0.0, 0.5]), r.choice([0.0, 0.0, 1.0])
    for start in range(0, len(facts), columns):
        group = facts[start : start + columns]
        if dark:
            page.panel(frame.x, y, frame.x + frame.width, y + row, r.randint(180, 255))
        rooms = [frame.part(k / columns, (k + 1) / columns) for k in range(len(group))]
        inner = [Frame(room.x + 4, room.width - 8 - GAP * points) for room in rooms]
        heads = [
            page.put(fields._label(r, fact[0], colon), room, y + row * 0.7, page.strong, points, align, dark)
            for fact, room in zip(group, inner, strict=True)
        ]
        for (field, value), room, label in zip(group, inner, heads, strict=True):
            _say(page, field, value, label, page.put(value, room, y + row * 1.7, page.body, points, align))
        if boxed:
            for room in rooms:
                page.panel(room.x, y, room.x + room.width, y + 2 * row, 255, frame=0.6)
            page.rule(frame.x, y + row, rooms[-1].x + rooms[-1].width, y + row, 0.6)
        y += row * 2.3
    return y


def _filled_in(r: random.Random, page: Document, frame: Frame, y: float, facts: Facts) -> float:
    """Fields of a form: a label, then room on a rule or in a box, filled in in another face or left empty."""
    hand, points = fonts.choose(r, fonts.family_of(page.body.path)[0]), page.points
    row, box = points * r.uniform(1.8, 2.6), r.random() < 0.4
    for field, value in facts:
        label = fields._label(r, field, _colon(r))
        place = page.put(label, frame, y + row * 0.65, page.body, points)
        if place is None:
            continue
        start = page.lines[place].box[2] + GAP * points
        room = Frame(start + 3, frame.x + frame.width - start - 6)
        if room.width < 40:
            continue
        if box:
            page.panel(start, y, frame.x + frame.width, y + row * 0.92, 255, frame=0.7)
        else:
            page.rule(start, y + row * 0.85, frame.x + frame.width, y + row * 0.85, 0.6)
        if r.random() < 0.8:
            _say(page, field, value, place, page.put(value, room, y + row * 0.65, hand, points))
        y += row
    return y


def _table(r: random.Random, page: Document, frame: Frame, y: float) -> float:
    """Words in the first column, numbers flush right in the others, with rules, boxes, stripes or nothing between."""
    count = r.randint(1, 5 if frame.width > 300 else 2)
    first = r.uniform(0.3, 0.55)
    rooms = [frame.part(0, first)] + [
        frame.part(first + (1 - first) * k / count, first + (1 - first) * (k + 1) / count) for k in range(count)
    ]
    points, row = page.points, page.points * r.uniform(1.35, 2.2)
    inner = [Frame(room.x + 3, room.width - 6 - GAP * points * 0.5) for room in rooms]
    ruled, head = r.choice(["", "", "rows", "grid", "stripes"]), r.choice(["", "strong", "strong", "dark", "tinted", "ruled"])
    makers = [r.choice([text.amount, text.amount, values.KINDS["count"], text.code, text.measure]) for _ in range(count)]
    kinds = [r.choice([0.0, 1.0, 1.0, 1.0]) if make is not text.amount else 1.0 for make in makers]
    number = 0
    for line in range(r.randint(2, 12) + (head != "")):
        if y + row > page.bottom:
            break
        is_head = line == 0 and head != ""
        dark = is_head and head == "dark"
        if is_head and head in ("dark", "tinted"):
            page.panel(frame.x, y, frame.x + frame.width, y + row, r.randint(180, 255) if dark else r.randint(20, 70))
        if ruled == "stripes" and line % 2 == 1:
            page.panel(frame.x, y, frame.x + frame.width, y + row, r.choice([14, 22, 30]))
        words = [_phrase(r, page) if is_head else values.words(r)]
        words += [r.choice(languages.words(page.language.code)).capitalize() if is_head else make(r) for make in makers]
        for cell, room, align in zip(words, inner, [0.0, *kinds], strict=True):
            page.put(cell, room, y + row * 0.5 + points * 0.35, page.strong if is_head else page.body, points, align, dark)
        if ruled in ("rows", "grid") or (is_head and head == "ruled"):
            page.rule(frame.x, y + row, frame.x + frame.width, y + row, r.choice([0.5, 0.7, 1.0]), r.choice([255, 160]))
        y += row
        number += 1
    if ruled == "grid":
        for room in rooms:
            page.rule(room.x, y - number * row, room.x, y, 0.6)
        page.rule(frame.x + frame.width, y - number * row, frame.x + frame.width, y, 0.6)
        page.rule(frame.x, y - number * row, frame.x + frame.width, y - number * row, 0.6)
    return y + points * 0.4


def _run(kind: str, least: int, most: int, size: tuple[float, float] = (1.0, 1.0)) -> Block:
    """Lines of one kind of ``writing.py``, one below the other."""

    def block(r: random.Random, page: Document, frame: Frame, y: float) -> float:
        points = page.points * r.uniform(*size)
        face = page.body if kind not in ("program", "options") else fonts.typewriter(r, fonts.family_of(page.body.path)[0])
        count = r.randint(least, most)
        for number in range(count):
            if y + points > page.bottom:
                break
            room = frame.width * (r.uniform(0.35, 0.9) if number == count - 1 else 1.0)
            style = Style(face, Look(ligatures=False), points, 0.0, 1.0, tight=False)
            page.put(render.fill(r, style, room, kind)[1], frame, y + points, face, points)
            y += points * page.leading
        return y + points * 0.5

    return block


def _ticks(r: random.Random, page: Document, frame: Frame, y: float) -> float:
    """Boxes to be ticked with what they mean."""
    points, side = page.points, page.points * 0.8
    for _ in range(r.randint(2, 5)):
        page.panel(frame.x, y + points * 0.25, frame.x + side, y + points * 0.25 + side, 255, frame=0.7)
        if r.random() < 0.4:
            page.rule(frame.x, y + points * 0.25, frame.x + side, y + points * 0.25 + side, 0.9)
        page.put(_phrase(r, page), Frame(frame.x + side + GAP * points, frame.width - side - GAP * points), y + points, page.body, points)
        y += points * page.leading * 1.1
    return y


def _foot(r: random.Random, page: Document, frame: Frame, y: float) -> float:
    """Small print between rules, in columns."""
    small = max(page.points * r.uniform(0.7, 0.9), LEAST_EM / page.scale)
    if r.random() < 0.5:
        page.rule(frame.x, y, frame.x + frame.width, y, 0.5)
    count = r.randint(1, 3) if frame.width > 300 else 1
    start = y
    for k in range(count):
        room, below = frame.part(k / count, (k + 0.94) / count), start + 3
        for _ in range(r.randint(1, 4)):
            row = r.choice([values.KINDS["company"], values.address, values.KINDS["city"], text.email, text.phone, text.code])(r)
            page.put(row, room, below + small, page.body, small)
            below += small * page.leading
        y = max(y, below)
    return y + 4


# MARK: Kinds of documents: blocks, each with its chance, in one to three columns.

_PARAGRAPH, _NOTE = _run("sentences", 2, 9), _run("sentences", 1, 3, (0.75, 0.95))
_LIST, _HEADLINE = _run("heading", 2, 6), _run("capitals", 1, 1, (1.0, 1.4))
_FACTS, _NUMBERS, _SUMS = _facts_of((), 6), _facts_of(NUMBERED, 6), _facts_of(AMOUNTS, 5)
_BANK_FACTS = _facts_of(BANK, 4)
Bands = list[tuple[float, tuple[Block, ...]]]
KINDS: dict[str, Bands] = {
    "invoice": [
        (0.9, (_letterhead, _NUMBERS)),
        (0.8, (_party, _party, _NUMBERS)),
        (0.6, (_heading,)),
        (0.7, (_NUMBERS, _party)),
        (0.9, (_table,)),
        (0.9, (_NOTE, _SUMS)),
        (0.5, (_BANK_FACTS, _NOTE)),
        (0.6, (_foot,)),
    ],
    "receipt": [
        (0.9, (_letterhead,)),
        (0.7, (_NUMBERS,)),
        (0.9, (_table,)),
        (0.9, (_SUMS,)),
        (0.6, (_FACTS,)),
        (0.5, (_NOTE,)),
    ],
    "letter": [
        (0.9, (_letterhead, _NUMBERS)),
        (0.8, (_party, _FACTS)),
        (0.7, (_HEADLINE,)),
        (1.0, (_PARAGRAPH,)),
        (0.9, (_PARAGRAPH,)),
        (0.4, (_table,)),
        (0.6, (_PARAGRAPH,)),
        (0.5, (_party,)),
        (0.6, (_foot,)),
    ],
    "form": [
        (0.8, (_heading,)),
        (0.9, (_FACTS, _FACTS)),
        (0.6, (_ticks, _NOTE)),
        (0.8, (_FACTS, _FACTS, _FACTS)),
        (0.5, (_ticks, _ticks)),
        (0.6, (_FACTS,)),
        (0.5, (_NOTE,)),
    ],
    "statement": [
        (0.9, (_letterhead, _FACTS)),
        (0.7, (_party, _NUMBERS)),
        (0.9, (_table,)),
        (0.7, (_table,)),
        (0.6, (_SUMS, _FACTS)),
        (0.6, (_NOTE,)),
    ],
    "report": [
        (0.9, (_heading,)),
        (0.4, (_FACTS,)),
        (0.9, (_PARAGRAPH, _PARAGRAPH)),
        (0.5, (_LIST,)),
        (0.6, (_table,)),
        (0.7, (_heading,)),
        (0.9, (_PARAGRAPH,)),
        (0.3, (_run("references", 2, 6, (0.8, 1.0)),)),
    ],
    "filing": [
        (0.8, (_HEADLINE,)),
        (0.7, (_FACTS, _FACTS)),
        (0.8, (_heading,)),
        (0.9, (_PARAGRAPH,)),
        (0.7, (_LIST,)),
        (0.8, (_table,)),
        (0.6, (_PARAGRAPH, _PARAGRAPH)),
        (0.5, (_NOTE,)),
    ],
    "manual": [
        (0.8, (_heading,)),
        (0.8, (_PARAGRAPH,)),
        (0.8, (_run("program", 3, 12, (0.8, 1.0)),)),
        (0.6, (_PARAGRAPH,)),
        (0.7, (_run("options", 2, 8, (0.8, 1.0)),)),
        (0.5, (_table,)),
        (0.5, (_run("quotes", 2, 6),)),
    ],
}
SHARES = {"invoice": 4, "receipt": 3, "letter": 2, "form": 3, "statement": 2, "report": 2, "filing": 2, "manual": 2}


def draw(r: random.Random, split: str = "seen") -> Document:
    """A document of a kind by its share, of two cuts of one family or of two families."""
    kind = r.choices(list(SHARES), list(SHARES.values()))[0]
    size = SIZES[r.choice(["roll", "roll", "slip", "A5"]) if kind == "receipt" else r.choice(["A4", "A4", "letter", "A5"])]
    dpi = r.choice(DPI)
    is_typed = kind == "receipt" and r.random() < 0.5
    body = fonts.typewriter(r, split) if is_typed else fonts.choose(r, split)
    strong = fonts.sibling(r, body) if r.random() < 0.75 else fonts.choose(r, split)
    least = max(6.5, LEAST_EM * pages.POINTS_AN_INCH / dpi)
    points = r.triangular(least, max(12.0, least + 1), max(9.5, least))
    page = Document(kind, size, dpi, languages.choose(r), body, strong, points, r.uniform(1.15, 1.6))
    margin = r.uniform(0.05, 0.13) * size[0]
    whole, y = Frame(margin, size[0] - 2 * margin), r.uniform(18, 60)
    bands = [blocks for chance, blocks in KINDS[kind] if r.random() < chance]
    if r.random() < 0.3:
        r.shuffle(bands)
    for blocks in bands:
        if y > page.bottom - 2 * points:
            break
        y = _band(r, page, whole, y, blocks) + points * r.uniform(0.4, 2.0)
    return page


def _band(r: random.Random, page: Document, whole: Frame, y: float, blocks: tuple[Block, ...]) -> float:
    """Blocks side by side, or one below the other where the page is narrow or chance has it; read one after the other."""
    if len(blocks) > 1 and whole.width > 130 * len(blocks) and r.random() < 0.75:
        order = r.sample(blocks, len(blocks))
        edges = [0.0, *sorted(k / len(order) + r.uniform(-0.08, 0.08) for k in range(1, len(order))), 1.0]
        gutter = GAP * page.points * 1.5 / whole.width
        rooms = [whole.part(a, b - (gutter if b < 1 else 0)) for a, b in zip(edges, edges[1:])]
        return max(block(r, page, room, y) for block, room in zip(order, rooms, strict=True))
    for block in blocks:
        if y < page.bottom - 2 * page.points:
            room = whole if r.random() < 0.75 else whole.part(*r.choice([(0.0, 0.6), (0.4, 1.0), (0.5, 1.0)]))
            y = block(r, page, room if room.width > 120 else whole, y) + page.points * r.uniform(0.3, 1.0)
    return y


def described(page: Document) -> dict[str, object]:
    """What stands on a page, as its JSON says it: lines in reading order with boxes in pixels, fields with their lines."""
    boxes = [[round(at * page.scale, 1) for at in line.box] for line in page.lines]
    return {
        "kind": page.kind,
        "dpi": page.dpi,
        "lines": [{"text": line.text, "box": box} for line, box in zip(page.lines, boxes, strict=True)],
        "fields": [
            {"name": said.field.name, "value": said.value, "label_line": said.label, "value_line": said.place}
            for said in page.said
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw documents with what stands where on them.")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", default="seen", choices=["seen", "held-out"])
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    for number in range(1, arguments.count + 1):
        page = draw(random.Random(f"{arguments.seed}/{number}/document"), arguments.split)
        stem = arguments.output / f"document-{number:03}"
        Image.fromarray(255 - np.asarray(page.ink())).save(stem.with_suffix(".png"), dpi=(page.dpi, page.dpi))
        written = json.dumps(described(page), ensure_ascii=False, indent=1)
        stem.with_suffix(".json").write_text(written + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
