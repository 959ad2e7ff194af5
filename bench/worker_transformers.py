"""Measures transformers: one checkpoint in one element type.

usage: worker_transformers.py FOLDER bfloat16|float32 THREADS
"""

import argparse
import pathlib
import time
from collections.abc import Callable

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
    """What matrix products and reading memory reach through torch, whose products are oneDNN's or MKL's."""
    rows, inner, columns = 1024, 768, 3072
    numbers = range(8)  # in turn over several weights, as a model has them, and not one that stays in the nearest cache
    gigaoperations = 2e-9 * len(numbers) * rows * inner * columns
    best: dict[str, float] = {}

    def attempt(kind: str, prepare: Callable[[], Callable[[int], object]]) -> None:
        """Times one way to multiply; a release of torch that does not know it goes without."""
        try:
            multiply = prepare()
            seconds = fastest(lambda: [multiply(number) for number in numbers])
        except (AttributeError, RuntimeError, NotImplementedError):
            return
        best[kind] = max(best.get(kind, 0.0), gigaoperations / seconds)

    def fastest(work: Callable[[], object]) -> float:
        work()
        return min(worker.best_seconds(work) for _ in range(5))

    for name, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        left = torch.randn(rows, inner).to(dtype)
        weights = [torch.randn(columns, inner).to(dtype) for _ in numbers]

        def plain(left=left, weights=weights):
            return lambda number: torch.nn.functional.linear(left, weights[number])

        def onednn(left=left, weights=weights):
            opaque = [weight.to_mkldnn() for weight in weights]
            return lambda number: torch.ops.mkldnn._linear_pointwise(left, opaque[number], None, "none", [], "")

        attempt(name, plain)
        attempt(name, onednn)

    signed = torch.randint(-127, 127, (rows, inner), dtype=torch.int8)
    unsigned = torch.randint(0, 255, (rows, inner), dtype=torch.uint8)
    weights = [torch.randint(-127, 127, (columns, inner), dtype=torch.int8) for _ in numbers]

    def packed():
        prepacked = [torch.ops.onednn.qlinear_prepack(weight, [rows, inner]) for weight in weights]
        scales, zeros = torch.ones(columns), torch.zeros(columns, dtype=torch.int64)
        return lambda number: torch.ops.onednn.qlinear_pointwise(
            unsigned, 1.0, 0, prepacked[number], scales, zeros, None, 1.0, 0, torch.bfloat16, "none", [], ""
        )

    attempt("int8", lambda: lambda number: torch._int_mm(signed, weights[number].t()))
    attempt("int8", packed)
    memory = torch.ones(1 << 27)
    bandwidth = 4e-9 * memory.numel() / fastest(memory.sum)
    return {"gigaoperations_per_second": best, "read_gigabytes_per_second": bandwidth}


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
        if model.tower:
            model.run_tower(torch.zeros(1, 3, 112, 112, dtype=model.dtype))
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
