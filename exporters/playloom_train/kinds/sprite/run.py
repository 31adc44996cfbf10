"""What is asked of a sprite run, and what it starts from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playloom.package import Package
from playloom_train.kinds.sprite.batches import Vocabulary
from playloom_train.kinds.sprite.family import Networks

ANEW = "nothing"  # says that a run starts from no package

Network = Literal["masked", "both", "painter"]  # those that draw in three levels, the painter too, it alone


@dataclass(frozen=True, kw_only=True)
class Run:
    """The options of a run."""

    output: Path
    name: str
    folder: Path  # of the checkpoints
    network: Network
    start: str | None  # a package whose networks to go on from; `ANEW`: none; None: what fits the data
    minutes: float | None
    steps: int | None
    seed: int
    resume: bool
    version: str
    picture: Path | None
    as_json: bool
    allow: tuple[str, ...] = ()  # licences taken all the same, see `licences`


@dataclass(frozen=True)
class Start:
    """Networks to go on from, with the conditions they know."""

    vocabulary: Vocabulary
    networks: Networks
    package: Package | None = None  # theirs
