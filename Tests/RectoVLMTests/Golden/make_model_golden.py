#!/usr/bin/env python3
"""Makes the tiny random checkpoints of Tests/RectoVLMTests/Golden/models and what transformers computes with them.

usage: make_model_golden.py            (in a virtual environment with requirements.txt installed)

The oracle is transformers 5.23.0 with the Pillow image processor (the torchvision one is not bit-exact), float32, eager
attention, and prompts expanded here by the rule of transformers 4.x, which is what the released models were trained on.
Each folder holds a checkpoint in the Hugging Face layout and `golden.safetensors`:

    pixel_values.N    (3, h, w)           one view, without padding; only where the file stays small
    vision_output.N   (patches, hidden)   last hidden state of the vision tower, likewise
    image_features.N  (latents, hidden)   what replaces the <image> embeddings
    logits            (positions, vocabulary)
    input_ids         (positions)
    glyph_scores.N    (patches, slots * classes)   of the glyph head on the vision output, where there is such a head
    greedy            (64)                tokens that follow, bad words forbidden; the seeds are such that none ends it

and `golden.json`: the prompt, the images (height, width, seed of `synth`), whether they are split, and `greedy_margin`,
the smallest distance between the best two logits on the way.
"""
import json
import os
import shutil

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, processors
from transformers import (
    Idefics2Config,
    Idefics2ForConditionalGeneration,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
)
from transformers.models.idefics2.image_processing_pil_idefics2 import Idefics2ImageProcessorPil

HERE = os.path.dirname(os.path.abspath(__file__))
FAKE, IMAGE, END = "<fake_token_around_image>", "<image>", "<end_of_utterance>"


def synth(height, width, seed):
    """The synthetic image of the model notes: integer arithmetic only."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    red = (7 * x + 13 * y + 31 * seed + x * y // 97) % 256
    green = (x * x // 211 + 5 * y + seed) % 256
    blue = np.where((x // 9 + y // 23 + seed) % 3 == 0, 15, 240)
    return np.stack([red, green, blue], -1).astype(np.uint8)


def make_tokenizer():
    """A byte-fallback BPE of the Mistral kind with a small vocabulary and a few merges."""
    vocabulary = {"<unk>": 0, "<s>": 1, "</s>": 2}
    for byte in range(256):
        vocabulary[f"<0x{byte:02X}>"] = len(vocabulary)
    for piece in ["▁"] + [chr(c) for c in range(33, 127)] + ["ä", "é", "€"]:
        vocabulary[piece] = len(vocabulary)
    merges = [("t", "h"), ("th", "e"), ("▁", "the"), ("i", "n"), ("▁", "in"), ("e", "r"), ("▁", "a"), ("o", "n")]
    for left, right in merges:
        vocabulary[left + right] = len(vocabulary)
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens(
        [AddedToken(t, normalized=False, special=True) for t in ("<unk>", "<s>", "</s>", FAKE, IMAGE, END)]
    )
    return tokenizer


def expand(prompt, view_counts, latents):
    """Expands each <image>: F I×n F, per view, adjacent fake tokens collapsed."""
    parts = prompt.split(IMAGE)
    text = parts[0]
    for count, tail in zip(view_counts, parts[1:], strict=True):
        text += (FAKE + IMAGE * latents + FAKE) * count + tail
    return text.replace(FAKE + FAKE, FAKE)


def randomize(model, seed, scale):
    """Weights wide enough that the best logit is not close to the second best."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 1 and name.endswith("weight"):
                parameter.copy_(1 + 0.2 * torch.randn(parameter.shape, generator=generator))
            else:
                fan_in = parameter[0].numel() if parameter.dim() > 1 else 1
                spread = scale / fan_in**0.5 if parameter.dim() > 1 else 0.1
                if "embed" in name or "latents" in name:
                    spread = 0.7
                parameter.copy_(spread * torch.randn(parameter.shape, generator=generator))


def round_weights(model, dtype):
    """Rounds parameters to what the file will hold; buffers stay, since a loaded model computes its rotary ones anew."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.to(dtype).float())


def greedy(step, ids, count, forbidden=()):
    """Greedy decoding without a cache: slow, and nothing in it can go wrong."""
    ids, margin = list(ids), float("inf")
    out = []
    for _ in range(count):
        scores = step(ids)[-1]
        scores[list(forbidden)] = -float("inf")
        best = torch.topk(scores, 2)
        margin = min(margin, float(best.values[0] - best.values[1]))
        out.append(int(best.indices[0]))
        ids.append(out[-1])
    return out, margin


def write(folder, model, tokenizer, golden, facts, dtype, shard_size, extra_files):
    model.to(dtype).save_pretrained(folder, max_shard_size=shard_size)
    config_path = os.path.join(folder, "config.json")
    with open(config_path) as file:
        config = json.load(file)
    for key in ("transformers_version", "_name_or_path"):
        config.pop(key, None)
    with open(config_path, "w") as file:
        json.dump(config, file, indent=1, sort_keys=True)
    if tokenizer is not None:
        tokenizer.save(os.path.join(folder, "tokenizer.json"))
    for name, content in extra_files.items():
        with open(os.path.join(folder, name), "w") as file:
            json.dump(content, file, indent=1)
    save_file({k: v.contiguous() for k, v in golden.items()}, os.path.join(folder, "golden.safetensors"))
    with open(os.path.join(folder, "golden.json"), "w") as file:
        json.dump(facts, file, indent=1, ensure_ascii=False)
    size = sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder))
    print(f"{os.path.basename(folder):28} {size // 1024:5} KiB  positions {golden['input_ids'].numel():4} "
          f"margin {facts['greedy_margin']:.4f} distinct {len(set(golden['greedy'].tolist()))}")


def make_glyph_head(hidden, sizes, seed):
    """A linear head as `training/model.py` has it, wide enough that some slots name a character and some nothing."""
    head = torch.nn.Linear(hidden, sizes["slots"] * sizes["classes"])
    generator = torch.Generator().manual_seed(seed + 1000)
    with torch.no_grad():
        head.weight.copy_(1.6 / hidden**0.5 * torch.randn(head.weight.shape, generator=generator))
        head.bias.copy_(0.1 * torch.randn(head.bias.shape, generator=generator))
        head.bias[:: sizes["classes"]] += 5
    return head


def add_glyph_head(folder, head, sizes):
    """Puts the head beside the network's tensors, which transformers leaves out when it writes them, and declares it."""
    path = os.path.join(folder, "model.safetensors")
    tensors = {f"recto.glyph_head.{name}": value.detach().contiguous() for name, value in head.named_parameters()}
    save_file(load_file(path) | tensors, path, metadata={"format": "pt"})
    declaration = {
        "name": os.path.basename(folder), "glyph_head": sizes, "prompts": {"transcribe": "Read.", "field": "{field}?"},
        "splitting": {"strategy": "lines", "tile_height": 28, "tile_width": [28, 98], "text_height": 23,
                      "characters_per_tile": 10, "images_per_prompt": 3},
    }
    with open(os.path.join(folder, "recto.json"), "w") as file:
        json.dump(declaration, file, indent=1)


def idefics2(name, *, seed, vision, perceiver, text, images, prompt, split, dtype=torch.float32, tie=False,
             shard_size="50GB", processor=None, generation=None, keep_pixels=True, scale=1.6, strip_head_dim=False,
             glyph_head=None):
    folder = os.path.join(HERE, "models", name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    tokenizer = make_tokenizer()
    image_id = tokenizer.token_to_id(IMAGE)
    text = {"model_type": "mistral", "vocab_size": tokenizer.get_vocab_size(), "pad_token_id": 0, **text}
    config = Idefics2Config(vision_config=dict(vision), perceiver_config=dict(perceiver), text_config=text,
                            image_token_id=image_id, tie_word_embeddings=tie, attn_implementation="eager")
    model = Idefics2ForConditionalGeneration(config).eval()
    randomize(model, seed, scale)
    model.tie_weights()
    round_weights(model, dtype)

    settings = {"do_convert_rgb": True, "do_resize": True, "do_rescale": True, "do_normalize": True, "do_pad": True,
                "do_image_splitting": split, "resample": 2, "rescale_factor": 0.00392156862745098,
                "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "size": {"shortest_edge": 28, "longest_edge": 98},
                **(processor or {})}
    image_processor = Idefics2ImageProcessorPil(**settings)
    pictures = [Image.fromarray(synth(*image)) for image in images]
    batch = image_processor([pictures], return_tensors="pt")
    pixels, mask = batch["pixel_values"], batch["pixel_attention_mask"]
    views_per_image = 5 if split else 1
    latents = config.perceiver_config.resampler_n_latents
    expanded = expand(prompt, [views_per_image] * len(images), latents)
    ids = tokenizer.encode(expanded).ids
    assert ids.count(image_id) == latents * pixels.shape[1], (ids.count(image_id), pixels.shape)

    patch = config.vision_config.patch_size
    golden = {}
    head = glyph_head and make_glyph_head(config.vision_config.hidden_size, glyph_head, seed)
    with torch.no_grad():
        tower = model.model.get_image_features(pixel_values=pixels, pixel_attention_mask=mask)
        features = tower.pooler_output
        features = torch.cat(list(features)).view(-1, latents, features[0].shape[-1])
        for view in range(pixels.shape[1]):
            height, width = int(mask[0, view, :, 0].sum()), int(mask[0, view, 0, :].sum())
            golden[f"image_features.{view}"] = features[view].clone()
            if keep_pixels:
                golden[f"pixel_values.{view}"] = pixels[0, view, :, :height, :width].clone()
                grid = tower.last_hidden_state[view].view(pixels.shape[3] // patch, pixels.shape[4] // patch, -1)
                golden[f"vision_output.{view}"] = grid[: height // patch, : width // patch].reshape(
                    -1, grid.shape[-1]).clone()
                if head:
                    golden[f"glyph_scores.{view}"] = head(golden[f"vision_output.{view}"])

        embedding = model.get_input_embeddings()

        def step(sequence):
            """Logits of a whole sequence; pixels are merged by hand so that the tower runs once."""
            tokens = torch.tensor([sequence])
            inputs = embedding(tokens)
            where = torch.zeros_like(tokens, dtype=torch.bool)
            where[0, : len(ids)] = torch.tensor(ids) == image_id
            inputs[where] = features.reshape(-1, features.shape[-1])
            hidden = model.model.text_model(inputs_embeds=inputs, use_cache=False).last_hidden_state
            return model.lm_head(hidden)[0]

        logits = step(ids)
        whole = model(input_ids=torch.tensor([ids]), pixel_values=pixels, pixel_attention_mask=mask).logits[0]
        assert torch.allclose(logits, whole, atol=1e-5), (logits - whole).abs().max()
        tokens, margin = greedy(step, ids, 64, forbidden=(image_id, tokenizer.token_to_id(FAKE)))
        assert not {2, tokenizer.token_to_id(END)} & set(tokens), "choose a seed that does not end early"
    golden |= {"logits": logits, "input_ids": torch.tensor(ids), "greedy": torch.tensor(tokens)}
    generation = generation or {"bos_token_id": 1, "eos_token_id": [2, tokenizer.token_to_id(END)], "pad_token_id": 0,
                                "bad_words_ids": [[tokenizer.token_to_id(FAKE)], [image_id]]}
    facts = {"prompt": prompt, "images": images, "split": split, "greedy_margin": margin}
    write(folder, model, tokenizer, golden, facts, dtype, shard_size,
          {"preprocessor_config.json": settings, "generation_config.json": generation})
    if head:
        add_glyph_head(folder, head, glyph_head)
    if strip_head_dim:
        path = os.path.join(folder, "config.json")
        with open(path) as file:
            stored = json.load(file)
        stored["text_config"].pop("head_dim", None)
        with open(path, "w") as file:
            json.dump(stored, file, indent=1, sort_keys=True)


def text_only(name, config_class, model_class, *, seed, dtype=torch.float32, **settings):
    folder = os.path.join(HERE, "models", name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    tokenizer = make_tokenizer()
    config = config_class(vocab_size=tokenizer.get_vocab_size(), pad_token_id=0, attn_implementation="eager", **settings)
    model = model_class(config).eval()
    randomize(model, seed, 1.6)
    model.tie_weights()
    round_weights(model, dtype)
    prompt = "In the beginning there was an invoice for 1,234.00 € and the ink on it was not yet dry"
    ids = tokenizer.encode(prompt).ids
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]
        tokens, margin = greedy(lambda sequence: model(torch.tensor([sequence])).logits[0], ids, 64)
    golden = {"logits": logits, "input_ids": torch.tensor(ids), "greedy": torch.tensor(tokens)}
    write(folder, model, tokenizer, golden, {"prompt": prompt, "images": [], "split": False, "greedy_margin": margin},
          dtype, "50GB", {"generation_config.json": {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}})


def main():
    torch.manual_seed(0)
    torch.set_num_threads(2)
    vision = {"hidden_size": 48, "intermediate_size": 80, "num_hidden_layers": 2, "num_attention_heads": 4,
              "image_size": 98, "patch_size": 14}
    perceiver = {"hidden_size": 48, "resampler_n_latents": 6, "resampler_depth": 2, "resampler_n_heads": 4,
                 "resampler_head_dim": 10, "num_key_value_heads": 2}
    text = {"hidden_size": 48, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
            "num_key_value_heads": 2, "max_position_embeddings": 512, "head_dim": 12}
    question = f"User:{IMAGE}What is in the picture?{END}\nAssistant:"

    idefics2("grouped-odd-view", seed=1, vision=vision, perceiver=perceiver, text=text, images=[(57, 83, 1)],
             prompt=question, split=False, strip_head_dim=True)
    idefics2("ungrouped-head-dim-split", seed=23, vision={**vision, "image_size": 70, "num_attention_heads": 3},
             perceiver={**perceiver, "hidden_size": 40, "resampler_n_heads": 3, "num_key_value_heads": 3},
             text={**text, "hidden_size": 40, "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 16},
             images=[(91, 131, 2)], prompt=question, split=True,
             processor={"size": {"shortest_edge": 28, "longest_edge": 70}})
    idefics2("sliding-window-two-images", seed=3, vision=vision, perceiver={**perceiver, "resampler_n_latents": 9},
             text={**text, "sliding_window": 32, "num_hidden_layers": 3}, images=[(60, 98, 3), (120, 45, 4)],
             prompt=f"User:{IMAGE}and then{IMAGE}What changed in the second one of them?{END}\nAssistant:", split=False)
    idefics2("full-grid-a4-float16", seed=4,
             vision={**vision, "hidden_size": 24, "intermediate_size": 32, "image_size": 980, "num_attention_heads": 2,
                     "num_hidden_layers": 1},
             perceiver={**perceiver, "hidden_size": 32, "resampler_n_latents": 8, "num_key_value_heads": 1},
             text={**text, "hidden_size": 32, "num_key_value_heads": 1, "head_dim": 8}, images=[(980, 692, 5)],
             prompt=question, split=False, dtype=torch.float16, keep_pixels=False,
             processor={"size": {"shortest_edge": 378, "longest_edge": 980}})
    idefics2("tied-bfloat16-sharded", seed=5, vision={**vision, "num_hidden_layers": 3},
             perceiver={**perceiver, "hidden_size": 64, "resampler_depth": 3},
             text={**text, "hidden_size": 56, "head_dim": 14, "num_hidden_layers": 3, "rope_theta": 500000.0,
                   "num_key_value_heads": 1, "rms_norm_eps": 1e-4}, images=[(70, 56, 6)], prompt=question, split=False,
             dtype=torch.bfloat16, tie=True, shard_size="60KB")
    idefics2("adjacent-images-patch-16", seed=6,
             vision={**vision, "image_size": 64, "patch_size": 16, "hidden_size": 36, "num_attention_heads": 2},
             perceiver={**perceiver, "resampler_n_latents": 4}, text=text,
             images=[(64, 16, 7), (33, 63, 8), (200, 40, 9)],
             prompt=f"User:{IMAGE}{IMAGE}{IMAGE}Which of the three is tall? äé€ ☃{END}\nAssistant:", split=False,
             processor={"size": {"shortest_edge": 20, "longest_edge": 64}})
    idefics2("split-two-images-upscaled", seed=7, vision={**vision, "hidden_size": 32},
             perceiver={**perceiver, "resampler_n_latents": 3, "resampler_depth": 1}, text={**text, "sliding_window": 24},
             images=[(41, 77, 10), (99, 58, 11)],
             prompt=f"{IMAGE}{IMAGE}the the in on{END}\nAssistant:", split=True,
             processor={"size": {"shortest_edge": 42, "longest_edge": 84}, "resample": 3})
    idefics2("glyph-head", seed=10, vision={**vision, "hidden_size": 32}, perceiver={**perceiver, "resampler_depth": 1},
             text={**text, "num_hidden_layers": 1}, images=[(28, 91, 12), (60, 50, 13)],
             prompt=f"User:{IMAGE}and{IMAGE}Which letters?{END}\nAssistant:", split=False,
             glyph_head={"slots": 3, "classes": 99, "first_token": 259})
    text_only("llama-tied", LlamaConfig, LlamaForCausalLM, seed=8, hidden_size=48, intermediate_size=80,
              num_hidden_layers=2, num_attention_heads=6, num_key_value_heads=3, tie_word_embeddings=True,
              rope_parameters={"rope_type": "default", "rope_theta": 100000.0}, max_position_embeddings=512)
    text_only("mistral-window", MistralConfig, MistralForCausalLM, seed=9, hidden_size=32, intermediate_size=64,
              num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, head_dim=24, sliding_window=16,
              max_position_embeddings=512)


if __name__ == "__main__":
    main()
