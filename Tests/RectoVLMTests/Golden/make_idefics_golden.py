#!/usr/bin/env python3
"""Makes the tiny random Idefics checkpoints of Golden/models, Golden/idefics-views.json and Golden/idefics-prompts.json.

usage: make_idefics_golden.py            (in a virtual environment with requirements.txt installed)

The oracle is transformers 5.23.0 with the Pillow image processor, float32, eager attention, and the prompts and image masks of
its IdeficsProcessor. The checkpoints look like those of make_model_golden.py (see there); `vision_output.N` are the tower's
states after its last block, without the last norm, the class token first; `image_features.N` is what the decoder looks at.
`greedy` comes from a loop without a cache, and `generate` must say the same.

The gates (alphas) are drawn away from zero, as they are in a trained network: otherwise images would change nothing, and here
another image must move the logits.

idefics-views.json lists digests of what the image processor makes of synthetic images (see make_llava_golden.py);
idefics-prompts.json lists what the processor makes of lists of texts and images.
"""
import json
import os

import torch
from PIL import Image
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, processors
from transformers import IdeficsConfig, IdeficsForVisionText2Text, IdeficsProcessor, PreTrainedTokenizerFast
from transformers.models.idefics.image_processing_pil_idefics import IdeficsImageProcessorPil

from make_idefics3_golden import edit, empty_folder
from make_llava_golden import characters, digest
from make_model_golden import END, FAKE, HERE, IMAGE, greedy, randomize, round_weights, synth, write

QUESTIONS = ["What is it?", "Which one is wide?", "and", "Two cats."]


def make_tokenizer(added):
    """A BPE of the Llama kind, as small as the prompts here allow; images' tokens follow the vocabulary."""
    vocabulary = {"<unk>": 0, "<s>": 1, "</s>": 2, "<0x0A>": 3}
    for piece in ["▁"] + characters("User: Assistant:", *QUESTIONS):
        vocabulary[piece] = len(vocabulary)
    merges = [("t", "h"), ("th", "e"), ("▁", "the"), ("i", "n"), ("▁", "in"), ("e", "r")]
    for left, right in merges:
        vocabulary[left + right] = len(vocabulary)
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens(
        [AddedToken(t, normalized=False, special=True) for t in ("<unk>", "<s>", "</s>", *added)]
    )
    return tokenizer, len(vocabulary)


def wrapped(tokenizer):
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<unk>",
                                   unk_token="<unk>")


def items(prompt, pictures):
    """The list of texts and images that the processor takes."""
    parts = []
    for index, text in enumerate(prompt.split(IMAGE)):
        parts += [text] if text else []
        parts += [pictures[index]] if index < len(pictures) else []
    return parts


def open_gates(model, seed):
    generator = torch.Generator().manual_seed(seed + 500)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "alpha_" in name:
                sign = torch.randint(0, 2, parameter.shape, generator=generator) * 2 - 1
                parameter.copy_(sign * (0.4 + torch.rand(parameter.shape, generator=generator)))


def idefics(name, *, seed, added, vision, text, images, prompt, perceiver=None, additional=True, dtype=torch.float32,
            scale=1.6, keep_pixels=True, drop_keys=(), tokenizer_config=None, processor_config=False):
    folder = empty_folder(name)
    tokenizer, base = make_tokenizer(added)
    count = tokenizer.get_vocab_size()
    config = IdeficsConfig(vocab_size=base if additional else count, additional_vocab_size=count - base if additional else 0,
                           vision_config=vision, perceiver_config=perceiver or {}, use_resampler=perceiver is not None,
                           attn_implementation="eager", **text)
    model = IdeficsForVisionText2Text(config).eval()
    randomize(model, seed, scale)
    open_gates(model, seed)
    model.tie_weights()
    round_weights(model, dtype)

    image_processor = IdeficsImageProcessorPil(image_size=vision["image_size"])
    processor = IdeficsProcessor(image_processor, wrapped(tokenizer))
    pictures = [Image.fromarray(synth(*image)) for image in images]
    batch = processor(text=items(prompt, pictures))
    ids, pixels, mask = batch["input_ids"][0].tolist(), batch["pixel_values"], batch["image_attention_mask"]

    def scores(ids, pixels=pixels):
        more = mask[:, -1:].expand(-1, len(ids) - mask.shape[1], -1)
        return model(input_ids=torch.tensor([ids]), pixel_values=pixels, image_attention_mask=torch.cat([mask, more], 1)).logits[0]

    golden = {}
    with torch.no_grad():
        states = model.model.vision_model(pixel_values=pixels[0]).last_hidden_state
        features = model.model.perceiver_resampler(states) if perceiver is not None else states
        for view in range(len(images)):
            golden[f"image_features.{view}"] = features[view].clone()
            if keep_pixels and view == len(images) - 1:
                golden[f"pixel_values.{view}"] = pixels[0, view].clone()
            if view == 0:
                golden[f"vision_output.{view}"] = states[view].clone()
        logits = scores(ids)
        for view in range(len(images)):
            other = pixels.clone()
            other[0, view] = other[0, view].flip(-1)
            change = (scores(ids, other) - logits).abs().amax(-1)
            sees = mask[0, :, view] > 0
            assert change[sees].min() > 1e-3 and not change[: int(sees.nonzero()[0])].any(), change
        forbidden = [tokenizer.token_to_id(token) for token in (FAKE, IMAGE)]
        tokens, margin = greedy(scores, ids, 64, forbidden)
        found = model.generate(**{key: batch[key] for key in ("input_ids", "attention_mask")}, pixel_values=pixels,
                               image_attention_mask=mask, max_new_tokens=64, do_sample=False,
                               bad_words_ids=[[token] for token in forbidden])[0, len(ids):].tolist()
    assert 2 not in tokens, "choose a seed that does not end early"
    assert found == tokens, (name, found, tokens)
    golden |= {"logits": logits, "input_ids": torch.tensor(ids), "greedy": torch.tensor(tokens)}
    facts = {"prompt": prompt, "images": images, "split": False, "greedy_margin": margin}
    settings = json.loads(image_processor.to_json_string())
    files = {"generation_config.json": {"eos_token_id": 2, "bad_words_ids": [[token] for token in forbidden]}}
    if processor_config:
        files["processor_config.json"] = {"image_processor": settings, "processor_class": "IdeficsProcessor"}
    else:
        # As the published checkpoints have it.
        files["preprocessor_config.json"] = {
            key: settings[key] for key in ("image_mean", "image_std", "image_size", "image_num_channels", "image_processor_type")}
    if tokenizer_config:
        files["tokenizer_config.json"] = tokenizer_config
    write(folder, model, tokenizer, golden, facts, dtype, "50GB", files)
    edit(folder, "config.json", lambda content: [content.pop(key, None) for key in drop_keys])
    again = IdeficsForVisionText2Text.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        model.float()
        again = again(input_ids=torch.tensor([ids]), pixel_values=pixels, image_attention_mask=mask).logits[0]
    assert torch.allclose(again, logits, atol=1e-4), (name, (again - logits).abs().max())


def make_models():
    vision = {"embed_dim": 12, "intermediate_size": 20, "num_hidden_layers": 2, "num_attention_heads": 3, "patch_size": 7,
              "image_size": 21}
    text = {"hidden_size": 20, "intermediate_size": 24, "num_hidden_layers": 4, "num_attention_heads": 5,
            "max_position_embeddings": 256, "cross_layer_interval": 2}
    perceiver = {"resampler_n_latents": 5, "resampler_depth": 2, "resampler_n_heads": 3, "resampler_head_dim": 6}
    names = {"bos_token": "<s>", "eos_token": {"__type": "AddedToken", "content": "</s>", "special": True},
             "additional_special_tokens": [FAKE, IMAGE, END]}

    idefics("idefics-resampler", seed=54, added=[FAKE, IMAGE], vision=vision, text={**text, "qk_layer_norms": True},
            perceiver={**perceiver, "qk_layer_norms_perceiver": True}, images=[(40, 57, 1), (30, 22, 2)],
            prompt=f"User:{IMAGE} {QUESTIONS[0]} {IMAGE}{QUESTIONS[1]}\nAssistant:",
            drop_keys=("rope_parameters", "alpha_type"))
    idefics("idefics-vector-gates", seed=102, added=[END, IMAGE, FAKE], additional=False, dtype=torch.float16,
            vision={**vision, "image_size": 17, "patch_size": 5, "num_attention_heads": 2, "hidden_act": "quick_gelu"},
            text={**text, "num_hidden_layers": 3, "cross_layer_interval": 3, "alpha_type": "vector",
                  "alpha_initializer": "ones"},
            images=[(33, 40, 3), (21, 90, 4), (17, 17, 5)], tokenizer_config=names, keep_pixels=False,
            prompt=f"{QUESTIONS[2]} {IMAGE} {IMAGE} {QUESTIONS[1]}</s>{QUESTIONS[2]} {IMAGE}")
    idefics("idefics-one-image", seed=39, added=[FAKE, IMAGE, END], dtype=torch.bfloat16, vision={**vision, "patch_size": 10},
            text={**text, "num_hidden_layers": 3, "cross_layer_interval": 1, "num_attention_heads": 2,
                  "alpha_type": "vector", "alpha_initializer": "ones", "qk_layer_norms": True, "tie_word_embeddings": True,
                  "rope_parameters": {"rope_type": "default", "rope_theta": 500.0}},
            perceiver={**perceiver, "resampler_depth": 1, "resampler_head_dim": 5}, images=[(50, 31, 7)],
            tokenizer_config=names, processor_config=True, prompt=f"{QUESTIONS[3]} {IMAGE}\n{QUESTIONS[2]} </s> {QUESTIONS[0]}")
    idefics("idefics-no-image", seed=52, added=[FAKE, IMAGE], dtype=torch.float16, vision=vision,
            text={**text, "num_hidden_layers": 3, "cross_layer_interval": 3}, images=[],
            prompt=f"User: {QUESTIONS[1]}\nAssistant:")


def check_that_layers_must_divide():
    """Four layers, a block before every third: transformers makes one block and looks for two."""
    config = IdeficsConfig(vocab_size=9, hidden_size=4, intermediate_size=4, num_hidden_layers=4, num_attention_heads=1,
                           cross_layer_interval=3, attn_implementation="eager",
                           vision_config={"embed_dim": 4, "intermediate_size": 4, "num_hidden_layers": 1, "patch_size": 2,
                                          "num_attention_heads": 1, "image_size": 4})
    model = IdeficsForVisionText2Text(config).eval()
    try:
        model(input_ids=torch.tensor([[1, 2]]), pixel_values=torch.zeros(1, 1, 3, 4, 4),
              image_attention_mask=torch.zeros(1, 2, 1))
    except IndexError:
        return
    raise AssertionError("transformers runs what Recto refuses")


def make_views():
    pages = [(1200, 900, 1), (400, 600, 2), (777, 1203, 5), (2339, 1654, 9), (2000, 300, 4), (300, 2000, 6), (40, 60, 3),
             (1, 1, 7), (224, 224, 8), (3, 700, 9), (700, 3, 10)]
    variants = [
        ({}, pages), ({"image_size": 30}, pages[1:4]), ({"size": {"height": 33, "width": 33}}, pages[1:3]),
        ({"image_size": 20, "size": {"height": 9, "width": 9}}, pages[1:2]),
        ({"image_size": 30, "image_mean": [0.5] * 3, "image_std": [0.25] * 3}, pages[:1]),
        ({"image_size": 28, "resample": 1, "do_normalize": False}, pages[:1]), ({"image_size": 28, "do_rescale": False}, pages[:1]),
    ]
    cases = []
    for settings, images in variants:
        processor = IdeficsImageProcessorPil(**settings)
        for image in images:
            values = processor([Image.fromarray(synth(*image))], return_tensors="pt")[0]
            cases.append({"settings": {**settings, "image_processor_type": "IdeficsImageProcessor"}, "image": image,
                          "size": list(values.shape[1:]), "digest": digest(values.float())})
    with open(os.path.join(HERE, "idefics-views.json"), "w") as file:
        file.write(json.dumps(cases).replace('{"settings"', '\n{"settings"') + "\n")
    print(f"{len(cases)} views, {os.path.getsize(file.name) // 1024} KiB")


def make_prompts():
    """Lists of texts and images; a picture is written as its height and width. What the model cards show as dialogues is
    written here as they write it, with the tokens that end utterances in the texts."""
    a4, receipt, stamp, banner = [877, 620], [400, 150], [40, 60], [30, 200]
    lists = [
        ["No image at all. é"], ["", "  two texts ", " and another"], [a4], [a4, "What is the total?"],
        ["User:", receipt, "Sum of 12.50 and 3?\nAssistant:"], [" User: ", stamp, " what  is it? "], [a4, receipt, "Which is newer?"],
        ["1.", a4, "2.", receipt, "\n\n"], [a4, stamp, banner, "Compare."], ["User: ", banner, stamp, " and ", "\n", stamp, "?"],
        ["a</s>b", a4, "c", "</s>", "d"], [a4, "x", "y", "z"],
    ]
    # What a chat writes: with the token that ends utterances, and without.
    talks = [["What is the total?"], [a4, "And who is that?"], ["What is in this image?", a4], [a4, receipt, "Which is newer?"],
             [a4, " and ", receipt, "\nCompare."], [a4, stamp, banner, "?"]]
    cases = []
    for name, added in (("mistral-idefics2", []), ("small/metaspace-first", [FAKE, IMAGE, END])):
        tokenizer = Tokenizer.from_file(os.path.join(HERE, "tokenizers", name, "tokenizer.json"))
        tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in added])
        processor = IdeficsProcessor(IdeficsImageProcessorPil(), wrapped(tokenizer))

        def ids(parts, ends):
            parts = [Image.fromarray(synth(*part, 1)) if isinstance(part, list) else part for part in parts]
            batch = processor(text=parts, add_end_of_utterance_token=ends)
            seen = batch["image_attention_mask"][0].long()
            sees = [int(row.argmax()) if row.any() else -1 for row in seen]
            return {"ids": batch["input_ids"][0].tolist(), "sees": sees}

        for parts in lists:
            for ends in (False, True):
                cases.append({"tokenizer": name, "parts": parts, "template": "raw", "ends": ends, **ids(parts, ends)})
        for parts in talks:
            for ends in (False, True):
                opening = "User:" if isinstance(parts[0], list) else "User: "
                written = [opening, *parts, (END if ends else "") + "\nAssistant:"]
                # Texts that follow each other are one text here.
                joined = [written[0]]
                for part in written[1:]:
                    if isinstance(part, str) and isinstance(joined[-1], str):
                        joined[-1] += part
                    else:
                        joined.append(part)
                cases.append({"tokenizer": name, "parts": parts, "template": "chat", "ends": ends, **ids(joined, False)})
    with open(os.path.join(HERE, "idefics-prompts.json"), "w") as file:
        file.write(json.dumps({"added": [FAKE, IMAGE, END], "cases": cases}, ensure_ascii=False)
                   .replace('{"tokenizer"', '\n{"tokenizer"') + "\n")
    print(f"{len(cases)} prompts, {os.path.getsize(file.name) // 1024} KiB")


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    check_that_layers_must_divide()
    make_models()
    make_views()
    make_prompts()
