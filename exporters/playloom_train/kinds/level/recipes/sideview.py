"""Seen from the side: platformers and metroidvanias."""

from playloom.kinds.level.vocabulary import SIDE
from playloom_train.kinds.level.recipe import Canvas, Cells, People, Recipe
from playloom_train.kinds.level.teachers import Style, metroidvania, platformer
from playloom_train.kinds.level.teachers.platformer_land import MOVEMENT

# The border may be open: sky above, ways out at the sides.
_TEACHERS = {
    name: Style(name, theme, False, teach)
    for theme, module in (("platformer", platformer), ("metroidvania", metroidvania))
    for name, teach in module.STYLES.items()
}


def _mixed(cells: Cells) -> bool:
    """Return whether a window is neither nearly all ground nor nearly all air."""
    return cells.size >= 160 and 0.3 < float(SIDE.open[cells].mean()) < 0.93


SIDEVIEW = Recipe(
    name="sideview",
    summary="Side-view tile maps: platformers and metroidvanias; by masked-token diffusion.",
    vocabulary=SIDE,
    movement=MOVEMENT,
    # Real maps alone teach the last two styles.
    styles={t.name: (t.theme, t.border) for t in _TEACHERS.values()}
    | {"classic": ("platformer", False), "ruins": ("metroidvania", False)},
    canvases=(Canvas((10, 16), (24, 48)), Canvas((25, 25), (40, 64))),
    teachers=_TEACHERS,
    people=People(
        view="side",
        sources={
            "pekka-kana-2": (
                "classic",
                ("meadow", "forest", "castle", "cave", "factory"),
                "Pekka Kana 2, Janne Kivilahti (Piste Gamez)",
            ),
            "arcade-resources": ("classic", ("meadow",), "sample maps of Python Arcade, Paul Vincent Craven"),
            "godot-demos": ("classic", ("meadow",), "Godot demo projects, the Godot contributors"),
            "ldtk-samples": ("ruins", ("metroidvania",), "sample projects of LDtk, Sebastien Benard"),
            "metsys-sample": ("ruins", ("metroidvania",), "sample project of Metroidvania System, KoBeWi"),
            "flixel-demos": ("ruins", ("cave",), "HaxeFlixel demos, the HaxeFlixel contributors"),
        },
        fits=_mixed,
    ),
    symmetries="mirror",
    calibrated=True,
    # People's windows are few and overlap; drawn as often as the teachers' they would be learned by heart.
    often={name: 3 for name in _TEACHERS} | {"classic": 2},
)
