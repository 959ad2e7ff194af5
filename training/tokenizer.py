"""The tokenizer.json of the reader: Mistral's kind (BPE with byte fallback) whose only pieces are characters."""

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, processors

from alphabet import ADDED_PLAIN, ADDED_SPECIAL, SPECIALS, VOCABULARY


def build() -> Tokenizer:
    """A tokenizer whose ids are the order of ``alphabet.VOCABULARY``."""
    pieces = VOCABULARY[: len(VOCABULARY) - len(ADDED_SPECIAL) - len(ADDED_PLAIN)]
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in SPECIALS + ADDED_SPECIAL])
    # lstrip: transformers 5 puts a space between the last image and the question, transformers 4 does not.
    tokenizer.add_tokens(
        [AddedToken(t, normalized=False, lstrip=t in ("Transcribe.", "What is the ")) for t in ADDED_PLAIN]
    )
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    assert [tokenizer.id_to_token(i) for i in range(len(VOCABULARY))] == VOCABULARY
    return tokenizer
