"""Turns the decoder of a checkpoint into a GGUF file, which is what llama.cpp reads.

Every matrix gets the file's type, embeddings and head included: what is compared then reads the same bits for each weight.
The file holds no tokenizer: token ids go in and logits come out.
"""

import json
import pathlib
import re
import sys
from collections.abc import Iterator

import gguf
import numpy as np
import torch
from safetensors import safe_open

import geometries
from geometries import Geometry

NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def convert(geometry: Geometry, folder: pathlib.Path, kind: str) -> pathlib.Path:
    """Makes the GGUF file of a type beside a checkpoint unless it lies there already, and says where."""
    path = folder / f"decoder-{kind}.gguf"
    if path.exists():
        return path
    print(f"{geometry.name}: writing {path.name}", file=sys.stderr)
    decoder = geometry.decoder
    partial = path.with_suffix(".partial")
    writer = gguf.GGUFWriter(partial, "llama")
    writer.add_name(geometry.name)
    writer.add_vocab_size(decoder.vocabulary)
    writer.add_context_length(decoder.positions)
    writer.add_embedding_length(decoder.width)
    writer.add_block_count(decoder.layers)
    writer.add_feed_forward_length(decoder.mlp)
    writer.add_head_count(decoder.heads)
    writer.add_head_count_kv(decoder.key_value_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(decoder.rope_theta)
    writer.add_rope_dimension_count(decoder.head_dimension)
    writer.add_tokenizer_model("no_vocab")

    shapes = {_gguf_name(t.name, geometry): t for t in geometries.decoder_tensors(decoder, _prefix(geometry))}
    for name, tensor in shapes.items():
        shape, stored = tensor.shape, _stored_type(tensor.shape, kind)
        plain = {gguf.GGMLQuantizationType.F32: np.float32, gguf.GGMLQuantizationType.F16: np.float16}.get(stored)
        if plain is None:
            shape = gguf.quant_shape_to_byte_shape(shape, stored)
        dtype = np.dtype(plain or np.uint8)
        writer.add_tensor_info(name, shape, dtype, int(np.prod(shape)) * dtype.itemsize, raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    values = _values(folder, [tensor.name for tensor in shapes.values()])
    for (name, tensor), array in zip(shapes.items(), values, strict=True):
        if heads := {"attn_q.weight": decoder.heads, "attn_k.weight": decoder.key_value_heads}.get(name.split(".", 2)[-1]):
            array = _interleaved(array, heads)
        writer.write_tensor_data(gguf.quantize(array, _stored_type(tensor.shape, kind)))
    writer.close()
    partial.rename(path)
    return path


def _prefix(geometry: Geometry) -> str:
    return geometries.decoder_prefix(geometry)


def _gguf_name(name: str, geometry: Geometry) -> str:
    prefix = _prefix(geometry)
    if found := re.fullmatch(re.escape(prefix) + r"\.layers\.(\d+)\.(.+)\.weight", name):
        return f"blk.{found[1]}.{NAMES[found[2]]}.weight"
    return {
        f"{prefix}.embed_tokens.weight": "token_embd.weight",
        f"{prefix}.norm.weight": "output_norm.weight",
        "lm_head.weight": "output.weight",
    }[name]


def _stored_type(shape: tuple[int, ...], kind: str) -> gguf.GGMLQuantizationType:
    return gguf.GGMLQuantizationType[kind] if len(shape) > 1 else gguf.GGMLQuantizationType.F32


def _values(folder: pathlib.Path, names: list[str]) -> Iterator[np.ndarray]:
    """Tensors of a checkpoint as float32, one at a time."""
    index = folder / "model.safetensors.index.json"
    places = json.loads(index.read_text())["weight_map"] if index.exists() else {}
    for name in names:
        with safe_open(folder / places.get(name, "model.safetensors"), "pt") as file:
            yield file.get_tensor(name).to(torch.float32).numpy()


def _interleaved(rows: np.ndarray, heads: int) -> np.ndarray:
    """Rows of a query or key matrix in the order of llama.cpp, which rotates neighbours and not halves."""
    halves = rows.reshape(heads, 2, rows.shape[0] // heads // 2, rows.shape[1])
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(rows.shape))
