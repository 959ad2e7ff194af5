"""Checks of the training code; needs the fonts. Run: python -m unittest test_training (in this folder)."""

import random
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import torch

import alphabet
import data
import export
import fields
import fonts
import recipe
import tokenizer
import train
from batches import Batches
from losses import Weights
from model import Reader, Shape

TINY = Shape(width=32, heads=2, tower_layers=1, tower_inner=32, resampler_layers=1, decoder_layers=1, decoder_inner=32)


def _batch(number: int, field_share: float) -> data.Batch:
    return next(iter(Batches(seed=3, first=number, size=8, field_share=field_share)))


class CountedData(unittest.TestCase):
    def test_same_number_same_batch(self) -> None:
        for share in (0.0, 1.0):
            one, two = _batch(5, share), _batch(5, share)
            self.assertEqual(one.lines, two.lines)
            self.assertTrue(torch.equal(one.ids, two.ids))
            for a, b in zip(one.groups, two.groups, strict=True):
                self.assertTrue(torch.equal(a.pixels, b.pixels))

    def test_other_number_other_batch(self) -> None:
        self.assertNotEqual(_batch(5, 0.0).lines, _batch(6, 0.0).lines)

    def test_every_tile_is_named_in_reading_order(self) -> None:
        r = random.Random(1)
        wide = next(iter(fonts.families("seen").values()))[0]
        for _ in range(20):
            example = data.transcription(r, 24, wide)
            tile = example.tiles[0]
            self.assertEqual(tile.columns, 24)
            self.assertEqual(alphabet.text_of_classes(tile.patches.flatten().tolist()), tile.text.replace(" ", ""))

    def test_held_out_families_are_not_trained_on(self) -> None:
        seen = {face.path for family in fonts.families("seen").values() for face in family}
        held_out = {face.path for family in fonts.families("held-out").values() for face in family}
        self.assertFalse(seen & held_out)


class Prompts(unittest.TestCase):
    def test_tokenizer_gives_the_ids_of_training(self) -> None:
        built = tokenizer.build()
        for text in ("Grüße, 12.50 €", "a  b", "漢"):
            self.assertEqual(built.encode(text, add_special_tokens=False).ids, alphabet.tokens_of(text))
        r = random.Random(2)
        example = fields.question(r)
        images = "<fake_token_around_image>" + "<image>" * TINY.latents
        asked = f"What is the {fields.asked(example)}?<end_of_utterance>\nAssistant:"
        for space in ("", " "):
            prompt = "User:" + images * len(example.tiles) + "<fake_token_around_image>" + space + asked
            self.assertEqual(built.encode(prompt).ids, example.prompt())


class Resuming(unittest.TestCase):
    def test_two_halves_equal_the_whole(self) -> None:
        stages = [
            recipe.Stage("tower", 16, Weights(glyph=1.0)),
            recipe.Stage("asking", 16, Weights(glyph=0.3, aligned=0.1, ctc=0.2, lm=1.0), fields=0.5),
        ]
        cpu = torch.device("cpu")
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(train, "Shape", lambda: TINY):
            whole = train.Run(Path(folder) / "whole", 1, 8, cpu)
            for whole.stage, stage in enumerate(stages):
                whole.done_in_stage = 0
                whole.run_stage(stage, workers=0, stopping=[])
            for number, stage in enumerate(stages):
                half = train.Run(Path(folder) / "halves", 1, 8, cpu)
                half.stage, half.done_in_stage = number, 0
                half.run_stage(stage, workers=0, stopping=[])
                half.save()
            self.assertEqual(half.next_batch, whole.next_batch)
            for (name, a), b in zip(whole.model.state_dict().items(), half.model.state_dict().values(), strict=True):
                torch.testing.assert_close(a, b, msg=name)


class Export(unittest.TestCase):
    def test_transformers_computes_the_same_logits(self) -> None:
        torch.manual_seed(0)
        model = Reader(TINY).eval()
        for weight in model.parameters():
            if weight.dim() > 1:
                torch.nn.init.normal_(weight, std=0.2)
        with tempfile.TemporaryDirectory() as folder:
            export.write(model, Path(folder) / "reader")
            self.assertLess(export.check(model, Path(folder) / "reader"), export.TOLERANCE)


if __name__ == "__main__":
    unittest.main()
