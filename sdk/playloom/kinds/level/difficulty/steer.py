"""Aim at a difficulty: choose how far the exit lies and who waits by the way, look at the gauge, and again.

What the caller fixed stays as it was asked for; the rest is set here. Placing is cheap beside the network, so
one ground is laid out several times. The verdict is not given here: the check measures the finished map.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from playloom.kernels.chance import GRID
from playloom.kinds.level.content import LevelRequest, Range
from playloom.kinds.level.difficulty.scale import BOSS, COMMON, FULL, STRONG, Gauge, band
from playloom.kinds.level.place import Placing, Unplaceable
from playloom.kinds.level.vocabulary import Role, Vocabulary

_LAYOUTS = 12  # tried on one ground
_CASTS = 5  # of foes tried on one layout
_HARD, _HARDEST = 600, 800  # from half of the one on strong foes, from the other on bosses
_CROWD = 8  # no more threat than so many times the gauge's half: the rest is for the way to do
_PULL = 3  # nats by which foes are drawn to the way, or kept off it, at the ends of the scale

LayOut = Callable[[Placing, LevelRequest], Gauge]
"""Places start, exit, doors and keys, and gauges the map; may raise `Unplaceable`."""
Furnish = Callable[[Placing, LevelRequest], None]
"""Places what stands around; may raise `Unplaceable`."""


@dataclass
class _State:
    """What placing changes, to go back to."""

    placing: Placing

    def __post_init__(self) -> None:
        draft = self.placing.draft
        self.kept = draft.cells.copy(), self.placing.spots.copy(), len(draft.edits)

    def back(self, name: str) -> Placing:
        """Return the state as it was, with chance of its own."""
        placing, (cells, spots, edits) = self.placing, self.kept
        placing.draft.cells[:], placing.spots[:] = cells, spots
        del placing.draft.edits[edits:]
        return replace(placing, spots=placing.spots, stream=placing.stream.fork(name))


def aim(placing: Placing, request: LevelRequest, farthest: int, lay_out: LayOut, furnish: Furnish) -> None:
    """Place every object so that the map is as hard as ``request.difficulty`` asks.

    Args:
        placing: The ground, and what the network likes where.
        request: The controls; its difficulty is given.
        farthest: About the longest way that this ground allows, in moves.
        lay_out: How start, exit, doors and keys are placed.
        furnish: How the rest is placed.

    Raises:
        Unplaceable: If no layout tried came within the band.
    """
    assert request.difficulty is not None
    low, high = band(request.difficulty)
    aimed = min(max((low + high) // 2, 0), FULL)
    ground = _State(placing)
    shortest, longest, share = 0, FULL, aimed
    problem: Unplaceable | None = None
    found: list[int] = []
    for turn in range(_LAYOUTS):
        wanted = _structure(request, share, aimed, farthest, insists=turn < _LAYOUTS // 2)
        try:
            here = ground.back(f"layout {turn}")
            gauge = lay_out(here, wanted)
            grade = _cast(here, wanted, gauge, (low, high), aimed, furnish)
        except Unplaceable as reason:
            problem, share = reason, _between(share, turn)
            continue
        if low <= grade <= high:
            return
        found.append(grade)
        if grade < low:
            shortest = share
        else:
            longest = share
        share = (shortest + longest) // 2 if shortest < longest else _between(share, turn)
    if problem is not None and not found:
        raise problem
    reach = f"layouts of this ground came to {min(found) / FULL:g}..{max(found) / FULL:g}"
    advice = "widen the range, or fix fewer of the other controls"
    if not max(found):
        advice = "nothing in this style makes a level hard; leave difficulty out"
    raise Unplaceable("difficulty", f"{reach}: {advice}")


def _between(share: int, turn: int) -> int:
    """Return another share to try: the golden section fills the range evenly."""
    return (share + 618 + turn) % (FULL + 1)


def _structure(
    request: LevelRequest, share: int, aimed: int, farthest: int, *, insists: bool
) -> LevelRequest:
    """Return the request with a length of the way and doors that suit, where the caller left them open."""
    wanted = request
    if request.path is None:
        about = farthest * (150 + 850 * share // FULL) // FULL
        few, many = (4, 6) if insists else (3, 10)  # fifths
        wanted = replace(wanted, path=(max(2, about * few // 5), max(4, about * many // 5)))
    if request.keys is None and request.locks is None and aimed < FULL // 3:
        wanted = replace(wanted, locks=(0, 0))
    return wanted


def _cast(
    placing: Placing, request: LevelRequest, gauge: Gauge, span: Range, aimed: int, furnish: Furnish
) -> int:
    """Furnish a layout several times, nearer to the threat that it lacks each time; return the last grade.

    A layout that is too hard without any foe, or that only a crowd would make hard enough, is not furnished:
    its grade is then the one without foes.
    """
    vocabulary, cells = placing.draft.vocabulary, placing.draft.cells
    fixed = gauge.threat(cells, vocabulary)  # in the ground, and pinned
    asked, grade = gauge.range_of(*span), gauge.grade(fixed)
    if grade > span[1] or asked is None or asked[0] > _CROWD * gauge.half:
        return grade
    layout, foes = _State(placing), vocabulary.having(Role.ENEMY, Role.BOSS)
    pull = _PULL * GRID * (aimed - FULL // 2) // (FULL // 2)
    drawn = placing.logits + (pull * (gauge.near[:, :, None] & foes)).astype(np.int32)
    goal = (asked[0] + min(asked[1], 2 * asked[0] + 8)) // 2
    halves = 3  # how often half the threat of a foe counts: two or four times
    for turn in range(_CASTS):
        points = max(0, goal - fixed) * 2 // halves
        here = replace(layout.back(f"cast {turn}"), logits=drawn)
        try:
            furnish(here, cast_of(request, points, aimed, vocabulary))
        except Unplaceable:
            if turn == _CASTS - 1:
                raise
            halves += 1
            continue
        threat = gauge.threat(cells, vocabulary)
        grade = gauge.grade(threat)
        if asked[0] <= threat <= asked[1]:
            return grade
        if points:
            halves = min(8, max(1, _nearest(2 * (threat - fixed), points)))
    return grade


def _nearest(above: int, below: int) -> int:
    """Return above / below to the nearest whole number."""
    return (2 * above + below) // (2 * below)


def cast_of(request: LevelRequest, points: int, aimed: int, vocabulary: Vocabulary) -> LevelRequest:
    """Return the request with exact numbers of foes worth ``points`` of threat, where they were left open."""
    tiers = {tile.tier >= 2 for tile in vocabulary.tiles if tile.role is Role.ENEMY}
    bosses, strong, common = request.bosses, request.strong, request.common
    if bosses is None and vocabulary.ids(Role.BOSS):
        number = min(1 + (points > 12 * BOSS), points // (3 * BOSS)) if aimed >= _HARDEST else 0
        bosses = (number, number)
    left = max(0, points - BOSS * (bosses[0] if bosses else 0))
    least, most = request.enemies or (0, 1 << 20)
    if True in tiers and strong is None:
        # Up to a third of the threat; and what a fixed number of foes leaves open, strength makes up for.
        number = left * max(0, aimed - _HARD // 2) // (2 * FULL * STRONG)
        number = max(
            number, (left - COMMON * most) // (STRONG - COMMON), least - (common[1] if common else least)
        )
        number = max(0, min(number, most - (common[0] if common else 0)))
        strong = (number, number)
    left = max(0, left - STRONG * (strong[0] if strong else 0))
    if False in tiers and common is None:
        others = strong if strong else (0, 0)
        number = max(0, min(max(left // COMMON, least - others[1]), most - others[0]))
        common = (number, number)
    return replace(request, bosses=bosses, strong=strong, common=common)
