"""The developer's own maps as a recipe: their tiles, their styles, and a network that fits their number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from playloom.errors import FileInvalid
from playloom.kernels.counting import counted
from playloom.kinds.level.content import SIDE_HIGH, SIDE_LOW
from playloom.kinds.level.movement import Free, Platform
from playloom.kinds.level.own.legend import packed_legend
from playloom.kinds.level.own.reader import MapSet, read_maps
from playloom.kinds.level.own.stacks import STACKS_HIGH
from playloom.kinds.level.settings import Adjacency
from playloom_train.kinds.level.data import pack
from playloom_train.kinds.level.recipe import Canvas, Cells, Recipe, Source, Symmetries

ONE_STYLE = "own"  # where the maps do not lie in folders of several
_PAIRS_HIGH = 20_000  # neighbours that a manifest has room for
_WINDOW_HIGH = 48  # cells, side of what is trained at once
_LEGEND = "legend.json"  # in the package, for reading the maps again
_SIZE_HIGH = 128  # cells a side of a level that nobody gave a size for
_FEW = 4  # maps; so few are learnt by a network that sees less at once


@dataclass(frozen=True)
class Own:
    """Maps that were read, and how they are taught."""

    maps: MapSet
    recipe: Recipe


def own_recipe(
    paths: Sequence[Path], legend: Path | None, name: str, licence: str, symmetries: Symmetries | None
) -> Own:
    """Read maps and return how to teach them.

    Args:
        paths: Files and folders; sub-folders are styles.
        legend: What tiles mean where the maps do not say so.
        name: Of the package, and of its one theme.
        licence: Of the maps, and so of the package.
        symmetries: How maps may be turned; None: as `usual_symmetries` has it.

    Raises:
        FileInvalid: If the maps or the legend cannot be used.
    """
    maps = _read(paths, legend)
    if any(min(cells.shape) < SIDE_LOW for cells in maps.maps):
        small = [n for n, cells in zip(maps.names, maps.maps, strict=True) if min(cells.shape) < SIDE_LOW]
        more = f" (and {counted(len(small) - 1, 'more map')})" if len(small) > 1 else ""
        raise FileInvalid(
            f"{small[0]}: is smaller than {SIDE_LOW}x{SIDE_LOW} cells{more}; "
            "give larger maps, or join small ones into one file"
        )
    turned = symmetries or usual_symmetries(maps)
    widths = (24, 48, 64) if len(maps.maps) > _FEW else (32, 64)
    styles = [style_name(folder) for folder in maps.folders]
    size = tuple(max(cells.shape[axis] for cells in maps.maps) for axis in (0, 1))
    given = tuple(
        pack(style, [m for m, s in zip(maps.maps, styles, strict=True) if s == style], (size[0], size[1]))
        for style in sorted(set(styles))
    )
    closed = {
        style: all(_is_closed(m, maps) for m, s in zip(maps.maps, styles, strict=True) if s == style)
        for style in sorted(set(styles))
    }
    adjacency = _turned(maps.adjacency, turned)
    settings: dict[str, Any] = {"adjacency": msgspec.to_builtins(adjacency)}
    files: dict[str, bytes] = {}
    if maps.book is not None:
        files = maps.book.files()
        settings["tiles"] = next(iter(files))
    height, width = usual_size(maps.maps)
    settings["size"] = [min(side, _SIZE_HIGH) for side in (width, height)]
    if legend is not None:
        files[_LEGEND] = packed_legend(legend)
        settings["legend"] = _LEGEND
    several = f"{len(maps.maps)} maps" if len(maps.maps) > 1 else "one map"
    recipe = Recipe(
        name=name,
        summary=f"Tile maps in the style of {several} of the developer's own; by masked-token diffusion.",
        vocabulary=maps.vocabulary,
        movement=maps.movement,
        styles={style: (name, closed[style]) for style in sorted(set(styles))},
        canvases=_canvases(maps.maps, 2 ** (len(widths) - 1), turned),
        given=given,
        sources=(Source("own maps", "the developer's own", licence, len(maps.maps), maps.sha256),),
        symmetries=turned,
        sides=(SIDE_LOW, SIDE_HIGH),
        widths=widths,
        dropout=0.1,
        noise=0.03,
        calibrated=True,
        licence=licence,
        settings=settings,
        files=files,
    )
    return Own(maps, recipe)


def _read(paths: Sequence[Path], legend: Path | None) -> MapSet:
    """Read maps; where their tiles have too many neighbours for a manifest, with fewer tiles."""
    most = STACKS_HIGH
    while True:
        maps = read_maps(paths, legend, most=most)
        pairs = len(maps.adjacency.right) + len(maps.adjacency.down)
        if pairs <= _PAIRS_HIGH:
            return maps
        most = min(most, len(maps.vocabulary)) * 3 // 4


def usual_symmetries(maps: MapSet) -> Symmetries:
    """Return how maps may be turned: pictures of tiles have an up and a left, characters have none.

    Where gravity or nobody knows what pulls, text too stays as it is.
    """
    if maps.book is not None or isinstance(maps.movement, Free):
        return "none"
    return "mirror" if isinstance(maps.movement, Platform) else "square"


def style_name(folder: str) -> str:
    """Return the name of the style of maps in ``folder``."""
    return package_name(folder) if folder else ONE_STYLE


def package_name(text: str) -> str:
    """Return ``text`` as the name of a package or style: lower case, digits, hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain[:64].strip("-") or ONE_STYLE


def usual_size(maps: Sequence[Cells]) -> tuple[int, int]:
    """Return the median height and width of the maps."""
    height, width = (int(np.median([cells.shape[axis] for cells in maps])) for axis in (0, 1))
    return height, width


def _canvases(maps: Sequence[Cells], multiple: int, turned: Symmetries) -> tuple[Canvas, ...]:
    """Return the canvas that a usual map fills, and one that shows what lies outside of it."""
    sides = [min(side, _WINDOW_HIGH) for side in usual_size(maps)]
    if turned == "square":
        sides = [max(sides)] * 2
    low = (SIDE_LOW, SIDE_LOW)
    tight = tuple(-(-side // multiple) * multiple for side in sides)
    return Canvas(low, (tight[0], tight[1])), Canvas(low, (tight[0] + multiple, tight[1] + multiple))


def _is_closed(cells: Cells, maps: MapSet) -> bool:
    """Return whether no cell of the map's edge can be walked on."""
    if isinstance(maps.movement, Free | Platform):
        return False
    walkable = maps.vocabulary.open[cells]
    walkable[1:-1, 1:-1] = False
    return not walkable.any()


def _turned(seen: Adjacency, ways: Symmetries) -> Adjacency:
    """Return the neighbours that turned maps have too."""
    right, down = set(seen.right), set(seen.down)
    if ways != "none":
        right |= {(b, a) for a, b in right}
    if ways == "square":
        right |= down | {(b, a) for a, b in down}
        down = right
    return Adjacency(right=tuple(sorted(right)), down=tuple(sorted(down)))
