#!/usr/bin/env python3
"""Makes the folders of Tests/RectoVLMTests/Golden/gguf: an Idefics3 as llama.cpp keeps it, text model and vision tower apart.

usage: make_gguf_mmproj_golden.py            (in a virtual environment with requirements.txt installed)

Files are written with the official `gguf` writer and its maps of tensor names, with the keys that llama.cpp's
convert_hf_to_gguf.py writes (conversion/llama.py, and with --mmproj conversion/smolvlm.py, at commit 32e9e04).

    smolvlm-plain-linear/    the checkpoint of this name in Golden/models, every number as it is
    smolvlm-whole-float16/   likewise; what is expected of both is in golden.safetensors there
    smolvlm-mixed/           another random one in Q8_0, Q4_0, F16, BF16 and F32, and golden.json and golden.safetensors, which
                             transformers computed in float32 with the weights expanded
"""
import json
import os
import shutil

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Q
from PIL import Image
from safetensors.numpy import load_file
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import SmolVLMConfig, SmolVLMForConditionalGeneration

from make_idefics3_golden import GLOBAL, PLACES, UTTERANCES, byte_level_tokenizer, greedy_with_cache, make_processor
from make_model_golden import END, FAKE, HERE, IMAGE, randomize, synth

TEMPLATE = "<|im_start|>" + UTTERANCES


def pairs(weight, heads):
    """llama.cpp's order of the rows of queries and keys: of each head pair after pair."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def is_of_vision(name):
    return "vision_model" in name or "connector" in name


def gguf_name(name, layers):
    """The name that the `gguf` package's maps give a tensor of transformers."""
    architecture = gguf.MODEL_ARCH.MMPROJ if is_of_vision(name) else gguf.MODEL_ARCH.LLAMA
    tensors = gguf.get_tensor_name_map(architecture, layers)
    found = tensors.get_name(name.replace("text_model.", ""), try_suffixes=(".weight", ".bias"))
    assert found, name
    return found


def write_tensors(writer, state, kinds, layers, heads, groups):
    """Writes tensors, and returns what their stored numbers are, as float32."""
    expanded = {}
    for name, values in state.items():
        values = values.astype(np.float32)
        order = {"q_proj.weight": heads, "k_proj.weight": groups}.get(".".join(name.split(".")[-2:]))
        turns = order and not is_of_vision(name)
        stored = pairs(values, order) if turns else values
        kind = kinds(name, values)
        if kind in (Q.F32, Q.F16):
            stored = stored.astype(np.float32 if kind == Q.F32 else np.float16)
            writer.add_tensor(gguf_name(name, layers), stored)
            expanded[name] = values.astype(stored.dtype).astype(np.float32)
        else:
            writer.add_tensor(gguf_name(name, layers), gguf.quants.quantize(stored, kind), raw_dtype=kind)
            # Rows are quantised one by one, so their order plays no part.
            expanded[name] = gguf.quants.dequantize(gguf.quants.quantize(values, kind), kind).reshape(values.shape)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return expanded


def write_vocabulary(writer, tokenizer, end):
    content = json.loads(tokenizer.to_str())
    added = {token["id"]: token for token in content["added_tokens"]}
    names = sorted(tokenizer.get_vocab(), key=tokenizer.token_to_id)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(names)
    kinds = gguf.TokenType
    writer.add_token_types([kinds.CONTROL if number in added else kinds.NORMAL for number in range(len(names))])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in content["model"]["merges"]])
    writer.add_bos_token_id(tokenizer.token_to_id("<|im_start|>"))
    writer.add_eos_token_id(tokenizer.token_to_id(end))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


def write_pair(folder, name, config, settings, state, tokenizer, kinds):
    """Writes the two files of a model, and returns their numbers as float32."""
    text, vision = config["text_config"], config["vision_config"]
    writer = gguf.GGUFWriter(os.path.join(folder, f"{name}.gguf"), "llama")
    writer.add_name(name)
    writer.add_context_length(text["max_position_embeddings"])
    writer.add_embedding_length(text["hidden_size"])
    writer.add_block_count(text["num_hidden_layers"])
    writer.add_feed_forward_length(text["intermediate_size"])
    writer.add_head_count(text["num_attention_heads"])
    writer.add_head_count_kv(text["num_key_value_heads"])
    writer.add_key_length(text["head_dim"])
    writer.add_value_length(text["head_dim"])
    writer.add_layer_norm_rms_eps(text["rms_norm_eps"])
    writer.add_rope_freq_base((text.get("rope_parameters") or text)["rope_theta"])
    writer.add_rope_dimension_count(text["head_dim"])
    writer.add_vocab_size(text["vocab_size"])
    scaling = text.get("rope_scaling") or {}
    if scaling.get("type") == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(scaling["factor"])
    write_vocabulary(writer, tokenizer, END)
    ours = {key: value for key, value in state.items() if not is_of_vision(key)}
    heads, groups = text["num_attention_heads"], text["num_key_value_heads"]
    expanded = write_tensors(writer, ours, kinds, text["num_hidden_layers"], heads, groups)

    writer = gguf.GGUFWriter(os.path.join(folder, f"mmproj-{name}.gguf"), "clip")
    writer.add_type(gguf.GGUFType.MMPROJ)
    writer.add_name(name)
    writer.add_clip_has_vision_encoder(True)
    writer.add_vision_projection_dim(text["hidden_size"])
    writer.add_vision_image_size(vision["image_size"])
    writer.add_vision_patch_size(vision["patch_size"])
    writer.add_vision_embedding_length(vision["hidden_size"])
    writer.add_vision_feed_forward_length(vision["intermediate_size"])
    writer.add_vision_block_count(vision["num_hidden_layers"])
    writer.add_vision_head_count(vision["num_attention_heads"])
    writer.add_vision_image_mean(settings["image_mean"])
    writer.add_vision_image_std(settings["image_std"])
    writer.add_clip_projector_type(gguf.VisionProjectorType.IDEFICS3)
    writer.add_vision_attention_layernorm_eps(vision["layer_norm_eps"])
    writer.add_vision_projector_scale_factor(config["scale_factor"])
    writer.add_vision_use_gelu(True)
    writer.add_vision_preproc_image_size(settings["size"]["longest_edge"])
    theirs = {key: value for key, value in state.items() if is_of_vision(key)}
    return expanded | write_tensors(writer, theirs, kinds, vision["num_hidden_layers"], 0, 0)


def empty_folder(name):
    folder = os.path.join(HERE, "gguf", name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def read(*path):
    with open(os.path.join(*path)) as file:
        return json.load(file)


def convert(name, kinds):
    """A golden checkpoint as it is."""
    source = os.path.join(HERE, "models", name)
    settings = read(source, "processor_config.json").get("image_processor")
    state = load_file(os.path.join(source, "model.safetensors"))
    tokenizer = Tokenizer.from_file(os.path.join(source, "tokenizer.json"))
    expanded = write_pair(empty_folder(name), name, read(source, "config.json"),
                          settings or read(source, "preprocessor_config.json"), state, tokenizer, kinds)
    assert all(np.array_equal(expanded[key], state[key].astype(np.float32)) for key in state)


def mixed_kind(name, values):
    """Element types as files mix them: whole rows of blocks where rows allow it, vectors and positions as they are."""
    last = name.split(".")[-2]
    if values.ndim == 1 or "position_embedding" in name:
        return Q.F32
    return {"patch_embedding": Q.F16, "fc1": Q.F16, "v_proj": Q.F16, "o_proj": Q.BF16, "up_proj": Q.Q4_0}.get(last, Q.Q8_0)


def mixed(name, *, seed, images, prompt):
    text = {"model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
            "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "max_position_embeddings": 512,
            "rms_norm_eps": 1e-5, "pad_token_id": 0, "rope_parameters": {"rope_type": "default", "rope_theta": 50000.0}}
    vision = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
              "patch_size": 8, "image_size": 48, "layer_norm_eps": 1e-5}
    tokenizer = byte_level_tokenizer([GLOBAL, *PLACES, FAKE, IMAGE, END])
    image_id = tokenizer.token_to_id(IMAGE)
    config = SmolVLMConfig(vision_config=vision, text_config={**text, "vocab_size": tokenizer.get_vocab_size()},
                           image_token_id=image_id, scale_factor=2, tie_word_embeddings=False,
                           attn_implementation="eager")
    model = SmolVLMForConditionalGeneration(config).eval()
    randomize(model, seed, 1.6)
    state = {key: value.detach().numpy() for key, value in model.state_dict().items()}
    settings = {"do_convert_rgb": True, "do_resize": True, "do_rescale": True, "do_normalize": True, "do_pad": True,
                "do_image_splitting": True, "resample": 1, "rescale_factor": 0.00392156862745098,
                "image_mean": [0.5, 0.45, 0.4], "image_std": [0.5, 0.25, 0.26],
                "size": {"longest_edge": 144}, "max_image_size": {"longest_edge": 48}}
    folder = empty_folder(name)
    expanded = write_pair(folder, name, config.to_dict(), settings, state, tokenizer, mixed_kind)
    model.load_state_dict({key: torch.from_numpy(value) for key, value in expanded.items()})

    tokens_per_view = (48 // 8 // 2) ** 2
    processor = make_processor(tokenizer, settings, tokens_per_view)
    batch = processor(images=[[Image.fromarray(synth(*image)) for image in images]], text=[prompt], return_tensors="pt")
    ids, pixels = batch["input_ids"][0].tolist(), batch["pixel_values"]
    with torch.no_grad():
        tower = model.model.get_image_features(pixel_values=pixels, pixel_attention_mask=batch["pixel_attention_mask"])
        features = torch.cat(list(tower.pooler_output)).view(-1, tokens_per_view, 64)
        logits = model(input_ids=batch["input_ids"], pixel_values=pixels).logits[0]
        embedding = model.get_input_embeddings()
        inputs = embedding(batch["input_ids"])
        inputs[batch["input_ids"] == image_id] = features.reshape(-1, 64)
        tokens, margin = greedy_with_cache(model.model.text_model, model.lm_head, embedding, inputs, 64)
    ends = [tokenizer.token_to_id(token) for token in ("<|im_end|>", "<|endoftext|>", END)]
    assert not set(ends) & set(tokens), "choose a seed that does not end early"
    last = pixels.shape[1] - 1
    golden = {"input_ids": torch.tensor(ids), "logits": logits, "greedy": torch.tensor(tokens),
              "pixel_values.0": pixels[0, 0], f"pixel_values.{last}": pixels[0, last]}
    golden |= {f"image_features.{view}": features[view] for view in range(last + 1)}
    save_file({key: value.contiguous().clone() for key, value in golden.items()}, os.path.join(folder, "golden.safetensors"))
    with open(os.path.join(folder, "golden.json"), "w") as file:
        json.dump({"prompt": prompt, "images": images, "split": True, "greedy_margin": margin}, file, indent=1)
    print(name, "positions", len(ids), "views", last + 1, "margin", round(margin, 4), "distinct", len(set(tokens)))


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    convert("smolvlm-plain-linear", lambda name, values: Q.F32)
    convert("smolvlm-whole-float16", lambda name, values: Q.F16 if values.ndim > 1 else Q.F32)
    mixed("smolvlm-mixed", seed=61, images=[(90, 40, 1), (30, 20, 4)],
          prompt=f"<|im_start|>User:{IMAGE}and{IMAGE}What is in the 2 pictures?{END}\nAssistant:")
