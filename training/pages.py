"""Draws whole pages to measure transcription on: text of the kinds of ``writing.py`` in the families held out.

usage: pages.py --output DIR [--count 20] [--seed 1] [--worn] [--characters N]

DIR/transcribe/page-001.png (A4, gray) beside page-001.expected.txt, as ``recto eval DIR`` wants it; DIR/pages.json says
of each page its family, resolution, lean and wear. Clean pages have 150 dots an inch, black on white. With ``--worn``
they went through a printer, copier, fax or scanner: 100 to 200 dots an inch, leaned up to 3 degrees, half of them lightly
worn and half badly, but so that a person can read them (``LEGIBLE`` of ``render.py``, in every part of the page). With
``--characters`` a page ends after so many characters. The same seed gives the same pages.
"""

import argparse
import json
import math
import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

import fonts
import languages
import overlays
import render
import scan
import setting as type_setting
import text
from fonts import EM, Face
from render import LEGIBLE, Style
from setting import Line

A4 = (595.0, 842.0)
POINTS_AN_INCH = 72
CLEAN_DPI = 150
WORN_DPI = (100, 150, 200)
# The least type at 100 dots an inch, in points: an em of 12 pixels.
COARSE_POINTS = 9.0
LEAN = 3.0
# Side of the parts of a page whose legibility is judged, in pixels.
PART = 64
BLOCKS = {"paragraph": 0.44, "facts": 0.2, "figures": 0.18, "list": 0.15, "notes": 0.03}
_KIND = {"paragraph": "sentences", "facts": "labelled", "list": "heading", "notes": "references"}


@dataclass
class Page:
    """A page that is being set; lengths in points from the upper left corner."""

    dpi: int
    margin: float
    y: float
    lines: list[str] = field(default_factory=list)
    ink: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self.ink = Image.new("L", (round(A4[0] * self.scale), round(A4[1] * self.scale)))

    @property
    def scale(self) -> float:
        """Pixels to the point."""
        return self.dpi / POINTS_AN_INCH

    @property
    def width(self) -> float:
        """Room between the margins."""
        return A4[0] - 2 * self.margin

    @property
    def characters(self) -> int:
        return sum(map(len, self.lines))

    def fits(self, points: float) -> bool:
        """Whether one more line of that size stands above the bottom margin."""
        return self.y + 1.6 * points < A4[1] - self.margin

    def put(self, laid: Line, x: float, points: float) -> None:
        """Draws a line that begins at x with its baseline at the page's y."""
        print_line(self.ink, laid, x * self.scale, self.y * self.scale, points * self.scale)


def print_line(page: Image.Image, laid: Line, x: float, baseline: float, em: float, level: int = 255) -> None:
    """Puts a line's ink on a page: where it begins, its baseline and its em are in the page's pixels; 0 as level takes ink away."""
    reach, slack = EM, 4
    canvas = np.zeros((3 * EM, math.ceil(laid.width * EM) + 2 * reach), np.uint8)
    type_setting.ink(laid, canvas, reach, 2 * EM)
    to = em / EM  # pixels of the page to those of the canvas
    left, top = x - reach * to, baseline - 2 * EM * to
    x0, y0 = math.floor(left) - slack, math.floor(top) - slack
    size = (math.ceil(canvas.shape[1] * to) + 2 * slack, math.ceil(canvas.shape[0] * to) + 2 * slack)
    box = ((x0 - left) / to, (y0 - top) / to)
    framed = np.zeros((canvas.shape[0] + 8 * EM, canvas.shape[1] + 8 * EM), np.uint8)
    framed[4 * EM : -4 * EM, 4 * EM : -4 * EM] = canvas
    box = (box[0] + 4 * EM, box[1] + 4 * EM)
    drawn = Image.fromarray(framed).resize(size, Image.Resampling.BOX, (*box, box[0] + size[0] / to, box[1] + size[1] / to))
    page.paste(level, (x0, y0), drawn)


def _style(r: random.Random, face: Face, points: float) -> Style:
    look = type_setting.Look(kerning=True, ligatures=bool(face.ligatures) and r.random() < 0.2)
    return Style(face, look, points, 0.0, 1.0, tight=False)


def _run(r: random.Random, page: Page, face: Face, points: float, kind: str, count: int, width: float) -> None:
    """Some lines of one kind, one below the other."""
    leading, x = points * r.uniform(1.22, 1.5), page.margin
    for number in range(count):
        if not page.fits(points):
            return
        style = _style(r, face, points)
        room = width * (r.uniform(0.35, 0.9) if number == count - 1 else 1.0)
        line = render.fill(r, style, room, kind)[1]
        page.y += leading
        page.put(type_setting.set_line(face, style.look, line), x, points)
        page.lines.append(line)


def _figures(r: random.Random, page: Page, face: Face, bold: Face, points: float, language: languages.Language) -> None:
    """A table: words in the first column, figures flush right in the others, read row by row."""
    count = r.randint(2, 4)
    ends = [page.margin + page.width * (0.4 + 0.6 * (column + 1) / count) for column in range(count)]
    heads = [r.choice(languages.phrases(language.code)).split()[0][:10] for _ in range(count + 1)]
    rows = [heads] + [
        [text.word(r, language), *(text.amount(r) for _ in range(count))] for _ in range(r.randint(3, 7))
    ]
    for number, row in enumerate(rows):
        now = bold if number == 0 else face
        if not page.fits(points) or not all(map(now.draws, row)):
            continue
        page.y += points * 1.5
        for cell, end in zip(row, [None, *ends], strict=True):
            laid = type_setting.set_line(now, type_setting.Look(), cell)
            page.put(laid, page.margin if end is None else end - laid.width * points, points)
        page.lines.append(" ".join(row))


def draw(r: random.Random, faces: list[Face], dpi: int, limit: int | None) -> Page:
    """A page of blocks in one family: running text, lists, facts, tables, notes, with headings between."""
    page = Page(dpi, margin=r.uniform(42, 72), y=r.uniform(40, 64))
    upright = [face for face in faces if not _is_slanted(face)] or faces
    face, language = r.choice(upright), languages.choose(r)
    least = COARSE_POINTS if dpi <= 100 else 7.0
    body = r.uniform(least, 12)
    size = r.uniform(14, 24)
    _run(r, page, r.choice(upright), size, r.choice(["heading", "capitals"]), 2, page.width)
    while page.fits(body * 2) and (limit is None or page.characters < limit):
        page.y += body * r.uniform(0.6, 1.6)
        block = r.choices(list(BLOCKS), list(BLOCKS.values()))[0]
        if block == "figures":
            _figures(r, page, face, r.choice(upright), body, language)
            continue
        if block == "paragraph" and r.random() < 0.35:
            _run(r, page, r.choice(faces), body * r.uniform(1.0, 1.5), "heading", 1, page.width)
        now = face if r.random() < 0.85 else r.choice(faces)
        points = r.uniform(max(6.0, least), max(7.5, least)) if block == "notes" else body
        room = page.width * (r.uniform(0.5, 1) if block == "facts" else 1.0)
        _run(r, page, now, points, _KIND[block], r.randint(3, 8) if block == "paragraph" else r.randint(2, 5), room)
    return page


def _is_slanted(face: Face) -> bool:
    return any(cut in face.path for cut in ("Italic", "Oblique", "It."))


def _wear(r: random.Random, page: Page) -> tuple[np.ndarray, scan.Scan, float]:
    """The page's pixels (uint8, height x width) after a scan that a person can still read, the scan, and its lean."""
    while True:
        how = scan.choose(r, 10 * page.scale)
        if how.quality == "clean" or "coarse" in how.marks or how.marks & {"tinted", "coloured", "reversed"}:
            continue
        lean = r.uniform(-LEAN, LEAN) if r.random() < 0.6 else 0.0
        ink = page.ink.rotate(lean, Image.Resampling.BICUBIC)
        behind = overlays.mirrored(r, page.ink, page.ink.size) if how.bleed else None
        how.noise = max(how.noise, r.uniform(2, 4))  # every scanner has some
        pixels = scan.develop(r, how, ink, behind, None, ink.size)[..., 1]
        if _likeness(np.asarray(ink, np.float32), pixels.astype(np.float32)) >= LEGIBLE:
            return pixels, how, lean


def _likeness(clean: np.ndarray, worn: np.ndarray) -> float:
    """The correlation of clean print and the worn page in the part of the page where it is least, from 0 to 1."""
    least = 1.0
    for y in range(0, clean.shape[0] - PART, PART):
        for x in range(0, clean.shape[1] - PART, PART):
            a, b = clean[y : y + PART, x : x + PART], worn[y : y + PART, x : x + PART]
            a, b = (a - a.mean()).ravel(), (b - b.mean()).ravel()
            if float(a @ a) > 400 * a.size:  # some words at least
                least = min(least, abs(float(a @ b)) / math.sqrt(max(1.0, float(a @ a) * float(b @ b))))
    return least


def write(r: random.Random, stem: Path, faces: list[Face], worn: bool, limit: int | None) -> dict[str, object]:
    """Writes one page and what stands on it; returns what is to be known about it."""
    dpi = r.choice(WORN_DPI) if worn else CLEAN_DPI
    page = draw(r, faces, dpi, limit)
    about: dict[str, object] = {"dpi": dpi, "characters": page.characters, "quality": "clean", "wear": [], "lean": 0.0}
    pixels = 255 - np.asarray(page.ink)
    if worn:
        pixels, how, lean = _wear(r, page)
        about |= {"quality": how.quality, "wear": sorted(how.marks), "lean": round(lean, 2)}
    Image.fromarray(pixels).save(stem.with_suffix(".png"), dpi=(dpi, dpi))
    stem.with_suffix(".expected.txt").write_text("\n".join(page.lines) + "\n", encoding="utf-8")
    return about


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw pages to measure transcription on.")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worn", action="store_true")
    parser.add_argument("--characters", type=int)
    arguments = parser.parse_args()
    folder = arguments.output / "transcribe"
    folder.mkdir(parents=True, exist_ok=True)
    families = list(fonts.families("held-out").items())
    listed = []
    for number in range(1, arguments.count + 1):
        r = random.Random(f"{arguments.seed}/{number}/{'worn' if arguments.worn else 'clean'}")
        pattern, faces = families[number % len(families)]
        about = write(r, folder / f"page-{number:03}", faces, arguments.worn, arguments.characters)
        listed.append({"name": f"page-{number:03}", "family": Path(pattern).name.split("-")[0].rstrip("*"), **about})
    (arguments.output / "pages.json").write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
