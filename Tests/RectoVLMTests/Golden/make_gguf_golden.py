#!/usr/bin/env python3
"""Makes the files of Tests/RectoVLMTests/Golden/gguf but smollm2.json.

usage: make_gguf_golden.py      needs requirements.txt and llama_cpp_python==0.3.36

    blocks.gguf         one tensor (3, 512) of every element type, of random blocks
    blocks.safetensors  the same as float32, expanded by the `gguf` package
    tiny-spm.gguf       a random Llama with a SentencePiece vocabulary and nearly every element type
    tiny-bpe.gguf       another with a byte-level vocabulary, Q4_K and Q6_K, head and embedding tied
    tiny-*.safetensors  input_ids of PROMPT by llama.cpp, and logits by transformers in float32 on the expanded weights
    tiny-*.jsonl        lines of text and their ids by llama.cpp
"""
import json
import os

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Q
from llama_cpp import Llama
from safetensors.numpy import save_file
from transformers import LlamaConfig, LlamaForCausalLM

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gguf")
PROMPT = "Once in the inn there, 12 hens: ä € ☃<mark>on"
RANDOM = np.random.default_rng(11)


def halves(count, low, high):
    """Random float16 numbers as pairs of bytes."""
    return RANDOM.uniform(low, high, count).astype(np.float16).view(np.uint8).reshape(count, 2)


def random_bytes(*shape):
    return RANDOM.integers(0, 256, shape, dtype=np.uint8)


def stored(kind, shape, spread):
    """Random weights of about a standard deviation as a file of a type holds them, and as float32."""
    rows, columns = shape
    if kind in (Q.Q4_K, Q.Q6_K):
        blocks = rows * columns // 256
        if kind == Q.Q4_K:
            d = RANDOM.uniform(0.5, 1.0, blocks) * spread / 200
            pair = np.stack([d, 7.5 * d], -1).astype(np.float16).view(np.uint8)
            data = np.concatenate([pair, random_bytes(blocks, 140)], -1)
        else:
            data = np.concatenate([random_bytes(blocks, 208), halves(blocks, spread / 3000, spread / 1300)], -1)
    elif kind == Q.IQ4_NL:
        blocks = rows * columns // 32
        data = np.concatenate([halves(blocks, spread / 120, spread / 60), random_bytes(blocks, 16)], -1)
    else:
        values = (spread * RANDOM.standard_normal(shape)).astype(np.float32)
        if kind == Q.F32:
            return values, values
        if kind == Q.F16:
            return values.astype(np.float16), values.astype(np.float16).astype(np.float32)
        data = gguf.quants.quantize(values, kind)
    data = data.reshape(rows, -1)
    return data, gguf.quants.dequantize(data, kind).reshape(shape)


def blocks():
    writer = gguf.GGUFWriter(os.path.join(HERE, "blocks.gguf"), "none")
    expanded = {}
    for kind in (Q.F32, Q.F16, Q.BF16, Q.Q8_0, Q.Q4_0, Q.Q4_1, Q.IQ4_NL, Q.Q4_K, Q.Q6_K):
        data, values = stored(kind, (3, 512), 1.0)
        raw = None if kind in (Q.F32, Q.F16) else kind
        writer.add_tensor(kind.name, data, raw_dtype=raw)
        expanded[kind.name] = values.astype(np.float32)
    finish(writer)
    save_file(expanded, os.path.join(HERE, "blocks.safetensors"))


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def pairs(weight, heads):
    """The row order of llama.cpp's conversion: of each head pair after pair."""
    rows = np.arange(weight.shape[0]).reshape(heads, 2, -1).swapaxes(1, 2).reshape(-1)
    return weight[np.argsort(rows)]


def model(name, vocabulary, tokenizer, sizes, kinds, context=128):
    """Writes a random Llama and what transformers computes with it."""
    path = os.path.join(HERE, name + ".gguf")
    writer = gguf.GGUFWriter(path, "llama")
    hidden, inner, heads, groups, layers = sizes
    writer.add_name(name)
    writer.add_context_length(context)
    writer.add_embedding_length(hidden)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(heads)
    writer.add_head_count_kv(groups)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(5000.0)
    writer.add_rope_dimension_count(hidden // heads)
    writer.add_vocab_size(len(vocabulary))
    tokenizer(writer, vocabulary)
    state = {}

    def add(key, theirs, shape, spread, kind=Q.F32, row_heads=None):
        if len(shape) == 1:
            data = values = (1 + 0.2 * RANDOM.standard_normal(shape)).astype(np.float32)
        else:
            data, values = stored(kind, shape, spread)
        writer.add_tensor(key, data, raw_dtype=None if kind in (Q.F32, Q.F16) else kind)
        state[theirs] = torch.from_numpy(pairs(values, row_heads) if row_heads else values)

    def kind_of(key):
        return kinds[sum(map(ord, key)) % len(kinds)]

    add("token_embd.weight", "model.embed_tokens.weight", (len(vocabulary), hidden), 0.7, kinds[0])
    size = hidden // heads
    for layer in range(layers):
        for key, theirs, shape, row_heads in (
            ("attn_q", "self_attn.q_proj", (hidden, hidden), heads),
            ("attn_k", "self_attn.k_proj", (groups * size, hidden), groups),
            ("attn_v", "self_attn.v_proj", (groups * size, hidden), None),
            ("attn_output", "self_attn.o_proj", (hidden, hidden), None),
            ("ffn_gate", "mlp.gate_proj", (inner, hidden), None),
            ("ffn_up", "mlp.up_proj", (inner, hidden), None),
            ("ffn_down", "mlp.down_proj", (hidden, inner), None),
        ):
            key = f"blk.{layer}.{key}.weight"
            kind = kind_of(key)
            add(key, f"model.layers.{layer}.{theirs}.weight", shape, 1.6 / shape[1] ** 0.5, kind, row_heads)
            print(key, kind.name)
        add(f"blk.{layer}.attn_norm.weight", f"model.layers.{layer}.input_layernorm.weight", (hidden,), 0)
        add(f"blk.{layer}.ffn_norm.weight", f"model.layers.{layer}.post_attention_layernorm.weight", (hidden,), 0)
    add("output_norm.weight", "model.norm.weight", (hidden,), 0)
    tied = name == "tiny-bpe"
    if not tied:
        add("output.weight", "lm_head.weight", (len(vocabulary), hidden), 0.3, Q.F16)
    finish(writer)

    configuration = LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=hidden, intermediate_size=inner, num_hidden_layers=layers,
        num_attention_heads=heads, num_key_value_heads=groups, rms_norm_eps=1e-5, tie_word_embeddings=tied,
        max_position_embeddings=context, rope_parameters={"rope_type": "default", "rope_theta": 5000.0},
    )
    reference = LlamaForCausalLM(configuration).eval()
    missing = reference.load_state_dict(state, strict=False).missing_keys
    assert missing == (["lm_head.weight"] if tied else []), missing
    reference.tie_weights()
    theirs = Llama(path, n_ctx=context, n_threads=1, logits_all=True, verbose=False)
    ids = theirs.tokenize(PROMPT.encode(), add_bos=True, special=True)
    with torch.no_grad():
        logits = reference(torch.tensor([ids])).logits[0].numpy()
    theirs.eval(ids)
    found = np.array(theirs.scores[: len(ids)])
    print(name, "distance of llama.cpp, of the largest logit:", np.abs(found - logits).max() / np.abs(logits).max())
    save_file({"input_ids": np.array(ids, dtype=np.int64), "logits": logits},
              os.path.join(HERE, name + ".safetensors"))
    lines = [PROMPT, "", " ", "  two  spaces", "the the in on thein", "ääää €€ ☃☃", "1234 56,7", "a\nb\n\n c\t",
             "<mark>in<mark>", "<s>the</s>", "it's they're I'LL", "in<unk>on", "\u00a0x", "日本語 text", "\r\n\r\n  on"]
    with open(os.path.join(HERE, name + ".jsonl"), "w") as file:
        for line in lines:
            ids = theirs.tokenize(line.encode(), add_bos=True, special=True)
            file.write(json.dumps([line, ids]) + "\n")


MERGES = [("t", "h"), ("th", "e"), ("▁", "the"), ("i", "n"), ("▁", "in"), ("e", "r"), ("▁", "a"), ("o", "n"), ("▁", "▁"),
          ("▁▁", "▁"), ("1", "2"), ("n", "n"), ("in", "n")]


def sentence_piece():
    pieces = [("<unk>", gguf.TokenType.UNKNOWN), ("<s>", gguf.TokenType.CONTROL), ("</s>", gguf.TokenType.CONTROL)]
    pieces += [(f"<0x{byte:02X}>", gguf.TokenType.BYTE) for byte in range(256)]
    pieces += [(left + right, gguf.TokenType.NORMAL) for left, right in MERGES]
    pieces += [(c, gguf.TokenType.NORMAL) for c in ["▁"] + [chr(c) for c in range(33, 127)] + ["ä", "é", "€"]]
    pieces += [("<mark>", gguf.TokenType.USER_DEFINED)]
    return pieces


def write_sentence_piece(writer, pieces):
    first = 259
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([p for p, _ in pieces])
    writer.add_token_scores([-float(i - first) if kind == gguf.TokenType.NORMAL else 0.0
                             for i, (_, kind) in enumerate(pieces)])
    writer.add_token_types([kind for _, kind in pieces])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)


def byte_level():
    alphabet = [chr(c) for c in list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))]
    alphabet += [chr(256 + i) for i in range(256 - len(alphabet))]
    pieces = [("<|endoftext|>", gguf.TokenType.CONTROL), ("<|im_start|>", gguf.TokenType.CONTROL),
              ("<|im_end|>", gguf.TokenType.CONTROL)]
    pieces += [(c, gguf.TokenType.NORMAL) for c in alphabet]
    pieces += [((left + right).replace("▁", "Ġ"), gguf.TokenType.NORMAL) for left, right in MERGES]
    return pieces + [("<mark>", gguf.TokenType.USER_DEFINED)]


def write_byte_level(writer, pieces):
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list([p for p, _ in pieces])
    writer.add_token_types([kind for _, kind in pieces])
    writer.add_token_merges([f"{left} {right}".replace("▁", "Ġ") for left, right in MERGES])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_chat_template(
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
        "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
    )


if __name__ == "__main__":
    blocks()
    model("tiny-spm", sentence_piece(), write_sentence_piece, (64, 96, 4, 2, 2),
          [Q.Q8_0, Q.Q4_0, Q.F16, Q.Q4_1, Q.BF16, Q.IQ4_NL, Q.F32])
    model("tiny-bpe", byte_level(), write_byte_level, (256, 256, 4, 1, 1), [Q.Q6_K, Q.Q4_K])
