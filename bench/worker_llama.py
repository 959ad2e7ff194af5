"""Measures llama.cpp: one GGUF file.

usage: worker_llama.py FILE THREADS
"""

import argparse
import ctypes
import time

import worker
from geometries import DECODE_PROMPT_TOKENS, DECODE_TOKENS, PROMPT_TOKENS

import llama_cpp as llama  # after `worker`, which takes stdout first
import numpy as np


class LlamaModel:
    """A GGUF file in llama.cpp, called below the bindings' own loops, which cost time of their own."""

    def __init__(self, path: str, threads: int) -> None:
        llama.llama_backend_init()
        settings = llama.llama_model_default_params()
        settings.n_gpu_layers = 0
        self.model = llama.llama_model_load_from_file(path.encode(), settings)
        if not self.model:
            raise SystemExit(f"llama.cpp does not load {path}")
        self.vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(self.model))
        self.threads = threads
        self.context, self.context_settings = None, None
        self.prefill_settings = self._fastest_prefill()
        self.decode_attention: dict[int, bool] = {}

    def _open(self, physical_batch: int, sequences: int, flash: bool) -> None:
        """Makes a context, the one there before given back."""
        wanted = (physical_batch, sequences, flash)
        if wanted == self.context_settings:
            return
        if self.context:
            llama.llama_free(self.context)
        settings = llama.llama_context_default_params()
        settings.n_ctx = max(PROMPT_TOKENS + 124, sequences * (DECODE_PROMPT_TOKENS + DECODE_TOKENS + 64))
        settings.n_batch = settings.n_ctx
        settings.n_ubatch = physical_batch
        settings.n_seq_max = sequences
        settings.n_threads = settings.n_threads_batch = self.threads
        settings.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_ENABLED if flash else llama.LLAMA_FLASH_ATTN_TYPE_DISABLED
        self.context = llama.llama_init_from_model(self.model, settings)
        if not self.context:
            raise SystemExit("llama.cpp does not make a context")
        self.context_settings = wanted

    def _decode(self, tokens: np.ndarray, position: int) -> None:
        """Lets the network read tokens[sequence, number], with logits for the last of each sequence."""
        sequences, count = tokens.shape
        batch = llama.llama_batch_init(tokens.size, 0, 1)
        batch.n_tokens = tokens.size
        for place, (sequence, number) in enumerate(np.ndindex(sequences, count)):
            batch.token[place] = int(tokens[sequence, number])
            batch.pos[place] = position + number
            batch.n_seq_id[place] = 1
            batch.seq_id[place][0] = sequence
            batch.logits[place] = number == count - 1
        status = llama.llama_decode(self.context, batch)
        llama.llama_batch_free(batch)
        if status != 0:
            raise RuntimeError(f"llama_decode answers {status}")

    def _forget(self) -> None:
        llama.llama_memory_clear(llama.llama_get_memory(self.context), True)

    def _logits(self, place: int) -> np.ndarray:
        return np.ctypeslib.as_array(llama.llama_get_logits_ith(self.context, place), shape=(self.vocabulary,))

    def _tokens(self, sequences: int, count: int) -> np.ndarray:
        return np.random.default_rng(1).integers(3, min(self.vocabulary, 32000), (sequences, count))

    def _prefill_seconds(self, repeats: int = worker.MOST_REPEATS) -> float:
        tokens = self._tokens(1, PROMPT_TOKENS)

        def work() -> None:
            self._forget()
            self._decode(tokens, 0)
            self._logits(-1)

        return worker.best_seconds(work, repeats)

    def _fastest_prefill(self) -> tuple[int, bool]:
        """Tries physical batches and both attentions once each, after a short run to warm up."""
        times = {}
        for physical_batch in (1024, 512):
            for flash in (True, False):
                self._open(physical_batch, 1, flash)
                self._decode(self._tokens(1, 64), 0)
                times[physical_batch, flash] = self._prefill_seconds(repeats=1)
        return min(times, key=times.__getitem__)

    def measure_prefill(self) -> dict:
        physical_batch, flash = self.prefill_settings
        self._open(physical_batch, 1, flash)
        seconds = self._prefill_seconds()
        return {
            "tokens_per_second": PROMPT_TOKENS / seconds,
            "tokens": PROMPT_TOKENS,
            "physical_batch": physical_batch,
            "flash_attention": flash,
        }

    def _decode_speed(self, sequences: int, flash: bool) -> float:
        self._open(512, sequences, flash)
        self._forget()
        self._decode(self._tokens(sequences, DECODE_PROMPT_TOKENS), 0)
        last = [DECODE_PROMPT_TOKENS * (sequence + 1) - 1 for sequence in range(sequences)]
        start = time.perf_counter()
        for number in range(DECODE_TOKENS):
            tokens = np.array([[self._logits(place).argmax()] for place in last])
            self._decode(tokens, DECODE_PROMPT_TOKENS + number)
            last = list(range(sequences))
        return sequences * DECODE_TOKENS / (time.perf_counter() - start)

    def measure_decode(self, sequences: int) -> dict:
        if sequences not in self.decode_attention:
            speeds = {flash: self._decode_speed(sequences, flash) for flash in (True, False)}
            self.decode_attention[sequences] = max(speeds, key=speeds.__getitem__)
        flash = self.decode_attention[sequences]
        return {"tokens_per_second": self._decode_speed(sequences, flash), "flash_attention": flash}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("threads", type=int)
    arguments = parser.parse_args()
    model = LlamaModel(arguments.file, arguments.threads)
    worker.serve(
        {"version": f"llama-cpp-python {llama.__version__}", "built_with": llama.llama_print_system_info().decode()},
        {
            "prefill": model.measure_prefill,
            "decode": lambda: model.measure_decode(1),
            "decode 8": lambda: model.measure_decode(8),
        },
    )


@llama.llama_log_callback
def _ignore(level: int, text: bytes, data: ctypes.c_void_p) -> None:
    """llama.cpp says a great deal while it loads."""


if __name__ == "__main__":
    llama.llama_log_set(_ignore, ctypes.c_void_p(0))
    main()
