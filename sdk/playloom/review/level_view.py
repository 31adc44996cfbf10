"""A level as the page shows it: its picture in whole tiles, and its solution step by step."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from playloom.api.level_files import check_level
from playloom.errors import RequestInvalid
from playloom.kernels import png
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.book.picture import is_drawable
from playloom.kinds.level.formats.grounds import SIDE
from playloom.kinds.level.formats.overview import overview, tile_side
from playloom.kinds.level.formats.preview import preview
from playloom.kinds.level.movement import Platform, Push
from playloom.kinds.level.trail import keys_and_doors, trail
from playloom.kinds.level.vocabulary import Role

SIDES = (1, 2, 4, 8, 16)  # pixels of a tile
_BARE = {Role.CRATE: "floor", Role.STORED: "goal"}


def level_picture(level: Level, side: int, *, bare: bool) -> bytes:
    """Return a PNG of a level.

    Args:
        level: Any level.
        side: Pixels of a tile, one of `SIDES`; a large map has fewer, one in tiles of its own as it has.
        bare: Without start and crates, which the page moves itself.

    Raises:
        RequestInvalid: If there is no such size.
    """
    if side not in SIDES:
        raise RequestInvalid(f"tiles of {side} pixels cannot be drawn; choose one of {SIDES}")
    shown = _bare(level) if bare else level
    if side == SIDE == tile_side(level) or is_drawable(level):
        return png.encode(preview(shown))
    return png.encode(overview(shown, min(side, tile_side(level))))


def _bare(level: Level) -> Level:
    """Return a Sokoban level without the player and the crates; others as they are."""
    if not isinstance(level.movement, Push):
        return level
    ids = np.arange(len(level.vocabulary), dtype=np.uint8)
    for number, tile in enumerate(level.vocabulary.tiles):
        under = _BARE.get(tile.role)
        if tile.role is Role.START:
            under = "goal" if "goal" in tile.name else "floor"
        if under is not None:
            ids[number] = level.vocabulary.id(under)
    return replace(level, cells=ids[level.cells], evidence=None)


def level_details(level: Level) -> dict[str, Any]:
    """Return what the page needs to show a level and play its solution."""
    judgement = check_level(level)
    evidence = level.evidence
    solution = evidence.solution if evidence is not None and evidence.solution else judgement.solution
    walked = _walked(level, solution)
    checks = judgement.verdicts if evidence is None else evidence.checks
    return {
        "width": level.width,
        "height": level.height,
        "view": "side" if isinstance(level.movement, Platform) else "above",
        "moves": len(solution),
        "walk": walked,
        "events": [
            [step, "key" if role is Role.KEY else "door", x, y]
            for step, role, x, y in keys_and_doors(level, [(x, y) for x, y in walked])
        ],
        "crates": _crates(level),
        "pushes": [list(push) for push in _pushes(level, walked)],
        "checks": [[one.name, one.passed, one.detail] for one in checks],
        "measures": judgement.measures if evidence is None else evidence.measures,
        "repaired": 0 if evidence is None else len(evidence.edits),
        "notes": list(level.notes),
    }


def _walked(level: Level, solution: str) -> list[list[int]]:
    if not solution:
        return []
    try:
        return [[x, y] for y, x in trail(level, solution)]
    except RequestInvalid:  # a map of somebody else's whose evidence is wrong
        return []


def _crates(level: Level) -> list[list[int]]:
    """Return (x, y) of every crate, where crates can be pushed."""
    if not isinstance(level.movement, Push):
        return []
    ids = level.vocabulary.ids(Role.CRATE, Role.STORED)
    return [[int(x), int(y)] for y, x in np.argwhere(np.isin(level.cells, ids))]


def _pushes(level: Level, walked: list[list[int]]) -> Iterator[tuple[int, int, int, int]]:
    """Yield (step, number of the crate, x, y where it comes to stand) of each push."""
    stands = {(x, y): number for number, (x, y) in enumerate(_crates(level))}
    for step, ((x, y), (to_x, to_y)) in enumerate(pairwise(walked), start=1):
        crate = stands.pop((to_x, to_y), None)
        if crate is not None:
            place = (2 * to_x - x, 2 * to_y - y)
            stands[place] = crate
            yield step, crate, *place
