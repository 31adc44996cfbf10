"""Seen from above: dungeons, caves, mazes, overworlds."""

from playloom.kinds.level.vocabulary import CORE
from playloom_train.kinds.level.recipe import Canvas, Cells, People, Recipe
from playloom_train.kinds.level.teachers import TEACHERS


def _mixed(cells: Cells) -> bool:
    """Return whether a window is neither nearly all void nor all floor."""
    return 0.15 < float(CORE.open[cells].mean()) < 0.75 and float((cells == 0).mean()) < 0.6


TOPDOWN = Recipe(
    name="topdown",
    summary="Top-down tile maps: dungeons, caves, mazes, overworlds; by masked-token diffusion.",
    vocabulary=CORE,
    # Real maps alone teach the last style.
    styles={t.name: (t.theme, t.border) for t in TEACHERS.values()} | {"station": ("dungeon", True)},
    canvases=(Canvas((10, 10), (32, 32)), Canvas((33, 33), (64, 64))),
    teachers=TEACHERS,
    people=People(
        view="topdown",
        sources={
            "freedoom": (
                "station",
                ("dungeon", "arena"),
                "Freedoom and FreeDM 0.12.1, the Freedoom contributors",
            ),
            "ldtk-samples": ("rooms", ("dungeon",), "sample projects of LDtk, Sebastien Benard"),
            "minihack": ("rooms", ("dungeon",), "MiniHack's own maps, Facebook"),
            "griddly": ("braided", ("maze",), "Griddly's own games, Chris Bamford"),
        },
        fits=_mixed,
    ),
    # Closed houses along roads are the hardest thing to learn.
    often={"village": 7, "roads": 4, "coast": 2, "wilds": 2},
)
