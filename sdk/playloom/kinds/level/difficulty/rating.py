"""How hard a finished level is, by its movement; measured on the map and its solution alone."""

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.difficulty import platform, push, walk
from playloom.kinds.level.difficulty.scale import FULL
from playloom.kinds.level.movement import Free, Platform, Push


def rate(level: Level, solution: str) -> float:
    """Return the difficulty of a level, 0 to 1 in three decimals; `scale` says what it means.

    Args:
        level: The finished map.
        solution: Moves that solve it, as the check finds them.

    Raises:
        RequestInvalid: If the level's tiles have no roles.
    """
    match level.movement:
        case Push():
            return push.grade(level, solution) / FULL
        case Free():
            raise RequestInvalid("the level's tiles have no roles: nothing tells how hard it is")
        case Platform():
            gauge = platform.gauge(level, solution)
        case _:
            gauge = walk.gauge(level.cells, level.vocabulary, solution, level.theme)
    return gauge.grade(gauge.threat(level.cells, level.vocabulary)) / FULL
