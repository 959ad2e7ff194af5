"""What each part of the reader is asked for."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from alphabet import class_of
from data import Batch
from model import Reader
from render import LATENTS, SLOTS

BLANK_WEIGHT = 0.2


@dataclass(frozen=True)
class Weights:
    """Share of every loss in the sum; 0 leaves it, and what only it needs, out."""

    glyph: float = 1.0
    aligned: float = 0.0
    ctc: float = 0.0
    lm: float = 0.0


def _names(logits: Tensor, labels: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """Cross entropy over glyph classes, empty slots weighted down, and the accuracy on the others."""
    flat, wanted = logits.float().view(-1, classes), labels.flatten()
    weight = torch.ones(classes, device=flat.device)
    weight[0] = BLANK_WEIGHT
    full = wanted > 0
    right = (flat.argmax(-1) == wanted)[full].float().mean()
    return F.cross_entropy(flat, wanted, weight=weight), right


def _ctc(logits: Tensor, lines: list[str], classes: int) -> Tensor:
    steps = F.log_softmax(logits.float().view(len(lines), LATENTS * SLOTS, classes), -1).transpose(0, 1)
    targets = [torch.tensor([class_of(c) for c in line], dtype=torch.long) for line in lines]
    lengths = torch.tensor([len(t) for t in targets])
    whole = torch.full_like(lengths, LATENTS * SLOTS)
    return F.ctc_loss(steps, torch.cat(targets).to(steps.device), whole, lengths, zero_infinity=True)


def compute(model: Reader, batch: Batch, weights: Weights) -> tuple[Tensor, dict[str, float]]:
    """The weighted sum, and every part of it as a number."""
    classes = model.shape.classes
    parts: dict[str, Tensor] = {}
    if weights.aligned or weights.ctc or weights.lm:
        features, latents = model.read(batch)
    else:
        features, latents = [model.see(group.pixels) for group in batch.groups], None

    seen = torch.cat([f.flatten(0, 1) for f in features])
    named = torch.cat([group.patches.repeat(1, 2, 1).flatten(0, 1) for group in batch.groups])  # both rows of patches
    parts["glyph"], glyph_accuracy = _names(model.glyph_head(seen), named, classes)
    total = weights.glyph * parts["glyph"]
    numbers = {"patch_accuracy": glyph_accuracy}
    if latents is not None:
        logits = model.ctc_head(latents)
        if weights.aligned:
            parts["aligned"], numbers["latent_accuracy"] = _names(logits, batch.latents, classes)
            total = total + weights.aligned * parts["aligned"]
        if weights.ctc:
            parts["ctc"] = _ctc(logits, batch.lines, classes)
            total = total + weights.ctc * parts["ctc"]
        if weights.lm:
            hidden = model.decode(batch.ids, latents)[batch.labels >= 0]
            wanted = batch.labels[batch.labels >= 0]
            logits = model.lm_head(hidden).float()
            parts["lm"] = F.cross_entropy(logits, wanted)
            numbers["token_accuracy"] = (logits.argmax(-1) == wanted).float().mean()
            total = total + weights.lm * parts["lm"]
    return total, {name: float(value.detach()) for name, value in (parts | numbers).items()}
