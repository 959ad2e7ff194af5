"""Measures transformers: one checkpoint in one element type.

usage: worker_transformers.py FOLDER bfloat16|float32 THREADS [--ceiling]
"""

import argparse
import pathlib
import time

import worker
from geometries import DECODE_PROMPT_TOKENS, DECODE_TOKENS, PROMPT_TOKENS

import torch  # after `worker`, which takes stdout first
import transformers


def random_tokens(vocabulary: int, batch: int, count: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(3, min(vocabulary, 32000), (batch, count), generator=generator)


class TransformersModel:
    """A checkpoint as transformers runs it by default: scaled dot product attention, a dynamic cache."""

    def __init__(self, folder: pathlib.Path, dtype: torch.dtype) -> None:
        self.config = transformers.AutoConfig.from_pretrained(folder)
        has_tower = self.config.model_type == "idefics2"
        cls = transformers.Idefics2ForConditionalGeneration if has_tower else transformers.LlamaForCausalLM
        model = cls.from_pretrained(folder, dtype=dtype).eval()
        self.dtype = dtype
        self.head = model.lm_head
        self.text = model.model.text_model if has_tower else model.model
        self.tower = model.model.vision_model if has_tower else None
        self.vocabulary = self.text.config.vocab_size

    def run_tower(self, pixels: torch.Tensor) -> None:
        self.tower(pixel_values=pixels)

    def measure_tower(self) -> dict:
        if self.tower is None:
            return {}
        size = self.tower.config.image_size
        pixels = (torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(1)) * 2 - 1).to(self.dtype)
        seconds = worker.best_seconds(lambda: self.run_tower(pixels))
        return {"seconds": seconds, "patches": (size // self.tower.config.patch_size) ** 2}

    def measure_prefill(self) -> dict:
        ids = random_tokens(self.vocabulary, 1, PROMPT_TOKENS)

        def work() -> None:
            self.head(self.text(input_ids=ids, use_cache=True).last_hidden_state[:, -1:])

        return {"tokens_per_second": PROMPT_TOKENS / worker.best_seconds(work), "tokens": PROMPT_TOKENS}

    def measure_decode(self, batch: int) -> dict:
        ids = random_tokens(self.vocabulary, batch, DECODE_PROMPT_TOKENS)
        out = self.text(input_ids=ids, use_cache=True)
        start = time.perf_counter()
        for _ in range(DECODE_TOKENS):
            ids = self.head(out.last_hidden_state[:, -1:]).argmax(-1)
            out = self.text(input_ids=ids, past_key_values=out.past_key_values, use_cache=True)
        return {"tokens_per_second": batch * DECODE_TOKENS / (time.perf_counter() - start)}


def measure_ceiling() -> dict:
    """What matrix products and reading memory reach through torch, whose products are oneDNN's."""
    rows, inner, columns = 1024, 768, 3072
    operations = 2e-9 * rows * inner * columns
    answer = {}

    def fastest(work) -> float:
        work()
        return min(worker.best_seconds(work) for _ in range(5))

    for name, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        left = torch.randn(rows, inner).to(dtype)
        # In turn over several weights, as a model has them, and not one that stays in the nearest cache.
        weights = [torch.randn(columns, inner).to(dtype) for _ in range(8)]
        answer[name] = 8 * operations / fastest(lambda: [torch.nn.functional.linear(left, w) for w in weights])
        try:
            packed = [torch.ops.mkldnn._reorder_linear_weight(w.to_mkldnn(), rows) for w in weights]
            run = torch.ops.mkldnn._linear_pointwise
            seconds = fastest(lambda: [run(left, w, None, "none", [], "") for w in packed])
            answer[name] = max(answer[name], 8 * operations / seconds)
        except (AttributeError, RuntimeError, NotImplementedError):
            pass
    try:
        left = torch.randint(-127, 127, (rows, inner), dtype=torch.int8)
        weights = [torch.randint(-127, 127, (columns, inner), dtype=torch.int8).t() for _ in range(8)]
        answer["int8"] = 8 * operations / fastest(lambda: [torch._int_mm(left, w) for w in weights])
    except (AttributeError, RuntimeError, NotImplementedError):
        pass
    try:
        unsigned = torch.randint(0, 255, (rows, inner), dtype=torch.uint8)
        scales, zeros = torch.ones(columns), torch.zeros(columns, dtype=torch.int64)
        packed = [torch.ops.onednn.qlinear_prepack(w.contiguous(), [rows, inner]) for w in weights]
        run = torch.ops.onednn.qlinear_pointwise

        def quantized() -> None:
            for weight in packed:
                run(unsigned, 1.0, 0, weight, scales, zeros, None, 1.0, 0, torch.float32, "none", [], "")

        answer["int8"] = max(answer.get("int8", 0.0), 8 * operations / fastest(quantized))
    except (AttributeError, RuntimeError, NotImplementedError, NameError):
        pass
    memory = torch.ones(1 << 27)
    seconds = fastest(lambda: memory.sum())
    return {"gigaoperations_per_second": answer, "read_gigabytes_per_second": 4e-9 * memory.numel() / seconds}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("dtype", choices=["bfloat16", "float32"])
    parser.add_argument("threads", type=int)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    with torch.inference_mode():
        model = TransformersModel(arguments.folder, getattr(torch, arguments.dtype))
        model.run_tower(torch.zeros(1, 3, 112, 112, dtype=model.dtype)) if model.tower else None
        model.text(input_ids=random_tokens(model.vocabulary, 1, 32), use_cache=True)
        worker.serve(
            {"version": f"transformers {transformers.__version__}, torch {torch.__version__}"},
            {
                "tower": model.measure_tower,
                "prefill": model.measure_prefill,
                "decode": lambda: model.measure_decode(1),
                "decode 8": lambda: model.measure_decode(8),
                "ceiling": measure_ceiling,
            },
        )


if __name__ == "__main__":
    main()
