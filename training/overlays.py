"""What stands on paper beside text: rules, boxes, underlines, stamps, the print of the other side."""

import math
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageOps

# Marks that reach beyond the text, so that the tile's end is not plain light paper.
WIDE = {"rule", "side rule", "box", "reversed"}


@dataclass(frozen=True)
class Place:
    """Where a line stands in its tile, in pixels of the tile."""

    width: int
    height: int
    left: float
    baseline: float
    drawn: float
    em: float
    stretch: float


def draw(
    r: random.Random, ink: Image.Image, place: Place, gaps: list[float], cells: list[float], bars: bool, aside: str
) -> set[str]:
    """Draws rules and boxes about the text and pen strokes across it; returns the names of what was drawn.

    ``gaps`` are the places of spaces, ``cells`` the walls of a comb, both in pixels of the tile. ``aside`` is what stands before the
    text: "checkbox", "logo" or nothing.
    """
    pen = _Pen(r, ink, place)
    marks: set[str] = set()
    if r.random() < 0.05:
        level = place.baseline + r.uniform(0.07, 0.2) * place.em
        pen.line(place.left, level, place.left + place.drawn, level)
        if r.random() < 0.25:
            pen.line(place.left, level + 2.5, place.left + place.drawn, level + 2.5)
        marks.add("underline")
    if r.random() < 0.06:
        level = r.choice([0.5, 1.5, place.height - 1.5, place.height - 0.5])
        pen.line(0, level, place.width, level)
        marks.add("rule")
    if r.random() < 0.04:
        pen.upright(r.choice([r.uniform(0, min(2, place.left)), place.width - r.uniform(0, 2)]))
        marks.add("side rule")
    if r.random() < 0.03:  # a cell or a field of a form
        top, bottom = r.uniform(-1, 1.5), place.height - 1 + r.uniform(-1.5, 1)
        right = max(place.left + place.drawn + 2, place.width - r.uniform(0, 8))
        left = r.uniform(-2, max(0.0, place.left - 2.5))
        for ends in (
            (left, top, right, top),
            (left, bottom, right, bottom),
            (left, top, left, bottom),
            (right, top, right, bottom),
        ):
            pen.line(*ends)
        marks.add("box")
    if bars:
        for gap in gaps:
            if r.random() < 0.6:
                pen.upright(gap)
                marks.add("bars")
    if aside == "checkbox":
        _checkbox(r, pen, place)
    elif aside == "logo":
        side = r.uniform(13, 24)
        emblem(r, pen.draw, r.uniform(0, 2) * pen.x, (place.height - side) / 2 * pen.y, side * pen.x, side * pen.y, pen.level)
    if aside:
        marks.add(aside)
    if cells:
        _comb(r, pen, place, cells)
        marks.add("comb")
    return marks | _pen_marks(r, pen, place)


def _comb(r: random.Random, pen: "_Pen", place: Place, cells: list[float]) -> None:
    """A field of a form with a cell for every character: walls of some height on a floor."""
    floor = min(place.height - 0.5, place.baseline + r.uniform(0.1, 0.3) * place.em)
    top = floor - r.choice([r.uniform(0.25, 0.5), r.uniform(0.9, 1.2)]) * place.em
    for wall in cells:
        pen.line(wall, top, wall, floor)
    pen.line(cells[0], floor, cells[-1], floor)
    if r.random() < 0.5:
        pen.line(cells[0], top, cells[-1], top)


def _pen_marks(r: random.Random, pen: "_Pen", place: Place) -> set[str]:
    """What a pen or a form adds across the text, or what cutting such a stroke out of the line leaves: gaps in letters."""
    marks: set[str] = set()
    if r.random() < 0.012:
        start, stop = sorted(r.uniform(0, place.drawn) for _ in range(2)) if r.random() < 0.5 else (0, place.drawn)
        level = place.baseline - r.uniform(0.2, 0.33) * place.em
        pen.line(place.left + start, level, place.left + stop, level + r.uniform(-1.5, 1.5))
        marks.add("struck")
    if r.random() < 0.015:
        level, step = place.baseline + r.uniform(0.05, 0.2) * place.em, r.uniform(2, 5)
        for dot in range(int(place.width / step)):
            pen.line(dot * step, level, dot * step + r.choice([0.4, 0.8, step / 2]), level)
        marks.add("dotted")
    if r.random() < 0.025:
        pen.stroke(hole=r.random() < 0.4)
        marks.add("stroke")
    return marks


class _Pen:
    """Draws lines of one thickness on the ink, in pixels of the tile."""

    def __init__(self, r: random.Random, ink: Image.Image, place: Place) -> None:
        self.r, self.draw = r, ImageDraw.Draw(ink)
        self.x, self.y = ink.width / place.width, ink.height / place.height
        self.width, self.height = place.width, place.height
        self.thickness = max(1, round(r.uniform(0.7, 1.7) * self.y))
        self.level = 255 if r.random() < 0.5 else r.randint(120, 255)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.draw.line((x0 * self.x, y0 * self.y, x1 * self.x, y1 * self.y), fill=self.level, width=self.thickness)

    def upright(self, x: float) -> None:
        self.line(x, -1, x, self.height + 1)

    def stroke(self, hole: bool) -> None:
        """A bent stroke across the tile: of ink, or of paper as if one had been taken out."""
        r = self.r
        x, y = r.uniform(-0.2, 1.0) * self.width, r.uniform(-0.3, 1.3) * self.height
        slope, bend = r.uniform(-1.2, 1.2), r.uniform(-0.02, 0.02)
        if r.random() < 0.4:
            slope = r.choice([-1, 1]) * r.uniform(1.2, 6)
        reach = r.uniform(0.5, 5) * self.height / max(1.0, abs(slope))
        steps = [reach * step / 12 for step in range(13)]
        points = [((x + at) * self.x, (y + slope * at + bend * at * at) * self.y) for at in steps]
        thickness = max(1, round(r.uniform(0.8, 2.0 if hole else 2.6) * self.y))
        self.draw.line(points, fill=0 if hole else self.level, width=thickness, joint="curve")


def _checkbox(r: random.Random, pen: _Pen, place: Place) -> None:
    side = r.uniform(12, 17)
    x, y = r.uniform(1, max(1.5, place.left - side - 4)), (place.height - side) / 2 + r.uniform(-1.5, 1.5)
    for ends in (
        (x, y, x + side, y),
        (x, y + side, x + side, y + side),
        (x, y, x, y + side),
        (x + side, y, x + side, y + side),
    ):
        pen.line(*ends)
    if r.random() < 0.45:
        pen.line(x, y, x + side, y + side)
        pen.line(x, y + side, x + side, y)


def emblem(
    r: random.Random, draw: ImageDraw.ImageDraw, x: float, y: float, width: float, height: float, level: int
) -> None:
    """A logo that is no letters: a filled shape, a second one cut out of it, a third in the hole: a ring alone could be an O."""

    def shape(x0: float, y0: float, x1: float, y1: float, fill: int) -> None:
        kind = r.randrange(4)
        if kind == 0:
            draw.ellipse((x0, y0, x1, y1), fill=fill)
        elif kind == 1:
            draw.rectangle((x0, y0, x1, y1), fill=fill)
        elif kind == 2:
            draw.polygon([(x0, y1), ((x0 + x1) / 2, y0), (x1, y1)], fill=fill)
        else:
            middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
            draw.polygon([(x0, middle_y), (middle_x, y0), (x1, middle_y), (middle_x, y1)], fill=fill)

    shape(x, y, x + width, y + height, level)
    margin_x, margin_y = r.uniform(0.15, 0.3) * width, r.uniform(0.15, 0.3) * height
    shape(x + margin_x, y + margin_y, x + width - margin_x, y + height - margin_y, 0)
    shape(x + 0.4 * width, y + 0.4 * height, x + 0.6 * width, y + 0.6 * height, level)


def tilted(ink: Image.Image, share: float) -> Image.Image:
    """The ink turned by a share (-1 to 1) of the skew that levelling may leave."""
    if not share:
        return ink
    most = min(1.0, math.degrees(math.atan(3.0 / max(60, ink.width))))
    return ink.rotate(share * most, Image.Resampling.BICUBIC)


def mirrored(r: random.Random, canvas: Image.Image, page: tuple[int, int]) -> Image.Image:
    """The print of the sheet's other side: mirrored, soft, on other lines."""
    back = ImageOps.mirror(canvas.resize(page, Image.Resampling.BOX))
    shifted = Image.new("L", page)
    shifted.paste(back, (round(r.uniform(-0.2, 0.2) * page[0]), round(r.uniform(-0.6, 0.6) * page[1])))
    return shifted.filter(ImageFilter.GaussianBlur(r.uniform(0.4, 1.1)))


def stamp(r: random.Random, page: tuple[int, int]) -> Image.Image:
    """A part of a rubber stamp or a signature that runs across."""
    (width, height), image = page, Image.new("L", page)
    draw = ImageDraw.Draw(image)
    thickness = max(1, round(r.uniform(0.03, 0.09) * height))
    x = r.random()
    if x < 0.5:
        radius, at = r.uniform(1.2, 4) * height, r.uniform(0, width)
        middle = r.uniform(-1.5, 2.5) * height
        for inner in (0, r.uniform(3, 6) * thickness):
            box = (at - radius + inner, middle - radius + inner, at + radius - inner, middle + radius - inner)
            draw.ellipse(box, outline=255, width=thickness)
    elif x < 0.75:
        start, slope = r.uniform(0, width * 0.6), r.uniform(-0.25, 0.25)
        for level in (r.uniform(-0.2, 0.4) * height, r.uniform(0.7, 1.3) * height):
            draw.line((start, level, start + 6 * height, level + slope * height), fill=255, width=2 * thickness)
    else:
        points = [(r.uniform(0, width), r.uniform(-0.5, 1.5) * height) for _ in range(2)]
        for _ in range(r.randint(2, 6)):
            points.append((points[-1][0] + r.uniform(-0.5, 1.5) * height, r.uniform(-0.3, 1.3) * height))
        draw.line(points, fill=255, width=thickness, joint="curve")
    return image.filter(ImageFilter.GaussianBlur(0.5))


def empty(r: random.Random, page: tuple[int, int]) -> Image.Image:
    """Ink that is no text: rules, specks, the edge of a box, bar codes, signatures, logos."""
    (width, height), image = page, Image.new("L", page)
    draw = ImageDraw.Draw(image)
    x = r.random()
    if x < 0.12:
        _bar_code(r, draw, width, height)
    elif x < 0.27:
        _scribble(r, draw, width, height)
    elif x < 0.37:
        side = r.uniform(0.6, 1.6) * height
        emblem(r, draw, r.uniform(-0.2, 0.8) * width, r.uniform(-0.4, 0.4) * height, side, side, r.randint(120, 255))
    for _ in range(r.choice([0, 0, 1, 1, 2])):
        level = r.uniform(0, height)
        start, stop = sorted((r.uniform(0, width), r.uniform(0, width))) if r.random() < 0.4 else (0, width)
        draw.line((start, level, stop, level), fill=r.randint(120, 255), width=r.randint(1, 3))
    if r.random() < 0.3:
        at = r.uniform(0, width)
        draw.line((at, 0, at, height), fill=r.randint(120, 255), width=r.randint(1, 3))
    for _ in range(r.choice([0, 0, 2, 12])):
        x, y, side = r.uniform(0, width), r.uniform(0, height), r.uniform(0.3, 1.6)
        draw.ellipse((x, y, x + side, y + side), fill=r.randint(80, 255))
    return image


def _bar_code(r: random.Random, draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    at, module = r.uniform(0, 0.3) * width, r.uniform(0.9, 2.6)
    top, bottom = r.choice([(-1, height), (r.uniform(0, 0.5) * height, height), (-1, r.uniform(0.4, 0.9) * height)])
    stop = r.uniform(0.5, 1.1) * width
    while at < stop:
        bar = module * r.choice([1, 1, 2, 3])
        draw.rectangle((at, top, at + bar - 0.5, bottom), fill=255)
        at += bar + module * r.choice([1, 1, 2, 3])


def _scribble(r: random.Random, draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    """A part of a signature: loops on a slant."""
    x, y, slant = r.uniform(0, 0.3) * width, r.uniform(0.3, 0.8) * height, r.uniform(0.2, 0.8)
    points = []
    for step in range(r.randint(15, 90)):
        turn = step * r.uniform(0.6, 0.9)
        size = r.uniform(0.1, 0.7) * height
        points.append((x + math.cos(turn) * size * slant - math.sin(turn) * size * 0.3, y + math.sin(turn) * size))
        x += r.uniform(0.02, 0.2) * height
    draw.line(points, fill=255, width=max(1, round(r.uniform(0.03, 0.08) * height)), joint="curve")
