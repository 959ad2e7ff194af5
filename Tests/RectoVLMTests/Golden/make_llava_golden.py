#!/usr/bin/env python3
"""Makes the tiny random LLaVA and Mantis checkpoints of Golden/models, Golden/llava-views.json and Golden/llava-prompts.json.

usage: make_llava_golden.py            (in a virtual environment with requirements.txt installed)

The oracle is transformers 5.23.0 with the Pillow image processors, float32, eager attention, and the prompts of its LlavaProcessor.
The checkpoints look like those of make_model_golden.py (see there); `vision_output.N` are the tower's states at
vision_feature_layer, several layers side by side, with the class token where there is one. Mantis' own processor is not part of
transformers; what it makes of a prompt is written out here from its source (TIGER-AI-Lab/Mantis, mantis/models/mllava):
images are numbered, and every `<image>` stands for all tokens of its image.

Each checkpoint has its tensors under other names: `published` are those of the hub, `later` those of transformers 4.52 and
later, `current` those of release 5 in memory. transformers must compute the same from each.

llava-views.json lists digests of what the image processors make of synthetic images: the first 16 hexadecimal digits of the
SHA-256 of the view's values, little-endian float32, channel by channel. llava-prompts.json lists prompts; in `ids` a negative
number -n stands for n image tokens.
"""
import hashlib
import json
import os

import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (
    CLIPVisionConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
    SiglipVisionConfig,
)
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

from make_idefics3_golden import LLAMA3, edit, empty_folder, greedy_with_cache, shortened
from make_model_golden import HERE, IMAGE, randomize, round_weights, synth, write

PROCESSORS = {"CLIP": CLIPImageProcessorPil, "Siglip": SiglipImageProcessorPil, "Llava": LlavaImageProcessorPil}
HEADERS = ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
QUESTIONS = ["What is in the picture?", "Which one is wide?", "and", "What changed?"]
PIRATE = "You are a pirate chatbot who always responds in pirate speak!"
# As chat_template.json of llava-1.5-7b-hf has it.
VICUNA = (
    "{% for message in messages %}{% if message['role'] != 'system' %}{{ message['role'].upper() + ': '}}{% endif %}"
    "{# Render all images first #}{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}"
    "{{ '<image>\n' }}{% endfor %}{# Render all text next #}{% if message['role'] != 'assistant' %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' '}}{% endfor %}"
    "{% else %}{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{% generation %}"
    "{{ content['text'] + ' '}}{% endgeneration %}{% endfor %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)


def characters(*texts):
    """All that the texts hold but white space: vocabularies of no more keep the files small."""
    return sorted(set("".join(texts)) - set(" \n"))


def vicuna_tokenizer():
    """A BPE of the Llama kind, as small as the prompts here allow."""
    vocabulary = {"<unk>": 0, "<s>": 1, "</s>": 2, "<0x0A>": 3}
    for piece in ["▁"] + characters("USER: ASSISTANT:", *QUESTIONS):
        vocabulary[piece] = len(vocabulary)
    merges = [("t", "h"), ("th", "e"), ("▁", "the"), ("i", "n"), ("▁", "in"), ("e", "r")]
    for left, right in merges:
        vocabulary[left + right] = len(vocabulary)
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens(
        [AddedToken(t, normalized=False, special=True) for t in ("<unk>", "<s>", "</s>", IMAGE, "<pad>")]
    )
    return tokenizer


def headers_tokenizer():
    """A byte-level BPE of the Llama 3 kind, for the bytes that stand in prompts here."""
    vocabulary = {piece: index for index, piece in enumerate(["Ġ", "Ċ"] + characters("(image 123: <Image></Image>)", *QUESTIONS))}
    merges = [("Ċ", "Ċ"), ("t", "h"), ("th", "e"), ("Ġ", "the"), ("i", "n"), ("i", "m"), ("im", "a")]
    for left, right in merges:
        vocabulary[left + right] = len(vocabulary)
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(LLAMA3), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in [*HEADERS, IMAGE, "<pad>"]])
    opening = HEADERS[0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{opening} $A", special_tokens=[(opening, tokenizer.token_to_id(opening))])
    return tokenizer


def wrapped(tokenizer):
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", image_token=IMAGE)


def numbered(text, tokens_per_image):
    """What Mantis' processor makes of a text, with each image token repeated as its model does."""
    parts = text.split(IMAGE)
    result = parts[0]
    for number, tail in enumerate(parts[1:], 1):
        result += f"(image {number}: <Image>{IMAGE * tokens_per_image}</Image>)" + tail
    return result


def image_token_count(form):
    size, patch, class_tokens, strategy = form
    return (size // patch) ** 2 + class_tokens - (strategy == "default")


def make_processor(image_processor, tokenizer, form, template=None):
    return LlavaProcessor(image_processor, wrapped(tokenizer), patch_size=form[1], vision_feature_select_strategy=form[3],
                          num_additional_image_tokens=form[2], chat_template=template)


def rename(folder, names):
    """Puts the tensors under the names of a release, and checks that transformers knows them."""
    path = os.path.join(folder, "model.safetensors")
    result = {}
    for name, value in load_file(path).items():
        for prefix in ("language_model.lm_head.",):
            if name.startswith(prefix):
                name = "lm_head." + name[len(prefix):]
        if not name.startswith(("model.", "lm_head.")):
            name = "model." + name.replace("language_model.model.", "language_model.")
        name = name.replace("vision_tower.vision_model.", "vision_tower.")
        if names != "current":
            name = name.replace("model.vision_tower.", "model.vision_tower.vision_model.")
        if names == "published":
            name = name.replace("model.language_model.", "language_model.model.").replace("lm_head", "language_model.lm_head")
            name = name.replace("model.vision_tower.", "vision_tower.").replace("model.multi_modal", "multi_modal")
        result[name] = value
    save_file(result, path, metadata={"format": "pt"})


def llava(name, *, seed, tokenizer, tower, vision, text, images, prompt, processor="CLIP", settings, names, mantis=False,
          dtype=torch.float32, scale=1.6, keep_pixels=True, drop_keys=(), **settings_of_model):
    folder = empty_folder(name)
    image_id = tokenizer.token_to_id(IMAGE)
    text = LlamaConfig(vocab_size=tokenizer.get_vocab_size(), pad_token_id=tokenizer.token_to_id("<pad>"), rms_norm_eps=1e-5,
                       **text)
    vision = tower(**vision)
    config = LlavaConfig(vision_config=vision, text_config=text, image_token_index=image_id, attn_implementation="eager",
                         **settings_of_model)
    model = LlavaForConditionalGeneration(config).eval()
    randomize(model, seed, scale)
    model.tie_weights()
    round_weights(model, dtype)

    class_tokens = 1 if tower is CLIPVisionConfig else 0
    form = (vision.image_size, vision.patch_size, class_tokens, config.vision_feature_select_strategy)
    count = image_token_count(form)
    settings = {"do_convert_rgb": True, "do_resize": True, "do_rescale": True, "do_normalize": True, "resample": 3,
                "rescale_factor": 0.00392156862745098, **settings}
    image_processor = PROCESSORS[processor](**settings)
    pictures = [Image.fromarray(synth(*image)) for image in images]
    pixels = image_processor(pictures, return_tensors="pt")["pixel_values"]
    if mantis:
        ids = tokenizer.encode(numbered(prompt, count)).ids
    else:
        batch = make_processor(image_processor, tokenizer, form)(images=pictures, text=prompt, return_tensors="pt")
        ids = batch["input_ids"][0].tolist()
        assert torch.equal(batch["pixel_values"], pixels)
    assert ids.count(image_id) == count * len(images), (ids.count(image_id), count)

    golden = {}
    with torch.no_grad():
        layers = config.vision_feature_layer
        states = model.model.vision_tower(pixels, output_hidden_states=True).hidden_states
        assert len(states) == vision.num_hidden_layers + 1
        joined = torch.cat([states[layer] for layer in (layers if isinstance(layers, list) else [layers])], -1)
        features = torch.stack(list(model.model.get_image_features(pixel_values=pixels).pooler_output))
        for view in range(len(images)):
            golden[f"image_features.{view}"] = features[view].clone()
            if keep_pixels and view == len(images) - 1:
                golden[f"pixel_values.{view}"] = pixels[view].clone()
            if view == 0:
                golden[f"vision_output.{view}"] = joined[view].clone()
        inputs_ids = torch.tensor([ids])
        logits = model(input_ids=inputs_ids, pixel_values=pixels).logits[0]
        embedding = model.get_input_embeddings()
        inputs = embedding(inputs_ids)
        inputs[inputs_ids == image_id] = features.reshape(-1, features.shape[-1])
        network = model.model.language_model
        alone = model.lm_head(network(inputs_embeds=inputs).last_hidden_state)[0]
        assert torch.allclose(logits, alone, atol=1e-5), (logits - alone).abs().max()
        tokens, margin = greedy_with_cache(network, model.lm_head, embedding, inputs, 64)
    ends = [tokenizer.token_to_id(token) for token in (["<|eot_id|>"] if mantis else ["</s>"])]
    assert not {*ends, image_id} & set(tokens), "choose a seed that does not end early"
    golden |= {"logits": logits, "input_ids": torch.tensor(ids), "greedy": torch.tensor(tokens)}
    facts = {"prompt": prompt, "images": images, "split": False, "greedy_margin": margin}
    kind = f"{processor}ImageProcessor"
    files = {"generation_config.json": {"eos_token_id": 1, "pad_token_id": 0},
             "preprocessor_config.json": settings | {"image_processor_type": kind}}
    if mantis:
        files["preprocessor_config.json"]["processor_class"] = "MLlavaProcessor"
    else:
        files["generation_config.json"]["eos_token_id"] = ends
        files["processor_config.json"] = {"image_token": IMAGE, "num_additional_image_tokens": class_tokens,
                                          "patch_size": vision.patch_size, "processor_class": "LlavaProcessor",
                                          "vision_feature_select_strategy": config.vision_feature_select_strategy}
    write(folder, model, tokenizer, golden, facts, dtype, "50GB", files)
    rename(folder, names)
    edit(folder, "config.json", lambda content: [content.pop(key, None) for key in drop_keys])
    again = LlavaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        found = again(input_ids=inputs_ids, pixel_values=pixels).logits[0]
    assert torch.allclose(found, logits, atol=1e-4), (name, (found - logits).abs().max())


def make_models():
    vision = {"hidden_size": 18, "intermediate_size": 22, "num_hidden_layers": 3, "num_attention_heads": 3, "patch_size": 7,
              "image_size": 21, "projection_dim": 8}
    text = {"hidden_size": 20, "intermediate_size": 28, "num_hidden_layers": 2, "num_attention_heads": 5,
            "num_key_value_heads": 5, "max_position_embeddings": 256}
    vicuna, headers = vicuna_tokenizer(), headers_tokenizer()
    clip = {"do_center_crop": True, "size": {"shortest_edge": 21}, "crop_size": {"height": 21, "width": 21},
            "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}

    llava("llava-clip", seed=451, tokenizer=vicuna, tower=CLIPVisionConfig, vision=vision, text=text, settings=clip,
          images=[(57, 40, 1)], prompt=f"USER: {IMAGE}\n{QUESTIONS[0]} ASSISTANT:", names="published")
    llava("llava-clip-full-layers", seed=142, tokenizer=vicuna, tower=CLIPVisionConfig,
          vision={**vision, "image_size": 17, "patch_size": 5, "num_attention_heads": 2, "hidden_act": "gelu"},
          text={**text, "num_key_value_heads": 1, "head_dim": 6, "tie_word_embeddings": True},
          settings={**clip, "size": {"shortest_edge": 13}, "crop_size": {"height": 17, "width": 17}, "do_pad": True},
          processor="Llava", images=[(30, 50, 2), (44, 44, 3)], dtype=torch.float16, names="later",
          prompt=f"USER: {IMAGE}\n{IMAGE}\n{QUESTIONS[1]} ASSISTANT:", vision_feature_layer=[-3, 0, 3],
          vision_feature_select_strategy="full", multimodal_projector_bias=False, projector_hidden_act="gelu_pytorch_tanh")
    llava("mantis-clip-images", seed=613, tokenizer=headers, tower=CLIPVisionConfig, vision={**vision, "patch_size": 10},
          text={**text, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8,
                "rope_parameters": {"rope_type": "default", "rope_theta": 500000.0}},
          settings=clip, images=[(21, 90, 4), (60, 33, 5), (8, 9, 6)], mantis=True, names="published", dtype=torch.bfloat16,
          prompt=f"{IMAGE} {IMAGE} {QUESTIONS[2]} {IMAGE}\n{QUESTIONS[1]}", keep_pixels=False)
    llava("mantis-siglip-dropped", seed=574, tokenizer=headers, tower=SiglipVisionConfig,
          vision={**{key: value for key, value in vision.items() if key != "projection_dim"}, "image_size": 24},
          text={**text, "num_key_value_heads": 1}, processor="Siglip", names="current", mantis=True,
          settings={"size": {"height": 24, "width": 24}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3},
          images=[(50, 31, 7)], prompt=f"{IMAGE}{QUESTIONS[3]}", dtype=torch.float16,
          drop_keys=("image_seq_length", "vision_feature_select_strategy"))


def digest(values):
    return hashlib.sha256(values.numpy().astype("<f4").tobytes()).hexdigest()[:16]


def make_views():
    mean, deviation = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
    clip = {"size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}, "do_center_crop": True,
            "image_mean": mean, "image_std": deviation, "resample": 3}
    siglip = {"size": {"height": 384, "width": 384}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "resample": 3}
    pages = [(1200, 900, 1), (400, 600, 2), (777, 1203, 5), (2339, 1654, 9), (2000, 300, 4), (300, 2000, 6), (40, 60, 3),
             (1, 1, 7), (336, 336, 8), (3, 700, 9), (700, 3, 10)]
    variants = [
        ("CLIP", clip, pages), ("Siglip", siglip, pages), ("Llava", {**clip, "do_pad": True}, pages[:7] + pages[8:10]),
        ("CLIP", {}, pages[:2]), ("Siglip", {}, pages[:2]), ("Llava", {}, pages[:1]),
        ("CLIP", {"size": 30, "crop_size": 24}, pages[1:3]),
        ("CLIP", {"size": {"shortest_edge": 20}, "crop_size": {"height": 31, "width": 27}}, [(50, 41, 1), (40, 90, 2)]),
        ("CLIP", {"size": {"shortest_edge": 20}, "crop_size": {"height": 30, "width": 17}}, [(50, 41, 1), (90, 40, 2)]),
        ("CLIP", {"do_resize": False, "crop_size": {"height": 50, "width": 31}}, [(60, 61, 3), (45, 90, 4), (7, 6, 5)]),
        ("CLIP", {"do_center_crop": False, "size": {"height": 33, "width": 20}}, [(60, 61, 3)]),
        ("Siglip", {"size": {"height": 40, "width": 41}, "do_center_crop": True, "crop_size": 32}, [(60, 61, 3)]),
        ("CLIP", {"do_normalize": False, "resample": 1}, pages[:1]), ("Siglip", {"do_rescale": False, "resample": 2}, pages[:1]),
    ]
    cases = []
    for kind, settings, images in variants:
        processor = PROCESSORS[kind](**settings)
        for image in images:
            values = processor(Image.fromarray(synth(*image)), return_tensors="pt")["pixel_values"][0]
            cases.append({"settings": {**settings, "image_processor_type": f"{kind}ImageProcessor"}, "image": image,
                          "size": list(values.shape[1:]), "digest": digest(values.float())})
    with open(os.path.join(HERE, "llava-views.json"), "w") as file:
        file.write(json.dumps(cases).replace('{"settings"', '\n{"settings"') + "\n")
    print(f"{len(cases)} views, {os.path.getsize(file.name) // 1024} KiB")


def mantis_chat(text):
    """The prompt that chat_mllava of Mantis writes for a model based on Llama 3."""
    turn = "<|start_header_id|>{}<|end_header_id|>\n\n{}"
    return (turn.format("system", PIRATE) + "<|eot_id|>" + turn.format("user", text) + "<|eot_id|>"
            + turn.format("assistant", ""))


def make_prompts():
    forms = [(336, 14, 1, "default"), (336, 14, 1, "full"), (384, 14, 0, "default"), (384, 14, 0, "full")]
    a4, receipt, stamp, banner = (877, 620), (400, 150), (40, 60), (30, 200)
    questions = [
        ([a4], ["", "What is the total?"]), ([receipt], ["", "Sum of 12.50 and 3?"]), ([stamp], ["Look: ", " what is it?"]),
        ([a4, receipt], ["", " and ", "\nWhich is newer?"]), ([a4, stamp, banner], ["", "", "", "Compare."]),
        ([banner, stamp, stamp], ["1.", "2.", "\n\n", "\n"]), ([], ["No image at all. é"]),
    ]
    cases = []
    for name, added in (("mistral-idefics2", []), ("smollm2", [IMAGE, *HEADERS])):
        tokenizer = Tokenizer.from_file(os.path.join(HERE, "tokenizers", name, "tokenizer.json"))
        tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in added])
        image_id = tokenizer.token_to_id(IMAGE)
        for form in forms:
            image_processor = (CLIPImageProcessorPil(size={"shortest_edge": form[0]}, crop_size=form[0]) if form[2] else
                               SiglipImageProcessorPil(size={"height": form[0], "width": form[0]}))
            processor = make_processor(image_processor, tokenizer, form, VICUNA)
            for sizes, texts in questions:
                pictures = [Image.fromarray(synth(*size, 1)) for size in sizes]
                for kind in ("raw", "vicuna", "mantis-raw", "mantis"):
                    if kind.startswith("mantis") != (name == "smollm2") and kind != "vicuna":
                        continue
                    if kind == "vicuna":
                        content = []
                        for place, text in enumerate(texts):
                            content += [{"type": "text", "text": text}] if text else []
                            content += [{"type": "image"}] if place < len(sizes) else []
                        text = processor.apply_chat_template([{"role": "user", "content": content}],
                                                             add_generation_prompt=True)
                    else:
                        text = IMAGE.join(texts)
                    if kind.startswith("mantis"):
                        text = numbered(mantis_chat(text) if kind == "mantis" else text, image_token_count(form))
                        ids = tokenizer.encode(text).ids
                    else:
                        ids = processor(text=[text], **({"images": [pictures]} if pictures else {}))["input_ids"][0]
                    cases.append({"tokenizer": name, "form": form, "texts": texts, "template": kind,
                                  "ids": shortened(ids, image_id)})
    with open(os.path.join(HERE, "llava-prompts.json"), "w") as file:
        file.write(json.dumps({"added": [IMAGE, *HEADERS], "vicuna": VICUNA, "cases": cases}, ensure_ascii=False)
                   .replace('{"tokenizer"', '\n{"tokenizer"') + "\n")
    print(f"{len(cases)} prompts, {os.path.getsize(file.name) // 1024} KiB")


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    make_models()
    make_views()
    make_prompts()
