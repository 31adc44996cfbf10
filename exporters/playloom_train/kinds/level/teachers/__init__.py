"""Procedural teachers: programs whose maps show the network what a style is.

All of our own making; their maps are released under CC0.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom_train.kinds.level.teachers import cave, dungeon, maze, overworld


@dataclass(frozen=True)
class Style:
    """A way of making maps within a theme."""

    name: str
    theme: str
    border: bool  # the outermost cells are closed
    teach: Callable[[np.random.Generator, int, int], NDArray[np.uint8]]


TEACHERS = {
    name: Style(name, theme, True, teach)
    for theme, module in (("dungeon", dungeon), ("cave", cave), ("maze", maze), ("overworld", overworld))
    for name, teach in module.STYLES.items()
}
