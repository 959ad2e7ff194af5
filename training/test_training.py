"""Checks of the training code; needs the fonts. Run: python -m unittest test_training (in this folder)."""

import json
import random
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from PIL import Image, ImageFont

import alphabet
import cuts
import data
import export
import fields
import fonts
import languages
import layouts
import recipe
import render
import scan
import setting
import tokenizer
import train
import writing
from batches import Batches, Shares
from losses import Weights
from model import Reader, Shape
from muon import Muon, orthogonalised

TINY = Shape(width=32, heads=2, tower_layers=1, tower_inner=32, resampler_layers=1, decoder_layers=1, decoder_inner=32)


def _transcribed(count: int) -> list[render.Tile]:
    rs = (random.Random(f"tile/{number}") for number in range(count))
    return [data.transcription(r, data.columns(r), fonts.choose(r, "seen")).tiles[0] for r in rs]


def _batch(number: int, field_share: float) -> data.Batch:
    return next(iter(Batches(seed=3, first=number, size=8, shares=Shares(fields=field_share))))


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

    def test_a_batch_does_not_depend_on_what_was_drawn_before(self) -> None:
        for number in range(3):
            _batch(number, 0.0)
        warm = _batch(7, 0.0)
        for kept in (fonts.listed, fonts.typewriters, fonts.family_of):  # and with them every glyph that was drawn
            kept.cache_clear()
        cold = _batch(7, 0.0)
        for a, b in zip(cold.groups, warm.groups, strict=True):
            self.assertTrue(torch.equal(a.pixels, b.pixels))

    def test_every_kind_of_tile_is_made(self) -> None:
        tiles = _transcribed(1500)
        qualities = Counter(tile.quality for tile in tiles)
        for quality in scan.QUALITIES:
            self.assertTrue(0.25 < qualities[quality] / len(tiles) < 0.41, qualities)
        marks = Counter(mark for tile in tiles for mark in tile.marks)
        kinds = [*writing.KINDS, "leader"]
        overlaid = ["underline", "rule", "side rule", "box", "bars", "checkbox", "logo", "stamp", "bleed"]
        coloured = ["tinted", "coloured", "reversed"]
        laid = ["ligature", "raised", "small capitals", "emphasis", "spaced"]
        for mark in [*kinds, *scan.WEAR, *overlaid, *coloured, *laid]:
            self.assertGreater(marks[mark], 2, mark)
        self.assertTrue(0.05 < marks["repeats"] / len(tiles) < 0.12, marks["repeats"])

    def test_patches_spell_the_text_whatever_the_look(self) -> None:
        for tile in _transcribed(300):
            spelled = alphabet.text_of_classes(tile.patches.flatten().tolist())
            crowded = (tile.patches != 0).all(axis=1).any()  # a column with more characters than slots drops the rest
            if crowded:
                self.assertTrue(set(spelled) <= set(tile.text))
            else:
                self.assertEqual(spelled, tile.text.replace(" ", ""))

    def test_ink_stands_where_the_labels_say(self) -> None:
        """In clean tiles the ink begins and ends in the columns of patches that name the first and last character."""
        beside = {"reversed", "box", "bars", "rule", "side rule", "checkbox", "logo", "tinted", "underline"}
        right = tiles = 0
        for tile in _transcribed(500):
            if tile.quality != "clean" or tile.marks & beside or len(tile.text) < 3:
                continue
            # The middle rows, where no ink of other lines reaches in.
            light = tile.pixels[6:22, :, 1].astype(int).reshape(16, -1, render.PATCH)
            inked = np.flatnonzero((light.max() - light).max(axis=(0, 2)) > 60)
            named = np.flatnonzero((tile.patches != 0).any(axis=1))
            if len(inked) == 0:
                continue
            tiles += 1
            right += abs(inked[0] - named[0]) <= 1 and abs(inked[-1] - named[-1]) <= 1
        self.assertGreater(tiles, 60)
        self.assertGreater(right / tiles, 0.95, f"{right} of {tiles}")

    def test_the_least_legible_tile_is_near_clean_print(self) -> None:
        clean = Image.fromarray(np.uint8([[0, 0, 255, 255] * 28] * 28))
        self.assertAlmostEqual(render._likeness(clean, 255 - np.stack([np.asarray(clean)] * 3, -1)), 1.0, places=3)
        noise = np.random.default_rng(1).integers(0, 255, (28, 112, 3), np.uint8)
        self.assertLess(render._likeness(clean, noise), render.LEGIBLE)

    def test_ligatures_are_drawn_only_where_they_are_labelled(self) -> None:
        face = next(f for faces in fonts.families("seen").values() for f in faces if {"fi", "fl"} <= set(f.ligatures))
        plain = setting.set_line(face, setting.Look(), "fit final flow")
        joined = setting.set_line(face, setting.Look(ligatures=True), "fit final flow")
        self.assertEqual("".join(glyph for _, glyph, *_ in plain.glyphs), "fitfinalflow")
        self.assertEqual("".join(glyph for _, glyph, *_ in joined.glyphs), "ﬁtﬁnalﬂow")
        for line in (plain, joined):
            self.assertEqual(len(line.centres), len(line.text))
            self.assertEqual(line.centres, sorted(line.centres))
        apart = [face.glyph("f").ink.shape[1] + face.glyph("i").ink.shape[1], face.glyph("fi").ink.shape[1]]
        self.assertLess(abs(apart[0] - apart[1]), 0.35 * fonts.EM, "the face joins f and i by itself")

    def test_lines_are_in_six_languages_and_in_the_alphabet(self) -> None:
        r = random.Random(8)
        codes = Counter(languages.choose(r).code for _ in range(3000))
        self.assertEqual(set(codes), set(languages.BY_CODE))
        self.assertTrue(0.55 < codes["en"] / 3000 < 0.65)
        for kind, (_, pieces) in writing.KINDS.items():
            for language in languages.LANGUAGES:
                for piece, _ in zip(pieces(r, language), range(40)):
                    self.assertLessEqual(set(piece), set(alphabet.CHARACTERS) - {"\n"}, (kind, piece))

    def test_held_out_families_are_not_trained_on(self) -> None:
        seen = {face.path for family in fonts.families("seen").values() for face in family}
        held_out = {face.path for family in fonts.families("held-out").values() for face in family}
        self.assertFalse(seen & held_out)

    def test_there_are_sixty_families_and_ten_more_held_out(self) -> None:
        """Families by the names in their files, so that no cut of a family is seen and another held out."""
        seen, held_out = (
            {ImageFont.truetype(face.path).getname()[0] for faces in fonts.families(split).values() for face in faces}
            for split in ("seen", "held-out")
        )
        self.assertFalse(seen & held_out)
        self.assertGreaterEqual(len(fonts.families("seen")), 60)
        self.assertEqual(len(fonts.families("held-out")), 10)

    def test_a_character_drawn_as_another_does_not_count(self) -> None:
        listed = [face for family in fonts.families("seen").values() for face in family]
        typewriter = next(face for face in listed if face.path.endswith("NimbusMonoPS-Bold.otf"))
        self.assertEqual(typewriter.glyph("-").ink.tobytes(), typewriter.glyph("–").ink.tobytes())
        self.assertTrue(typewriter.draws("-"))
        self.assertFalse(typewriter.draws("–"))

    def test_faces_draw_what_they_claim(self) -> None:
        for split in ("seen", "held-out"):
            for family in fonts.families(split).values():
                face = family[0]
                self.assertGreaterEqual(sum(c in face.advances for c in alphabet.CHARACTERS[:95]), 88, face.path)
                letters = "abdeghnqrtABDEGHNQRT0123456789"
                drawn = {(face.glyph(c).ink.tobytes(), face.glyph(c).top) for c in letters if c in face.advances}
                self.assertEqual(len(drawn), len(letters), f"{face.path} lacks letters or draws two alike")


class Questions(unittest.TestCase):
    def test_no_decoy_is_a_label_of_its_field(self) -> None:
        by_name = {field.name: field for field in fields.FIELDS}
        for name, decoys in fields.DECOYS.items():
            printed = {label.lower() for label in by_name[name].labels}
            for decoy in decoys:
                self.assertFalse(printed & {label.lower() for label in decoy.labels}, name)

    def test_every_field_has_labels_in_several_languages_and_a_decoy_where_it_shares_words(self) -> None:
        for field in fields.FIELDS:
            self.assertGreaterEqual(len(field.labels), 5, field.name)
            self.assertTrue(all(set(label) <= set(alphabet.CHARACTERS) for label in field.labels), field.name)
            self.assertIn(field.name, fields.DECOYS)

    def test_answers_stand_in_the_window_and_absent_ones_do_not_follow_their_label(self) -> None:
        absent = 0
        for number in range(4000):
            asked, window, answer = fields.lines(random.Random(f"window/{number}"))
            if answer:
                self.assertTrue(any(line.endswith(answer) for line in window), (asked.name, window, answer))
                self.assertTrue(any(window[0].casefold().startswith(label.casefold()) for label in asked.labels))
                continue
            absent += 1
            # A label of the field that stands alone is followed by no value: by nothing, or by other labels.
            first = window[0].casefold()
            for label in asked.labels:
                name, colon, rest = first.partition(":")
                if colon and name.strip() == label.casefold():
                    self.assertFalse(rest.strip(" ._"), (asked.name, window))
                if first == label.casefold():
                    for line in window[1:]:
                        self.assertTrue(_is_labelled(asked, line), (asked.name, window))
        self.assertTrue(0.4 < absent / 4000 < 0.5, absent)

    def test_decoys_are_asked_about(self) -> None:
        met: set[str] = set()
        for number in range(6000):
            asked, window, answer = fields.lines(random.Random(f"decoy/{number}"))
            labels = {label.lower() for decoy in fields.DECOYS.get(asked.name, []) for label in decoy.labels}
            if not answer and any(window[0].lower().startswith(label) for label in labels):
                met.add(asked.name)
        self.assertGreater(len(met), 0.9 * len(fields.FIELDS))


def _is_labelled(asked: fields.Field, line: str) -> bool:
    """Whether a line begins with a label of another field."""
    others = [f for f in (*fields.FIELDS, *(d for row in fields.DECOYS.values() for d in row)) if f.name != asked.name]
    known = any(line.casefold().startswith(label.casefold()) for other in others for label in other.labels)
    return known or asked not in fields.FIELDS  # what is near an invented field has an invented label


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.pages = [cuts.page(random.Random(f"document/{number}")) for number in range(40)]

    def test_same_seed_same_document(self) -> None:
        one, two = (layouts.draw(random.Random("document/3")) for _ in range(2))
        self.assertEqual(layouts.described(one), layouts.described(two))
        self.assertEqual(one.ink().tobytes(), two.ink().tobytes())
        self.assertEqual(layouts.described(self.pages[3].document), layouts.described(one))

    def test_every_kind_of_document_is_laid_out(self) -> None:
        kinds = Counter(layouts.draw(random.Random(f"kind/{number}")).kind for number in range(120))
        self.assertEqual(set(kinds), set(layouts.KINDS))

    def test_lines_stand_on_the_page_and_not_on_each_other(self) -> None:
        for page in self.pages:
            boxes = [line.box for line in page.document.lines]
            for x0, y0, x1, y1 in boxes:
                self.assertTrue(0 <= x0 < x1 <= page.document.size[0] and 0 <= y0 < y1 <= page.document.size[1])
            for number, (x0, y0, x1, y1) in enumerate(boxes):
                for other in boxes[:number]:
                    across = min(x1, other[2]) - max(x0, other[0])
                    down = min(y1, other[3]) - max(y0, other[1])
                    self.assertFalse(across > 0 and down > 0.5 * (y1 - y0), page.document.lines[number].text)

    def test_fields_are_said_where_the_document_says(self) -> None:
        said = [(page.document, said) for page in self.pages for said in page.document.said]
        self.assertGreater(len(said), 100)
        for document, one in said:
            label, value = document.lines[one.label].text, document.lines[one.place].text
            self.assertTrue(any(label.casefold().startswith(known.casefold()) for known in one.field.labels), label)
            self.assertTrue(value.endswith(one.value), value)
        for page in self.pages:
            asked = [said.field for said in page.document.said]
            for number, one in enumerate(asked):
                self.assertFalse(any(fields.alike(one, other) for other in asked[:number]), one.name)

    def test_nearly_every_line_is_cut_into_tiles_that_spell_it(self) -> None:
        lines = whole = 0
        for page in self.pages:
            for number, line in enumerate(page.document.lines):
                tiles = [page.cuts[place].tile for place in page.of(number)]
                lines += 1
                whole += " ".join(tile.text for tile in tiles) == line.text
                for tile in tiles:
                    spelled = alphabet.text_of_classes(tile.patches.flatten().tolist())
                    if not (tile.patches != 0).all(axis=1).any():
                        self.assertEqual(spelled, tile.text.replace(" ", ""))
        self.assertGreater(whole / lines, 0.9, f"{whole} of {lines}")

    def test_ink_of_a_cut_tile_stands_where_its_labels_say(self) -> None:
        right = tiles = 0
        for page in self.pages:
            for cut in page.cuts:
                if cut.tile.quality == "heavy" or "shaded" in cut.tile.marks or len(cut.tile.text) < 3:
                    continue
                light = cut.tile.pixels[6:22, :, 1].astype(int).reshape(16, -1, render.PATCH)
                inked = np.flatnonzero((np.median(light) - light).max(axis=(0, 2)) > 60)
                named = np.flatnonzero((cut.tile.patches != 0).any(axis=1))
                if len(inked) == 0:
                    continue
                tiles += 1
                right += abs(inked[0] - named[0]) <= 1 and abs(inked[-1] - named[-1]) <= 1
        self.assertGreater(tiles, 300)
        self.assertGreater(right / tiles, 0.9, f"{right} of {tiles}")

    def test_a_point_turns_with_the_page(self) -> None:
        page = Image.new("L", (300, 200))
        page.paste(255, (248, 58, 253, 63))
        turned = np.argwhere(np.asarray(page.rotate(4, Image.Resampling.BICUBIC)) > 127).mean(axis=0)
        x, y = cuts._turned(250.5, 60.5, page.size, 4)
        self.assertLess(abs(turned[1] + 0.5 - x) + abs(turned[0] + 0.5 - y), 0.6)

    def test_questions_are_answered_by_their_tiles(self) -> None:
        answers = Counter()
        for number, page in enumerate(self.pages):
            r = random.Random(f"asked/{number}")
            for _ in range(12):
                if example := cuts.field_question(r, page):
                    words = [tile.text for tile in example.tiles]
                    answers["field" if example.answer else "no field"] += 1
                    self.assertLessEqual(len(words), 3)
                    self.assertTrue(any(line.endswith(example.answer) for line in words), (words, example.answer))
                if example := cuts.object_question(r, page):
                    words = [tile.text for tile in example.tiles]
                    for name, value in json.loads(example.answer).items():
                        answers["null" if value is None else "value"] += 1
                        self.assertTrue(value is None or any(value in line for line in words), (name, words))
                if example := cuts.tile_question(r, page):
                    answers["tile" if example.answer else "no tile"] += 1
                    self.assertLessEqual(int(example.answer or 1), len(example.tiles))
        for kind in ("field", "no field", "null", "value", "tile", "no tile"):
            self.assertGreater(answers[kind], 20, answers)

    def test_batches_of_documents_are_counted(self) -> None:
        for shares in (Shares(documents=1), Shares(1, documents=1), Shares(0, 1, documents=1), Shares(0, 0, 1, documents=1)):
            one, two = (next(iter(Batches(seed=3, first=5, size=8, shares=shares))) for _ in range(2))
            self.assertEqual(one.lines, two.lines)
            self.assertTrue(torch.equal(one.ids, two.ids))


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
            recipe.Stage("asking", 16, Weights(glyph=0.3, aligned=0.1, ctc=0.2, lm=1.0), shares=Shares(fields=0.5)),
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


    def test_a_run_begins_with_exported_weights(self) -> None:
        cpu = torch.device("cpu")
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(train, "Shape", lambda: TINY):
            model = Reader(TINY)
            export.write(model, Path(folder) / "reader")
            run = train.Run(Path(folder) / "run", 1, 8, cpu)
            run.start(Path(folder) / "reader", recipe.STAGES[3].name, 70)
            self.assertEqual((run.stage, run.next_batch, run.done_in_stage), (3, 70, 0))
            for (name, a), b in zip(model.state_dict().items(), run.model.state_dict().values(), strict=True):
                torch.testing.assert_close(a.half().float(), b, msg=name)
            with self.assertRaises(SystemExit):
                train.Run(Path(folder) / "other", 1, 8, cpu).start(Path(folder) / "reader", "no stage", 70)
            with self.assertRaises(SystemExit):
                train.Run(Path(folder) / "run", 1, 8, cpu).start(Path(folder) / "reader", "asking", 70)


class Optimiser(unittest.TestCase):
    def test_muon_steps_as_torch_does(self) -> None:
        torch.manual_seed(0)
        shapes = [(24, 8), (8, 24), (8, 24), (16, 16)]
        weights = [torch.randn(shape) for shape in shapes]
        ours, theirs = ([torch.nn.Parameter(w.clone()) for w in weights] for _ in range(2))
        muons = [
            Muon(ours, momentum=0.95, weight_decay=0.02, precision=torch.bfloat16),
            torch.optim.Muon(theirs, lr=1.0, weight_decay=0.02, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
        ]
        for step in range(3):
            for group in (*muons[0].param_groups, *muons[1].param_groups):
                group["lr"] = 0.1 / (step + 1)
            for a, b in zip(ours, theirs, strict=True):
                a.grad = torch.randn(a.shape)
                b.grad = a.grad.clone()
            for muon in muons:
                muon.step()
        for a, b in zip(ours, theirs, strict=True):
            # bfloat16 has eight bits, and products of a stack are added up in another order.
            torch.testing.assert_close(a, b, atol=0.02, rtol=0.05)

    def test_directions_are_nearly_orthogonal(self) -> None:
        torch.manual_seed(0)
        for shape in ((3, 24, 8), (2, 8, 24), (1, 16, 16)):
            values = torch.linalg.svdvals(orthogonalised(torch.randn(shape), torch.float32))
            self.assertTrue(bool(((values > 0.4) & (values < 1.3)).all()), values)


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
