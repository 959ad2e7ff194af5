#!/usr/bin/env python3
"""Makes the tiny random Idefics3 and SmolVLM checkpoints of Golden/models, and Golden/idefics3-prompts.json.

usage: make_idefics3_golden.py            (in a virtual environment with requirements.txt installed)

The oracle is transformers 5.23.0 with the Pillow image processor, float32, eager attention, and the processor's own prompts.
The checkpoints look like those of make_model_golden.py (see there); greedy tokens are decoded with a cache here, since
dynamic rotary positions turn keys that were read earlier by other angles.

idefics3-prompts.json lists conversations and raw prompts about images of several sizes, for the vocabulary of SmolLM2 with the
tokens that SmolVLM added to it: as the small ones have them (the places of tiles are tokens) and as the large one
(they are ordinary text). In `ids` a negative number -n stands for n image tokens.
"""
import json
import os
import shutil

import torch
from PIL import Image
from safetensors.torch import load_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import (
    DynamicCache,
    Idefics3Config,
    Idefics3ForConditionalGeneration,
    Idefics3Processor,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    SmolVLMConfig,
    SmolVLMForConditionalGeneration,
)
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.smolvlm.processing_smolvlm import DEFAULT_CHAT_TEMPLATE, get_image_prompt_string

from make_model_golden import FAKE, HERE, IMAGE, END, make_tokenizer, randomize, round_weights, synth, write

GLOBAL = "<global-img>"
PLACES = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
UTTERANCES = (
    "{% for message in messages %}{{message['role'].capitalize()}}{% if message['content'][0]['type'] == 'image' %}"
    "{{':'}}{% else %}{{': '}}{% endif %}{% for line in message['content'] %}{% if line['type'] == 'text' %}"
    "{{line['text']}}{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n"
    "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)
ROLES = """{%- for message in messages -%}
{{- '<|start_of_role|>' + message['role'] + '<|end_of_role|>' -}}
{%- if message['content'] is string -%}
{{- message['content'] -}}
{%- else -%}
{%- for part in message['content'] -%}
{%- if part['type'] == 'text' -%}
{{- part['text'] -}}
{%- elif part['type'] == 'image' -%}
{{- '<image>' -}}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
{{- '<|end_of_text|>
' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|start_of_role|>assistant' -}}
{%- if controls -%}{{- ' ' + controls | tojson() -}}{%- endif -%}
{{- '<|end_of_role|>' -}}
{%- endif -%}
"""


def byte_level_tokenizer(added, opening=None):
    """A byte-level BPE with a few merges: like SmolLM2's, or like Llama 3's where it puts a token before every text."""
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    vocabulary = {piece: number for number, piece in enumerate(specials)}
    for piece in sorted(pre_tokenizers.ByteLevel.alphabet()):
        vocabulary[piece] = len(vocabulary)
    merges = [("r", "o"), ("ro", "w"), ("c", "o"), ("co", "l"), ("Ġ", "t"), ("Ġt", "h"), ("Ġth", "e"), ("Ċ", "Ċ"), ("i", "n"),
              (">", "Ċ"), ("_", "col")]
    for left, right in merges:
        vocabulary[left + right] = len(vocabulary)
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, ignore_merges=opening is not None))
    if opening:
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ])
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    names = specials + ([opening] if opening else []) + added
    tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in names])
    if opening:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{opening} $A", special_tokens=[(opening, tokenizer.token_to_id(opening))])
    return tokenizer


def wrapped(tokenizer, opening):
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=opening, pad_token="<|im_end|>")


def make_processor(tokenizer, settings, tokens_per_view, opening=None, template=None):
    image_processor = Idefics3ImageProcessorPil(**settings)
    return Idefics3Processor(image_processor, wrapped(tokenizer, opening), image_seq_len=tokens_per_view,
                             chat_template=template)


def check_rule(processor):
    """SmolVLM's processor, which needs packages for videos, writes what Idefics3's writes."""
    for rows, columns in ((0, 0), (1, 4), (3, 2)):
        theirs = get_image_prompt_string(rows, columns, processor.image_seq_len, FAKE, IMAGE, GLOBAL)
        assert theirs == processor.replace_image_token({"rows": [[rows]], "cols": [[columns]]}, 0)


def greedy_with_cache(network, head, embedding, inputs, count):
    """Greedy decoding as `generate` does it: the prompt at once, then token by token."""
    cache, margin, out = DynamicCache(), float("inf"), []
    for _ in range(count):
        hidden = network(inputs_embeds=inputs, past_key_values=cache, use_cache=True).last_hidden_state
        best = torch.topk(head(hidden)[0, -1], 2)
        margin = min(margin, float(best.values[0] - best.values[1]))
        out.append(int(best.indices[0]))
        inputs = embedding(torch.tensor([[out[-1]]]))
    return out, margin


def edit(folder, name, change):
    path = os.path.join(folder, name)
    with open(path) as file:
        content = json.load(file)
    change(content)
    with open(path, "w") as file:
        json.dump(content, file, indent=1, sort_keys=True)


def empty_folder(name):
    folder = os.path.join(HERE, "models", name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def idefics3(name, family, *, seed, tokenizer, vision, text, scale_factor, tile, longest, images, prompt, split, tie=False,
             dtype=torch.float32, older_rope=None, nested_processor=False, opening=None, scale=1.6, keep_pixels=True):
    config_class, model_class = {
        "idefics3": (Idefics3Config, Idefics3ForConditionalGeneration),
        "smolvlm": (SmolVLMConfig, SmolVLMForConditionalGeneration),
    }[family]
    folder = empty_folder(name)
    image_id = tokenizer.token_to_id(IMAGE)
    vision = {"image_size": tile, **vision}
    text = {"model_type": "llama", "vocab_size": tokenizer.get_vocab_size(), "pad_token_id": 0, "rms_norm_eps": 1e-5, **text}
    config = config_class(vision_config=vision, text_config=text, image_token_id=image_id, scale_factor=scale_factor,
                          tie_word_embeddings=tie, attn_implementation="eager")
    model = model_class(config).eval()
    randomize(model, seed, scale)
    model.tie_weights()
    round_weights(model, dtype)

    settings = {"do_convert_rgb": True, "do_resize": True, "do_rescale": True, "do_normalize": True, "do_pad": True,
                "do_image_splitting": split, "resample": 1, "rescale_factor": 0.00392156862745098, "image_mean": [0.5] * 3,
                "image_std": [0.5] * 3, "size": {"longest_edge": longest}, "max_image_size": {"longest_edge": tile}}
    tokens_per_view = (tile // vision["patch_size"] // scale_factor) ** 2
    processor = make_processor(tokenizer, settings, tokens_per_view, opening)
    check_rule(processor)
    pictures = [Image.fromarray(synth(*image)) for image in images]
    batch = processor(images=[pictures], text=[prompt], return_tensors="pt")
    ids, pixels = batch["input_ids"][0].tolist(), batch["pixel_values"]
    assert ids.count(image_id) == tokens_per_view * pixels.shape[1], (ids.count(image_id), pixels.shape)

    golden = {}
    with torch.no_grad():
        tower = model.model.get_image_features(pixel_values=pixels, pixel_attention_mask=batch["pixel_attention_mask"])
        features = torch.cat(list(tower.pooler_output)).view(-1, tokens_per_view, config.text_config.hidden_size)
        for view in range(pixels.shape[1]):
            golden[f"image_features.{view}"] = features[view].clone()
            if keep_pixels and view in (0, pixels.shape[1] - 1):
                golden[f"pixel_values.{view}"] = pixels[0, view].clone()
                golden[f"vision_output.{view}"] = tower.last_hidden_state[view].clone()
        logits = model(input_ids=batch["input_ids"], pixel_values=pixels).logits[0]
        embedding = model.get_input_embeddings()
        inputs = embedding(batch["input_ids"])
        inputs[batch["input_ids"] == image_id] = features.reshape(-1, features.shape[-1])
        network = model.model.text_model
        alone = model.lm_head(network(inputs_embeds=inputs).last_hidden_state)[0]
        assert torch.allclose(logits, alone, atol=1e-5), (logits - alone).abs().max()
        tokens, margin = greedy_with_cache(network, model.lm_head, embedding, inputs, 64)
    ends = [tokenizer.token_to_id(token) for token in ("<|im_end|>", END)]
    assert not set(ends) & set(tokens), "choose a seed that does not end early"
    golden |= {"logits": logits, "input_ids": torch.tensor(ids), "greedy": torch.tensor(tokens)}
    facts = {"prompt": prompt, "images": images, "split": split, "greedy_margin": margin}
    outer = {"image_seq_len": tokens_per_view, "processor_class": f"{'SmolVLM' if family == 'smolvlm' else 'Idefics3'}Processor"}
    if nested_processor:
        outer["image_processor"] = settings | {"image_processor_type": "SmolVLMImageProcessorFast"}
    files = {"processor_config.json": outer, "generation_config.json": {"eos_token_id": ends, "pad_token_id": 0}}
    if not nested_processor:
        files["preprocessor_config.json"] = settings | {"image_processor_type": "Idefics3ImageProcessor"}
    write(folder, model, tokenizer, golden, facts, dtype, "50GB", files)
    if tie:
        assert "lm_head.weight" not in load_file(os.path.join(folder, "model.safetensors"))
    if older_rope:
        def rename(content):
            parameters = content["text_config"].pop("rope_parameters")
            content["text_config"] |= {"rope_theta": parameters["rope_theta"], "rope_scaling": older_rope}
        edit(folder, "config.json", rename)


def llama(name, *, seed, prompt, **settings):
    """A text model whose answer grows beyond the length that it was trained on."""
    folder = empty_folder(name)
    tokenizer = make_tokenizer()
    config = LlamaConfig(vocab_size=tokenizer.get_vocab_size(), pad_token_id=0, attn_implementation="eager", **settings)
    model = LlamaForCausalLM(config).eval()
    randomize(model, seed, 1.6)
    ids = tokenizer.encode(prompt).ids
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]
        inputs = model.model.embed_tokens(torch.tensor([ids]))
        tokens, margin = greedy_with_cache(model.model, model.lm_head, model.model.embed_tokens, inputs, 64)
    assert len(ids) < config.max_position_embeddings < len(ids) + 60 and 2 not in tokens, (len(ids), tokens)
    golden = {"logits": logits, "input_ids": torch.tensor(ids), "greedy": torch.tensor(tokens)}
    write(folder, model, tokenizer, golden, {"prompt": prompt, "images": [], "split": False, "greedy_margin": margin},
          torch.float32, "50GB", {"generation_config.json": {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}})


def make_models():
    vision = {"hidden_size": 24, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 3, "patch_size": 7}
    text = {"hidden_size": 32, "intermediate_size": 56, "num_hidden_layers": 2, "num_attention_heads": 4,
            "num_key_value_heads": 2, "head_dim": 8, "max_position_embeddings": 512}
    places = byte_level_tokenizer([GLOBAL, *PLACES, FAKE, IMAGE, END])
    plain = byte_level_tokenizer([FAKE, IMAGE, END])
    opened = byte_level_tokenizer([FAKE, IMAGE, END], opening="<|begin_of_text|>")

    idefics3("idefics3-places-llama3", "idefics3", seed=31, tokenizer=places, vision=vision, scale_factor=2, tile=28,
             text={**text, "rope_parameters": {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0,
                   "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 128}},
             longest=84, images=[(110, 40, 1)], split=True, tie=True,
             prompt=f"<|im_start|>User:{IMAGE}What is in the picture?{END}\nAssistant:")
    idefics3("smolvlm-plain-linear", "smolvlm", seed=132, tokenizer=plain, scale_factor=3, tile=46,
             vision={**vision, "patch_size": 5, "hidden_size": 20, "num_attention_heads": 2},
             text={**text, "num_key_value_heads": 4,
                   "rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 273768.0}},
             older_rope={"type": "linear", "factor": 4.0},
             longest=92, images=[(40, 90, 2), (64, 64, 3)], split=True,
             prompt=f"<|im_start|>User:{IMAGE}and{IMAGE}What changed in the 2nd?{END}\nAssistant:")
    idefics3("idefics3-opened-dynamic", "idefics3", seed=113, tokenizer=opened, vision={**vision, "num_attention_heads": 4},
             scale_factor=2, tile=31, opening="<|begin_of_text|>",
             text={**text, "head_dim": 10, "max_position_embeddings": 40,
                   "rope_parameters": {"rope_type": "dynamic", "factor": 8.0, "rope_theta": 500000.0}},
             older_rope={"rope_type": "dynamic", "factor": 8.0},
             longest=62, images=[(30, 20, 4)], split=True, prompt=f"User:{IMAGE}Read it in 3 words.{END}\nAssistant:")
    idefics3("smolvlm-whole-float16", "smolvlm", seed=44, tokenizer=places, scale_factor=4, tile=64,
             vision={**vision, "patch_size": 8, "hidden_size": 32, "num_attention_heads": 2},
             text={**text, "num_attention_heads": 5, "num_key_value_heads": 1, "hidden_size": 40,
                   "rope_parameters": {"rope_type": "default", "rope_theta": 100000.0}},
             longest=256, images=[(30, 20, 4), (99, 300, 5), (64, 64, 6)], split=False, dtype=torch.float16,
             nested_processor=True, keep_pixels=False,
             prompt=f"<|im_start|>User:{IMAGE}{IMAGE}{IMAGE}Which of the three is wide? é{END}\nAssistant:")
    llama("llama-dynamic", seed=35, hidden_size=32, intermediate_size=56, num_hidden_layers=2, num_attention_heads=4,
          num_key_value_heads=2, max_position_embeddings=48, tie_word_embeddings=True,
          rope_parameters={"rope_type": "dynamic", "factor": 3.0, "rope_theta": 10000.0},
          prompt="In the beginning there was ink")


def shortened(ids, image_id):
    """Runs of image tokens as one negative number."""
    short = []
    for token in ids:
        if token != image_id:
            short.append(token)
        elif short and short[-1] < 0:
            short[-1] -= 1
        else:
            short.append(-1)
    return short


def make_prompts():
    small = os.path.join(HERE, "tokenizers", "smollm2", "tokenizer.json")
    variants = {"places": [GLOBAL, *PLACES, FAKE, IMAGE, END], "plain": [FAKE, IMAGE, END]}
    templates = {
        "smolvlm": "<|im_start|>" + UTTERANCES, "smolvlm-video": DEFAULT_CHAT_TEMPLATE, "docling": ROLES,
        "idefics3": "<|begin_of_text|>" + UTTERANCES,
    }
    models_ = {"small": (2048, 512, 64), "large": (1536, 384, 81), "8b": (1456, 364, 169)}
    a4, letter, receipt, stamp, banner = (1754, 1240), (2200, 1700), (1600, 600), (40, 60), (300, 2000)
    questions = [
        ([a4], ["", "What is the total?"]), ([receipt], ["", "Sum of 12.50 and 3?"]), ([stamp], ["Look: ", " what is it?"]),
        ([a4, receipt], ["", " and ", "\nWhich is newer?"]), ([letter, stamp, banner], ["", "", "", "Compare."]),
        ([banner, stamp, stamp], ["1.", "2.", "\n\n", "\n"]), ([], ["No image at all."]),
    ]
    cases = []
    for variant, added in variants.items():
        tokenizer = Tokenizer.from_file(small)
        tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in added])
        image_id = tokenizer.token_to_id(IMAGE)
        for number, (sizes, texts) in enumerate(questions):
            for model in models_ if sizes else ["small"]:
                longest, tile, count = models_[model]
                settings = {"size": {"longest_edge": longest}, "max_image_size": {"longest_edge": tile}}
                pictures = [Image.fromarray(synth(*size, 1)) for size in sizes]
                for split in (True, False) if sizes else (False,):
                    kinds = ["raw", *templates] if model == "small" else ["raw"]
                    for kind in kinds if number in (0, 2) else kinds[:2]:
                        processor = make_processor(tokenizer, settings | {"do_image_splitting": split}, count,
                                                   template=templates.get(kind))
                        content = []
                        for place, text in enumerate(texts):
                            content += [{"type": "text", "text": text}] if text else []
                            content += [{"type": "image"}] if place < len(sizes) else []
                        if kind == "raw":
                            text = IMAGE.join(texts)
                        else:
                            text = processor.apply_chat_template([{"role": "user", "content": content}],
                                                                 add_generation_prompt=True)
                        batch = processor(text=[text], **({"images": [pictures]} if pictures else {}))
                        cases.append({"variant": variant, "settings": [longest, tile, count], "sizes": sizes, "texts": texts,
                                      "split": split, "template": kind,
                                      "ids": shortened(batch["input_ids"][0], image_id)})
    with open(os.path.join(HERE, "idefics3-prompts.json"), "w") as file:
        file.write(json.dumps({"added": variants, "templates": templates, "cases": cases}, ensure_ascii=False)
                   .replace('{"variant"', '\n{"variant"') + "\n")
    print(f"{len(cases)} prompts, {os.path.getsize(file.name) // 1024} KiB")


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(2)
    make_models()
    make_prompts()
