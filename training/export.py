"""Writes a checkpoint as a Hugging Face folder and checks that transformers computes the same logits from it.

usage: export.py RUN_FOLDER MODEL_FOLDER

The folder appears by an atomic rename; a README.md (the model card) that stands in the old folder is kept.
"""

import argparse
import json
import random
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import Idefics2ForConditionalGeneration

import tokenizer
from alphabet import ADDED_SPECIAL, BOS, CHARACTERS, END, EOS, FAKE, FIRST_CHARACTER, IMAGE, SPECIALS, UNK
from data import Example, collate, transcription
from fonts import choose
from model import Reader, Shape
from objects import MOST_TILES, object_question, tile_question
from render import HEIGHT, MAX_COLUMNS, PATCH, SLOTS, TEXT_HEIGHT

CHAT_TEMPLATE = (
    "{% for message in messages %}{{message['role'].capitalize()}}"
    "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
    "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
    "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)
CHARACTERS_PER_TILE = 40
IMAGES_PER_PROMPT = 3
TOLERANCE = 1e-3


def load(checkpoint: Path) -> Reader:
    """The reader of a checkpoint, in float32 on the CPU."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    model = Reader(Shape(**state["shape"]))
    model.load_state_dict(state["model"])
    return model.eval()


def tensors(model: Reader) -> dict[str, Tensor]:
    """Every weight under its Hugging Face name, copied."""
    return {name: value.contiguous().clone() for name, value in _places(model).items()}


@torch.no_grad()
def read(model: Reader, folder: Path) -> None:
    """Takes the weights of a folder that ``write`` made, to train on from them where no checkpoint is left."""
    places, saved = _places(model), load_file(folder / "model.safetensors")
    shapes, found = ({name: tuple(value.shape) for name, value in of.items()} for of in (places, saved))
    if different := sorted({name for name, _ in shapes.items() ^ found.items()}):
        raise SystemExit(f"{folder} is not a reader of this shape: {', '.join(different[:3])}")
    for name, place in places.items():
        place.copy_(saved[name])


def _places(model: Reader) -> dict[str, Tensor]:
    """Every weight under its Hugging Face name, as views of the model's own."""
    out: dict[str, Tensor] = {}

    def put(name: str, module: torch.nn.Module) -> None:
        out.update({f"{name}.{kind}": value.detach() for kind, value in module.named_parameters(recurse=False)})

    def put_parts(names: list[str], module: torch.nn.Module) -> None:
        for kind, value in module.named_parameters(recurse=False):
            parts = value.detach().chunk(len(names))
            out.update({f"{name}.{kind}": part for name, part in zip(names, parts, strict=True)})

    def put_gated(name: str, module: torch.nn.Module) -> None:
        put_parts([f"{name}.gate_proj", f"{name}.up_proj"], module.gate_up)
        put(f"{name}.down_proj", module.down)

    vision, connector, text = "model.vision_model", "model.connector", "model.text_model"
    out[f"{vision}.embeddings.patch_embedding.weight"] = model.patch.weight.detach().view(-1, 3, PATCH, PATCH)
    out[f"{vision}.embeddings.patch_embedding.bias"] = model.patch.bias.detach()
    put(f"{vision}.embeddings.position_embedding", model.position)
    for i, block in enumerate(model.tower):
        layer = f"{vision}.encoder.layers.{i}"
        put_parts([f"{layer}.self_attn.{part}_proj" for part in "qkv"], block.qkv)
        put(f"{layer}.self_attn.out_proj", block.out)
        put(f"{layer}.layer_norm1", block.norm1)
        put(f"{layer}.layer_norm2", block.norm2)
        put(f"{layer}.mlp.fc1", block.fc1)
        put(f"{layer}.mlp.fc2", block.fc2)
    put(f"{vision}.post_layernorm", model.tower_norm)

    put_gated(f"{connector}.modality_projection", model.projection)
    out[f"{connector}.perceiver_resampler.latents"] = model.latents.detach()
    for i, block in enumerate(model.resampler):
        layer = f"{connector}.perceiver_resampler.layers.{i}"
        put(f"{layer}.input_latents_norm", block.norm_latents)
        put(f"{layer}.input_context_norm", block.norm_context)
        put(f"{layer}.self_attn.q_proj", block.q)
        put_parts([f"{layer}.self_attn.{part}_proj" for part in "kv"], block.kv)
        put(f"{layer}.self_attn.o_proj", block.out)
        put(f"{layer}.post_attention_layernorm", block.norm2)
        put_gated(f"{layer}.mlp", block.mlp)
    put(f"{connector}.perceiver_resampler.norm", model.resampler_norm)

    put(f"{text}.embed_tokens", model.embedding)
    for i, block in enumerate(model.decoder):
        layer = f"{text}.layers.{i}"
        put_parts([f"{layer}.self_attn.{part}_proj" for part in "qkv"], block.qkv)
        put(f"{layer}.self_attn.o_proj", block.out)
        put(f"{layer}.input_layernorm", block.norm1)
        put(f"{layer}.post_attention_layernorm", block.norm2)
        put_gated(f"{layer}.mlp", block.mlp)
    put(f"{text}.norm", model.norm)
    put("lm_head", model.lm_head)
    put("recto.glyph_head", model.glyph_head)
    put("recto.ctc_head", model.ctc_head)
    return out


def configuration(s: Shape) -> dict[str, dict[str, Any]]:
    """The JSON files of the folder, by name."""
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<unk>"}
    image_processor = {
        "image_processor_type": "Idefics2ImageProcessor",
        "do_convert_rgb": True,
        "do_image_splitting": False,
        "do_normalize": True,
        "do_pad": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "resample": 2,
        "rescale_factor": 0.00392156862745098,
        "size": {"longest_edge": MAX_COLUMNS * PATCH, "shortest_edge": HEIGHT},
    }
    return {
        "config.json": {
            "architectures": ["Idefics2ForConditionalGeneration"],
            "model_type": "idefics2",
            "dtype": "float16",
            "image_token_id": IMAGE,
            "tie_word_embeddings": False,
            "text_config": {
                "model_type": "mistral",
                "vocab_size": s.vocabulary,
                "hidden_size": s.width,
                "intermediate_size": s.decoder_inner,
                "num_hidden_layers": s.decoder_layers,
                "num_attention_heads": s.heads,
                "num_key_value_heads": s.heads,
                "head_dim": s.head_width,
                "hidden_act": "silu",
                "rms_norm_eps": 1e-5,
                "rope_theta": s.rope_base,
                "sliding_window": None,
                "max_position_embeddings": s.max_length,
                "bos_token_id": BOS,
                "eos_token_id": EOS,
                "pad_token_id": UNK,
            },
            "vision_config": {
                "model_type": "idefics2_vision",
                "hidden_size": s.width,
                "intermediate_size": s.tower_inner,
                "num_hidden_layers": s.tower_layers,
                "num_attention_heads": s.heads,
                "num_channels": 3,
                "image_size": s.side * PATCH,
                "patch_size": PATCH,
                "hidden_act": "gelu_pytorch_tanh",
                "layer_norm_eps": 1e-6,
            },
            "perceiver_config": {
                "model_type": "idefics2_perceiver",
                "hidden_size": s.width,
                "hidden_act": "silu",
                "rms_norm_eps": 1e-6,
                "resampler_n_latents": s.latents,
                "resampler_depth": s.resampler_layers,
                "resampler_n_heads": s.heads,
                "resampler_head_dim": s.head_width,
                "num_key_value_heads": s.heads,
            },
        },
        "generation_config.json": {
            "bos_token_id": BOS,
            "eos_token_id": [EOS, END],
            "pad_token_id": UNK,
            "bad_words_ids": [[FAKE], [IMAGE]],
        },
        "preprocessor_config.json": image_processor,
        "processor_config.json": {
            "processor_class": "Idefics2Processor",
            "image_seq_len": s.latents,
            "chat_template": CHAT_TEMPLATE,
            "image_processor": image_processor,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "add_bos_token": True,
            "add_eos_token": False,
            "clean_up_tokenization_spaces": False,
            "legacy": False,
            "model_max_length": s.max_length,
            "padding_side": "left",
            **special,
            "additional_special_tokens": ADDED_SPECIAL,
            "chat_template": CHAT_TEMPLATE,
        },
        "special_tokens_map.json": special,
        "recto.json": {
            "recto": "1.0",
            "name": "recto-reader-1",
            "license": "Apache-2.0",
            "splitting": {
                "strategy": "lines",
                "tile_height": HEIGHT,
                "tile_width": [4 * PATCH, MAX_COLUMNS * PATCH],
                "text_height": TEXT_HEIGHT,
                "characters_per_tile": CHARACTERS_PER_TILE,
                "images_per_prompt": IMAGES_PER_PROMPT,
            },
            "prompts": {"transcribe": "Transcribe.", "field": "What is the {field}?"},
            # Class 0 is "nothing", class k is the token first_token + k - 1; both rows of patches name a character.
            "glyph_head": {"slots": SLOTS, "classes": len(CHARACTERS) + 1, "first_token": FIRST_CHARACTER},
            "ctc_head": {"slots": SLOTS, "classes": len(CHARACTERS) + 1, "first_token": FIRST_CHARACTER},
        },
    }


def write(model: Reader, folder: Path) -> None:
    """All files of the folder, weights in float16."""
    folder.mkdir(parents=True)
    half = {name: value.half() for name, value in tensors(model).items()}
    save_file(half, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.build().save(str(folder / "tokenizer.json"))
    for name, content in configuration(model.shape).items():
        (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@torch.no_grad()
def declare_tasks(declaration: Path) -> None:
    """Tells Recto that the weights answer the questions of ``objects.py``; measure first (``evaluate.py``) whether they do."""
    members = json.loads(declaration.read_text())
    members["prompts"] |= {"object": object_question(["{fields}"]), "tile": tile_question("{field}")}
    members["splitting"]["images_per_choice"] = MOST_TILES
    declaration.write_text(json.dumps(members, indent=2) + "\n")


def check(model: Reader, folder: Path) -> float:
    """Largest difference between our logits and those of transformers, in float32, over one and three tiles."""
    theirs = Idefics2ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    rounded = {name: value.half().float() for name, value in model.state_dict().items()}
    model.load_state_dict(rounded)
    worst = 0.0
    for widths in ([32], [5], [17, 9, 32]):
        r = random.Random(len(widths))
        tiles = [transcription(r, columns, choose(r, "seen")).tiles[0] for columns in widths]
        batch = collate([Example(tiles, [END], "Total 12")])
        _, latents = model.read(batch)
        ours = model.lm_head(model.decode(batch.ids, latents))[0]
        pixels = torch.zeros(1, len(tiles), 3, HEIGHT, max(widths) * PATCH)
        mask = torch.zeros(1, len(tiles), HEIGHT, max(widths) * PATCH, dtype=torch.long)
        for i, tile in enumerate(tiles):
            picture = torch.from_numpy(tile.pixels).permute(2, 0, 1).float() / 127.5 - 1
            pixels[0, i, :, :, : picture.shape[2]] = picture
            mask[0, i, :, : picture.shape[2]] = 1
        reference = theirs(
            input_ids=batch.ids,
            attention_mask=torch.ones_like(batch.ids),
            pixel_values=pixels,
            pixel_attention_mask=mask,
        ).logits[0]
        worst = max(worst, float((ours - reference).abs().max()))
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a checkpoint as a Hugging Face folder, checked.")
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tasks", action="store_true", help="declare the prompts for whole objects and a label's tile")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    fresh, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    model = load(arguments.run / "checkpoint.pt")
    write(model, fresh)
    if arguments.tasks:
        declare_tasks(fresh / "recto.json")
    difference = check(model, fresh)
    if difference > TOLERANCE:
        raise SystemExit(f"transformers' logits differ by {difference:.2e}, more than {TOLERANCE}; see {fresh}")
    if (folder / "README.md").exists():
        shutil.copy(folder / "README.md", fresh)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{folder}: {size / 1e6:.1f} MB, logits within {difference:.1e} of transformers")


if __name__ == "__main__":
    main()
