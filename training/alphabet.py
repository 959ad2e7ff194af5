"""The characters the reader knows and the ids of its vocabulary.

Order of the vocabulary: three specials, 256 byte tokens, one token a character, then the added tokens of the chat
template. The glyph and CTC heads name characters by their own small class numbers: 0 is "nothing", class k is
``CHARACTERS[k - 1]``, that is token ``FIRST_CHARACTER + k - 1``.
"""

SPECIALS = ["<unk>", "<s>", "</s>"]
BYTES = [f"<0x{b:02X}>" for b in range(256)]

_ASCII = "".join(map(chr, range(0x20, 0x7F)))
_LATIN_1 = "".join(chr(c) for c in range(0xA1, 0x100) if c != 0xAD)
_EXTRA = "ŒœŠšŽžŸ€„“”‘’‚‹›–—…•†‡™‰−×→✓"
CHARACTERS = "".join(dict.fromkeys(_ASCII + _LATIN_1 + _EXTRA)) + "\n"

FIRST_CHARACTER = len(SPECIALS) + len(BYTES)
ADDED_SPECIAL = ["<fake_token_around_image>", "<image>", "<end_of_utterance>"]
ADDED_PLAIN = ["User:", "\nAssistant:", "Transcribe.", "What is the "]

VOCABULARY = SPECIALS + BYTES + [("▁" if c == " " else c) for c in CHARACTERS] + ADDED_SPECIAL + ADDED_PLAIN
VOCABULARY_SIZE = len(VOCABULARY)
CLASSES = len(CHARACTERS) + 1

UNK, BOS, EOS = 0, 1, 2
FAKE, IMAGE, END, USER, ASSISTANT, TRANSCRIBE, WHAT_IS_THE = range(VOCABULARY_SIZE - 7, VOCABULARY_SIZE)

_CLASS = {c: i + 1 for i, c in enumerate(CHARACTERS)}


def class_of(character: str) -> int:
    """The glyph class of a character of the alphabet."""
    return _CLASS[character]


def tokens_of(text: str) -> list[int]:
    """The ids of a text, as the exported tokenizer gives them (bytes for a character outside the alphabet)."""
    ids: list[int] = []
    for character in text:
        known = _CLASS.get(character)
        if known is None:
            ids.extend(len(SPECIALS) + b for b in character.encode())
        else:
            ids.append(FIRST_CHARACTER + known - 1)
    return ids


def text_of(ids: list[int]) -> str:
    """The text of a sequence of character ids; every other id is left out."""
    return "".join(CHARACTERS[i - FIRST_CHARACTER] for i in ids if 0 <= i - FIRST_CHARACTER < len(CHARACTERS))


def text_of_classes(classes: list[int]) -> str:
    """The text of glyph classes, nothing for class 0."""
    return "".join(CHARACTERS[c - 1] for c in classes if c)
