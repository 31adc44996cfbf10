"""Where the scores of levels made with no wishes lie: what turns a score into a rank, theme by theme.

Measured over free levels of the usual size (`benchmarks/difficulty.py`), so that a hard maze is hard among
mazes. A map of a theme that we do not know is put beside all free levels of its movement.
"""

Knots = tuple[int, ...]  # scores at `scale.SHARES`, ascending

WALK: Knots = (179, 312, 368, 438, 517, 584, 712)
PLATFORM: Knots = (171, 261, 315, 378, 452, 515, 633)
PUSH: Knots = (242, 381, 436, 503, 550, 584, 645)
_THEMES: dict[str, Knots] = {
    "dungeon": (278, 341, 393, 483, 548, 599, 712),
    "cave": (226, 311, 374, 422, 499, 564, 672),
    "maze": (279, 347, 382, 465, 523, 618, 694),
    "overworld": (179, 290, 324, 382, 457, 529, 654),
    "platformer": (190, 272, 317, 404, 470, 515, 593),
    "metroidvania": (171, 225, 309, 368, 435, 510, 633),
}


def knots_of(theme: str, others: Knots) -> Knots:
    """Return the scores of free levels of ``theme``; ``others`` where it is none of ours."""
    return _THEMES.get(theme, others)
