"""Options that the commands of levels share: controls, parts of a map, map files."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from playloom.commands.completing import offer_level_packages, offer_themes
from playloom.commands.options import FILE, PACKAGE, Option, read_counts, read_shares, reading, refusal
from playloom.kinds.level.controls import HIGHEST, SHARES
from playloom.kinds.level.pinning import Rectangle

_WHOLE = r"-?[0-9]{1,18}"

LEGEND_HELP = (
    'TOML file that says what the tiles of your own map mean, with lines like "ruins:5" = "wall"; '
    "`playloom level legend` drafts one."
)
OUTPUT_HELP = (
    "Write here; the suffix says in which format: .tmx .tmj (Tiled), .tscn (Godot), .ldtk, .txt, .json, "
    ".png, .xsb (Sokoban). May be repeated."
)

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class MapPath(click.Path):
    """A file that is there; of an LDtk project, one level can be named: game.ldtk#Level_0."""

    def __init__(self, *, readable: bool) -> None:
        """Make the type; ``readable`` refuses formats that cannot be read, by their suffix."""
        super().__init__(exists=True, dir_okay=False)
        self.only_readable = readable

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path as typed if its file is there."""
        from playloom.kinds.level.formats import READERS
        from playloom.kinds.level.formats.ldtk.read import split_name

        file, _ = split_name(Path(value))
        super().convert(str(file), param, ctx)
        if self.only_readable and file.suffix.lower() not in READERS:
            found = file.suffix or "(no suffix)"
            self.fail(f"{value}: format {found!r} cannot be read; give {', '.join(READERS)}", param, ctx)
        return Path(value)


MAP = MapPath(readable=True)
MAP_TO_JUDGE = MapPath(readable=False)  # one of many, perhaps of a pattern: that it cannot be read is told


def read_rectangle(text: str) -> Rectangle:
    """Read ``4,4,12,8``: column, row, width, height."""
    if not re.fullmatch(rf"{_WHOLE}(,{_WHOLE}){{3}}", text):
        raise refusal(text, "4,4,12,8 (X,Y,WIDTH,HEIGHT)")
    return Rectangle(*(int(number) for number in text.split(",")))


_CONTROLS_TITLE = "What is in it, each exact (6) or a range (4..8, 4.., ..8); by default up to the model"

# What each control of a request counts.
_CONTROLS = {
    "enemies": "Enemies, common and strong together; bosses are apart. 0 also leaves out bosses.",
    "common": "Common enemies.",
    "strong": "Strong enemies.",
    "bosses": "Bosses, which --enemies does not count.",
    "treasure": "Coins and chests.",
    "keys": "Keys; without --locks as many locked doors.",
    "locks": "Locked doors; without --keys as many keys.",
    "people": "People to meet.",
    "openness": "Share of the map that can be walked on, 0 to 1.",
    "path": "Moves of the shortest solution.",
    "crates": "Sokoban: crates, each with a goal.",
    "pushes": "Sokoban: pushes of the shortest solution.",
    "difficulty": "How hard it is, 0 to 1: 0.5 is the middle of levels made without wishes, 0.9 is "
    "harder than nine in ten. One number is met within 0.05.",
}


def control_options(function: Decorated) -> Decorated:
    """Add one option for each control of a request to a command."""
    return _controls(function, tuple(_CONTROLS))


def chunk_control_options(function: Decorated) -> Decorated:
    """Add one option for each control that holds in every chunk of an endless level."""
    return _controls(function, ("enemies", "common", "strong", "bosses", "treasure", "people"))


def _controls(function: Decorated, names: tuple[str, ...]) -> Decorated:
    control = partial(click.option, cls=Option, section=_CONTROLS_TITLE)
    for name in reversed(names):
        share = name in SHARES
        read = read_shares if share else partial(read_counts, high=HIGHEST[name])
        metavar = "SHARE" if share else "N"
        function = control(f"--{name}", metavar=metavar, callback=reading(read), help=_CONTROLS[name])(
            function
        )
    return function


def map_options(function: Decorated) -> Decorated:
    """Add the options that say how a map is to be read."""
    option = partial(click.option, cls=Option, section="The map, where it does not say itself")
    function = option("--legend", type=FILE, metavar="LEGEND", help=LEGEND_HELP)(function)
    function = option(
        "--package",
        type=PACKAGE,
        metavar="NAME|PATH",
        shell_complete=offer_level_packages,
        help="Model package that it is of, such as one of your own maps.",
    )(function)
    return option(
        "--theme",
        metavar="NAME",
        shell_complete=offer_themes,
        help="Theme whose rules hold, such as platformer; a text map does not say.",
    )(function)


_dress = partial(click.option, cls=Option, section="In your own tiles")
_DRESS_OPTIONS = (
    _dress(
        "--tileset",
        type=FILE,
        metavar="MAPPING",
        help="TOML file that says where your own tileset, of Godot or Tiled, has each tile; shown below.",
    ),
    _dress(
        "--tileset-path",
        metavar="FOLDER",
        help="With a package of your own maps: where your tilesets lie as seen from the new map, such as "
        "../art; .tmx and .tmj files then use them there. Without it, copies are put beside the map.",
    ),
    _dress(
        "--ldtk",
        type=FILE,
        metavar="PROJECT",
        help="Your own LDtk project: each .ldtk file becomes a copy of it with the level in it, tiled by the "
        "project's rules. -o PROJECT itself puts all levels into it.",
    ),
    _dress(
        "--ldtk-names",
        type=FILE,
        metavar="NAMES",
        help="TOML file that says what tiles are called in the project where the names differ; shown below.",
    ),
    _dress("--solution", is_flag=True, help="Draw the solution into .png files."),
)
DRESS_EPILOG = """\
\b
A mapping for --tileset:                A file for --ldtk-names:
  tileset = "res://ruins.tres"            layer = "Ground"
  tile_size = [16, 16]                    [tiles]
  [tiles]                                 wall = "Stone"
  wall = [0, 3, 1]                        [entities]
  [terrains]                              enemy = "Goblin"
  floor = "Grass"                         decor = ""

In a Godot mapping a tile is [source, column, row]. For Tiled, tileset is the
.tsx file, tile_size is left out and a tile is its number: wall = 12. What
stands under [terrains] is drawn with that terrain, edges and corners
included. An empty name leaves a tile out.
"""


def dress_options(function: Decorated) -> Decorated:
    """Add the options that dress a level in the developer's own tiles, and its solution."""
    for option in reversed(_DRESS_OPTIONS):
        function = option(function)
    return function
