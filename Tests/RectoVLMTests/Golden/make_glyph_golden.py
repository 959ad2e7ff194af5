#!/usr/bin/env python3
"""Writes glyphs/reader.safetensors: what the shipped reader's glyph and CTC heads name in one tile, by transformers in float32.

usage: make_glyph_golden.py            (in a virtual environment with requirements.txt installed)

Run it again whenever the checkpoint in Sources/RectoReader changes.

    pixels              (28, width)     uint8, the tile, gray
    classes             (patches, slots)  int64, the most probable class of each slot of each patch; 0 is nothing
    log_probabilities   (patches, slots)  float32, its natural logarithm
    ctc_log_probabilities       (steps, classes)  float32, of the CTC head; a step is a slot of a latent
    ctc_lines                   int64, lines of classes, a -1 behind each: the best path's, and changes of it
    ctc_line_log_probabilities  (lines)  float32, of each line, by torch.nn.functional.ctc_loss
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
        declared = json.load(file)
    sizes, ctc_sizes = declared["glyph_head"], declared["ctc_head"]
    model = Idefics2ForConditionalGeneration.from_pretrained(READER, dtype=torch.float32).eval()
    weights = load_file(os.path.join(READER, "model.safetensors"))
    head, ctc_head = ([weights[f"recto.{kind}.{name}"].float() for name in ("weight", "bias")] for kind in ("glyph_head", "ctc_head"))
    pixels = draw()
    values = (pixels.float() / 127.5 - 1).expand(1, 1, 3, HEIGHT, WIDTH)
    with torch.no_grad():
        mask = torch.ones(1, 1, HEIGHT, WIDTH, dtype=torch.long)
        seen = model.model.get_image_features(pixel_values=values, pixel_attention_mask=mask)
        states, latents = seen.last_hidden_state[0], seen.pooler_output[0]
        scores = torch.nn.functional.linear(states, *head).view(len(states), sizes["slots"], sizes["classes"])
        best = scores.log_softmax(-1).max(-1)
        steps = torch.nn.functional.linear(latents, *ctc_head).view(-1, ctc_sizes["classes"]).log_softmax(-1)
        path = [label for label, before in zip(steps.argmax(-1).tolist(), [0, *steps.argmax(-1).tolist()]) if label and label != before]
        lines = [path, path[:-1], [*path[:5], 1, *path[5:]], path[::-1], [7], [3, 3, 3]]
        said = torch.stack([-torch.nn.functional.ctc_loss(
            steps[:, None], torch.tensor([line]), torch.tensor([len(steps)]), torch.tensor([len(line)]), reduction="sum")
            for line in lines])
    folder = os.path.join(HERE, "glyphs")
    os.makedirs(folder, exist_ok=True)
    golden = {"pixels": pixels, "classes": best.indices, "log_probabilities": best.values,
              "ctc_log_probabilities": steps, "ctc_lines": torch.tensor([label for line in lines for label in [*line, -1]]),
              "ctc_line_log_probabilities": said}
    save_file({name: value.contiguous() for name, value in golden.items()}, os.path.join(folder, "reader.safetensors"))
    print("first row:", best.indices[: WIDTH // 14].tolist())


if __name__ == "__main__":
    main()
