"""Measures an exported reader with transformers on text and windows that training never saw.

usage: evaluate.py MODEL_FOLDER [--tiles 200] [--samples 8]

Prints the character error (edit distance over characters) on new tiles in the faces of training and in each family held
out, then how many field questions over new windows are answered exactly.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from PIL import Image
from transformers import AutoProcessor, Idefics2ForConditionalGeneration

import data
import fields
import fonts
import objects
import scan
from alphabet import text_of
from data import Example

BATCH = 25
LONGEST = 160


def edits(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        above, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            above, row[j + 1] = row[j + 1], min(above + (x != y), row[j] + 1, row[j + 1] + 1)
    return row[-1]


class Answers:
    """The exported model, asked the way a user of transformers would."""

    def __init__(self, folder: Path) -> None:
        self.processor = AutoProcessor.from_pretrained(folder)
        self.model = Idefics2ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()

    @torch.no_grad()
    def __call__(self, examples: list[Example], questions: list[str]) -> list[str]:
        answers: list[str] = []
        for first in range(0, len(examples), BATCH):
            some = examples[first : first + BATCH]
            prompts = [self._prompt(e, q) for e, q in zip(some, questions[first : first + BATCH], strict=True)]
            images = [[Image.fromarray(tile.pixels) for tile in example.tiles] for example in some]
            inputs = self.processor(text=prompts, images=images, padding=True, return_tensors="pt")
            output = self.model.generate(**inputs, max_new_tokens=LONGEST, do_sample=False)
            written = output[:, inputs["input_ids"].shape[1] :]
            answers.extend(self.processor.batch_decode(written, skip_special_tokens=True))
        return answers

    def _prompt(self, example: Example, question: str) -> str:
        content = [{"type": "image"} for _ in example.tiles] + [{"type": "text", "text": question}]
        return self.processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)


def character_error(ask: Answers, name: str, faces: Iterable[list[fonts.Face]], tiles: int, samples: int) -> None:
    """Prints the character error over new tiles in families of faces, each family as often as the next."""
    r, families = random.Random(f"evaluation/{name}"), list(faces)
    examples = [data.transcription(r, data.columns(r), r.choice(r.choice(families))) for _ in range(tiles)]
    answers = ask(examples, ["Transcribe."] * tiles)
    wrong = sum(edits(e.answer, a) for e, a in zip(examples, answers, strict=True))
    exact = sum(e.answer == a for e, a in zip(examples, answers, strict=True))
    length = sum(len(e.answer) for e in examples)
    print(
        f"{name:<22} character error {wrong / length:6.2%}   lines without error {exact / tiles:6.1%}   "
        f"({tiles} tiles, {length} characters; {_by_quality(examples, answers)})"
    )
    for example, answer in list(zip(examples, answers, strict=True))[:samples]:
        sign = "=" if example.answer == answer else "≠"
        print(f"    {sign} {example.answer!r}  read as  {answer!r}")


def _by_quality(examples: list[Example], answers: list[str]) -> str:
    """Character error on sharp, lightly worn and badly worn tiles."""
    parts = []
    for quality in scan.QUALITIES:
        some = [(e.answer, a) for e, a in zip(examples, answers, strict=True) if e.tiles[0].quality == quality]
        length = sum(len(text) for text, _ in some)
        parts.append(f"{quality} {sum(edits(text, a) for text, a in some) / max(1, length):.2%}")
    return ", ".join(parts)


def field_accuracy(ask: Answers, split: str, windows: int, samples: int) -> None:
    """Prints the share of field questions answered exactly, with and without the field in the window."""
    r = random.Random(f"evaluation/fields/{split}")
    examples = [fields.question(r, split) for _ in range(windows)]
    questions = [f"What is the {fields.asked(example)}?" for example in examples]
    answers = ask(examples, questions)
    rows = list(zip(examples, questions, answers, strict=True))
    there, absent = [row for row in rows if row[0].answer], [row for row in rows if not row[0].answer]
    right = sum(e.answer == a for e, _, a in there) / len(there)
    near = sum(edits(e.answer, a) <= 1 for e, _, a in there) / len(there)
    found = sum(bool(a) for _, _, a in there) / len(there)
    silent = sum(not a for _, _, a in absent) / len(absent)
    print(
        f"fields, {split} fonts: value there ({len(there)}): exact {right:.1%}, at most one edit {near:.1%}, "
        f"something answered {found:.1%}; not there ({len(absent)}): empty {silent:.1%}"
    )
    for example, question, answer in rows[:samples]:
        window = " | ".join(tile.text for tile in example.tiles)
        sign = "=" if example.answer == answer else "≠"
        print(f"    {sign} [{window}] {question} {example.answer!r}  answered  {answer!r}")


def task_accuracy(ask: Answers, name: str, draw: Callable[[random.Random, str], Example], count: int, samples: int) -> None:
    """Prints how many questions of another kind over windows in the held-out fonts are answered exactly."""
    r = random.Random(f"evaluation/{name}")
    examples = [draw(r, "held-out") for _ in range(count)]
    answers = ask(examples, [text_of(example.question).strip() for example in examples])
    right = sum(e.answer == a for e, a in zip(examples, answers, strict=True)) / count
    members = [pair for e, a in zip(examples, answers, strict=True) for pair in _members(e.answer, a)]
    absent = [answered for wanted, answered in members if wanted is None]
    there = [(wanted, answered) for wanted, answered in members if wanted is not None]
    print(
        f"{name}, held-out fonts ({count}): exact {right:.1%}; there ({len(there)}): "
        f"exact {sum(w == a for w, a in there) / max(1, len(there)):.1%}; not there ({len(absent)}): "
        f"told {sum(a is None for a in absent) / max(1, len(absent)):.1%}"
    )
    for example, answer in list(zip(examples, answers, strict=True))[:samples]:
        window = " | ".join(tile.text for tile in example.tiles)
        sign = "=" if example.answer == answer else "≠"
        print(f"    {sign} [{window}]{text_of(example.question)} {example.answer!r}  answered  {answer!r}")


def _members(wanted: str, answered: str) -> list[tuple[str | None, str | None]]:
    """The values of an object beside those that were answered; of another answer the answer itself, nothing as None."""
    if not wanted.startswith("{"):
        return [(wanted or None, answered or None)]
    try:
        found = json.loads(answered)
    except json.JSONDecodeError:
        found = {}
    return [(value, found.get(name, "")) for name, value in json.loads(wanted).items()]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure an exported reader on text it has not seen.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tiles", type=int, default=200)
    parser.add_argument("--samples", type=int, default=4)
    arguments = parser.parse_args()
    ask = Answers(arguments.folder)
    character_error(ask, "seen fonts", fonts.families("seen").values(), arguments.tiles, arguments.samples)
    for pattern, faces in fonts.families("held-out").items():
        name = f"{Path(pattern).name.split('-')[0]} (never seen)"
        character_error(ask, name, [faces], arguments.tiles, arguments.samples)
    for split in ("seen", "held-out"):
        field_accuracy(ask, split, arguments.tiles, arguments.samples)
    for name, draw in (("objects", objects.whole_object), ("places", objects.holding_tile)):
        task_accuracy(ask, name, draw, arguments.tiles, arguments.samples)


if __name__ == "__main__":
    main()
