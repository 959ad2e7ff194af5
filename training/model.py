"""The reader as it is trained: Idefics2's network, lean (fused projections, no padding, no masks).

``export.py`` gives every weight its Hugging Face name and checks that transformers computes the same logits.
"""

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from alphabet import CLASSES, IMAGE, VOCABULARY_SIZE
from data import Batch
from render import LATENTS, MAX_COLUMNS, PATCH, SLOTS


@dataclass(frozen=True)
class Shape:
    """Sizes of the network."""

    width: int = 192
    heads: int = 4
    tower_layers: int = 6
    tower_inner: int = 768
    resampler_layers: int = 2
    latents: int = LATENTS
    decoder_layers: int = 3
    decoder_inner: int = 512
    side: int = MAX_COLUMNS  # positions a side
    max_length: int = 512
    rope_base: float = 10000.0
    vocabulary: int = VOCABULARY_SIZE
    classes: int = CLASSES

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    def as_dict(self) -> dict[str, int | float]:
        return asdict(self)


def position_ids(columns: int, side: int, device: torch.device) -> Tensor:
    """Idefics2's fractional buckets for a grid of two rows (transformers 5, Float32)."""
    boundaries = torch.arange(1 / side, 1.0, 1 / side)

    def axis(n: int) -> Tensor:
        step = 1.0 / torch.tensor(n)
        places = torch.clamp(torch.arange(n, dtype=torch.float32) * step, max=1.0 - 1e-6)
        return torch.bucketize(places, boundaries, right=True)

    return (axis(2)[:, None] * side + axis(columns)[None, :]).flatten().to(device)


def wave(places: Tensor, width: int) -> Tensor:
    """Sines and cosines of places in 0...1, wavelengths from 2 to 1/64."""
    frequencies = math.pi * 2 ** torch.linspace(0, 7, width // 2)
    angles = places[:, None] * frequencies[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class RMSNorm(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.eps)


def _linear(inputs: int, outputs: int) -> nn.Linear:
    return nn.Linear(inputs, outputs, bias=False)


def _split(x: Tensor, parts: int, heads: int) -> Tensor:
    batch, length, _ = x.shape
    return x.view(batch, length, parts, heads, -1).permute(2, 0, 3, 1, 4)


def _join(x: Tensor) -> Tensor:
    batch, heads, length, width = x.shape
    return x.transpose(1, 2).reshape(batch, length, heads * width)


class Gated(nn.Module):
    """down(silu(gate x) * up x)"""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_up, self.down = _linear(width, 2 * inner), _linear(inner, width)

    def forward(self, x: Tensor) -> Tensor:
        gate, up = self.gate_up(x).chunk(2, -1)
        return self.down(F.silu(gate) * up)


class TowerBlock(nn.Module):
    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.heads = s.heads
        self.norm1, self.norm2 = nn.LayerNorm(s.width, eps=1e-6), nn.LayerNorm(s.width, eps=1e-6)
        self.qkv, self.out = nn.Linear(s.width, 3 * s.width), nn.Linear(s.width, s.width)
        self.fc1, self.fc2 = nn.Linear(s.width, s.tower_inner), nn.Linear(s.tower_inner, s.width)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = _split(self.qkv(self.norm1(x)), 3, self.heads)
        x = x + self.out(_join(F.scaled_dot_product_attention(q, k, v)))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x)), approximate="tanh"))


class ResamplerBlock(nn.Module):
    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.heads = s.heads
        self.norm_latents, self.norm_context = RMSNorm(s.width, 1e-6), RMSNorm(s.width, 1e-6)
        self.q, self.kv, self.out = _linear(s.width, s.width), _linear(s.width, 2 * s.width), _linear(s.width, s.width)
        self.norm2, self.mlp = RMSNorm(s.width, 1e-6), Gated(s.width, 4 * s.width)

    def forward(self, latents: Tensor, context: Tensor) -> Tensor:
        normed = self.norm_latents(latents)
        (q,) = _split(self.q(normed), 1, self.heads)
        k, v = _split(self.kv(torch.cat([self.norm_context(context), normed], 1)), 2, self.heads)
        latents = latents + self.out(_join(F.scaled_dot_product_attention(q, k, v)))
        return latents + self.mlp(self.norm2(latents))


class DecoderBlock(nn.Module):
    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.heads = s.heads
        self.norm1, self.norm2 = RMSNorm(s.width, 1e-5), RMSNorm(s.width, 1e-5)
        self.qkv, self.out = _linear(s.width, 3 * s.width), _linear(s.width, s.width)
        self.mlp = Gated(s.width, s.decoder_inner)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        def turn(t: Tensor) -> Tensor:
            a, b = t.chunk(2, -1)
            return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

        q, k, v = _split(self.qkv(self.norm1(x)), 3, self.heads)
        x = x + self.out(_join(F.scaled_dot_product_attention(turn(q), turn(k), v, is_causal=True)))
        return x + self.mlp(self.norm2(x))


class Reader(nn.Module):
    """Tower, modality projection, resampler, decoder, and the two heads that supervise them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        s = self.shape = shape
        self.patch = nn.Linear(3 * PATCH * PATCH, s.width)
        self.position = nn.Embedding(s.side**2, s.width)
        self.tower = nn.ModuleList(TowerBlock(s) for _ in range(s.tower_layers))
        self.tower_norm = nn.LayerNorm(s.width, eps=1e-6)
        self.projection = Gated(s.width, s.decoder_inner)
        self.latents = nn.Parameter(torch.empty(s.latents, s.width))
        self.resampler = nn.ModuleList(ResamplerBlock(s) for _ in range(s.resampler_layers))
        self.resampler_norm = RMSNorm(s.width, 1e-6)
        self.embedding = nn.Embedding(s.vocabulary, s.width)
        self.decoder = nn.ModuleList(DecoderBlock(s) for _ in range(s.decoder_layers))
        self.norm = RMSNorm(s.width, 1e-5)
        self.lm_head = _linear(s.width, s.vocabulary)
        self.glyph_head = nn.Linear(s.width, SLOTS * s.classes)
        self.ctc_head = nn.Linear(s.width, SLOTS * s.classes)
        self._initialise()
        frequencies = s.rope_base ** (-torch.arange(0, s.head_width, 2) / s.head_width)
        angles = torch.arange(s.max_length)[:, None] * frequencies[None]
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    @torch.no_grad()
    def _initialise(self) -> None:
        """Small weights; latents and columns share one code of where they stand."""
        s = self.shape
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)
            if isinstance(module, nn.Linear) and module.bias is not None:
                nn.init.zeros_(module.bias)
        nn.init.normal_(self.patch.weight, std=(3 * PATCH * PATCH) ** -0.5)
        columns = wave((torch.arange(s.side) + 0.5) / s.side, s.width)
        rows = torch.randn(s.side, s.width)
        self.position.weight.copy_((0.5 * columns[None] + 0.3 * rows[:, None]).flatten(0, 1))
        self.latents.copy_(wave((torch.arange(s.latents) + 0.5) / s.latents, s.width))

    def see(self, pixels: Tensor) -> Tensor:
        """Patch features (tiles, 2 * columns, width) of uint8 tiles (tiles, height, width, 3) of one width."""
        tiles, height, width, _ = pixels.shape
        rows, columns = height // PATCH, width // PATCH
        patches = pixels.view(tiles, rows, PATCH, columns, PATCH, 3).permute(0, 1, 3, 5, 2, 4)
        x = self.patch(patches.reshape(tiles, rows * columns, -1).float() / 127.5 - 1)
        x = x + self.position(position_ids(columns, self.shape.side, pixels.device))
        for block in self.tower:
            x = block(x)
        return self.tower_norm(x)

    def pool(self, features: Tensor) -> Tensor:
        """The latents (tiles, LATENTS, width) of patch features."""
        context = self.projection(features)
        latents = self.latents.expand(len(features), -1, -1)
        for block in self.resampler:
            latents = block(latents, context)
        return self.resampler_norm(latents)

    def decode(self, ids: Tensor, latents: Tensor) -> Tensor:
        """Last hidden states of prompts whose image tokens stand for the latents, in order."""
        x = self.embedding(ids)
        places = (ids == IMAGE).flatten().nonzero().squeeze(1)
        x = x.flatten(0, 1).index_copy(0, places, latents.flatten(0, 1).to(x.dtype)).view_as(x)
        cos, sin = self.cos[: ids.shape[1]], self.sin[: ids.shape[1]]
        for block in self.decoder:
            x = block(x, cos, sin)
        return self.norm(x)

    def read(self, batch: Batch) -> tuple[list[Tensor], Tensor]:
        """Patch features of every group, and the latents of all tiles in the batch's order."""
        features = [self.see(group.pixels) for group in batch.groups]
        places = torch.cat([group.places for group in batch.groups])
        latents = torch.cat([self.pool(f) for f in features])
        return features, latents[places.argsort()]
