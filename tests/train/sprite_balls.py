"""A small training set of balls, and networks small enough to be tried in a second."""

from typing import Any

import numpy as np
import torch

from playloom_train.dyadic import fold, foldable
from playloom_train.kinds.sprite.batches import Vocabulary
from playloom_train.kinds.sprite.data import Example
from playloom_train.kinds.sprite.family import Networks, Sizes, begin
from playloom_train.kinds.sprite.gan import Painter, PainterShape

SMALL = Sizes(
    gist=6,
    shapes={
        "encoder": {"widths": (16, 24), "embedding": 8, "colour": 12, "told": 12},
        "denoiser": {"widths": (16, 24, 32), "embedding": 8, "features": 16, "told": 16, "colour": 12},
        "gist_encoder": {"widths": (16, 24), "embedding": 8, "narrow": 8, "dense": 32},
        "gist_prior": {"width": 48, "layers": 1, "colour": 12},
        "layout": {
            "widths": (24, 32),
            "rise": (1, 1),
            "embedding": 12,
            "features": 16,
            "told": 16,
            "colour": 12,
            "brief": 8,
            "dense": 24,
        },
    },
)
PAINTER: dict[str, Any] = {"widths": (16, 24, 32), "told": 24, "dense": 24, "colour": 16, "features": 16}


def ball(number: int, side: int = 32, colours: int = 5) -> Example:
    """A ball of its own size and colours: light above, dark below, an outline around."""
    random = np.random.default_rng(number)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    far = np.hypot(y, x) / (side / 2 - 3 - number % 3)
    shade = np.clip((y / side + 0.5) * (colours - 1), 0, colours - 2).astype(int) + 2
    tokens = np.where(far < 0.8, shade, np.where(far < 1, 1, 0)).astype(np.uint8)
    tint = random.permutation([1.0, 0.6, 0.2])
    shown = np.array([[i * 240 / colours * t + i for t in tint] for i in range(colours)]).astype(np.uint8)
    return Example(
        tokens=tokens,
        colours=shown,
        category=("item", "potion")[number % 2],
        tags=("ball", "round"),
        style="test",
        group=str(number),
        split="train",
        weight=1.0,
        name=f"ball {number}",
    )


BALLS = [ball(number) for number in range(12)] + [ball(number, 16) for number in range(6)]
WORDS = Vocabulary.of(BALLS, often=3)


def networks(seed: int = 0, words: Vocabulary = WORDS, *, folded: bool = True) -> Networks:
    """Return networks whose activations are about as wide as those of trained ones."""
    made = begin(words, SMALL, seed)
    painter = Painter(PainterShape(len(words.names), SMALL.gist, **PAINTER))
    made = Networks(**{name: getattr(made, name) for name in SMALL.shapes}, painter=painter)
    for net in (*(getattr(made, name) for name in SMALL.shapes), painter):
        for conv in foldable(net.eval()):
            if conv.normed:
                conv.variance.fill_(1500.0)
                torch.nn.init.normal_(conv.mean, std=10.0)
        if folded:
            fold(net)
    return made
