"""The faces text is drawn in. ``fonts.txt`` lists them: split, Debian package and file pattern, one family a line."""

import random
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

from alphabet import CHARACTERS

FONT_ROOT = Path("/usr/share")
LIST = Path(__file__).with_name("fonts.txt")
_MEASURE = 100
_UNASSIGNED = "\U000e0fff"


@lru_cache(maxsize=1500)
def _load(path: str, half_pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, half_pixels / 2, layout_engine=ImageFont.Layout.BASIC)


@dataclass(eq=False)
class Face:
    """One font file with the measures that fitting a line needs, in units of the em."""

    path: str
    ascent: float = field(init=False)
    descent: float = field(init=False)
    advances: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        font = _load(self.path, 2 * _MEASURE)
        self.ascent = -font.getbbox("dl", anchor="ls")[1] / _MEASURE
        self.descent = font.getbbox("py", anchor="ls")[3] / _MEASURE
        missing = bytes(font.getmask(_UNASSIGNED))
        drawn = [c for c in CHARACTERS[:-1] if c == " " or bytes(font.getmask(c)) not in (missing, b"")]
        self.advances = {c: font.getlength(c) / _MEASURE for c in drawn}

    def at(self, size: float) -> ImageFont.FreeTypeFont:
        """The face at a size in pixels, to the nearest half."""
        return _load(self.path, max(10, round(size * 2)))

    def length(self, text: str) -> float:
        """Advance width of a text in ems, kerning left out."""
        return sum(self.advances[c] for c in text)

    def draws(self, text: str) -> bool:
        """Whether every character of the text has a glyph."""
        return all(c in self.advances for c in text)


@cache
def families(split: str) -> dict[str, list[Face]]:
    """The faces installed of a split ("seen" or "held-out"), by the pattern of their family."""
    found: dict[str, list[Face]] = {}
    for line in LIST.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        where, _, pattern = line.split()
        if where != split:
            continue
        for path in sorted(FONT_ROOT.glob(pattern)):
            found.setdefault(pattern, []).append(Face(str(path)))
    if not found:
        raise FileNotFoundError(f"no font of the split {split!r} under {FONT_ROOT}; README.md names the packages")
    return found


def choose(r: random.Random, split: str) -> Face:
    """A face of the split, plain families as often as rich ones."""
    by_family = families(split)
    return r.choice(by_family[r.choice(list(by_family))])
