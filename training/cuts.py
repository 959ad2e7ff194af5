"""Cuts drawn documents into tiles as the splitter cuts pages, and asks about them.

A page is printed, scanned with a lean of up to 3 degrees and levelled again; every line becomes a tile of 28 pixels in height,
long ones several. What is asked is what ``data.py``, ``fields.py`` and ``objects.py`` ask about lines drawn alone, here with what
really stands beside and below a label.
"""

import json
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

import fields
import layouts
import objects
import overlays
import render
import scan
from alphabet import TRANSCRIBE, WHAT_IS_THE, tokens_of
from data import Example
from documents import Document, Placed
from fields import Field
from render import HEIGHT, LEGIBLE, MAX_COLUMNS, PATCH, TEXT_HEIGHT, Tile

LEAN = 3.0
# What levelling leaves, in degrees.
LEVELLED = 0.12
# A batch of tiles is of at least so many documents: drawing and scanning a page costs a hundred times what one tile of it costs.
DOCUMENTS_OF_BATCH = 5
# Questions about one document.
QUESTIONS_OF_ONE = 6
# White about the text of a tile, in its pixels.
MARGIN = (2.0, 9.0)
# The highest line that is still the one below, in heights of the label.
BELOW = 2.6
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Cut:
    """A tile of a page: which line it is a piece of, and where it stands in pixels of the page."""

    tile: Tile
    line: int
    box: Box


@dataclass
class Page:
    """A document after its scan, cut into tiles in reading order."""

    document: Document
    cuts: list[Cut]

    def of(self, line: int) -> list[int]:
        """The places of a line's tiles; none where it was too worn to be read."""
        return [place for place, cut in enumerate(self.cuts) if cut.line == line]


def page(r: random.Random, split: str = "seen") -> Page:
    """A document drawn, scanned and cut."""
    document = layouts.draw(r, split)
    ink = document.ink()
    pixels, how, residue = _scanned(r, document, ink)
    cuts: list[Cut] = []
    for number, line in enumerate(document.lines):
        cuts += _cut(r, document, number, line, ink, pixels, how, residue)
    return Page(document, cuts)


def _scanned(r: random.Random, document: Document, ink: Image.Image) -> tuple[Image.Image, scan.Scan, float]:
    """The levelled scan of a page, what was done to it and the degrees that levelling left."""
    em = document.points * document.scale
    how = scan.choose(r, em)
    how = replace(how, zoom=(1.0, 1.0), angle=0.0, dropped=0)
    lean = r.uniform(-LEAN, LEAN) if how.quality != "clean" and r.random() < 0.6 else 0.0
    leaned = ink.rotate(lean, Image.Resampling.BICUBIC) if lean else ink
    behind = overlays.mirrored(r, ink, ink.size) if how.bleed else None
    stamp = _stamp(r, ink.size, em) if how.quality != "clean" and r.random() < 0.25 else None
    pixels = Image.fromarray(scan.develop(r, how, leaned, behind, stamp, ink.size))
    if not lean:
        return pixels, how, 0.0
    residue = r.uniform(-LEVELLED, LEVELLED)
    paper = tuple(round(level) for level in how.paper)
    return pixels.rotate(residue - lean, Image.Resampling.BICUBIC, fillcolor=paper), how, residue


def _stamp(r: random.Random, size: tuple[int, int], em: float) -> Image.Image:
    """A page with some rubber stamps and signatures."""
    page = Image.new("L", size)
    for _ in range(r.randint(1, 4)):
        height = max(8, round(r.uniform(1.2, 5) * em))
        part = overlays.stamp(r, (4 * height, height))
        page.paste(part, (round(r.uniform(0, size[0] - height)), round(r.uniform(0, size[1] - height))))
    return page


def _cut(
    r: random.Random,
    document: Document,
    number: int,
    line: Placed,
    ink: Image.Image,
    pixels: Image.Image,
    how: scan.Scan,
    residue: float,
) -> list[Cut]:
    """The tiles of a line: as long as a tile may be, cut between words; without those that a person could not read."""
    face, em = line.face, line.points * document.scale
    above, below = face.ascent, face.descent
    tight = r.random() < 0.12
    if tight:  # cut by its own ink, as a line without ascenders is
        above, below = render.type_setting.extent(line.laid)
    nominal = TEXT_HEIGHT / max(0.3, above + below)
    to = nominal * (r.uniform(0.95, 1.1) if tight else r.triangular(0.8, 1.18, 0.98)) / em  # pixels of the page to those of the tile
    to = min(to, (HEIGHT + render.CUT) / (max(0.3, sum(render.type_setting.extent(line.laid))) * em))
    start, baseline = line.x * document.scale, line.baseline * document.scale
    found: list[Cut] = []
    for first, last in _pieces(line, em * to):
        left = start + (line.laid.centres[first] - _half(line, first)) * em
        right = start + (line.laid.centres[last - 1] + _half(line, last - 1)) * em
        space = 0.5 * face.advance(" ") * em  # to the middle of the gap where the line goes on
        margin = min(r.uniform(*MARGIN) / to, space if first else math.inf)
        tail = min(r.uniform(*MARGIN) / to, space if last < len(line.text) else math.inf)
        middle_y = baseline - (above - below) / 2 * em + r.uniform(-1.5, 1.5) / to
        columns = min(MAX_COLUMNS, max(4, 2 * math.ceil((margin + right - left + tail) * to / PATCH / 2)))
        across, down = columns * PATCH / to, HEIGHT / to
        x, y = left - margin, middle_y - down / 2
        moved = _turned((left + right) / 2, middle_y, ink.size, residue)
        shift = moved[0] - (left + right) / 2, moved[1] - middle_y
        box = (x + shift[0], y + shift[1], x + across + shift[0], y + down + shift[1])
        if box[0] < 0 or box[1] < 0 or box[2] > ink.width or box[3] > ink.height:
            continue
        edge = min(columns * PATCH, math.ceil((right + tail - x) * to))
        tile = _pixels(r, pixels, box, columns, edge)
        clean = ink.resize((columns * PATCH, HEIGHT), Image.Resampling.BOX, (x, y, min(x + across, ink.width), min(y + down, ink.height)))
        if how.quality != "clean" and render._likeness(clean.crop((0, 0, edge, HEIGHT)), tile[:, :edge]) < LEGIBLE:
            continue
        words = line.text[first:last]
        centres = [((start + at * em - x) * to) / (columns * PATCH) for at in line.laid.centres[first:last]]
        patches, latents = render._labels(words, [min(max(at, 0.0), 1 - 1e-6) for at in centres], columns)
        marks = frozenset(how.marks | line.laid.marks | {document.kind})
        found.append(Cut(Tile(tile, words, patches, latents, how.quality, marks), number, (left, box[1], right, box[3])))
    return found


def _half(line: Placed, place: int) -> float:
    """Half of a character's width, in ems."""
    return line.face.advance(line.text[place]) / 2


def _pieces(line: Placed, em: float) -> Iterator[tuple[int, int]]:
    """The ranges of characters that fit a tile, ending with words."""
    room, words, first = MAX_COLUMNS * PATCH - 2 * MARGIN[1], line.text, 0
    while first < len(words):
        last = first
        for place in [i for i in range(first + 1, len(words)) if words[i] == " "] + [len(words)]:
            if (line.laid.centres[place - 1] - line.laid.centres[first] + 1) * em > room and last > first:
                break
            last = place
        if (line.laid.centres[last - 1] - line.laid.centres[first] + 1) * em <= room:
            yield first, last
        first = last + 1


def _turned(x: float, y: float, size: tuple[int, int], degrees: float) -> tuple[float, float]:
    """Where a point of the page comes to lie when the page is turned (as ``Image.rotate`` turns, about the middle)."""
    angle, (middle_x, middle_y) = math.radians(degrees), (size[0] / 2, size[1] / 2)
    dx, dy = x - middle_x, y - middle_y
    return middle_x + dx * math.cos(angle) + dy * math.sin(angle), middle_y - dx * math.sin(angle) + dy * math.cos(angle)


def _pixels(r: random.Random, page: Image.Image, box: Box, columns: int, edge: int) -> np.ndarray:
    """The tile's pixels; behind the text is the colour of most of it, which is the paper's or the panel's."""
    kinds = render._RESAMPLE[:2] if box[3] - box[1] > HEIGHT else render._RESAMPLE[1:]
    pixels = np.array(page.resize((columns * PATCH, HEIGHT), r.choice(kinds), box))
    pixels[:, edge:] = np.median(pixels[:, :edge].reshape(-1, 3), axis=0).astype(np.uint8)
    return pixels


# MARK: What is asked.


def transcriptions(r: random.Random, size: int, split: str = "seen") -> list[Example]:
    """A batch of tiles of some documents, to be read aloud."""
    found: list[Example] = []
    while len(found) < size:
        cuts = page(r, split).cuts
        chosen = r.sample(cuts, min(len(cuts), size // DOCUMENTS_OF_BATCH or 1, size - len(found)))
        found += [Example([cut.tile], [TRANSCRIBE], cut.tile.text) for cut in chosen]
    return found


Asked = Callable[[random.Random, Page], Example | None]


def asked(r: random.Random, size: int, question: Asked, split: str = "seen") -> list[Example]:
    """A batch of questions about some documents."""
    found: list[Example] = []
    while len(found) < size:
        drawn = page(r, split)
        if len(drawn.cuts) < 2:
            continue
        tries = (question(r, drawn) for _ in range(min(QUESTIONS_OF_ONE, size - len(found))))
        found += [example for example in tries if example is not None]
    return found


def _right(page: Page, place: int) -> int | None:
    """The next tile in the row of a tile."""
    box = page.cuts[place].box
    height = box[3] - box[1]
    row = [
        (cut.box[0], other)
        for other, cut in enumerate(page.cuts)
        if cut.box[0] > box[2] - 1 and abs((cut.box[1] + cut.box[3]) - (box[1] + box[3])) < 0.7 * height
    ]
    return min(row)[1] if row else None


def _below(page: Page, place: int) -> int | None:
    """The next tile below a tile."""
    box = page.cuts[place].box
    height = box[3] - box[1]
    under = [
        (cut.box[1], abs(cut.box[0] - box[0]), other)
        for other, cut in enumerate(page.cuts)
        if box[1] + 0.5 * height < cut.box[1] < box[1] + BELOW * height and cut.box[0] < box[2] and cut.box[2] > box[0]
    ]
    return min(under)[2] if under else None


def _window(page: Page, place: int) -> list[int]:
    around = [_right(page, place), _below(page, place)]
    return [place, *(other for other in around if other is not None)]


def _names(page: Page, places: list[int], field: Field) -> bool:
    """Whether the tiles have a label of the field in their text."""
    printed = " | ".join(page.cuts[place].tile.text.lower() for place in places)
    return any(label.lower() in printed for label in field.labels)


def field_question(r: random.Random, page: Page) -> Example | None:
    """One field, asked over a tile with its right neighbour and the one below."""
    said = r.choice(page.document.said) if page.document.said else None
    if said is not None and r.random() >= fields.ABSENT:
        labels, values = page.of(said.label), page.of(said.place)
        if len(labels) != 1 or len(values) != 1 or said.value not in page.cuts[values[0]].tile.text:
            return None
        window = _window(page, labels[0])
        if values[0] not in window:
            return None
        return _field_example(page, window, said.field.name, said.value)
    known = [other for other in page.document.said if len(page.of(other.label)) == 1]
    place = page.of(r.choice(known).label)[0] if known and r.random() < 0.6 else r.randrange(len(page.cuts))
    window = _window(page, place)
    here = [other.field for other in page.document.said if other.label == page.cuts[place].line]
    x = r.random()
    if x < 0.35 and known:
        field = r.choice(known).field  # what the page says elsewhere
    elif here and x < 0.8:
        field = fields._other(r, here[0])
    else:
        field = fields._any(r)
    field = next((known for known in fields.FIELDS if known.name == field.name), field)
    if field.name.startswith("not the ") or any(fields.alike(field, other) for other in here) or _names(page, [place], field):
        return None
    return _field_example(page, window, field.name, "")


def _field_example(page: Page, window: list[int], name: str, answer: str) -> Example:
    tiles = [page.cuts[place].tile for place in window]
    return Example(tiles, [WHAT_IS_THE, *tokens_of(f"{name}?")], answer)


def _stretch(r: random.Random, page: Page, least: int) -> list[int]:
    """One to six tiles that follow each other, more often about a field than not."""
    count = r.randint(least, objects.MOST_TILES)
    middles = [place for said in page.document.said for place in page.of(said.label)]
    middle = r.choice(middles) if middles and r.random() < 0.9 else r.randrange(len(page.cuts))
    first = min(max(0, middle - r.randrange(count)), max(0, len(page.cuts) - count))
    return list(range(first, min(first + count, len(page.cuts))))


def object_question(r: random.Random, page: Page) -> Example | None:
    """Several fields at once over tiles that follow each other: what they say, and null for what they do not."""
    places = _stretch(r, page, 2)
    lines = {page.cuts[place].line for place in places}
    values: dict[str, str | None] = {}
    for said in r.sample(page.document.said, len(page.document.said)):
        has_label, has_value = said.label in lines, said.place in lines
        if has_label and has_value and len(values) < objects.MOST_FIELDS:
            held = [place for place in page.of(said.place) if place in places]
            if any(said.value in page.cuts[place].tile.text for place in held):
                values[said.field.name] = said.value
    taken = [said.field for said in page.document.said]
    for _ in range(r.choice([0, 1, 1, 2])):
        other = objects._unlike(r, taken)
        if len(values) < objects.MOST_FIELDS and not _names(page, places, other):
            values[other.name] = None
            taken.append(other)
    if not values:
        return None
    names = r.sample(list(values), len(values))
    answer = json.dumps({name: values[name] for name in names}, ensure_ascii=False)
    return _asked_of(page, places, objects.object_question(names), answer)


def tile_question(r: random.Random, page: Page) -> Example | None:
    """Which of two to six tiles that follow each other holds a label; nothing where none does."""
    places = _stretch(r, page, 2)
    within = [
        (said, place) for said in page.document.said for place in places if page.cuts[place].line == said.label
    ]
    alone = [(said, place) for said, place in within if len(page.of(said.label)) == 1]
    if alone and r.random() >= objects.NOWHERE:
        said, place = r.choice(alone)
        return _asked_of(page, places, objects.tile_question(said.field.name), str(places.index(place) + 1))
    other = objects._unlike(r, [said.field for said, _ in within])
    if _names(page, places, other):
        return None
    return _asked_of(page, places, objects.tile_question(other.name), "")


def _asked_of(page: Page, places: list[int], words: str, answer: str) -> Example | None:
    question = tokens_of(f" {words}")  # transformers 5 puts a space between the last image and the question
    if len(question) + len(tokens_of(answer)) > objects.MOST_TEXT:
        return None
    return Example([page.cuts[place].tile for place in places], question, answer)
