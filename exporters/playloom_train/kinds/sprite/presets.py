"""How a sprite run is sized: one preset for each sort of machine and data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playloom_train.kinds.sprite.family import Sizes
from playloom_train.training import Pace


@dataclass(frozen=True)
class Preset:
    """Minutes of a whole run, and of it the share, batch and rate of each stage."""

    minutes: float
    shares: Mapping[str, float]  # by stage; they add up to 1
    batch: int = 32  # sprites of 32x32, or as many pixels of other sizes
    rate: float = 3e-3
    tag_often: int = 10  # uses of a word that make it a condition
    average: float = 0.998
    sizes: Sizes = field(default_factory=Sizes)
    painter_batch: int = 32

    def pace(self, stage: str, minutes: float, steps: int | None) -> Pace:
        """Return how a stage of a run of ``minutes``, or of ``steps`` a stage, is trained."""
        share = self.shares[stage] / sum(self.shares.values())
        return Pace(minutes=minutes * share, rate=self.rate, average=self.average, steps=steps)


_SHARES = {"codes": 0.22, "layout": 0.73, "gist": 0.05}

PRESETS = {
    "cpu": Preset(minutes=100, shares=_SHARES),
    "gpu": Preset(
        minutes=13,
        shares=_SHARES,
        batch=256,
        average=0.999,
        painter_batch=256,
        sizes=Sizes(
            shapes={
                "denoiser": {"widths": (64, 128, 192)},
                "layout": {"widths": (192, 320), "fall": (2, 2), "rise": (3, 2)},
                "gist_prior": {"width": 768, "layers": 3},
            }
        ),
    ),
    # A developer's own few sprites.
    "own": Preset(minutes=15, shares=_SHARES, batch=16, tag_often=2, average=0.99),
    # The same on top of a package's networks, which know sprites already.
    "tuned": Preset(minutes=15, shares=_SHARES, rate=4e-4, batch=16, tag_often=2, average=0.99),
}
