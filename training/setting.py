"""Sets a line: which glyph stands where, and the ink that this makes."""

import random
import re
from dataclasses import dataclass, field, replace

import numpy as np

import fonts
from fonts import EM, LIGATURES, RAISED, SMALL, Face

_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
# Raised figures and the face's own signs for them look the same, so they are read as the same.
_RAISED = {"¹": "1", "²": "2", "³": "3", "ª": "a", "º": "o"}
# The hyphens of an option of a program: manuals print them as long as minus signs.
_OPTION = re.compile(r"(?<![^ \[|(])--?(?=[A-Za-z])")


@dataclass(frozen=True)
class Look:
    """How the characters of a line stand: distances in ems, words as multiples, and what is emphasised.

    ``other`` is the face for the words of ``emphasis`` (a range of places in the text), set in ``other_size`` ems.
    """

    kerning: bool = True
    tracking: float = 0.0
    word_space: float = 1.0
    ligatures: bool = False
    small_capitals: bool = False
    raised: bool = False
    minus_options: bool = False
    emphasis: range = range(0)
    other: Face | None = None
    other_size: float = 1.0

    def length(self, face: Face, line: str) -> float:
        """Width in ems that a line takes at most, without kerning and emphasis."""
        width = face.length(line) + self.tracking * len(line)
        return width + (self.word_space - 1) * line.count(" ") * face.advances[" "]


def look(r: random.Random, face: Face) -> Look:
    """A random look; most lines are plain."""
    ligatures = bool(face.ligatures) and r.random() < 0.4
    x = r.random()
    tracking = (
        r.uniform(-0.03, 0.06)
        if x < 0.12
        else r.uniform(0.06, 0.16)
        if x < 0.15
        else r.uniform(0.16, 0.3)
        if x < 0.16
        else 0.0
    )
    return Look(
        kerning=r.random() < 0.85,
        tracking=tracking,
        word_space=r.uniform(0.8, 1.7) if r.random() < 0.2 else 1.0,
        ligatures=ligatures and tracking == 0.0,
        small_capitals=r.random() < 0.03,
        raised=r.random() < 0.5,
        minus_options=r.random() < 0.4,
    )


def emphasised(r: random.Random, look: Look, face: Face, line: str) -> Look:
    """The look with some words of the line in another cut of the family, or in a smaller typewriter face as names of programs are."""
    ends = [place for place, c in enumerate(line) if c == " "] + [len(line)]
    if len(ends) < 2:
        return look
    first, last = sorted((r.randrange(len(ends)), r.randrange(len(ends))))
    words = range(0 if first == 0 else ends[first - 1] + 1, ends[last])
    other, size = fonts.sibling(r, face), 1.0
    if not face.is_typewriter and r.random() < 0.3:
        split, _ = fonts.family_of(face.path)
        other, size = fonts.typewriter(r, split), r.choice([0.65, 0.7, 0.8, 0.9, 1.0])
    if not other.draws(line):
        return look
    return replace(look, emphasis=words, other=other, other_size=size)


@dataclass
class Line:
    """A line as it is set, in ems from its start on the baseline.

    ``centres`` says where each character of the text stands; ``marks`` names what makes the line unusual.
    """

    text: str
    width: float = 0.0
    glyphs: list[tuple[Face, str, float, float, float]] = field(default_factory=list)  # face, glyph, size, x, rise
    centres: list[float] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)


def set_line(face: Face, look: Look, text: str) -> Line:
    """Puts the glyphs of a text side by side."""
    line = Line(text)
    ordinals = {place for found in _ORDINAL.finditer(text) for place in range(*found.span())} if look.raised else set()
    options = {place for found in _OPTION.finditer(text) for place in range(*found.span())} if look.minus_options else set()
    capitals = look.small_capitals and any(c.isupper() for c in text) and any(c.islower() for c in text)
    x, before, place = 0.0, "", 0
    while place < len(text):
        is_other = look.other is not None and place in look.emphasis
        now = look.other if is_other else face
        glyph, taken, size, rise = text[place], 1, 1.0, 0.0
        if look.ligatures and glyph == "f":
            glyph, taken = _ligature(now, text, place)
        if look.raised and glyph in _RAISED and _RAISED[glyph] in now.advances:
            glyph, size, rise = _RAISED[glyph], RAISED, 0.36
            line.marks.add("raised")
        elif place in options and "–" in now.advances:
            glyph = "–"
            line.marks.add("minus options")
        elif place in ordinals:
            size, rise = RAISED, 0.36
            line.marks.add("raised")
        elif (
            capitals
            and glyph.islower()
            and len(glyph.upper()) == 1
            and glyph.upper() in now.advances
            and glyph not in "ßÿ"
        ):
            glyph, size = glyph.upper(), SMALL
            line.marks.add("small capitals")
        size *= look.other_size if is_other else 1.0
        if look.kerning and size == 1.0 and before and before not in LIGATURES and glyph not in LIGATURES:
            x += now.kern(before + glyph)
        advance = now.advance(glyph) * size
        if glyph == " ":
            advance *= look.word_space
        else:
            line.glyphs.append((now, glyph, size, x, rise))
        line.centres.extend(x + advance * (part + 0.5) / taken for part in range(taken))
        if taken > 1:
            line.marks.add("ligature")
        x += advance + look.tracking * taken
        before = glyph if size == 1.0 else ""
        place += taken
    line.width = max(x - look.tracking, 0.05)
    if look.other and look.emphasis:
        line.marks.add("emphasis")
    if abs(look.tracking) > 0.05:
        line.marks.add("spaced")
    return line


def _ligature(face: Face, text: str, place: int) -> tuple[str, int]:
    for plain, glyph in face.ligatures.items():
        if text.startswith(plain, place):
            return glyph, len(plain)
    return text[place], 1


def ink(line: Line, canvas: np.ndarray, x: float, baseline: float) -> None:
    """Puts the line's glyphs on a canvas of EM pixels to the em; what lies outside is cut off."""
    height, width = canvas.shape
    for face, character, size, at, rise in line.glyphs:
        glyph = face.glyph(character, size)
        rows, columns = glyph.ink.shape
        left, top = round(x + at * EM) + glyph.left, round(baseline - rise * EM) + glyph.top
        x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + columns, width), min(top + rows, height)
        if x0 < x1 and y0 < y1:
            place = canvas[y0:y1, x0:x1]
            np.maximum(place, glyph.ink[y0 - top : y1 - top, x0 - left : x1 - left], out=place)


def extent(line: Line) -> tuple[float, float]:
    """How far the line's ink reaches above and below the baseline, in ems."""
    above, below = 0.0, 0.0
    for face, character, size, _, rise in line.glyphs:
        glyph = face.glyph(character, size)
        above = max(above, rise - glyph.top / EM)
        below = max(below, (glyph.top + len(glyph.ink)) / EM - rise)
    return above, below
