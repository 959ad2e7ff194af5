"""Draws one line of text as a tile, together with where its characters stand."""

import io
import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import text
from alphabet import class_of
from fonts import Face

HEIGHT = 28
PATCH = 14
MAX_COLUMNS = 32
LATENTS = 48
SLOTS = 3
TEXT_HEIGHT = 23
_RESAMPLE = [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS]


@dataclass
class Tile:
    """A rendered line.

    ``patches`` names the characters centred in each column of patches, ``latents`` those (spaces too) centred in each
    of LATENTS equal shares of the width; both hold glyph classes, 0 where nothing stands.
    """

    pixels: np.ndarray  # uint8, (HEIGHT, columns * PATCH, 3)
    text: str
    patches: np.ndarray  # int64, (columns, SLOTS)
    latents: np.ndarray  # int64, (LATENTS, SLOTS)

    @property
    def columns(self) -> int:
        return len(self.patches)


@dataclass
class Style:
    """How a line is set: face, size in tile pixels, left margin, stretch of the width.

    ``tight`` lines were cut by their own ink, as a line without ascenders or neighbours is.
    """

    face: Face
    em: float
    left: float
    stretch: float
    tight: bool

    def width(self, line: str) -> float:
        """Width in pixels that the line takes, left margin included."""
        return self.left + self.face.length(line) * self.em * self.stretch


def style(r: random.Random, face: Face) -> Style:
    """A random setting about the nominal height of text."""
    band = face.ascent + face.descent
    tight = r.random() < 0.12
    em = TEXT_HEIGHT / band * (r.uniform(1.0, 1.4) if tight else r.triangular(0.78, 1.2, 0.98))
    return Style(face, em, r.uniform(1, 10), r.uniform(0.85, 1.15) if r.random() < 0.15 else 1.0, tight)


def fill(r: random.Random, setting: Style, width: float) -> str:
    """Random text that fits the width."""
    line = ""
    for _ in range(40):
        longer = f"{line} {text.piece(r)}".strip()
        if not setting.face.draws(longer):
            continue
        if setting.width(longer) > width - 1:
            if not line or r.random() < 0.5:
                line = longer
            break
        line = longer
    while setting.width(line) > width - 1:
        line = line[:-1]
    return line.strip() or r.choice("0123456789")


def tile(r: random.Random, setting: Style, line: str, columns: int | None = None) -> Tile:
    """Draws the line; without ``columns`` the tile is as narrow as the text allows."""
    face, em, stretch = setting.face, setting.em, setting.stretch
    ascent, descent = face.ascent, face.descent
    if setting.tight:
        box = face.at(50).getbbox(line, anchor="ls")
        ascent, descent = max(0.3, -box[1] / 50), box[3] / 50
        em = min(em, r.uniform(18, 25) / max(0.3, ascent + descent))
    zoom = 1.0 if r.random() < 0.35 else r.uniform(0.45, 1.5)
    font = face.at(em * zoom)
    drawn = font.getlength(line) / zoom * stretch
    if columns is None:
        columns = min(MAX_COLUMNS, max(4, math.ceil((setting.left + drawn + r.uniform(1, 10)) / PATCH)))
    width = columns * PATCH
    if setting.left + drawn > width - 0.5:
        stretch *= (width - 0.5 - setting.left) / drawn
        drawn = width - 0.5 - setting.left
    baseline = HEIGHT / 2 + (ascent - descent) / 2 * em + r.uniform(-2, 2)
    ink = _ink(r, font, line, (setting.left, baseline), drawn, (width, HEIGHT), (zoom / stretch, zoom))
    patches, latents = _labels(face, line, setting.left, drawn, columns)
    return Tile(_colour(r, ink), line, patches, latents)


def blank(r: random.Random, columns: int) -> Tile:
    """A tile without text: paper, and now and then a rule, specks or the edge of a box."""
    width = columns * PATCH
    source = Image.new("L", (width, HEIGHT), 0)
    draw = ImageDraw.Draw(source)
    for _ in range(r.choice([0, 0, 1, 1, 2])):
        level = r.uniform(0, HEIGHT)
        start, stop = sorted((r.uniform(0, width), r.uniform(0, width))) if r.random() < 0.4 else (0, width)
        draw.line((start, level, stop, level), fill=r.randint(120, 255), width=r.randint(1, 3))
    if r.random() < 0.3:
        at = r.uniform(0, width)
        draw.line((at, 0, at, HEIGHT), fill=r.randint(120, 255), width=r.randint(1, 3))
    for _ in range(r.choice([0, 0, 2, 12])):
        x, y, side = r.uniform(0, width), r.uniform(0, HEIGHT), r.uniform(0.3, 1.6)
        draw.ellipse((x, y, x + side, y + side), fill=r.randint(80, 255))
    return Tile(_colour(r, source), "", _padded([[] for _ in range(columns)]), _padded([[] for _ in range(LATENTS)]))


def _ink(
    r: random.Random,
    font: ImageFont.FreeTypeFont,
    line: str,
    origin: tuple[float, float],
    drawn: float,
    size: tuple[int, int],
    zoom: tuple[float, float],
) -> Image.Image:
    """Coverage of the ink, drawn at the source's resolution and brought to the tile's size."""
    (width, height), (left, baseline), (zoom_x, zoom_y) = size, origin, zoom
    source = Image.new("L", (max(8, round(width * zoom_x)), max(8, round(height * zoom_y))), 0)
    draw = ImageDraw.Draw(source)
    x, y = left * zoom_x, baseline * zoom_y
    draw.text((x, y), line, font=font, fill=255, anchor="ls")
    if r.random() < 0.12:  # ink of the lines above and below
        for edge, anchor in ((r.uniform(0, 2), "ld"), (height - r.uniform(0, 2), "la")):
            if r.random() < 0.6:
                other = text.word(r) + " " + text.word(r)
                box = draw.textbbox((r.uniform(0, width * 0.6) * zoom_x, 0), other, font=font, anchor=anchor)
                offset = -box[3] if anchor == "ld" else -box[1]
                draw.text((box[0], edge * zoom_y + offset), other, font=font, fill=255, anchor=anchor)
    thickness = max(1, round(r.uniform(0.7, 1.6) * zoom_y))
    if r.random() < 0.04:  # underline
        level = (baseline + r.uniform(1.5, 4)) * zoom_y
        draw.line((x, level, x + drawn * zoom_x, level), fill=255, width=thickness)
    if r.random() < 0.06:  # rule of a table
        at = r.choice([0.5, 1.5, 26.5, 27.5]) * zoom_y
        draw.line((0, at, source.width, at), fill=r.randint(120, 255), width=thickness)
    if r.random() < 0.04:
        at = r.choice([r.uniform(0, min(2, left)), width - r.uniform(0, 2)]) * zoom_x
        draw.line((at, 0, at, source.height), fill=r.randint(120, 255), width=thickness)
    if r.random() < 0.15:
        most = min(1.0, math.degrees(math.atan(3.5 / width)))
        source = source.rotate(r.uniform(-most, most), Image.Resampling.BICUBIC)
    if source.size != size:
        source = source.resize(size, r.choice(_RESAMPLE))
    if r.random() < 0.2:
        source = source.filter(ImageFilter.GaussianBlur(r.uniform(0.3, 0.9)))
    return source


def _labels(face: Face, line: str, left: float, drawn: float, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Names of the characters by column and by latent; between equal ones in a latent CTC needs a blank."""
    width = columns * PATCH
    scale = drawn / face.length(line)
    patches: list[list[int]] = [[] for _ in range(columns)]
    latents: list[list[int]] = [[] for _ in range(LATENTS)]
    at = left
    for character in line:
        advance = face.advances[character] * scale
        centre = min(at + advance / 2, width - 1e-3) / width
        if character != " ":
            patches[int(centre * columns)].append(class_of(character))
        cell = latents[int(centre * LATENTS)]
        cell.extend([0, class_of(character)] if cell and cell[-1] == class_of(character) else [class_of(character)])
        at += advance
    return _padded(patches), _padded(latents)


def _padded(cells: list[list[int]]) -> np.ndarray:
    return np.array([(cell + [0] * SLOTS)[:SLOTS] for cell in cells], np.int64)


def _colour(r: random.Random, ink: Image.Image) -> np.ndarray:
    """Ink on paper, with a light touch of what printers and scanners do."""
    paper, pen = np.full(3, r.uniform(222, 255), np.float32), np.full(3, r.triangular(0, 110, 10), np.float32)
    if r.random() < 0.2:
        paper -= np.float32([r.uniform(0, 35) for _ in range(3)])
    if r.random() < 0.12:
        pen += np.float32([r.uniform(0, 90) for _ in range(3)])
    if r.random() < 0.03:
        paper, pen = pen, paper
    cover = np.asarray(ink, np.float32)[..., None] / 255
    if r.random() < 0.1:  # thin or heavy print
        cover = cover ** r.uniform(0.6, 1.7)
    image = paper + (pen - paper) * cover
    if r.random() < 0.35:
        noise = np.random.default_rng(r.getrandbits(64))
        image += noise.standard_normal(image.shape[:2], np.float32)[..., None] * r.uniform(1, 12)
    pixels = np.clip(image, 0, 255).astype(np.uint8)
    if r.random() < 0.06:
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "JPEG", quality=r.randint(35, 85))
        pixels = np.asarray(Image.open(buffer))
    return pixels
