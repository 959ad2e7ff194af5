#!/usr/bin/env python3
"""Writes glyphs/reader.safetensors: what the shipped reader's glyph head names in one tile, by transformers in float32.

usage: make_glyph_golden.py            (in a virtual environment with requirements.txt installed)

Run it again whenever the checkpoint in Sources/RectoReader changes.

    pixels              (28, width)     uint8, the tile, gray
    classes             (patches, slots)  int64, the most probable class of each slot of each patch; 0 is nothing
    log_probabilities   (patches, slots)  float32, its natural logarithm
"""
import json
import os

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from safetensors.torch import load_file, save_file
from transformers import Idefics2ForConditionalGeneration

HERE = os.path.dirname(os.path.abspath(__file__))
READER = os.path.join(HERE, "..", "..", "..", "Sources", "RectoReader", "Resources", "reader")
TEXT, WIDTH, HEIGHT = "Total due: 1,234.50 EUR", 280, 28


def draw():
    """The text in the face that comes with Pillow, as large as the reader likes it."""
    tile = Image.new("L", (WIDTH, HEIGHT), 255)
    ImageDraw.Draw(tile).text((4, 20), TEXT, font=ImageFont.load_default(size=20), fill=0, anchor="ls")
    return torch.from_numpy(np.array(tile))


def main():
    torch.set_num_threads(1)
    with open(os.path.join(READER, "recto.json")) as file:
        sizes = json.load(file)["glyph_head"]
    model = Idefics2ForConditionalGeneration.from_pretrained(READER, dtype=torch.float32).eval()
    weights = load_file(os.path.join(READER, "model.safetensors"))
    head = [weights[f"recto.glyph_head.{name}"].float() for name in ("weight", "bias")]
    pixels = draw()
    values = (pixels.float() / 127.5 - 1).expand(1, 1, 3, HEIGHT, WIDTH)
    with torch.no_grad():
        mask = torch.ones(1, 1, HEIGHT, WIDTH, dtype=torch.long)
        states = model.model.get_image_features(pixel_values=values, pixel_attention_mask=mask).last_hidden_state[0]
        scores = torch.nn.functional.linear(states, *head).view(len(states), sizes["slots"], sizes["classes"])
        best = scores.log_softmax(-1).max(-1)
    folder = os.path.join(HERE, "glyphs")
    os.makedirs(folder, exist_ok=True)
    golden = {"pixels": pixels, "classes": best.indices, "log_probabilities": best.values}
    save_file({name: value.contiguous() for name, value in golden.items()}, os.path.join(folder, "reader.safetensors"))
    print("first row:", best.indices[: WIDTH // 14].tolist())


if __name__ == "__main__":
    main()
