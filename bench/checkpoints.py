"""Writes random checkpoints in the Hugging Face layout: bfloat16 safetensors, configurations, a tokenizer.

Values depend on the seed and on a tensor's name alone, so a folder made twice is the same. Tensors are written as they
are made: an 8B checkpoint needs no more memory than a small one.
"""

import dataclasses
import hashlib
import itertools
import json
import math
import pathlib
import shutil
import string
import sys
import zlib
from collections.abc import Iterator

import numpy as np

import geometries
from geometries import Geometry, TensorShape

SEED = 1
LAYOUT = 1  # goes up when what is written below changes, so that folders made before are made anew
SHARD_BYTES = 4_000_000_000
CHUNK = 1 << 22
FAKE, IMAGE, END = "<fake_token_around_image>", "<image>", "<end_of_utterance>"
CHAT_ML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def make(geometry: Geometry, root: pathlib.Path, tokenizers: pathlib.Path) -> pathlib.Path:
    """Makes the checkpoint of a geometry unless it lies there already, and says where."""
    folder = root / geometry.name
    content = json.dumps([LAYOUT, SEED, dataclasses.asdict(geometry)], sort_keys=True, default=str)
    digest = hashlib.sha256(content.encode()).hexdigest()
    mark = folder / "made.json"
    if mark.exists() and json.loads(mark.read_text()).get("digest") == digest:
        return folder
    size = 2 * sum(math.prod(t.shape) for t in geometries.tensors(geometry))
    root.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(root).free < 1.1 * size:
        raise OSError(f"{geometry.name} needs {size / 1e9:.1f} GB below {root}, which has not that much left")
    print(f"{geometry.name}: writing {size / 1e9:.2f} GB of random weights to {folder}", file=sys.stderr)
    partial = root / (geometry.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    ids = _write_tokenizer(geometry, partial, tokenizers)
    _write_configuration(geometry, partial, ids)
    _write_weights(list(geometries.tensors(geometry)), partial)
    (partial / "made.json").write_text(json.dumps({"digest": digest, "geometry": geometry.name}))
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return folder


def _random_values(tensor: TensorShape) -> Iterator[np.ndarray]:
    """The values of a tensor in pieces, as the upper halves of float32, rounded to even."""
    left = math.prod(tensor.shape)
    if tensor.spread == 0:
        yield np.full(left, 0x3F80, np.uint16)
        return
    random = np.random.Generator(np.random.SFC64([SEED, zlib.crc32(tensor.name.encode())]))
    while left:
        values = random.standard_normal(min(left, CHUNK), dtype=np.float32)
        values *= np.float32(tensor.spread)
        bits = values.view(np.uint32)
        bits += ((bits >> 16) & 1) + 0x7FFF
        yield (bits >> 16).astype(np.uint16)
        left -= len(values)


def _write_shard(path: pathlib.Path, shapes: list[TensorShape]) -> None:
    header, end = {}, 0
    for tensor in shapes:
        begin, end = end, end + 2 * math.prod(tensor.shape)
        header[tensor.name] = {"dtype": "BF16", "shape": list(tensor.shape), "data_offsets": [begin, end]}
    header["__metadata__"] = {"format": "pt"}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for tensor in shapes:
            for values in _random_values(tensor):
                file.write(values.data)


def _write_weights(shapes: list[TensorShape], folder: pathlib.Path) -> None:
    shards: list[list[TensorShape]] = [[]]
    size = 0
    for tensor in shapes:
        count = 2 * math.prod(tensor.shape)
        if shards[-1] and size + count > SHARD_BYTES:
            shards.append([])
            size = 0
        shards[-1].append(tensor)
        size += count
    if len(shards) == 1:
        _write_shard(folder / "model.safetensors", shapes)
        return
    places: dict[str, str] = {}
    for number, shard in enumerate(shards, start=1):
        name = f"model-{number:05}-of-{len(shards):05}.safetensors"
        print(f"  {name}", file=sys.stderr)
        _write_shard(folder / name, shard)
        places |= {tensor.name: name for tensor in shard}
    index = {"metadata": {"total_size": 2 * sum(math.prod(t.shape) for t in shapes)}, "weight_map": places}
    _write_json(folder / "model.safetensors.index.json", index)


def _byte_alphabet() -> list[str]:
    """The printable characters that stand for the 256 bytes in a byte-level vocabulary."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = (chr(256 + n) for n in itertools.count())
    return [chr(byte) if byte in printable else next(others) for byte in range(256)]


def _write_tokenizer(geometry: Geometry, folder: pathlib.Path, tokenizers: pathlib.Path) -> dict[str, int]:
    """Writes tokenizer.json: Idefics2's own for its vocabulary, else a byte-level one of the vocabulary's size."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    size = geometry.decoder.vocabulary
    own = tokenizers / "mistral-idefics2" / "tokenizer.json"
    if size == 32003 and own.exists():
        shutil.copy(own, folder / "tokenizer.json")
        return {"begin": 1, "end": 2, "pad": 0, FAKE: 32000, IMAGE: 32001, END: 32002}
    if size == 32003:
        print(f"  no {own}: writing a byte-level tokenizer instead", file=sys.stderr)

    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    added = [FAKE, IMAGE, END] if geometry.tower else []
    vocabulary = {piece: number for number, piece in enumerate(specials + _byte_alphabet())}
    merges: list[tuple[str, str]] = []
    stems = ["Ġ", *string.ascii_lowercase]
    while len(vocabulary) < size - len(added):
        longer = []
        for stem, letter in itertools.product(stems, string.ascii_lowercase):
            if len(vocabulary) == size - len(added):
                break
            merges.append((stem, letter))
            longer.append(stem + letter)
            vocabulary[stem + letter] = len(vocabulary)
        stems = longer
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in specials + added])
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>", "pad_token": "<|im_end|>"}
        | ({} if geometry.tower else {"chat_template": CHAT_ML}),
    )
    return {"begin": 1, "end": 2, "pad": 2} | {token: tokenizer.token_to_id(token) for token in added}


def _write_json(path: pathlib.Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n")


def _write_configuration(geometry: Geometry, folder: pathlib.Path, ids: dict[str, int]) -> None:
    decoder, tower, perceiver = geometry.decoder, geometry.tower, geometry.perceiver
    tokens = {"bos_token_id": ids["begin"], "eos_token_id": ids["end"], "pad_token_id": ids["pad"]}
    text = tokens | {
        "model_type": "mistral" if tower else "llama",
        "vocab_size": decoder.vocabulary,
        "hidden_size": decoder.width,
        "intermediate_size": decoder.mlp,
        "num_hidden_layers": decoder.layers,
        "num_attention_heads": decoder.heads,
        "num_key_value_heads": decoder.key_value_heads,
        "head_dim": decoder.head_dimension,
        "hidden_act": "silu",
        "max_position_embeddings": decoder.positions,
        "rms_norm_eps": 1e-5,
        "rope_parameters": {"rope_type": "default", "rope_theta": decoder.rope_theta},
        "tie_word_embeddings": decoder.tied,
    }
    if tower is None or perceiver is None:
        config = text | {"architectures": ["LlamaForCausalLM"], "dtype": "bfloat16"}
        _write_json(folder / "config.json", config)
        _write_json(folder / "generation_config.json", tokens)
        return
    config = {
        "architectures": ["Idefics2ForConditionalGeneration"],
        "model_type": "idefics2",
        "dtype": "bfloat16",
        "image_token_id": ids[IMAGE],
        "tie_word_embeddings": decoder.tied,
        "text_config": text | {"sliding_window": decoder.window},
        "vision_config": {
            "model_type": "idefics2_vision",
            "hidden_size": tower.width,
            "intermediate_size": tower.mlp,
            "num_hidden_layers": tower.layers,
            "num_attention_heads": tower.heads,
            "num_channels": 3,
            "image_size": tower.image,
            "patch_size": tower.patch,
            "hidden_act": "gelu_pytorch_tanh",
            "layer_norm_eps": 1e-6,
        },
        "perceiver_config": {
            "model_type": "idefics2_perceiver",
            "hidden_size": decoder.width,
            "hidden_act": "silu",
            "resampler_n_latents": perceiver.latents,
            "resampler_depth": perceiver.depth,
            "resampler_n_heads": perceiver.heads,
            "resampler_head_dim": perceiver.head_dimension,
            "num_key_value_heads": perceiver.key_value_heads,
            "rms_norm_eps": 1e-6,
        },
    }
    _write_json(folder / "config.json", config)
    _write_json(
        folder / "generation_config.json",
        tokens | {"eos_token_id": [ids["end"], ids[END]], "bad_words_ids": [[ids[FAKE]], [ids[IMAGE]]]},
    )
    # A page is split into four crops and the whole; no view is longer than what the tower has positions for.
    settings = {
        "do_convert_rgb": True,
        "do_resize": True,
        "do_rescale": True,
        "do_normalize": True,
        "do_pad": True,
        "do_image_splitting": True,
        "resample": 2,
        "rescale_factor": 0.00392156862745098,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "size": {"shortest_edge": 378, "longest_edge": tower.image},
        "image_processor_type": "Idefics2ImageProcessor",
    }
    _write_json(folder / "preprocessor_config.json", settings)
    _write_json(folder / "processor_config.json", {"processor_class": "Idefics2Processor", "image_seq_len": 64})
