"""The independent check: is this map a level that can be played, and does it meet the request?

Judges maps made by models and by people alike. Written against the rules of
the game; it never asks how a map came about.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.content import CONTROLS, FREE, Level, LevelRequest, Verdict
from playloom.kinds.level.replay import replay
from playloom.kinds.level.solve import (
    SEARCH_LIMIT,
    Ground,
    Undecided,
    reach,
    read_ground,
    solve,
    strandings,
    widest,
)
from playloom.kinds.level.vocabulary import Role, Vocabulary

_NAMED = 4  # places named in a detail before it says how many more there are


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
    ground = read_ground(level.cells, level.vocabulary)
    verdicts = [
        _one("start", ground, ground.starts),
        _one("exit", ground, ground.exits),
        Verdict("border", True, "may be open in this style") if border is None else _border(level, border),
    ]
    solution = ""
    if verdicts[0].passed:
        way, solution = _ways(level, ground)
        verdicts += [*way, *_reached(level, ground)]
    measures = measure(level.cells, level.vocabulary)
    if solution:
        measures["path"] = len(solution)
    if request is not None:
        verdicts += _controls(level, request, measures)
    return Judgement(tuple(verdicts), measures, solution)


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


def _one(name: str, ground: Ground, cells: tuple[int, ...]) -> Verdict:
    if len(cells) == 1:
        return Verdict(name, True, f"at {ground.place(cells[0])}")
    return Verdict(name, False, f"found {len(cells)}, expected exactly one")


def _places(places: list[tuple[int, int]]) -> str:
    named = ", ".join(f"({x}, {y})" for x, y in places[:_NAMED])
    return named + (f" and {len(places) - _NAMED} more" if len(places) > _NAMED else "")


def _border(level: Level, exempt: tuple[tuple[int, int], ...]) -> Verdict:
    open_cells = level.vocabulary.open[level.cells]
    open_cells[1:-1, 1:-1] = False
    places = [(x, y) for y, x in np.argwhere(open_cells).tolist()]
    leaks = [place for place in places if place not in exempt]
    if leaks:
        return Verdict("border", False, f"open at {_places(leaks)}; the outermost cells must not be walkable")
    if places:
        return Verdict("border", True, f"closed but where it was pinned open: {_places(places)}")
    return Verdict("border", True, "closed")


def _ways(level: Level, ground: Ground) -> tuple[list[Verdict], str]:
    """Solvable, replayed, and no order of doors that strands the player."""
    try:
        moves = solve(ground)
    except Undecided as reason:
        return [Verdict("solvable", False, f"not decided: {reason}")], ""
    if moves is None:
        return [Verdict("solvable", False, "no way from start to exit, whatever is fetched and opened")], ""
    played = replay(level, moves)
    stranded = strandings(ground)
    verdicts = [
        Verdict("solvable", True, f"in {len(moves)} moves"),
        Verdict("replay", not played.problem, played.problem or f"{played.steps} moves end on the exit"),
    ]
    if stranded is None:
        verdicts.append(
            Verdict("no dead end", True, "the exit stays in reach whichever door is opened first")
        )
    else:
        doors = _places([ground.place(lock) for lock in sorted(stranded)])
        verdicts.append(
            Verdict("no dead end", False, f"after opening {doors} no key is left and the exit is shut")
        )
    return verdicts, moves


def _reached(level: Level, ground: Ground) -> list[Verdict]:
    """One play can walk to every open cell, whatever doors that takes, and stand beside every person."""
    few = max(len(ground.keys), len(ground.locks)) <= SEARCH_LIMIT
    region = widest(ground) if few else reach(ground)
    stride = ground.stride
    lost = [ground.place(cell) for cell, free in enumerate(ground.free) if free and cell not in region]
    locked = [ground.place(lock) for lock in ground.locks if lock not in region]
    persons = np.pad(np.isin(level.cells, level.vocabulary.ids(Role.PERSON)), 1).ravel()
    alone = [
        ground.place(int(cell))
        for cell in np.flatnonzero(persons)
        if not any(int(cell) + step in region for step in (-stride, stride, -1, 1))
    ]
    detail = f"{len(region)} open cells, all within reach"
    return [
        Verdict("reachable", not lost, f"out of reach: {_places(lost)}" if lost else detail),
        Verdict(
            "doors open",
            not locked,
            f"never opened: {_places(locked)}"
            if locked
            else f"keys {len(ground.keys)}, locked doors {len(ground.locks)}",
        ),
        Verdict(
            "people", not alone, f"nobody can stand beside {_places(alone)}" if alone else "within reach"
        ),
    ]


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
        # A share falls between two counts of cells.
        slack = 0.5 / level.cells.size if name == "openness" else 0.0
        found = measures.get(name)
        met = found is not None and low - slack <= found <= high + slack
        asked = f"{low}" if low == high else f"{low}..{high}"
        verdicts.append(Verdict(name, met, f"{found}, asked {asked}"))
    if request.pinned is not None and size_fits:
        free = request.pinned == FREE
        moved = [(int(x), int(y)) for y, x in np.argwhere(~free & (request.pinned != level.cells))]
        verdicts.append(Verdict("pinned", not moved, f"changed: {_places(moved)}" if moved else "kept"))
    return verdicts
