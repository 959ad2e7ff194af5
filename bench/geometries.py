"""The public geometries that are measured, and the tensors that checkpoints of them hold.

The towers and decoders are those of released models: SigLIP-B/16 at 512 pixels with the 135M and the 360M decoder
(SmolVLM-256M and -500M), SigLIP-SO400M (Idefics2's tower), SmolLM2-135M, Idefics2-8B. What Recto reads with images is
Idefics2, so the towers are joined to the decoders by Idefics2's connector, not by the one they were released with: no
measure below depends on it but the time to first token.
"""

import dataclasses
from collections.abc import Iterator

PROMPT_TOKENS = 900
DECODE_PROMPT_TOKENS = 128
DECODE_TOKENS = 64


@dataclasses.dataclass(frozen=True)
class Tower:
    """A SigLIP vision tower."""

    layers: int
    width: int
    heads: int
    mlp: int
    patch: int
    image: int

    @property
    def patches(self) -> int:
        """Patches of one view at the tower's full resolution."""
        return (self.image // self.patch) ** 2


@dataclasses.dataclass(frozen=True)
class Perceiver:
    """Idefics2's resampler, which pools a view into a fixed number of latents."""

    heads: int
    head_dimension: int
    key_value_heads: int
    depth: int = 3
    latents: int = 64


@dataclasses.dataclass(frozen=True)
class Decoder:
    """A Llama-like decoder: Llama and Mistral differ by the sliding window alone."""

    layers: int
    width: int
    heads: int
    key_value_heads: int
    mlp: int
    vocabulary: int
    tied: bool = True
    rope_theta: float = 100_000.0
    positions: int = 8192
    window: int | None = None

    @property
    def head_dimension(self) -> int:
        return self.width // self.heads


@dataclasses.dataclass(frozen=True)
class Geometry:
    """One checkpoint, and which work is measured on it."""

    name: str
    title: str
    decoder: Decoder
    tower: Tower | None = None
    perceiver: Perceiver | None = None
    works: tuple[str, ...] = ("prefill", "decode", "decode 8")
    gguf_types: tuple[str, ...] = ()
    large: bool = False


SIGLIP_B16 = Tower(layers=12, width=768, heads=12, mlp=3072, patch=16, image=512)
SIGLIP_SO400M = Tower(layers=27, width=1152, heads=16, mlp=4304, patch=14, image=980)
DECODER_135M = Decoder(layers=30, width=576, heads=9, key_value_heads=3, mlp=1536, vocabulary=49280)
DECODER_360M = Decoder(layers=32, width=960, heads=15, key_value_heads=5, mlp=2560, vocabulary=49280)
MISTRAL_7B = Decoder(
    layers=32, width=4096, heads=32, key_value_heads=8, mlp=14336, vocabulary=32003, tied=False, rope_theta=10_000.0,
    positions=32768, window=4096,
)

GEOMETRIES = [
    Geometry(
        "siglip-b16", "SigLIP-B/16 tower with the 135M decoder (SmolVLM-256M)", DECODER_135M, SIGLIP_B16,
        Perceiver(heads=9, head_dimension=64, key_value_heads=3), works=("tower",),
    ),
    Geometry(
        "text-135m", "SmolLM2-135M, text alone", dataclasses.replace(DECODER_135M, vocabulary=49152),
        gguf_types=("Q8_0", "Q4_0", "Q4_1", "F16"),
    ),
    Geometry(
        "smolvlm-500m", "SigLIP-B/16 tower with the 360M decoder (SmolVLM-500M)", DECODER_360M, SIGLIP_B16,
        Perceiver(heads=15, head_dimension=64, key_value_heads=5), gguf_types=("Q8_0", "Q4_0"),
    ),
    Geometry(
        "so400m", "SigLIP-SO400M tower (Idefics2) with the 135M decoder", DECODER_135M, SIGLIP_SO400M,
        Perceiver(heads=9, head_dimension=64, key_value_heads=3), works=("tower",),
    ),
    Geometry(
        "idefics2-8b", "Idefics2-8B", MISTRAL_7B, SIGLIP_SO400M, Perceiver(heads=16, head_dimension=96, key_value_heads=4),
        works=("tower", "prefill", "decode", "decode 8"), gguf_types=("Q4_0",), large=True,
    ),
]


@dataclasses.dataclass(frozen=True)
class TensorShape:
    """A tensor of a checkpoint and how its random values are spread; spread 0 stands for ones."""

    name: str
    shape: tuple[int, ...]
    spread: float


def _matrix(name: str, *shape: int) -> TensorShape:
    fan_in = 1
    for size in shape[1:]:
        fan_in *= size
    return TensorShape(name + ".weight", shape, fan_in**-0.5)


def _biased(name: str, *shape: int) -> Iterator[TensorShape]:
    yield _matrix(name, *shape)
    yield TensorShape(name + ".bias", shape[:1], 0.02)


def _scale(name: str, width: int) -> TensorShape:
    return TensorShape(name + ".weight", (width,), 0)


def _layer_norm(name: str, width: int) -> Iterator[TensorShape]:
    yield _scale(name, width)
    yield TensorShape(name + ".bias", (width,), 0.02)


def tower_tensors(tower: Tower, prefix: str = "model.vision_model") -> Iterator[TensorShape]:
    """The tensors of a vision tower."""
    yield from _biased(f"{prefix}.embeddings.patch_embedding", tower.width, 3, tower.patch, tower.patch)
    yield TensorShape(f"{prefix}.embeddings.position_embedding.weight", (tower.patches, tower.width), 0.1)
    for index in range(tower.layers):
        layer = f"{prefix}.encoder.layers.{index}"
        yield from _layer_norm(f"{layer}.layer_norm1", tower.width)
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            yield from _biased(f"{layer}.self_attn.{name}", tower.width, tower.width)
        yield from _layer_norm(f"{layer}.layer_norm2", tower.width)
        yield from _biased(f"{layer}.mlp.fc1", tower.mlp, tower.width)
        yield from _biased(f"{layer}.mlp.fc2", tower.width, tower.mlp)
    yield from _layer_norm(f"{prefix}.post_layernorm", tower.width)


def _attention(name: str, width: int, heads: int, key_value_heads: int, dimension: int) -> Iterator[TensorShape]:
    yield _matrix(f"{name}.q_proj", heads * dimension, width)
    yield _matrix(f"{name}.k_proj", key_value_heads * dimension, width)
    yield _matrix(f"{name}.v_proj", key_value_heads * dimension, width)
    yield _matrix(f"{name}.o_proj", width, heads * dimension)


def _gated(name: str, width: int, inner: int, result: int) -> Iterator[TensorShape]:
    yield _matrix(f"{name}.gate_proj", inner, width)
    yield _matrix(f"{name}.up_proj", inner, width)
    yield _matrix(f"{name}.down_proj", result, inner)


def connector_tensors(geometry: Geometry, prefix: str = "model.connector") -> Iterator[TensorShape]:
    """The tensors between tower and decoder: modality projection and perceiver."""
    tower, perceiver, width = geometry.tower, geometry.perceiver, geometry.decoder.width
    if tower is None or perceiver is None:
        return
    yield from _gated(f"{prefix}.modality_projection", tower.width, geometry.decoder.mlp, width)
    yield TensorShape(f"{prefix}.perceiver_resampler.latents", (perceiver.latents, width), 1.0)
    for index in range(perceiver.depth):
        layer = f"{prefix}.perceiver_resampler.layers.{index}"
        yield _scale(f"{layer}.input_latents_norm", width)
        yield _scale(f"{layer}.input_context_norm", width)
        yield from _attention(
            f"{layer}.self_attn", width, perceiver.heads, perceiver.key_value_heads, perceiver.head_dimension
        )
        yield _scale(f"{layer}.post_attention_layernorm", width)
        yield from _gated(f"{layer}.mlp", width, 4 * width, width)
    yield _scale(f"{prefix}.perceiver_resampler.norm", width)


def decoder_tensors(decoder: Decoder, prefix: str) -> Iterator[TensorShape]:
    """The tensors of a decoder, the head included where it has one of its own."""
    yield TensorShape(f"{prefix}.embed_tokens.weight", (decoder.vocabulary, decoder.width), decoder.width**-0.5)
    for index in range(decoder.layers):
        layer = f"{prefix}.layers.{index}"
        yield _scale(f"{layer}.input_layernorm", decoder.width)
        yield from _attention(
            f"{layer}.self_attn", decoder.width, decoder.heads, decoder.key_value_heads, decoder.head_dimension
        )
        yield _scale(f"{layer}.post_attention_layernorm", decoder.width)
        yield from _gated(f"{layer}.mlp", decoder.width, decoder.mlp, decoder.width)
    yield _scale(f"{prefix}.norm", decoder.width)
    if not decoder.tied:
        yield _matrix("lm_head", decoder.vocabulary, decoder.width)


def decoder_prefix(geometry: Geometry) -> str:
    """How the names of the decoder's tensors begin."""
    return "model.text_model" if geometry.tower else "model"


def tensors(geometry: Geometry) -> Iterator[TensorShape]:
    """All tensors of a checkpoint."""
    if geometry.tower:
        yield from tower_tensors(geometry.tower)
        yield from connector_tensors(geometry)
    yield from decoder_tensors(geometry.decoder, decoder_prefix(geometry))
