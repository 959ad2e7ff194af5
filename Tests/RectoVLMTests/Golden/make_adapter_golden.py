#!/usr/bin/env python3
"""Makes the PEFT adapters of Tests/RectoVLMTests/Golden/adapters and what PEFT computes with them.

usage: make_adapter_golden.py      needs requirements.txt and peft==0.21.2

Each folder holds an adapter as `save_pretrained` writes it, with random weights, for one of the checkpoints in models/:
`golden.json` names it, and `golden.safetensors` holds the last 12 rows of the merged network's logits for the input of the
checkpoint's own golden file. The folders in COMBINED hold logits alone, of several adapters merged one after the other, or
of a part of one. Merged and unmerged logits agree within 1e-4, or the script stops.
"""
import json
import os
import shutil

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, Idefics2ForConditionalGeneration

HERE = os.path.dirname(os.path.abspath(__file__))
TEXT, VISION = "mistral-window", "grouped-odd-view"
COMMON = dict(r=4, lora_alpha=6, init_lora_weights=False)
ADAPTERS = {
    "patterns": (TEXT, dict(target_modules=["q_proj", "v_proj", "down_proj"], lora_dropout=0.1,
                            rank_pattern={"down_proj": 2, "layers.1.self_attn.q_proj": 6},
                            alpha_pattern={"v_proj": 3, r".*\.1\.mlp\.down_proj": 5})),
    "root-of-rank": (TEXT, dict(target_modules=r".*layers\.\d+\.(self_attn\.(k|o)_proj|mlp\.(gate|up)_proj)",
                                exclude_modules=r".*\.0\.mlp\.up_proj", use_rslora=True)),
    "magnitudes": (TEXT, dict(target_modules=["q_proj", "k_proj", "up_proj", "down_proj"], use_dora=True)),
    "saved-modules": (TEXT, dict(target_modules=["v_proj", "embed_tokens"], modules_to_save=["lm_head", "input_layernorm"])),
    "all-linear": (TEXT, dict(target_modules="all-linear", fan_in_fan_out=True)),
    "one-layer": (TEXT, dict(target_modules=["o_proj", "gate_proj"], layers_to_transform=[1], layers_pattern="layers")),
    "biases": (VISION, dict(target_modules=["q_proj", "v_proj", "fc1"], bias="all")),
    "biases-of-changed": (VISION, dict(target_modules=["out_proj", "fc2"], bias="lora_only", use_rslora=True)),
    "connector": (VISION, dict(
        target_modules=r".*(text_model|modality_projection|perceiver_resampler).*(down_proj|gate_proj|up_proj|k_proj|q_proj|v_proj|o_proj).*$",
        use_dora=True)),
}
COMBINED = {
    "patterns+magnitudes+root-of-rank": [("patterns", 1), ("magnitudes", 1), ("root-of-rank", 1)],
    "patterns=0.5": [("patterns", 0.5)],
}


def load(name):
    folder = os.path.join(HERE, "models", name)
    kind = Idefics2ForConditionalGeneration if name == VISION else AutoModelForCausalLM
    return kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


def logits(model, name):
    golden = load_file(os.path.join(HERE, "models", name, "golden.safetensors"))
    inputs = {"input_ids": golden["input_ids"][None]}
    if name == VISION:
        pixels = golden["pixel_values.0"][None, None]
        inputs["pixel_values"] = pixels
        inputs["pixel_attention_mask"] = torch.ones_like(pixels[:, :, 0], dtype=torch.long)
    with torch.no_grad():
        return model(**inputs).logits[0].contiguous()


def shaken(model, seed):
    """Random values in all that the adapter trains; lengths of rows and norms near what they were."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if not parameter.requires_grad:
                continue
            noise = torch.randn(parameter.shape, generator=generator)
            if "lora_magnitude_vector" in name or parameter.dim() == 1:
                parameter.add_(0.2 * noise * parameter.abs().mean().clamp(min=0.2))
            elif "modules_to_save" in name:
                parameter.add_(0.1 * noise)
            else:
                parameter.copy_(0.3 * noise)


def main():
    out = os.path.join(HERE, "adapters")
    shutil.rmtree(out, ignore_errors=True)
    for seed, (name, (base, options)) in enumerate(ADAPTERS.items()):
        model = get_peft_model(load(base), LoraConfig(**{**COMMON, **options}))
        shaken(model, seed)
        model.eval()
        folder = os.path.join(out, name)
        model.save_pretrained(folder)
        os.remove(os.path.join(folder, "README.md"))
        config = os.path.join(folder, "adapter_config.json")
        facts = json.load(open(config))
        facts["base_model_name_or_path"] = base
        json.dump(facts, open(config, "w"), indent=1, sort_keys=True)
        unmerged = logits(model, base)
        merged = logits(model.merge_and_unload(), base)
        plain = logits(load(base), base)
        assert (merged - unmerged).abs().max() < 1e-4, name
        print(f"{name}: moved by {(merged - plain).abs().max():.2f} of {plain.abs().max():.2f}")
        save_file({"logits": merged[-12:].contiguous()}, os.path.join(folder, "golden.safetensors"))
        json.dump({"base": base}, open(os.path.join(folder, "golden.json"), "w"))
        for key, value in load_file(os.path.join(folder, "adapter_model.safetensors")).items():
            if "layers.0" in key or "layers" not in key:
                print("   ", key, list(value.shape))
    for name, parts in COMBINED.items():
        names = [part for part, _ in parts]
        model = PeftModel.from_pretrained(load(TEXT), os.path.join(out, names[0]), adapter_name=names[0])
        for other in names[1:]:
            model.load_adapter(os.path.join(out, other), adapter_name=other)
        model.base_model.set_adapter(names)
        for part, weight in parts:
            for module in model.modules():
                if hasattr(module, "set_scale") and part in getattr(module, "scaling", {}):
                    module.set_scale(part, weight)
        model.eval()
        merged = logits(model.merge_and_unload(adapter_names=names), TEXT)
        os.makedirs(os.path.join(out, name))
        save_file({"logits": merged[-12:].contiguous()}, os.path.join(out, name, "golden.safetensors"))
        json.dump({"base": TEXT}, open(os.path.join(out, name, "golden.json"), "w"))


if __name__ == "__main__":
    main()
