"""The recipe: stages that a run goes through in order. Each has its own warm restart of the learning rate."""

from dataclasses import dataclass

from batches import Shares
from losses import Weights


@dataclass(frozen=True)
class Stage:
    """``tiles`` prompts with these losses; ``shares`` of the batches are questions."""

    name: str
    tiles: int
    weights: Weights
    rate: float = 1.5e-3
    shares: Shares = Shares()


# Every part is asked for, the answer most.
ALL = Weights(glyph=0.3, aligned=0.1, ctc=0.2, lm=1.0)

STAGES = [
    Stage("tower", 32_000, Weights(glyph=1.0)),
    Stage("pooling", 24_000, Weights(glyph=0.5, aligned=1.0)),
    Stage("reading", 24_000, Weights(glyph=0.3, aligned=0.2, ctc=0.3, lm=1.0)),
    Stage("asking", 92_000, ALL, shares=Shares(fields=0.3)),
    Stage("again", 137_728, ALL, rate=1e-3, shares=Shares(fields=0.5)),
    Stage("further", 90_000, ALL, rate=1e-3, shares=Shares(fields=0.5)),
    Stage("longer", 105_000, ALL, rate=1e-3, shares=Shares(fields=0.5)),
    Stage("broad", 90_000, ALL, rate=1e-3, shares=Shares(fields=0.5)),
    Stage("tasks", 48_000, ALL, rate=1e-3, shares=Shares(fields=0.35, objects=0.13, places=0.1)),
    Stage("answers", 50_000, ALL, rate=1e-3, shares=Shares(fields=0.22, objects=0.22, places=0.14)),
    Stage("rehearsed", 60_000, ALL, rate=1e-3, shares=Shares(fields=0.22, objects=0.22, places=0.14)),
    Stage("settled", 16_000, ALL, rate=3e-4, shares=Shares(fields=0.22, objects=0.22, places=0.14)),
    Stage("typed", 30_000, ALL, rate=1e-3, shares=Shares(fields=0.2, objects=0.22, places=0.14)),
    Stage("typed again", 30_000, ALL, rate=1e-3, shares=Shares(fields=0.2, objects=0.22, places=0.14)),
    Stage("quoted", 30_000, ALL, rate=1e-3, shares=Shares(fields=0.25, objects=0.05, places=0.05)),
    Stage("options", 40_000, ALL, rate=1e-3, shares=Shares(fields=0.25, objects=0.05, places=0.05)),
    Stage("documents", 44_000, ALL, rate=1e-3, shares=Shares(fields=0.22, objects=0.16, places=0.1, documents=0.6)),
    Stage(
        "documents again", 36_000, ALL, rate=1e-3, shares=Shares(fields=0.22, objects=0.18, places=0.1, documents=0.7)
    ),
]
