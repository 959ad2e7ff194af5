"""Draws one line of text as a tile, together with where its characters stand."""

import math
import random
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

import languages
import overlays
import scan
import setting as type_setting
import text
import writing
from alphabet import class_of
from fonts import EM, Face
from scan import Scan
from setting import Line, Look

HEIGHT = 28
PATCH = 14
MAX_COLUMNS = 32
LATENTS = 48
SLOTS = 3
TEXT_HEIGHT = 23
# Least likeness of a tile to clean print at which a person still reads it; found by looking at sheets of tiles.
LEGIBLE = 0.74
# How far accents and descenders may reach beyond the tile, in its pixels.
CUT = 1.2
# Half of the lines have straight quotes, as they are typed, for what is printed as “…” elsewhere: only the ink may tell.
STRAIGHT = str.maketrans("’‘“”", "''\"\"")
_RESAMPLE = [Image.Resampling.BOX, Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.LANCZOS]


@dataclass
class Tile:
    """A rendered line.

    ``patches`` names the characters centred in each column of patches, ``latents`` those (spaces too) centred in each
    of LATENTS equal shares of the width; both hold glyph classes, 0 where nothing stands. ``quality`` and ``marks`` say
    what was done to it.
    """

    pixels: np.ndarray  # uint8, (HEIGHT, columns * PATCH, 3)
    text: str
    patches: np.ndarray  # int64, (columns, SLOTS)
    latents: np.ndarray  # int64, (LATENTS, SLOTS)
    quality: str
    marks: frozenset[str]

    @property
    def columns(self) -> int:
        return len(self.patches)


@dataclass
class Style:
    """How a line is set: face and look, size in tile pixels, left margin, stretch of the width.

    ``tight`` lines were cut by their own ink, as a line without ascenders or neighbours is. ``bars`` are rules of a
    table between the words; ``aside`` is a checkbox or a logo before the text; ``comb`` puts each character into a cell of its own.
    """

    face: Face
    look: Look
    em: float
    left: float
    stretch: float
    tight: bool
    bars: bool = False
    aside: str = ""
    comb: bool = False

    def width(self, line: str) -> float:
        """Width in pixels that the line takes, left margin included."""
        return self.left + self.look.length(self.face, line) * self.em * self.stretch


def style(r: random.Random, face: Face) -> Style:
    """A random setting about the nominal height of text."""
    tight = r.random() < 0.12
    em = TEXT_HEIGHT / (face.ascent + face.descent) * (r.uniform(1.0, 1.4) if tight else r.triangular(0.78, 1.2, 0.98))
    look = type_setting.look(r, face)
    bars = r.random() < 0.04
    aside = r.choices(["", "checkbox", "logo"], [0.965, 0.02, 0.015])[0]
    if bars:
        look = replace(look, word_space=r.uniform(2.0, 4.0))
    comb = not bars and r.random() < 0.012
    if comb:
        look = replace(look, tracking=r.uniform(0.3, 0.9), kerning=False, ligatures=False, word_space=1.0)
    left = r.uniform(1, 10) if r.random() < 0.5 else r.uniform(3, 5)
    stretch = r.uniform(0.85, 1.15) if r.random() < 0.15 else 1.0
    return Style(face, look, em, left + {"": 0, "checkbox": 24, "logo": 30}[aside], stretch, tight, bars, aside, comb)


def fill(r: random.Random, setting: Style, width: float, kind: str | None = None) -> tuple[str, str]:
    """Random text that fits the width, and its kind; the cells of a row of figures are set apart."""
    kind, language = kind or writing.choose(r), languages.choose(r)
    if kind == "numbers":
        setting.look = replace(setting.look, word_space=max(setting.look.word_space, r.uniform(1.4, 3.5)))
    room = width - 1 if r.random() < 0.85 else width * r.uniform(0.4, 1)
    if kind == "leader":
        line = _leader(r, setting, *writing.leader(r, language), room)
        if line:
            return kind, line
        kind = "mixed"
    line = ""
    pieces = writing.KINDS[kind][1](r, language)
    straight = r.random() < 0.5
    for piece in (next(pieces, "") for _ in range(60)):
        piece = piece.translate(STRAIGHT) if straight else piece
        longer = f"{line} {piece}".strip()
        if not setting.face.draws(piece):
            continue
        if setting.width(longer) > room:
            if setting.width(line) < 0.75 * room and r.random() < 0.5:
                continue
            hyphen = kind == "sentences" and len(piece) > 5 and piece.isalpha() and r.random() < 0.35
            if hyphen or not line or r.random() < 0.12:
                line = _cut(setting, longer, room, "-" if hyphen else "", len(line) + 3 if hyphen else 0) or line
            break
        line = longer
    return kind, line.strip() or _spelled(r, setting, width)


def _cut(setting: Style, line: str, room: float, hyphen: str, least: int) -> str:
    """The longest beginning of a line that fits with a hyphen, or nothing where it is shorter than ``least``."""
    while len(line) > least and setting.width(line + hyphen) > room:
        line = line[:-1]
    return line.strip() + hyphen if len(line) > least else ""


def _spelled(r: random.Random, setting: Style, width: float) -> str:
    return _cut(setting, text.digits(r, r.randint(1, 4)), width - 1, "", 0) or r.choice("0123456789")


def _leader(r: random.Random, setting: Style, opening: str, unit: str, end: str, room: float) -> str:
    """An opening and an end with dots between them, as many as fit."""
    if not setting.face.draws(opening + unit + end):
        return ""
    gap = r.choice([" ", " ", ""])
    bare = setting.width(f"{opening}{gap}{end}") + 1
    count = int((room - bare) / (setting.width(unit) - setting.left))
    if count < 3:
        return ""
    return f"{opening}{gap}{(unit * min(count, 30)).strip()}{' ' if unit == '. ' else gap}{end}"


def tile(r: random.Random, setting: Style, line: str, columns: int | None = None, step: int = 1) -> Tile:
    """Draws the line; without ``columns`` the tile is as narrow as the text allows, in multiples of ``step``."""
    face, em, stretch, look = setting.face, setting.em, setting.stretch, setting.look
    if r.random() < 0.1:
        look = type_setting.emphasised(r, look, face, line)
    laid = type_setting.set_line(face, look, line)
    ascent, descent = face.ascent, face.descent
    above, below = type_setting.extent(laid)
    if setting.tight:
        ascent, descent = above, below
        em = min(em, r.uniform(18, 25) / max(0.3, ascent + descent))
    em = min(em, (HEIGHT + CUT) / max(0.3, above + below))
    drawn = laid.width * em * stretch
    if columns is None:
        needed = math.ceil((setting.left + drawn + r.uniform(1, 10)) / PATCH)
        columns = min(MAX_COLUMNS, max(4, -(-needed // step) * step))
    width = columns * PATCH
    if setting.left + drawn > width - 0.5:
        stretch *= (width - 0.5 - setting.left) / drawn
        drawn = width - 0.5 - setting.left
    baseline = HEIGHT / 2 + (ascent - descent) / 2 * em + r.uniform(-2, 2)
    baseline = min(max(baseline, above * em - CUT), HEIGHT + CUT - below * em)
    place = overlays.Place(width, HEIGHT, setting.left, baseline, drawn, em, stretch)
    canvas = _canvas(r, setting, laid, place)
    gaps = [setting.left + laid.centres[i] * em * stretch for i, c in enumerate(line) if c == " "]
    cells = _walls([setting.left + at * em * stretch for at in laid.centres]) if setting.comb else []
    pixels, scanned, drawn_marks = _scanned(r, setting, canvas, place, gaps, cells)
    centres = [min(max(setting.left + at * em * stretch, 0), width - 1e-3) / width for at in laid.centres]
    patches, latents = _labels(line, centres, columns)
    return Tile(pixels, line, patches, latents, scanned.quality, frozenset(laid.marks | scanned.marks | drawn_marks))


def _walls(centres: list[float]) -> list[float]:
    """The walls of a comb's cells: midway between the characters, and as far beyond the outer ones."""
    between = [(a + b) / 2 for a, b in zip(centres, centres[1:])]
    if not between:
        return [centres[0] - 8, centres[0] + 8]
    return [2 * centres[0] - between[0], *between, 2 * centres[-1] - between[-1]]


def _canvas(r: random.Random, setting: Style, laid: Line, place: overlays.Place) -> Image.Image:
    """The ink at EM pixels to the em, with what reaches in from the lines above and below."""
    scale = EM / place.em
    across = scale / place.stretch
    canvas = np.zeros((math.ceil(place.height * scale), math.ceil(place.width * across)), np.uint8)
    type_setting.ink(laid, canvas, place.left * across, place.baseline * scale)
    if r.random() < 0.12:
        for above in (True, False):
            if r.random() < 0.6:
                other = type_setting.set_line(setting.face, Look(), _drawable(r, setting.face))
                up, down = type_setting.extent(other)
                edge = r.uniform(0, 2) * scale - down * EM if above else len(canvas) - r.uniform(0, 2) * scale + up * EM
                type_setting.ink(other, canvas, r.uniform(0, place.width * 0.6) * across, edge)
    return Image.fromarray(canvas)


def _drawable(r: random.Random, face: Face) -> str:
    words = [text.word(r), text.word(r)]
    return " ".join(word for word in words if face.draws(word)) or "no"


def _scanned(
    r: random.Random, setting: Style, canvas: Image.Image, place: overlays.Place, gaps: list[float], cells: list[float]
) -> tuple[np.ndarray, Scan, set[str]]:
    """The tile's pixels after print and scan, once more and cleaner where a person could not read them."""
    size = (place.width, place.height)
    box = (0, 0, place.width * EM / place.em / place.stretch, place.height * EM / place.em)
    box = (0, 0, min(box[2], canvas.width), min(box[3], canvas.height))
    how = scan.choose(r, place.em)
    while True:
        across, down = how.zoom
        page = (max(8, round(place.width * across)), max(8, round(place.height * down)))
        ink = canvas.resize(page, r.choice(_RESAMPLE), box)
        marks = overlays.draw(r, ink, place, gaps, cells, setting.bars, setting.aside)
        ink = overlays.tilted(ink, how.angle)
        behind = overlays.mirrored(r, canvas, page) if how.bleed else None
        stamp = overlays.stamp(r, page) if how.quality != "clean" and r.random() < 0.04 else None
        pixels = scan.develop(r, how, ink, behind, stamp, size)
        if how.quality != "heavy" or _likeness(canvas.resize(size, Image.Resampling.BOX, box), pixels) >= LEGIBLE:
            break
        how = scan.choose(r, place.em)
    marks |= {"stamp"} if stamp else set()
    edge = math.ceil(place.left + place.drawn) + 4
    if edge < place.width - 1 and not (marks | how.marks) & overlays.WIDE and r.random() < 0.5:
        pixels[:, edge:] = np.sort(pixels[::2, :edge:3].reshape(-1, 3), axis=0)[-max(1, edge // 3 * HEIGHT // 10)]
    return pixels, how, marks


def _likeness(ideal: Image.Image, pixels: np.ndarray) -> float:
    """How the tile's darkness goes with clean print: the correlation of the two where it is least, from 0 to 1."""
    a, b = np.asarray(ideal, np.float32), pixels[..., 1].astype(np.float32)
    least = 1.0
    for start in range(0, a.shape[1], 2 * HEIGHT):
        clean, worn = a[:, start : start + 2 * HEIGHT], b[:, start : start + 2 * HEIGHT]
        clean, worn = (clean - clean.mean()).ravel(), (worn - worn.mean()).ravel()
        ink = float(clean @ clean)
        if ink > 40 * clean.size:  # a full stop in an empty corner says nothing
            least = min(least, abs(float(clean @ worn)) / math.sqrt(max(1.0, ink * float(worn @ worn))))
    return least


def blank(r: random.Random, columns: int) -> Tile:
    """A tile without text: paper, and now and then a rule, specks, the edge of a box, or what shines through."""
    width = columns * PATCH
    how = scan.choose(r, TEXT_HEIGHT)
    page = (max(8, round(width * how.zoom[0])), max(8, round(HEIGHT * how.zoom[1])))
    ink = overlays.empty(r, page)
    stamp = overlays.stamp(r, page) if r.random() < 0.03 else None
    pixels = scan.develop(r, replace(how, bilevel=None), ink, None, stamp, (width, HEIGHT))
    nothing = _padded([[] for _ in range(columns)])
    return Tile(pixels, "", nothing, _padded([[] for _ in range(LATENTS)]), how.quality, frozenset(how.marks))


def _labels(line: str, centres: list[float], columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Names of the characters by column and by latent; between equal ones in a latent CTC needs a blank."""
    patches: list[list[int]] = [[] for _ in range(columns)]
    latents: list[list[int]] = [[] for _ in range(LATENTS)]
    for character, centre in zip(line, centres, strict=True):
        if character != " ":
            patches[int(centre * columns)].append(class_of(character))
        cell = latents[int(centre * LATENTS)]
        cell.extend([0, class_of(character)] if cell and cell[-1] == class_of(character) else [class_of(character)])
    return _padded(patches), _padded(latents)


def _padded(cells: list[list[int]]) -> np.ndarray:
    return np.array([(cell + [0] * SLOTS)[:SLOTS] for cell in cells], np.int64)
