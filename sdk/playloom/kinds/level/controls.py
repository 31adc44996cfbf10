"""The controls of a request where one end of a range is left open: what stands for "no more than can be"."""

from playloom.kinds.level.content import CONTROLS, COUNT_HIGH, LOCK_HIGH, SIDE_HIGH

MOVES_HIGH = 4 * SIDE_HIGH**2  # of a solution: any map is shorter
SHARES = ("openness", "difficulty")  # 0 to 1; the other controls are counts

HIGHEST: dict[str, int] = {
    **dict.fromkeys(CONTROLS, COUNT_HIGH),
    **dict.fromkeys(("keys", "locks"), LOCK_HIGH),
    **dict.fromkeys(("path", "pushes"), MOVES_HIGH),
    **dict.fromkeys(SHARES, 1),
}
