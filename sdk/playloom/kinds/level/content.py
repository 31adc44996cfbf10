"""What is asked for and what comes back: `LevelRequest`, `Level` and its `Evidence`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.level.vocabulary import CORE, Vocabulary
from playloom.seeds import SEED_LIMIT

SIDE_LOW, SIDE_HIGH = 8, 256  # cells
FREE = 255  # a pinned map's mark for "not pinned"
COUNT_HIGH = 4096
LOCK_HIGH = 8  # keys and locked doors each; the check searches their subsets exactly
STEPS_HIGH = 64

# The fields of a request that are ranges of what the check counts.
CONTROLS = (
    "enemies",
    "common",
    "strong",
    "bosses",
    "treasure",
    "keys",
    "locks",
    "people",
    "openness",
    "path",
)

Cells = NDArray[np.uint8]
Range = tuple[int, int]


@dataclass(frozen=True, kw_only=True, eq=False)  # eq: arrays have no single answer to ==
class LevelRequest:
    """What the caller wants. A control is ``(low, high)``, both included, or None: as the model likes.

    Two requests are equal only if they are the same object; `record` can be compared.
    """

    theme: str = "dungeon"
    width: int = 32  # cells, 8 to 256
    height: int = 32
    seed: int = 0
    style: str | None = None  # one of the theme's styles; None: drawn from the seed
    enemies: Range | None = None  # common and strong together, bosses apart
    common: Range | None = None  # enemies of tier 1
    strong: Range | None = None  # enemies of tier 2
    bosses: Range | None = None
    treasure: Range | None = None  # pickups and chests
    keys: Range | None = None  # None with locks given: as many as locks
    locks: Range | None = None  # None with keys given: as many as keys
    people: Range | None = None
    openness: tuple[float, float] | None = None  # share of cells that can be walked on
    path: Range | None = None  # moves of the shortest solution
    steps: int = 8  # quality: network passes for the ground, 1 to 64
    attempts: int = 8  # tries before GenerationFailed
    pinned: Cells | None = None  # (height, width); FREE where not pinned

    def __post_init__(self) -> None:
        for name in ("width", "height"):
            side = getattr(self, name)
            if not _is_whole(side) or not SIDE_LOW <= side <= SIDE_HIGH:
                raise RequestInvalid(f"{name} is {side!r}; choose {SIDE_LOW} to {SIDE_HIGH} cells")
        if not _is_whole(self.seed) or not 0 <= self.seed < SEED_LIMIT:
            raise RequestInvalid(f"seed is {self.seed!r}; choose a whole number from 0 to 2**63 - 1")
        for name, high in (("steps", STEPS_HIGH), ("attempts", 64)):
            value = getattr(self, name)
            if not _is_whole(value) or not 1 <= value <= high:
                raise RequestInvalid(f"{name} is {value!r}; choose 1 to {high}")
        area = self.width * self.height
        for name in ("enemies", "common", "strong", "bosses", "treasure", "people"):
            _check_range(name, getattr(self, name), min(COUNT_HIGH, area))
        _check_range("path", self.path, 4 * area)
        _check_range("keys", self.keys, LOCK_HIGH)
        _check_range("locks", self.locks, LOCK_HIGH)
        self._check_sums()
        if self.openness is not None:
            least, most = self.openness
            if not 0.0 <= least <= most <= 1.0:
                raise RequestInvalid(f"openness is {least}..{most}; choose a share or range within 0..1")
        if self.pinned is not None and self.pinned.shape != (self.height, self.width):
            found = "x".join(str(n) for n in reversed(self.pinned.shape))
            raise RequestInvalid(f"pinned map is {found} cells; the request is {self.width}x{self.height}")

    def _check_sums(self) -> None:
        if self.keys and self.locks and self.keys[1] < self.locks[0]:
            raise RequestInvalid(
                f"keys at most {self.keys[1]} cannot open at least {self.locks[0]} locked doors; "
                "each door uses one key up: ask for more keys or fewer locks"
            )
        if self.enemies:
            least = sum(r[0] for r in (self.common, self.strong) if r)
            if least > self.enemies[1]:
                raise RequestInvalid(
                    f"common and strong enemies are at least {least}, enemies at most {self.enemies[1]}; "
                    "raise enemies or lower a tier"
                )
            if self.common and self.strong and self.common[1] + self.strong[1] < self.enemies[0]:
                raise RequestInvalid(
                    f"common and strong enemies are at most {self.common[1] + self.strong[1]}, "
                    f"enemies at least {self.enemies[0]}; lower enemies or raise a tier"
                )

    def record(self) -> dict[str, Any]:
        """Return the request as JSON-ready data; fields left to the model are absent."""
        plain: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if name != "pinned" and value is not None:
                plain[name] = list(value) if isinstance(value, tuple) else value
        if self.pinned is not None:
            plain["pinned_cells"] = int((self.pinned != FREE).sum())
        return plain


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_range(name: str, value: Range | None, limit: int) -> None:
    if value is None:
        return
    low, high = value
    if not (_is_whole(low) and _is_whole(high)) or not 0 <= low <= high:
        raise RequestInvalid(f"{name} is {low}..{high}; choose a whole number or range of 0 or more")
    if low > limit:
        raise RequestInvalid(f"{name} is at least {low}; at most {limit} can be had here")


class Verdict(msgspec.Struct, frozen=True):
    """One check and what it found."""

    name: str
    passed: bool
    detail: str


class Edit(msgspec.Struct, frozen=True):
    """One cell that repair changed, and why."""

    x: int
    y: int
    before: str  # tile names
    after: str
    nats: float  # what the change costs: negative log likelihood over that of the proposed tile
    reason: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Why a level may be trusted. Holds no clock, host or path."""

    package: str
    version: str
    package_hash: str  # SHA-256 of manifest.json
    licence: str
    promise: str  # "exact": same bytes on every machine; "machine": on the same machine and runtime
    request: dict[str, Any]
    style: str
    attempts: int
    checks: tuple[Verdict, ...]
    edits: tuple[Edit, ...]
    measures: dict[str, float | int]  # what the independent check counted
    solution: str  # moves from start to exit: U, D, L, R


@dataclass(frozen=True, kw_only=True, eq=False)  # eq: arrays have no single answer to ==
class Level:
    """A tile map: made by a model (then with evidence) or read from a file (without).

    Two levels are equal only if they are the same object; `rows` and `evidence` can be compared.
    """

    cells: Cells  # (height, width) tile ids, row 0 on top
    vocabulary: Vocabulary = CORE
    theme: str = ""
    evidence: Evidence | None = None
    timings: Mapping[str, float] = field(default_factory=dict)  # ms; never written to a file

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.cells.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.cells.shape[1])

    @property
    def rows(self) -> list[str]:
        """The map as text, one character a tile."""
        chars = [tile.char for tile in self.vocabulary.tiles]
        return ["".join(chars[i] for i in row) for row in self.cells.tolist()]

    def record(self) -> dict[str, Any] | None:
        """Return the evidence as JSON-ready data, the same on every run; None without evidence."""
        plain: dict[str, Any] | None = msgspec.to_builtins(self.evidence)
        return plain
