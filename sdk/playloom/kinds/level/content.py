"""What is asked for and what comes back: `LevelRequest`, `Level` and its `Evidence`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.level.movement import WALK, Movement
from playloom.kinds.level.vocabulary import CORE, Vocabulary
from playloom.seeds import SEED_LIMIT

if TYPE_CHECKING:
    from playloom.kinds.level.settings import Adjacency
    from playloom.kinds.level.tiles import TileBook

SIDE_LOW, SIDE_HIGH = 8, 1024  # cells
FREE = 255  # a pinned map's mark for "not pinned"
COUNT_HIGH = 4096
LOCK_HIGH = 8  # keys and locked doors each; the check searches their subsets exactly
STEPS, STEPS_HIGH = 8, 64  # network passes for the ground: by default, at most
ENDLESS_STEPS = 5  # by default for a chunk of an endless level, which a running game waits for

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
    "crates",
    "pushes",
    "difficulty",
)

Cells = NDArray[np.uint8]
Range = tuple[int, int]


@dataclass(frozen=True, kw_only=True, eq=False)  # eq: arrays have no single answer to ==
class LevelRequest:
    """What the caller wants. A control is ``(low, high)``, both included, or None: as the model likes.

    Two requests are equal only if they are the same object; `record` can be compared.
    """

    theme: str = "dungeon"
    width: int = 32  # cells, 8 to 1024
    height: int = 32
    seed: int = 0
    style: str | None = None  # one of the theme's styles; None: drawn from the seed
    enemies: Range | None = None  # common and strong together, bosses apart; (0, 0): no boss either
    common: Range | None = None  # enemies of tier 1
    strong: Range | None = None  # enemies of tier 2
    bosses: Range | None = None
    treasure: Range | None = None  # pickups and chests
    keys: Range | None = None  # None with locks given: as many as locks
    locks: Range | None = None  # None with keys given: as many as keys
    people: Range | None = None
    openness: tuple[float, float] | None = None  # share of cells that can be walked on
    path: Range | None = None  # moves of the shortest solution
    crates: Range | None = None  # Sokoban: crates, each with a goal
    pushes: Range | None = None  # Sokoban: pushes of the shortest solution
    difficulty: tuple[float, float] | None = None  # 0 to 1, see `difficulty.scale`; one number within 0.05
    steps: int = STEPS  # quality: network passes for the ground, 1 to 64
    attempts: int = 8  # tries before GenerationFailed
    pinned: Cells | None = None  # (height, width); FREE where not pinned

    def __post_init__(self) -> None:
        for name in ("theme", "style"):
            if not isinstance(getattr(self, name), str) and (name, self.style) != ("style", None):
                raise RequestInvalid(f"{name} is {getattr(self, name)!r}; give its name as a string")
        for name, low, high in (
            ("width", SIDE_LOW, SIDE_HIGH),
            ("height", SIDE_LOW, SIDE_HIGH),
            ("seed", 0, SEED_LIMIT - 1),
            ("steps", 1, STEPS_HIGH),
            ("attempts", 1, 64),
        ):
            self._set(name, _whole(name, getattr(self, name), low, high))
        area = self.width * self.height
        for name in ("enemies", "common", "strong", "bosses", "treasure", "people", "crates"):
            self._set(name, _range(name, getattr(self, name), min(COUNT_HIGH, area)))
        self._set("pushes", _range("pushes", self.pushes, 4 * area))
        self._set("path", _range("path", self.path, 4 * area))
        self._set("keys", _range("keys", self.keys, LOCK_HIGH))
        self._set("locks", _range("locks", self.locks, LOCK_HIGH))
        self._check_sums()
        if self.enemies == (0, 0) and self.bosses is None:
            self._set("bosses", (0, 0))  # who wants no enemy means no boss either
        self._set("openness", _shares("openness", self.openness))
        self._set("difficulty", _shares("difficulty", self.difficulty))
        self._set("pinned", _pinned(self.pinned, self.height, self.width))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)  # the one place where a frozen request takes its plain types

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


def _integer(value: object) -> int | None:
    """Return ``value`` as an int if it is one; NumPy's whole numbers count, True and False do not."""
    return int(value) if isinstance(value, int | np.integer) and not isinstance(value, bool) else None


def _whole(name: str, value: object, low: int, high: int) -> int:
    number = _integer(value)
    if number is None or not low <= number <= high:
        top = "2**63 - 1" if high == SEED_LIMIT - 1 else high
        raise RequestInvalid(f"{name} is {value!r}; choose a whole number, {low} to {top}")
    return number


def _pair(name: str, value: object) -> tuple[Any, Any] | None:
    if value is None:
        return None
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise RequestInvalid(f"{name} is {value!r}; give (low, high), both included")
    return value[0], value[1]


def _range(name: str, value: object, limit: int) -> Range | None:
    pair = _pair(name, value)
    if pair is None:
        return None
    low, high = (_integer(number) for number in pair)
    if low is None or high is None or not 0 <= low <= high:
        raise RequestInvalid(
            f"{name} is {pair[0]}..{pair[1]}; choose a whole number or range of 0 or more, the lower first"
        )
    if low > limit:
        raise RequestInvalid(f"{name} is at least {low}; at most {limit} can be had here")
    return low, high


def _shares(name: str, value: object) -> tuple[float, float] | None:
    pair = _pair(name, value)
    if pair is None:
        return None
    numbers = [n for n in pair if isinstance(n, int | float | np.floating) and not isinstance(n, bool)]
    if len(numbers) != 2 or not 0.0 <= numbers[0] <= numbers[1] <= 1.0:
        raise RequestInvalid(
            f"{name} is {pair[0]}..{pair[1]}; choose a share or range within 0..1, the lower end first"
        )
    return float(numbers[0]), float(numbers[1])


def _pinned(value: object, height: int, width: int) -> Cells | None:
    """Return a copy nobody else can change."""
    if value is None:
        return None
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iu" or value.ndim != 2:
        raise RequestInvalid(
            "pinned is not a 2-D NumPy array of whole numbers; give tile ids, 255 where free"
        )
    if value.shape != (height, width):
        found = "x".join(str(n) for n in reversed(value.shape))
        raise RequestInvalid(f"pinned map is {found} cells; the request is {width}x{height}")
    if value.min() < 0 or value.max() > FREE:
        raise RequestInvalid(
            f"pinned map holds {value.min()}..{value.max()}; tile ids are 0 to 254, 255 is free"
        )
    return frozen(value)


def frozen(cells: NDArray[Any]) -> Cells:
    """Return a copy of ``cells`` as uint8 that cannot be written."""
    copy = cells.astype(np.uint8)
    copy.setflags(write=False)
    return copy


class Verdict(msgspec.Struct, frozen=True):
    """One check and what it found."""

    name: str
    passed: bool
    detail: str


class Edit(msgspec.Struct, frozen=True):
    """One cell that repair changed, and why."""

    x: int
    y: int
    before: str  # tile name, as the network proposed
    after: str  # the ground it became; an object may stand on it
    nats: float  # what it costs: negative log likelihood of ``after`` when the network decided the cell
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
    border: tuple[tuple[int, int], ...] | None = ()  # (x, y) pinned open; None: the style's may be open
    attempts: int
    checks: tuple[Verdict, ...]
    edits: tuple[Edit, ...]
    measures: dict[str, float | int]  # what the independent check counted
    solution: str  # moves from start to exit, in the letters of the movement (`MOVES`)
    movement: Movement = WALK


@dataclass(frozen=True, kw_only=True, eq=False)  # eq: arrays have no single answer to ==
class Level:
    """A tile map: made by a model (then with evidence) or read from a file (without).

    Two levels are equal only if they are the same object; `rows` and `evidence` can be compared.
    """

    cells: Cells  # (height, width) tile ids, row 0 on top
    vocabulary: Vocabulary = CORE
    theme: str = ""
    movement: Movement = WALK  # the rules it is to be judged by
    tiles: "TileBook | None" = None  # the developer's own tiles, where the vocabulary stands for them
    adjacency: "Adjacency | None" = None  # which tiles stood side by side in the maps it was learnt from
    evidence: Evidence | None = None
    timings: Mapping[str, float] = field(default_factory=dict)  # ms; never written to a file
    notes: tuple[str, ...] = ()  # what reading its file left out, and why; never written to a file

    def __post_init__(self) -> None:
        # The evidence speaks of these cells, so nobody may change them.
        object.__setattr__(self, "cells", frozen(self.cells))

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
        if plain is not None and self.evidence and self.evidence.movement == WALK:
            del plain["movement"]  # the usual one goes without saying
        return plain
