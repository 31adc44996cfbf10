"""The independent check: is this map a level that can be played, and does it meet the request?

Judges maps made by models and by people alike. Written against the rules of
the game; it never asks how a map came about.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.content import CONTROLS, FREE, Level, LevelRequest, Verdict
from playloom.kinds.level.difficulty.rating import rate
from playloom.kinds.level.difficulty.scale import BAND, FULL
from playloom.kinds.level.free import check as free_rules
from playloom.kinds.level.movement import Free, Platform, Push
from playloom.kinds.level.platform import check as platform_rules
from playloom.kinds.level.push import check as push_rules
from playloom.kinds.level.verdicts import places_named
from playloom.kinds.level.vocabulary import Role, Vocabulary
from playloom.kinds.level.walk import check as walk_rules

_ENDS = (("start", Role.START), ("exit", Role.EXIT))


@dataclass(frozen=True)
class Judgement:
    """Every check with its finding, what was counted, and the solution if there is one."""

    verdicts: tuple[Verdict, ...]
    measures: dict[str, float | int]
    solution: str

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(verdict.passed for verdict in self.verdicts)

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that did not pass."""
        return tuple(verdict.name for verdict in self.verdicts if not verdict.passed)


def judge(
    level: Level,
    request: LevelRequest | None = None,
    *,
    border: tuple[tuple[int, int], ...] | None = (),
) -> Judgement:
    """Check ``level`` against the rules and, if given, every control and pinned cell of ``request``.

    Args:
        level: What to judge.
        request: What was wanted.
        border: Cells (x, y) of the outermost ring that may be walkable; None: all of them.
    """
    ends = ((name, role) for name, role in _ENDS if level.vocabulary.ids(role))
    verdicts = [_one(name, level, role) for name, role in ends]
    placed = all(verdict.passed for verdict in verdicts if verdict.name == "start")
    if isinstance(level.movement, Free):
        verdicts.append(Verdict("border", True, "not checked: the tiles have no roles"))
    elif border is None:
        verdicts.append(Verdict("border", True, "may be open in this style"))
    else:
        verdicts.append(_border(level, border))
    rules = _rules(level)
    way, solution = rules.ways(level) if placed else ([], "")
    verdicts += way
    measures = measure(level.cells, level.vocabulary) | rules.measures(level, solution)
    measures |= free_rules.measures(level, solution)  # how much of it stood so in training
    if request is not None:
        if request.difficulty is not None and solution:
            measures["difficulty"] = rate(level, solution)
        verdicts += _controls(level, request, measures)
    return Judgement(tuple(verdicts), measures, solution)


class _Rules(Protocol):
    """What the check asks of a movement's own rules."""

    def ways(self, level: Level) -> tuple[list[Verdict], str]:
        """Return the verdicts on how the level plays, and the moves of a solution; "" if there is none."""

    def measures(self, level: Level, solution: str) -> dict[str, float | int]:
        """Return what is counted beside the objects."""


def _rules(level: Level) -> _Rules:
    match level.movement:
        case Platform():
            return platform_rules
        case Push():
            return push_rules
        case Free():
            return free_rules
        case _:
            return walk_rules


def measure(cells: NDArray[np.uint8], vocabulary: Vocabulary) -> dict[str, float | int]:
    """Count what controls speak of: objects by role and tier, and the share of open cells."""
    counts = np.bincount(cells.ravel(), minlength=len(vocabulary))

    def count(*roles: Role) -> int:
        return int(counts[vocabulary.having(*roles)].sum())

    strong = int(counts[[i for i in vocabulary.ids(Role.ENEMY) if vocabulary.tiles[i].tier >= 2]].sum())
    return {
        "enemies": count(Role.ENEMY),
        "common": count(Role.ENEMY) - strong,
        "strong": strong,
        "bosses": count(Role.BOSS),
        "treasure": count(Role.PICKUP, Role.CHEST),
        "keys": count(Role.KEY),
        "locks": count(Role.LOCK),
        "people": count(Role.PERSON),
        "openness": int(counts[vocabulary.open].sum()) / cells.size,
    }


def _one(name: str, level: Level, role: Role) -> Verdict:
    places = np.argwhere(np.isin(level.cells, level.vocabulary.ids(role))).tolist()
    if len(places) == 1:
        return Verdict(name, True, f"at ({places[0][1]}, {places[0][0]})")
    return Verdict(name, False, f"found {len(places)}, expected exactly one")


def _border(level: Level, exempt: tuple[tuple[int, int], ...]) -> Verdict:
    open_cells = level.vocabulary.open[level.cells]
    open_cells[1:-1, 1:-1] = False
    places = [(x, y) for y, x in np.argwhere(open_cells).tolist()]
    leaks = [place for place in places if place not in exempt]
    if leaks:
        return Verdict(
            "border", False, f"open at {places_named(leaks)}; the outermost cells must not be walkable"
        )
    if places:
        return Verdict("border", True, f"closed but where it was pinned open: {places_named(places)}")
    return Verdict("border", True, "closed")


def _slack(name: str, wanted: tuple[float, float], level: Level) -> float:
    """Return by how much a measure may lie outside of a control."""
    if name == "openness":
        # A share falls between two counts of cells; half-way, either will do, whatever the last bit says.
        return (0.5 + 2**-20) / level.cells.size
    if name == "difficulty":  # half a thousandth: what is measured has three decimals
        return (BAND + 0.5) / FULL if wanted[0] == wanted[1] else 0.5 / FULL
    return 0.0


def _controls(level: Level, request: LevelRequest, measures: dict[str, float | int]) -> list[Verdict]:
    size_fits = (level.width, level.height) == (request.width, request.height)
    size = f"{level.width}x{level.height}"
    verdicts = [
        Verdict("size", size_fits, size if size_fits else f"{size}, asked {request.width}x{request.height}")
    ]
    for name in CONTROLS:
        wanted = getattr(request, name)
        if wanted is None:
            continue
        low, high = wanted
        slack = _slack(name, wanted, level)
        found = measures.get(name)
        met = found is not None and low - slack <= found <= high + slack
        asked = f"{low}" if low == high else f"{low}..{high}"
        verdicts.append(Verdict(name, met, f"{found}, asked {asked}"))
    if request.pinned is not None and size_fits:
        free = request.pinned == FREE
        moved = [(int(x), int(y)) for y, x in np.argwhere(~free & (request.pinned != level.cells))]
        verdicts.append(Verdict("pinned", not moved, f"changed: {places_named(moved)}" if moved else "kept"))
    return verdicts
