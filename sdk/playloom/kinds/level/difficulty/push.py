"""How hard a Sokoban level is: how many crates matter, how far they go, how often a push changes course.

Of the fewest pushes: their number, and the number of straight rows of pushes of one crate they fall into (box
lines, Taylor and Parberry 2011), which tells planning from mere distance.
"""

from playloom.kinds.level.content import Level
from playloom.kinds.level.difficulty.ranks import PUSH
from playloom.kinds.level.difficulty.scale import FULL, Part, on_scale
from playloom.kinds.level.push.replay import replay

_PUSHES_MOST = 400
_ROOM = 8  # open cells to a crate, at least
_CRATES = (2, 8)  # at the ends of the scale, where no number is asked for


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
    return on_scale(sum(part.weight * part.share for part in found) // sum(p.weight for p in found), PUSH)


def crates_for(grade: int, room: int) -> int:
    """Return about how many crates suit a difficulty, in thousandths, on ``room`` open cells."""
    few, many = _CRATES
    return max(few, min(few + (many - few) * min(max(grade, 0), FULL) // FULL, room // _ROOM))


def pushes_for(grade: int, crates: int) -> int:
    """Return about how many pushes of so many crates are as hard as ``grade``, in thousandths.

    How many rows they fall into is only guessed here, as about two in three; the finished map is measured.
    """
    fit = (n for n in range(crates, _PUSHES_MOST) if graded(n, (2 * n + 1) // 3, crates) >= grade)
    return next(fit, _PUSHES_MOST)
