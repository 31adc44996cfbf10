"""The independent check of a region of chunks: can it be walked through, and does it lead on at every side?

It knows the size and place of chunks and nothing of how they are made. The main part of a chunk is its
region of open cells that comes to all four sides. Every chunk must have one, and those of chunks side by
side must be joined within the two: then any rectangle of chunks can be walked through, and so can the plane.
Cells in reach from outside alone may lie on the rim of a region; inside, everything is to be in reach.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from playloom.errors import RequestInvalid
from playloom.kinds.level.check import Judgement, measure
from playloom.kinds.level.content import CONTROLS, Level, Verdict
from playloom.kinds.level.endless.lattice import CHUNK_HIGH, CHUNK_LOW
from playloom.kinds.level.verdicts import places_named
from playloom.kinds.level.vocabulary import Role

_SIDES = ("up", "down", "left", "right")

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class _Region:
    """Where the chunks of a level lie."""

    level: Level
    width: int  # cells of a chunk
    height: int
    x0: int  # the first chunk
    y0: int
    x1: int  # the one after the last
    y1: int

    @property
    def walkable(self) -> Mask:
        return self.level.vocabulary.open[self.level.cells]

    def chunks(self) -> list[tuple[int, int]]:
        return [(x, y) for y in range(self.y0, self.y1) for x in range(self.x0, self.x1)]

    def part(self, x: int, y: int, x1: int, y1: int) -> tuple[slice, slice]:
        """Return rows and columns of the cells of chunks (x, y) to (x1 - 1, y1 - 1)."""
        rows = slice((y - self.y0) * self.height, (y1 - self.y0) * self.height)
        return rows, slice((x - self.x0) * self.width, (x1 - self.x0) * self.width)


def is_region(asked: dict[str, Any]) -> bool:
    """Return whether the request stored in a level's evidence is one for chunks of an endless world."""
    return "region" in asked


def judge_region(level: Level, asked: dict[str, Any]) -> Judgement:
    """Check a region of an endless world.

    Args:
        level: The region, or one chunk.
        asked: The request as the evidence stores it: "chunk" (width, height), "region" (x0, y0, x1, y1,
            the second corner not included), and controls that hold in every chunk.

    Raises:
        RequestInvalid: If ``asked`` is not such a request or does not fit the level's size.
    """
    region = _read(level, asked)
    walkable = region.walkable
    mains = {
        place: main_part(walkable[region.part(*place, place[0] + 1, place[1] + 1)])
        for place in region.chunks()
    }
    verdicts = [
        _start(region, mains),
        _nowhere("exit", level, Role.EXIT),
        _nowhere("doors", level, Role.LOCK),
        _reachable(region),
        _joined(region, mains),
        _leads_on(mains),
        _people(level, walkable),
        *_controls(region, asked),
    ]
    return Judgement(tuple(verdicts), measure(level.cells, level.vocabulary), "")


def _read(level: Level, asked: dict[str, Any]) -> _Region:
    def numbers(name: str, count: int) -> list[int]:
        found = asked.get(name)
        if isinstance(found, list | tuple) and len(found) == count and all(type(n) is int for n in found):
            return list(found)
        raise RequestInvalid(f"{name} of the evidence is {found!r}; expected {count} whole numbers")

    width, height = numbers("chunk", 2)
    x0, y0, x1, y1 = numbers("region", 4)
    if not CHUNK_LOW <= min(width, height) <= max(width, height) <= CHUNK_HIGH:
        raise RequestInvalid(
            f"chunk of the evidence is {[width, height]}; a side has {CHUNK_LOW} to {CHUNK_HIGH} cells"
        )
    if (level.width, level.height) != ((x1 - x0) * width, (y1 - y0) * height):
        raise RequestInvalid(
            f"the evidence speaks of chunks {x0},{y0} to {x1},{y1} of {width}x{height} cells; "
            f"the map has {level.width}x{level.height}"
        )
    counted = measure(level.cells, level.vocabulary)
    for name in (name for name in CONTROLS if name in asked):
        if name not in counted or not all(type(n) in (int, float) for n in _pair(asked[name])):
            raise RequestInvalid(f"{name} of the evidence is {asked[name]!r}; expected what chunks can have")
    return _Region(level, width, height, x0, y0, x1, y1)


def _pair(value: Any) -> tuple[Any, Any]:
    return (value[0], value[1]) if isinstance(value, list | tuple) and len(value) == 2 else (None, None)


def main_part(walkable: Mask) -> Mask:
    """Return the region of a chunk that comes to all four of its sides: there is at most one.

    Of two, a way of one from left to right would have to cross a way of the other from top to bottom.
    """
    labels, _ = ndimage.label(walkable)
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    common = set.intersection(*(set(np.unique(side).tolist()) for side in sides)) - {0}
    main: Mask = labels == common.pop() if common else np.zeros(walkable.shape, np.bool_)
    return main


def _places(level: Level, role: Role) -> list[tuple[int, int]]:
    return [(x, y) for y, x in np.argwhere(np.isin(level.cells, level.vocabulary.ids(role))).tolist()]


def _start(region: _Region, mains: dict[tuple[int, int], Mask]) -> Verdict:
    """A start in the main part of chunk (0, 0), and nowhere else."""
    found = _places(region.level, Role.START)
    expected = int((0, 0) in mains and bool(region.level.vocabulary.ids(Role.START)))
    if len(found) != expected:
        return Verdict("start", False, f"found {len(found)}, expected {expected}")
    if not found:
        return Verdict("start", True, "not here: in chunk (0, 0)")
    rows, columns = region.part(0, 0, 1, 1)
    x, y = found[0]
    inside = rows.start <= y < rows.stop and columns.start <= x < columns.stop
    if not inside or not mains[0, 0][y - rows.start, x - columns.start]:
        return Verdict("start", False, f"at {places_named(found)}, not in the main part of chunk (0, 0)")
    return Verdict("start", True, f"at {places_named(found)}")


def _nowhere(name: str, level: Level, role: Role) -> Verdict:
    found = _places(level, role)
    return Verdict(name, not found, f"at {places_named(found)}; expected none" if found else "none")


def _reachable(region: _Region) -> Verdict:
    """All open cells are one region, but for what leads in from outside."""
    labels, count = ndimage.label(region.walkable)
    rim = np.ones(labels.shape, np.bool_)
    rim[1:-1, 1:-1] = False
    sizes = np.bincount(labels.ravel(), minlength=2)
    sizes[0] = 0
    main = int(sizes.argmax())
    outer = np.setdiff1d(labels[rim], [0, main])
    lost = np.argwhere(~np.isin(labels, [0, main, *outer.tolist()]))
    if not count or len(lost):
        return Verdict(
            "reachable", False, f"out of reach: {places_named([(x, y) for y, x in lost.tolist()])}"
        )
    beyond = int(sizes[outer].sum())
    more = f"; {beyond} more on the rim, reached from outside" if beyond else ""
    return Verdict("reachable", True, f"{int(sizes[main])} open cells are one region{more}")


def _joined(region: _Region, mains: dict[tuple[int, int], Mask]) -> Verdict:
    """Main parts of chunks side by side are joined within the two."""
    apart, pairs = [], 0
    for x, y in mains:
        for right, down in ((1, 0), (0, 1)):
            if (x + right, y + down) not in mains:
                continue
            pairs += 1
            labels, _ = ndimage.label(region.walkable[region.part(x, y, x + right + 1, y + down + 1)])
            here = labels[: region.height, : region.width][mains[x, y]]
            there = labels[-region.height :, -region.width :][mains[x + right, y + down]]
            if not (here.size and there.size and here[0] == there[0]):
                apart.append((x, y))
    if apart:
        return Verdict("chunks joined", False, f"no way right or down from chunk {places_named(apart)}")
    return Verdict("chunks joined", True, f"{pairs} pairs side by side" if pairs else "one chunk alone")


def _leads_on(mains: dict[tuple[int, int], Mask]) -> Verdict:
    """Every chunk has a main part, which leads on in all four directions."""
    shut = [place for place, main in mains.items() if not main.any()]
    if shut:
        return Verdict("leads on", False, f"no way from side to side of chunk {places_named(shut)}")
    fewest = dict.fromkeys(_SIDES, 1 << 30)
    for main in mains.values():
        for name, line in zip(_SIDES, (main[0], main[-1], main[:, 0], main[:, -1]), strict=True):
            fewest[name] = min(fewest[name], int(line.sum()))
    found = ", ".join(f"{name} {count}" for name, count in fewest.items())
    return Verdict("leads on", True, f"open cells in the sides of each chunk, at least: {found}")


def _people(level: Level, walkable: Mask) -> Verdict:
    beside = ndimage.binary_dilation(walkable)
    alone = [(x, y) for x, y in _places(level, Role.PERSON) if not beside[y, x]]
    if alone:
        return Verdict("people", False, f"nobody can stand beside {places_named(alone)}")
    return Verdict("people", True, "within reach")


def _controls(region: _Region, asked: dict[str, Any]) -> list[Verdict]:
    """Hold every chunk to the controls."""
    wanted = {name: asked[name] for name in CONTROLS if name in asked}
    if not wanted:
        return []
    cells = region.level.cells
    counted = {
        (x, y): measure(cells[region.part(x, y, x + 1, y + 1)], region.level.vocabulary)
        for x, y in region.chunks()
    }
    verdicts = []
    for name, (low, high) in wanted.items():
        missed = [place for place, found in counted.items() if not low <= found[name] <= high]
        values = [found[name] for found in counted.values()]
        detail = f"{min(values)}..{max(values)} a chunk, asked {low}..{high}"
        verdicts.append(
            Verdict(name, not missed, f"chunks {places_named(missed)}: {detail}" if missed else detail)
        )
    return verdicts
