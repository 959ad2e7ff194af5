"""What printers, copiers, faxes and scanners make of ink.

A third of the tiles stays sharp, a third is lightly touched, a third is badly worn but legible to a person.
"""

import io
import math
import random
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageFilter

QUALITIES = ("clean", "light", "heavy")
# Some heavy tiles turn out too bad to be read and are drawn again.
SHARES = (0.32, 0.32, 0.36)
WEAR = ("grain", "soft", "compressed", "faded", "copied", "faxed", "shaded", "coarse", "speckled")
_RESAMPLE = [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS, Image.Resampling.BOX]
Colour = tuple[float, float, float]


@dataclass
class Scan:
    """How a line is printed and scanned. Lengths are in pixels of the scan, whose pixels to the tile's are ``zoom``."""

    quality: str
    zoom: tuple[float, float] = (1.0, 1.0)
    paper: Colour = (255.0, 255.0, 255.0)
    pen: Colour = (0.0, 0.0, 0.0)
    angle: float = 0.0
    gamma: float = 1.0
    grow: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    bilevel: float | None = None
    pepper: float = 0.0
    dropped: int = 0
    bleed: float = 0.0
    shade: float = 0.0
    streaks: int = 0
    jpeg: int | None = None
    marks: set[str] = field(default_factory=set)


def _log_uniform(r: random.Random, low: float, high: float) -> float:
    return math.exp(r.uniform(math.log(low), math.log(high)))


def choose(r: random.Random, em: float) -> Scan:
    """A random scan of type whose em is that many pixels of the tile."""
    quality = r.choices(QUALITIES, SHARES)[0]
    scan = Scan(quality)
    _coloured(r, scan)
    if quality == "clean":
        if r.random() < 0.65:
            scan.zoom = (_log_uniform(r, max(0.62, 12.5 / em), 1.6),) * 2
        return scan
    if r.random() < (0.2 if quality == "light" else 0.35):
        scan.angle = r.uniform(-1, 1)
    if quality == "light":
        if r.random() < 0.75:
            scan.zoom = (_log_uniform(r, max(0.5, 11 / em), 1.5),) * 2
        for _ in range(r.choice([1, 1, 2])):
            _wear(r, scan, r.choice(["grain", "soft", "compressed", "faded", "shaded"]), em, 0.45)
        return scan
    scan.zoom = (_log_uniform(r, max(0.45, 10.5 / em), 1.3),) * 2
    for kind in r.sample(WEAR, r.choice([1, 2, 2, 3])):
        _wear(r, scan, kind, em, 1.0)
    return scan


def _coloured(r: random.Random, scan: Scan) -> None:
    white = 255.0 if r.random() < (0.7 if scan.quality == "clean" else 0.3) else r.uniform(225, 255)
    black = r.triangular(0, 100, 5)
    paper, pen = np.full(3, white), np.full(3, black)
    x = r.random()
    if x < 0.12:  # a tinted panel, coloured paper
        paper = paper - [r.uniform(0, 55) for _ in range(3)]
        scan.marks.add("tinted")
    elif x < 0.17:  # a coloured panel, or a marker pen
        paper = np.array([r.choice([255, 225, 190, 150]) - r.uniform(0, 20) for _ in range(3)])
        scan.marks.add("tinted")
    y = r.random()
    if y < 0.1:
        pen = np.array([r.uniform(0, 60) for _ in range(3)])
        pen[r.randrange(3)] = r.uniform(90, 200)
        scan.marks.add("coloured")
    elif y < 0.16:  # grey print
        pen = np.full(3, r.uniform(80, 150))
    if _luminance(paper) - _luminance(pen) < 100:
        pen = pen * 0.3
    if r.random() < 0.035:
        paper, pen = pen * 0.8, np.maximum(paper, 200)
        scan.marks.add("reversed")
    scan.paper, scan.pen = tuple(map(float, paper)), tuple(map(float, pen))


def _luminance(colour: np.ndarray) -> float:
    return float(np.dot(colour, (0.3, 0.59, 0.11)))


def _wear(r: random.Random, scan: Scan, kind: str, em: float, strength: float) -> None:
    """Adds one kind of wear; ``strength`` 1 is the worst that a person still reads."""
    scan.marks.add(kind)
    size = em * scan.zoom[0]  # of the type, in pixels of the scan
    if kind == "grain":
        scan.noise = r.uniform(2, 6 + 14 * strength)
    elif kind == "soft":
        scan.blur = max(scan.blur, size * r.uniform(0.012, 0.018 + 0.022 * strength))
    elif kind == "compressed":
        least = 8 if size > 20 else 12 if size > 15 else 24
        scan.jpeg = r.randint(least, 50) if strength > 0.6 else r.randint(30, 85)
    elif kind == "faded":
        share = r.uniform(0.35 * strength, 0.3 + 0.32 * strength)
        scan.pen = tuple(pen + (paper - pen) * share for pen, paper in zip(scan.pen, scan.paper, strict=True))
    elif kind == "copied":
        scan.gamma = r.choice([r.uniform(0.4, 0.75), r.uniform(1.3, 1.9)])
        scan.grow = r.uniform(0.2, 0.8) if size > 17 and r.random() < 0.5 else 0.0
        scan.bilevel = r.uniform(0.75, 1.35) if size > 15 and r.random() < 0.6 else None
        scan.streaks = r.choice([0, 0, 1, 2])
    elif kind == "faxed":
        across = _log_uniform(r, max(0.8, 20 / em), max(1.4, 30 / em))
        scan.zoom = (across, across * r.choice([0.5, 0.96, 0.96]) if across * em > 27 else across * 0.96)
        scan.bilevel, scan.blur = r.uniform(0.8, 1.3), 0.0
        scan.dropped = r.choice([0, 0, 1])
    elif kind == "shaded":
        scan.shade = r.uniform(0.08, 0.15 + 0.3 * strength)
    elif kind == "coarse":
        share = r.uniform(0.42, 0.56)
        scan.zoom = (max(share, 9.5 / em),) * 2
        scan.dropped = 0
        scan.blur *= 0.6
        scan.jpeg = max(scan.jpeg, 30) if scan.jpeg else None
    elif kind == "speckled":
        scan.pepper = r.uniform(0.0005, 0.006)
        scan.dropped = r.choice([0, 1, 1, 2]) if size > 14 else 0
    if strength == 1.0 and r.random() < 0.12:
        scan.bleed = r.uniform(0.05, 0.2)
        scan.marks.add("bleed")


def develop(
    r: random.Random,
    scan: Scan,
    ink: Image.Image,
    behind: Image.Image | None,
    stamp: Image.Image | None,
    size: tuple[int, int],
) -> np.ndarray:
    """The tile that the scan makes of the ink: uint8, (height, width, 3).

    ``ink``, ``behind`` (what shines through) and ``stamp`` are coverages in pixels of the scan.
    """
    cover = _worn(r, scan, ink)
    rng = np.random.default_rng(r.getrandbits(64)) if scan.noise or scan.pepper else None
    if scan.pepper and rng is not None:
        _speckle(r, rng, scan.pepper, cover)
    grey = max(scan.paper) - min(scan.paper) < 1 and max(scan.pen) - min(scan.pen) < 1 and stamp is None
    paper, pen = np.float32(scan.paper), np.float32(scan.pen)
    if grey:
        paper, pen = paper[:1], pen[:1]
    ground: np.ndarray = paper
    if behind is not None:
        ground = paper - np.asarray(behind, np.float32)[..., None] * (scan.bleed * paper / 255)
    image = ground + (pen - ground) * cover[..., None]
    if stamp is not None:
        colour = np.float32(r.choice([(200, 30, 40), (40, 50, 170), (30, 30, 30), (30, 120, 60), (120, 30, 130)]))
        image *= 1 - np.asarray(stamp, np.float32)[..., None] * (r.uniform(0.2, 0.5) / 255) * (1 - colour / 255)
    if scan.shade:
        image *= _shade(r, scan.shade, cover.shape)[..., None]
    if scan.noise and rng is not None:
        image += rng.standard_normal(image.shape[:2], np.float32)[..., None] * scan.noise
    pixels = np.clip(image, 0, 255).astype(np.uint8)
    page = Image.fromarray(pixels[..., 0]) if grey else Image.fromarray(pixels)
    if scan.jpeg is not None:
        buffer = io.BytesIO()
        page.save(buffer, "JPEG", quality=scan.jpeg)
        page = Image.open(buffer)
    if page.size != size:
        page = page.resize(size, r.choice(_RESAMPLE[:2] if page.width < size[0] else _RESAMPLE))
    whole = np.asarray(page)
    return np.repeat(whole[..., None], 3, axis=2) if grey else np.array(whole)


def _worn(r: random.Random, scan: Scan, ink: Image.Image) -> np.ndarray:
    """The coverage after what happens to the ink itself: float32 from 0 to 1."""
    if scan.grow:
        ink = Image.blend(ink, ink.filter(ImageFilter.MaxFilter(3)), scan.grow)
    if scan.blur > 0.25:
        ink = ink.filter(ImageFilter.GaussianBlur(scan.blur))
    cover = np.asarray(ink, np.float32) / 255
    if scan.gamma != 1.0:
        cover = cover**scan.gamma
    if scan.bilevel is not None:
        cover = _two_levels(cover, scan.bilevel)
    if scan.dropped or scan.streaks or scan.pepper:
        cover = cover.copy()
    for _ in range(scan.dropped):
        _drop(r, cover if r.random() < 0.6 else cover.T)
    for _ in range(scan.streaks):
        at, thickness, level = r.randrange(cover.shape[1]), r.randint(1, 2), r.uniform(0.1, 0.45)
        if r.random() < 0.5:
            cover[:, at : at + thickness] = np.maximum(cover[:, at : at + thickness], level)
        else:
            cover[at % cover.shape[0]] = cover[at % cover.shape[0]] * (1 - level)
    return cover


def _drop(r: random.Random, lines: np.ndarray) -> None:
    """Loses a line of pixels, or leaves it blank."""
    at = r.randrange(1, len(lines) - 1)
    if r.random() < 0.5:
        lines[at] = 0
    else:
        lines[at:-1] = lines[at + 1 :].copy()


def _two_levels(cover: np.ndarray, ratio: float) -> np.ndarray:
    """Ink or none, cut so that about ``ratio`` of the ink's mass remains: thin strokes survive."""
    wanted = float(cover.mean()) * ratio
    for level in (0.5, 0.4, 0.6, 0.32, 0.68, 0.25):
        black = cover > level
        if abs(float(black.mean()) - wanted) <= 0.18 * wanted:
            break
    return black.astype(np.float32)


def _speckle(r: random.Random, rng: np.random.Generator, share: float, cover: np.ndarray) -> None:
    height, width = cover.shape
    count = max(2, int(share * height * width))
    rows, columns = rng.integers(0, height, count), rng.integers(0, width, count)
    cover[rows, columns] = rng.random(count, np.float32) * 0.6 + 0.4
    if r.random() < 0.6:  # salt: holes in the ink
        rows, columns = rng.integers(0, height, count * 4), rng.integers(0, width, count * 4)
        cover[rows, columns] *= 0.25


def _shade(r: random.Random, depth: float, shape: tuple[int, int]) -> np.ndarray:
    """Uneven light, or the shadow of a fold: float32 factors."""
    height, width = shape
    across = np.linspace(0, 1, width, dtype=np.float32)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    x = r.random()
    if x < 0.5:
        way = across if r.random() < 0.5 else 1 - across
        return 1 - depth * (way + r.uniform(-0.2, 0.2) * down)
    centre, spread = r.random(), r.uniform(0.01, 0.12)
    if x < 0.8:
        return np.broadcast_to(1 - depth * np.exp(-(((across - centre) / spread) ** 2)), shape)
    return np.broadcast_to(1 - depth * np.exp(-(((down - centre) / (3 * spread)) ** 2)), shape)
