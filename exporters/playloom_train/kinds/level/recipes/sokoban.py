"""Sokoban: people's warehouses, and rooms and halls of our own."""

from playloom.kinds.level.movement import Push
from playloom.kinds.level.vocabulary import SOKOBAN
from playloom_train.kinds.level.recipe import Canvas, Cells, People, Recipe
from playloom_train.kinds.level.teachers import Style, sokoban


def _any(cells: Cells) -> bool:
    """Return that a window teaches something: these maps are whole puzzles."""
    return True


_TEACHERS = {name: Style(name, "sokoban", True, teach) for name, teach in sokoban.STYLES.items()}

SOKOBAN_RECIPE = Recipe(
    name="sokoban",
    summary="Sokoban puzzles, solved exactly: walls, floor and goals by masked-token diffusion.",
    vocabulary=SOKOBAN,
    movement=Push(),
    styles={name: (style.theme, style.border) for name, style in _TEACHERS.items()},
    canvases=(Canvas((8, 8), (16, 16)), Canvas((17, 17), (24, 24))),
    teachers=_TEACHERS,
    judged=False,  # a teacher's puzzle is solvable by the way it is made; a test solves some
    people=People(
        view="puzzle",
        sources={"boxoban": ("warehouse", ("sokoban",), "Boxoban levels, Guez et al. 2018, DeepMind")},
        fits=_any,
        legend="sokoban",
        chars={
            "#": "wall",
            " ": "floor",
            ".": "goal",
            "$": "crate",
            "*": "stored_crate",
            "@": "start",
            "+": "start_on_goal",
        },
    ),
    sides=(8, 24),
)
