"""Muon, which steps along the orthogonalised momentum of a matrix (Jordan et al. 2024, kellerjordan.github.io/posts/muon).

``torch.optim.Muon`` iterates in bfloat16 one matrix at a time; processors without products in bfloat16 take minutes for a
step of it. This one takes the precision it is given, and all matrices of one shape at once.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

# Coefficients of the quintic iteration: singular values come out near 1, between 0.5 and 1.3 in most matrices.
A, B, C = 3.4445, -4.7750, 2.0315
STEPS = 5
SMALLEST_NORM = 1e-7


def orthogonalised(matrices: Tensor, precision: torch.dtype) -> Tensor:
    """The nearly orthogonal matrices (count, rows, columns) with the singular vectors of the given ones."""
    x = matrices.to(precision)
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.mT
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=SMALLEST_NORM)
    for _ in range(STEPS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=B, alpha=C), x, beta=A)
    return (x.mT if tall else x).to(matrices.dtype)


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised, at the root mean square that AdamW's steps have (Moonlight, arXiv 2502.16982)."""

    def __init__(
        self, params: Iterable[Tensor], momentum: float, weight_decay: float, precision: torch.dtype = torch.float32
    ) -> None:
        super().__init__(params, {"lr": 1.0, "momentum": momentum, "weight_decay": weight_decay})
        self.precision = precision

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:
        """One update of every matrix that has a gradient."""
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[Tensor]] = {}
            for weight in group["params"]:
                if weight.grad is not None:
                    by_shape.setdefault(weight.shape, []).append(weight)
            for shape, weights in by_shape.items():
                directions = orthogonalised(torch.stack([self._direction(w, group["momentum"]) for w in weights]), self.precision)
                length = group["lr"] * 0.2 * max(shape) ** 0.5
                for weight, direction in zip(weights, directions, strict=True):
                    weight.mul_(1 - group["lr"] * group["weight_decay"]).add_(direction, alpha=-length)

    def _direction(self, weight: Tensor, momentum: float) -> Tensor:
        state = self.state[weight]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(weight)
        buffer = state["momentum_buffer"].lerp_(weight.grad, 1 - momentum)
        return weight.grad.lerp(buffer, momentum)
