"""The faces text is drawn in. ``fonts.txt`` lists them: split, weight, Debian package and file pattern.

A face hands out its glyphs one by one, drawn once at ``EM`` pixels; lines are put together from them and scaled down.
So outlines are hardly hinted (as in poppler), characters can stand anywhere, and a line costs little to draw.
"""

import random
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from PIL import ImageFont, features

from alphabet import CHARACTERS

FONT_ROOT = Path("/usr/share")
LIST = Path(__file__).with_name("fonts.txt")
EM = 48
# Sizes of raised characters and of the small letters of small capitals, in ems.
RAISED, SMALL = 0.62, 0.78
LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"}
# In a plane for private use: harfbuzz hides characters that it may ignore, such as most unassigned ones.
_UNASSIGNED = "\U0010fffd"
_PLAIN = ["-liga", "-clig", "-calt"]
# Cuts that no business paper is set in.
_EXTREME = re.compile("Thin|ExtraLight|ExtLight|UltraLight|Hairline|Black|Heavy|Ultra|Outline|Stencil|Display|XLight")


@dataclass(frozen=True)
class Glyph:
    """A glyph's coverage, and where its upper left corner stands from the origin on the baseline, in pixels."""

    ink: np.ndarray  # uint8
    left: int
    top: int


@dataclass(eq=False)
class Face:
    """One font file with its glyphs, and the measures that fitting a line needs in units of the em."""

    path: str
    _glyphs: dict[tuple[str, float], Glyph] = field(default_factory=dict, init=False, repr=False)
    _advances: dict[str, float] = field(default_factory=dict, init=False, repr=False)
    _kerns: dict[str, float] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def _font(self) -> ImageFont.FreeTypeFont:
        return self._at(EM)

    def _at(self, size: float) -> ImageFont.FreeTypeFont:
        if not features.check("raqm"):
            raise RuntimeError("Pillow finds no raqm, which kerning needs: install Debian's libfribidi0")
        return ImageFont.truetype(self.path, size, layout_engine=ImageFont.Layout.RAQM)

    @cached_property
    def ascent(self) -> float:
        """Height of a d or l."""
        return -self._font.getbbox("dl", anchor="ls", features=_PLAIN)[1] / EM

    @cached_property
    def descent(self) -> float:
        """Depth of a p or y."""
        return self._font.getbbox("py", anchor="ls", features=_PLAIN)[3] / EM

    @cached_property
    def advances(self) -> dict[str, float]:
        """Advance width of every character that the face has a glyph of its own for.

        A missing character may be drawn as a box, as nothing or as another character: of those drawn alike only the
        first of the alphabet counts. Commas and low quotes are alike in many faces, and told apart by where they stand.
        """
        first: dict[tuple[bytes, tuple[int, int]], str] = {self._signature(_UNASSIGNED): _UNASSIGNED}
        drawn = [" "]
        for c in CHARACTERS[:-1]:
            signature = self._signature(c)
            if not signature[0]:
                continue
            if first.setdefault(signature, c) == c or c == "‚":
                drawn.append(c)
        return {c: self._font.getlength(c, features=_PLAIN) / EM for c in drawn}

    def _signature(self, character: str) -> tuple[bytes, tuple[int, int]]:
        mask, (_, top) = self._font.getmask2(character, anchor="ls", features=_PLAIN)
        return bytes(mask), (mask.size[0], int(top))

    @cached_property
    def ligatures(self) -> dict[str, str]:
        """The ligatures that the face has, by what they stand for, long ones first; none in a typewriter face."""
        if self.is_typewriter:
            return {}
        missing = bytes(self._font.getmask(_UNASSIGNED))
        had = [(plain, c) for c, plain in LIGATURES.items() if bytes(self._font.getmask(c)) not in (missing, b"")]
        return dict(sorted(had, key=lambda pair: -len(pair[0])))

    @cached_property
    def is_typewriter(self) -> bool:
        """Whether all letters are equally wide."""
        widths = [self.advances.get(c, 0) for c in "iWm.0"]
        return max(widths) - min(widths) < 0.01

    def glyph(self, character: str, size: float = 1.0) -> Glyph:
        """The glyph of a character at a size in units of the em."""
        known = self._glyphs.get((character, size))
        if known is None:
            known = self._glyphs[character, size] = self._drawn(character, size)
        return known

    def _drawn(self, character: str, size: float) -> Glyph:
        font = self._font if size == 1.0 else self._at(EM * size)
        mask, (left, top) = font.getmask2(character, anchor="ls", features=_PLAIN)
        width, height = mask.size
        return Glyph(np.frombuffer(bytes(mask), np.uint8).reshape(height, width), int(left), int(top))

    def advance(self, character: str) -> float:
        """Advance width of a character or ligature."""
        known = self._advances.get(character)
        if known is None:
            known = self._advances[character] = self._font.getlength(character, features=_PLAIN) / EM
        return known

    def kern(self, pair: str) -> float:
        """What the distance of two characters differs from the first one's advance."""
        known = self._kerns.get(pair)
        if known is None:
            apart = self.advance(pair[0]) + self.advance(pair[1])
            known = self._kerns[pair] = self._font.getlength(pair, features=_PLAIN) / EM - apart
        return known

    def length(self, text: str) -> float:
        """Advance width of a text in ems, kerning left out."""
        return sum(map(self.advances.__getitem__, text))

    def draws(self, text: str) -> bool:
        """Whether every character of the text has a glyph."""
        return all(map(self.advances.__contains__, text))


@dataclass
class Families:
    """The families of a split by the pattern of their files, each with its weight."""

    faces: dict[str, list[Face]]
    weights: dict[str, int]


@cache
def listed(split: str) -> Families:
    """The families installed of a split ("seen" or "held-out")."""
    found = Families({}, {})
    for line in LIST.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        where, weight, _, pattern = line.split()
        paths = sorted(path for path in FONT_ROOT.glob(pattern) if not _EXTREME.search(path.name))
        if where == split and paths:
            found.faces[pattern] = [Face(str(path)) for path in paths]
            found.weights[pattern] = int(weight)
    if not found.faces:
        raise FileNotFoundError(f"no font of the split {split!r} under {FONT_ROOT}; README.md names the packages")
    return found


def families(split: str) -> dict[str, list[Face]]:
    """The faces installed of a split, by the pattern of their family."""
    return listed(split).faces


def choose(r: random.Random, split: str) -> Face:
    """A face of the split: a family by its weight, then any of its cuts."""
    of = listed(split)
    pattern = r.choices(list(of.faces), list(of.weights.values()))[0]
    return r.choice(of.faces[pattern])


@cache
def typewriters(split: str) -> list[list[Face]]:
    """The families of the split whose letters are all equally wide."""
    return [faces for faces in families(split).values() if faces[0].is_typewriter]


def typewriter(r: random.Random, split: str) -> Face:
    """A face of the split whose letters are all equally wide, as programs are set in."""
    return r.choice(r.choice(typewriters(split)))


@cache
def family_of(path: str) -> tuple[str, list[Face]]:
    """The split and the faces of the family that a listed file belongs to; an unlisted one is seen and alone."""
    for split in ("seen", "held-out"):
        for faces in families(split).values():
            if any(face.path == path for face in faces):
                return split, faces
    return "seen", []


def sibling(r: random.Random, face: Face) -> Face:
    """Another cut of the face's family, such as its bold or italic; the face itself where there is none."""
    _, faces = family_of(face.path)
    return r.choice([other for other in faces if other.path != face.path] or [face])
