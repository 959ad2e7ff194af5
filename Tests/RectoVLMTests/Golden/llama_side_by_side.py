"""llama.cpp without rounding activations, on a quantised GGUF file as it is.

Built with OpenBLAS (`CMAKE_ARGS="-DGGML_BLAS=ON -DGGML_BLAS_VENDOR=OpenBLAS" pip install --no-binary llama-cpp-python
llama-cpp-python==0.3.36`; Debian's libopenblas-dev, cmake and g++), llama.cpp leaves products of 32 rows and more to BLAS: it
expands the weights to float32 and rounds no activations to bytes, as it does for fewer rows.
"""
import os

import llama_cpp
import numpy as np

# The tokens at which llama.cpp ends SmolLM2's text.
ENDS = (0, 2)


class SideBySide:
    """Many prompts at once, each a sequence of one context: every product has a row for each of them.

    Sequences that have ended go on, so that there are always as many rows; what they say then is thrown away.
    """

    # From this many rows on llama.cpp leaves a product to BLAS.
    LEAST = 32
    LONGEST = 128

    def __init__(self, path, count):
        if count < self.LEAST:
            raise SystemExit(f"{count} prompts are not enough rows for BLAS: it takes {self.LEAST}")
        self.count = count
        said = llama_cpp.llama_model_default_params()
        said.use_extra_bufts = False
        self.model = llama_cpp.llama_model_load_from_file(path.encode(), said)
        said = llama_cpp.llama_context_default_params()
        said.n_ctx, said.n_seq_max, said.n_batch, said.n_ubatch = count * self.LONGEST, count, 4096, 4096
        # One cache for all, or the longest prompts' last tokens come in products of fewer rows.
        said.kv_unified = True
        said.n_threads = said.n_threads_batch = 1
        self.context = llama_cpp.llama_init_from_model(self.model, said)
        if not self.model or not self.context:
            raise SystemExit(f"llama.cpp does not load {path}")
        self.words = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.model))

    @staticmethod
    def is_there():
        """Whether llama.cpp was built with BLAS."""
        return os.path.exists(os.path.join(os.path.dirname(llama_cpp.__file__), "lib", "libggml-blas.so"))

    def _best(self, sequences, starts):
        """The likeliest token behind each sequence's new tokens."""
        batch = llama_cpp.llama_batch_init(sum(map(len, sequences)), 0, 1)
        place, lasts = 0, []
        for number, (tokens, start) in enumerate(zip(sequences, starts, strict=True)):
            for step, token in enumerate(tokens):
                batch.token[place], batch.pos[place] = token, start + step
                batch.n_seq_id[place], batch.seq_id[place][0] = 1, number
                batch.logits[place] = step == len(tokens) - 1
                place += 1
            lasts.append(place - 1)
        batch.n_tokens = place
        if llama_cpp.llama_decode(self.context, batch) != 0:
            raise SystemExit("llama_decode fails")
        rows = [llama_cpp.llama_get_logits_ith(self.context, last) for last in lasts]
        found = [int(np.ctypeslib.as_array(row, shape=(self.words,)).argmax()) for row in rows]
        llama_cpp.llama_batch_free(batch)
        return found

    def answers(self, prompts, count):
        if max(map(len, prompts)) + count > self.LONGEST:
            raise SystemExit(f"prompts and answers of more than {self.LONGEST} tokens have no room here")
        answers, ended = [[] for _ in prompts], [False for _ in prompts]
        starts, sequences = [0 for _ in prompts], prompts
        for _ in range(count):
            best = self._best(sequences, starts)
            starts = [start + len(tokens) for start, tokens in zip(starts, sequences, strict=True)]
            sequences = [[token] for token in best]
            for number, token in enumerate(best):
                ended[number] = ended[number] or token in ENDS
                if not ended[number]:
                    answers[number].append(token)
        return answers
