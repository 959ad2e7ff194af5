"""Draws a contact sheet of tiles with what each is said to hold: what a person cannot read must not be asked.

usage: sheet.py SHEET.png [--kind tiles|fields|objects|places|faces] [--split seen|held-out] [--quality clean|light|heavy]
                          [--first N] [--count N]
"""

import argparse
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import data
import fields
import fonts
import objects
import render
from alphabet import text_of
from render import HEIGHT, MAX_COLUMNS, PATCH, Tile

ROW, WIDTH, SHEET_COLUMNS = HEIGHT + 14, MAX_COLUMNS * PATCH + 8, 2
CAPTION = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
SPECIMEN = "Hamburgefonstiv 0123456789 QÄÖÜ éß €"

QUESTIONS = {"fields": fields.question, "objects": objects.whole_object, "places": objects.holding_tile}


def _tiles(arguments: argparse.Namespace) -> list[tuple[Tile, str]]:
    found: list[tuple[Tile, str]] = []
    number = arguments.first
    while len(found) < arguments.count:
        r = random.Random(f"sheet/{number}")
        number += 1
        if arguments.kind in QUESTIONS:
            example = QUESTIONS[arguments.kind](r, arguments.split)
            rows = [(tile, "") for tile in example.tiles]
            found += [(rows[0][0], f"{text_of(example.question)} {example.answer!r}"), *rows[1:]]
            continue
        tile = data.transcription(r, data.columns(r), fonts.choose(r, arguments.split)).tiles[0]
        if arguments.quality in (None, tile.quality):
            found.append((tile, f"{tile.text}   ({tile.quality}: {', '.join(sorted(tile.marks))})"))
    return found


def _faces(arguments: argparse.Namespace) -> list[tuple[Tile, str]]:
    found = []
    for pattern, faces in fonts.families(arguments.split).items():
        face = faces[len(faces) // 2]
        r = random.Random(1)
        line = "".join(c for c in SPECIMEN if c in face.advances)
        plain = render.Style(face, render.type_setting.Look(), 21, 3, 1, False)
        found.append(
            (render.tile(r, plain, line), f"{Path(pattern).name} {len(faces)} cuts, {len(face.advances)} glyphs")
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw a contact sheet of tiles.")
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--kind", choices=["tiles", *QUESTIONS, "faces"], default="tiles")
    parser.add_argument("--split", default="seen")
    parser.add_argument("--quality")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=52)
    arguments = parser.parse_args()
    rows = _faces(arguments) if arguments.kind == "faces" else _tiles(arguments)
    caption = ImageFont.truetype(CAPTION, 8)
    lines = -(-len(rows) // SHEET_COLUMNS)
    sheet = Image.new("RGB", (SHEET_COLUMNS * WIDTH, lines * ROW), (140, 170, 150))
    draw = ImageDraw.Draw(sheet)
    for place, (tile, words) in enumerate(rows):
        x, y = place // lines * WIDTH + 4, place % lines * ROW
        draw.text((x, y), words, font=caption, fill=(0, 0, 90))
        sheet.paste(Image.fromarray(tile.pixels), (x, y + 11))
    arguments.sheet.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(arguments.sheet)


if __name__ == "__main__":
    main()
