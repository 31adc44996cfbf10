"""How hard a Sokoban level is: how many crates matter, how far they go, how often a push changes course.

Of the fewest pushes: their number, and the number of straight rows of pushes of one crate they fall into (box
lines, Taylor and Parberry 2011), which tells planning from mere distance.
"""

from dataclasses import replace

from playloom.kinds.level.content import Level, LevelRequest
from playloom.kinds.level.difficulty.scale import FULL, Part, band, on_scale
from playloom.kinds.level.push.replay import replay

_PUSHES_MOST = 400
_ROOM = 8  # open cells to a crate, at least
_CRATES = (2, 8)  # at the ends of the scale, where no number is asked for
KNOTS = (150, 280, 418, 542, 606, 643, 800)


def parts(pushes: int, lines: int, crates: int) -> tuple[Part, ...]:
    """Return the parts of a puzzle: half the weight of each at 24 pushes, at 12 lines, at 3 crates pushed."""
    return (Part("pushes", 3, pushes, 24), Part("lines", 4, lines, 12), Part("crates", 3, crates, 3))


def grade(level: Level, solution: str) -> int:
    """Return the difficulty of a level, in thousandths."""
    play = replay(level, solution)
    return graded(play.pushes, play.lines, play.pushed)


def graded(pushes: int, lines: int, crates: int) -> int:
    """Return the difficulty of so many pushes, straight rows of them, and crates pushed; in thousandths."""
    found = parts(pushes, lines, crates)
    return on_scale(sum(part.weight * part.share for part in found) // sum(p.weight for p in found), KNOTS)


def wishes(request: LevelRequest, room: int) -> LevelRequest:
    """Return a request for a puzzle about as hard as ``request.difficulty``, by its crates and pushes.

    What the caller fixed stays. How many rows the pushes will fall into is only guessed here, as about two in
    three pushes; the check measures the finished map.

    Args:
        request: What was asked for.
        room: Open cells, which bound the crates.
    """
    if request.difficulty is None:
        return request
    low, high = band(request.difficulty)
    aimed = min(max((low + high) // 2, 0), FULL)
    wanted = request
    if request.crates is None:
        about = _CRATES[0] + (_CRATES[1] - _CRATES[0]) * aimed // FULL
        about = max(_CRATES[0], min(about, room // _ROOM))
        wanted = replace(wanted, crates=(max(1, about - 1), about + 1))
    if request.pushes is None and wanted.crates is not None:
        crates = sum(wanted.crates) // 2
        fit = [n for n in range(1, _PUSHES_MOST) if low <= graded(n, (2 * n + 1) // 3, crates) <= high]
        if fit:
            middle = fit[len(fit) // 2] if high < FULL else fit[0]
            wanted = replace(wanted, pushes=(max(1, middle * 4 // 5), middle * 5 // 4 + 1))
    return wanted
