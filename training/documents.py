"""A document as training draws it: its lines in reading order, where each stands, what fields it says, and its ink."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

import fields
import pages
import setting as type_setting
from fields import Field
from fonts import Face
from languages import Language
from setting import Line, Look

# Least em of a page's type in its pixels: below that a person guesses.
LEAST_EM = 11.0


@dataclass
class Placed:
    """A line on the page: its left end and its baseline from the upper left corner, in points."""

    laid: Line
    face: Face
    points: float
    x: float
    baseline: float
    is_reversed: bool = False

    @property
    def text(self) -> str:
        return self.laid.text

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in points, from ascender to descender."""
        top, bottom = self.face.ascent * self.points, self.face.descent * self.points
        return self.x, self.baseline - top, self.x + self.laid.width * self.points, self.baseline + bottom


@dataclass(frozen=True)
class Said:
    """A field that the page says: the lines (by place in reading order) of its label and of its value, one for both or two."""

    field: Field
    value: str
    label: int
    place: int


@dataclass(frozen=True)
class Frame:
    """Room for a block: left end and width in points."""

    x: float
    width: float

    def part(self, left: float, right: float) -> "Frame":
        """The room between two shares of the width."""
        return Frame(self.x + left * self.width, (right - left) * self.width)


@dataclass
class Document:
    """A page as it is put together; lengths in points. ``lines`` are in reading order."""

    kind: str
    size: tuple[float, float]
    dpi: int
    language: Language
    body: Face
    strong: Face
    points: float
    leading: float
    lines: list[Placed] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    shapes: list[Callable[[ImageDraw.ImageDraw, float], None]] = field(default_factory=list)

    @property
    def scale(self) -> float:
        """Pixels to the point."""
        return self.dpi / pages.POINTS_AN_INCH

    @property
    def bottom(self) -> float:
        """Where the last line may stand."""
        return self.size[1] - 30

    def put(
        self, words: str, frame: Frame, baseline: float, face: Face, points: float, align: float = 0.0, is_reversed: bool = False
    ) -> int | None:
        """Sets a line in the room, flush left (0) to flush right (1); its place in reading order, or nothing where it has no room."""
        if not words or not face.draws(words) or baseline > self.bottom or points * self.scale < LEAST_EM:
            return None
        laid = type_setting.set_line(face, Look(), words)
        room = frame.width - laid.width * points
        if room < 0:
            return None
        self.lines.append(Placed(laid, face, points, frame.x + align * room, baseline, is_reversed))
        return len(self.lines) - 1

    def rule(self, x0: float, y0: float, x1: float, y1: float, thickness: float, level: int = 255) -> None:
        """A line of ink."""
        self.shapes.append(
            lambda draw, to: draw.line((x0 * to, y0 * to, x1 * to, y1 * to), fill=level, width=max(1, round(thickness * to)))
        )

    def panel(self, x0: float, y0: float, x1: float, y1: float, level: int, frame: float = 0.0) -> None:
        """A tinted box, or with ``frame`` (thickness in points) an empty one."""
        box = lambda to: (x0 * to, y0 * to, x1 * to, y1 * to)  # noqa: E731
        if frame:
            width = lambda to: max(1, round(frame * to))  # noqa: E731
            self.shapes.append(lambda draw, to: draw.rectangle(box(to), outline=level, width=width(to)))
        else:
            self.shapes.append(lambda draw, to: draw.rectangle(box(to), fill=level))

    def fresh(self, r: random.Random, names: tuple[str, ...] = ()) -> Field | None:
        """A field (one of the names, where some are given) that no label of the page could be taken for."""
        known = [f for f in fields.FIELDS if not names or f.name in names]
        for _ in range(8):
            found = fields.invented(r) if not names and r.random() < 0.15 else r.choice(known)
            if not any(fields.alike(found, said.field) for said in self.said):
                return found
        return None

    def ink(self) -> Image.Image:
        """The print of the page: coverage from 0 to 255 in its pixels."""
        page = Image.new("L", (round(self.size[0] * self.scale), round(self.size[1] * self.scale)))
        draw = ImageDraw.Draw(page)
        for shape in self.shapes:
            shape(draw, self.scale)
        for line in self.lines:
            x, y, em = line.x * self.scale, line.baseline * self.scale, line.points * self.scale
            pages.print_line(page, line.laid, x, y, em, level=0 if line.is_reversed else 255)
        return page
