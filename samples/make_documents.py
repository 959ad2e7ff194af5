#!/usr/bin/env python3
"""Makes invented documents to measure with: DIR/KIND/NAME.pdf beside NAME.expected.json and NAME.boxes.json.

usage: make_documents.py --output DIR [--count 200] [--seed 1] [--repeat 0.0]

DIR has one folder a pipeline, as `recto eval` wants it. NAME.expected.json holds the fields as printed, null for what the
document does not say; NAME.boxes.json where each value stands, `{"page", "box"}` in points from the top left, as seen.
DIR/documents.json tells of each document its face, size, language, whether it is a scan and which labels the schema does
not list. With --repeat, that share of the documents says facts again on further pages, in part those of an earlier document,
which contradict; what is expected stays what the first pages say. Needs what make_samples.py needs, and Debian's fonts-freefont-ttf, fonts-open-sans, fonts-noto-core,
fonts-crosextra-caladea, fonts-lato and fonts-firacode.

Seeded: the same versions give the same files, and a smaller count the first documents of a larger one.
"""

import argparse
import io
import json
import math
import os
import random
import subprocess
import tempfile

import numpy as np
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from document_facts import Facts
from document_kinds import KINDS, repeat
from document_sheet import FACES, UNTRAINED, DoesNotFit, Sheet, register_fonts

SCANS = 0.4
ATTEMPTS = 200


def leaves(value, path=""):
    """The paths of everything that is said, such as `total` or `items/0/amount`."""
    if value is None:
        return []
    if isinstance(value, (dict, list)):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for key, entry in entries for leaf in leaves(entry, f"{path}/{key}".lstrip("/"))]
    return [path]


def draw(seed, index, folder, share):
    """One clean document: its kind and name, what it says, where, and about it; tried again until everything fits."""
    # The kind is settled beforehand, else kinds that fit easily would crowd out the others.
    kind = random.Random(f"{seed}/{index}/kind").choices(list(KINDS), [entry[1] for entry in KINDS.values()])[0]
    make, _, sizes, points = KINDS[kind]
    for attempt in range(ATTEMPTS):
        r = random.Random(f"{seed}/{index}/{attempt}")
        faces = [face for face in FACES if face[3] or kind != "receipt" or r.random() < 0.4]
        face = r.choice(faces)[0]
        facts = Facts(r, kind)
        name = f"{kind}-{index:04}"
        path = os.path.join(folder, kind, name + ".pdf")
        size = r.choice(sizes)
        sheet = Sheet(path, name, size, face, r.randrange(int(points[0] * 2), int(points[1] * 2) + 1) / 2)
        try:
            expected = make(sheet, r, facts)
            # Dice of its own: without it the same seed gives the same documents.
            if random.Random(f"{seed}/{index}/repeat").random() < share:
                repeat(sheet, r, facts, expected)
        except DoesNotFit:
            continue
        assert set(sheet.places) == set(leaves(expected)), (
            name,
            sheet.places,
            expected,
        )
        sheet.save()
        about = {
            "name": name,
            "kind": kind,
            "face": face,
            "trained_face": face not in UNTRAINED,
            "points": sheet.points,
            "language": facts.language,
            "unlisted": sorted(facts.unlisted & set(sheet.places)),
            "scan": None,
        }
        return path, expected, sheet.places, about
    raise SystemExit(f"document {index}: nothing fitted in {ATTEMPTS} attempts")


def lean_box(box, lean, width, height):
    """The upright box around a box of a page that was turned by `lean` degrees about its middle."""
    sine, cosine = math.sin(math.radians(lean)), math.cos(math.radians(lean))
    corners = [(x - width / 2, y - height / 2) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs = [width / 2 + x * cosine + y * sine for x, y in corners]
    ys = [height / 2 - x * sine + y * cosine for x, y in corners]
    return [min(xs), min(ys), max(xs), max(ys)]


def scan(path, places, r):
    """The document as a scanner would have delivered it, in its place: leaned, blurred, speckled, compressed, without text."""
    dpi, lean = r.choice([150, 200, 200, 240, 300]), r.uniform(-1.5, 1.5)
    blur, noise, paper, ink = r.uniform(0.3, 0.7), r.uniform(1.5, 6), r.uniform(228, 252), r.uniform(0.78, 0.98)
    quality, shadow = r.randint(38, 78), r.uniform(-12, 12)
    dice = np.random.default_rng(r.randrange(2**32))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-png", path, folder + "/page"], check=True)
        pages = [Image.open(os.path.join(folder, file)).convert("L") for file in sorted(os.listdir(folder))]
    out = canvas.Canvas(path, invariant=1)
    sizes = []
    for page in pages:
        size = (page.width * 72 / dpi, page.height * 72 / dpi)
        sizes.append(size)
        page = page.rotate(lean, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(blur * dpi / 200))
        pixels = np.asarray(page, dtype=np.float32)
        pixels = paper - (255 - pixels) * ink * paper / 255 - np.linspace(0, shadow, page.width)[None, :]
        pixels = pixels + dice.normal(0, noise, pixels.shape)
        pixels[dice.random(pixels.shape) < 0.0001] = 70
        compressed = io.BytesIO()
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(compressed, "JPEG", quality=quality)
        out.setPageSize(size)
        out.drawImage(ImageReader(compressed), 0, 0, *size)
        out.showPage()
    out.save()
    leaned = {
        field: [(page, lean_box(box, lean, *sizes[page - 1])) for page, box in found] for field, found in places.items()
    }
    return leaned, {"dpi": dpi, "lean": round(lean, 3)}


def write(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")


def main():
    parser = argparse.ArgumentParser(description="Makes invented documents to measure with.")
    parser.add_argument("--output", required=True, help="a folder outside the repository; made if absent")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=float, default=0.0, help="the share of documents with repeating pages")
    arguments = parser.parse_args()
    register_fonts()
    for kind in KINDS:
        os.makedirs(os.path.join(arguments.output, kind), exist_ok=True)
    documents = []
    for index in range(1, arguments.count + 1):
        path, expected, places, about = draw(arguments.seed, index, arguments.output, arguments.repeat)
        r = random.Random(f"{arguments.seed}/{index}/scan")
        if r.random() < SCANS:
            places, about["scan"] = scan(path, places, r)
        stem = path.removesuffix(".pdf")
        write(stem + ".expected.json", expected)
        write(
            stem + ".boxes.json",
            {
                field: [{"page": page, "box": [round(value, 2) for value in box]} for page, box in found]
                for field, found in sorted(places.items())
            },
        )
        documents.append(about)
    write(os.path.join(arguments.output, "documents.json"), documents)


if __name__ == "__main__":
    main()
