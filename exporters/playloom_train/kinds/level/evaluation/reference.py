"""The maps that a package is compared with: those it was trained on, and some that it never saw."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.api import read_level
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.movement import Platform, Walk
from playloom.kinds.level.own.finding import find_maps
from playloom.kinds.level.own.legend import OwnLegend, unpacked_legend
from playloom.kinds.level.own.reader import read_maps
from playloom.kinds.level.own.stacks import STACKS_HIGH
from playloom.kinds.level.settings import read_settings
from playloom_train.kinds.level.data import pack, real
from playloom_train.kinds.level.gather import OWN_ASIDE, held_out, split
from playloom_train.kinds.level.own import ONE_STYLE, style_name, usual_size
from playloom_train.kinds.level.recipe import Cells, Collection, Recipe, Symmetries
from playloom_train.kinds.level.recipes import RECIPES

_USUAL = (32, 32)  # height, width, where no map says otherwise


@dataclass
class Reference:
    """Maps by style, and where they came from."""

    symmetries: Symmetries
    seen: dict[str, list[Cells]] = field(default_factory=dict)  # trained on
    held: dict[str, list[Cells]] = field(default_factory=dict)  # never trained on
    notes: list[str] = field(default_factory=list)

    def size(self, sides: tuple[int, int]) -> tuple[int, int]:
        """Return height and width that maps usually have, within what the package makes."""
        maps = [cells for some in (self.held or self.seen).values() for cells in some]
        height, width = usual_size(maps) if maps else _USUAL
        low, high = sides
        return min(max(height, low), high), min(max(width, low), high)


def maps_of(collections: Sequence[Collection]) -> dict[str, list[Cells]]:
    """Return the maps of collections by style, each in its true size."""
    by_style: dict[str, list[Cells]] = {}
    for one in collections:
        found = [cells[:h, :w] for cells, (h, w) in zip(one.cells, one.sizes.tolist(), strict=True)]
        if found:
            by_style.setdefault(one.style, []).extend(found)
    return by_style


def recipe_of(generator: LevelGenerator) -> Recipe | None:
    """Return the recipe of a default package, None for any other."""
    recipe = RECIPES.get(generator.package.manifest.name)
    same = recipe is not None and recipe.vocabulary == generator.vocabulary
    return recipe if same else None


def symmetries_of(generator: LevelGenerator) -> Symmetries:
    """Return how maps of a package may be turned: its recipe's ways, else by what its tiles are."""
    recipe = recipe_of(generator)
    if recipe is not None:
        return recipe.symmetries
    if generator.tiles is not None or not isinstance(generator.movement, Walk | Platform):
        return "none"
    return "mirror" if isinstance(generator.movement, Platform) else "square"


def find_reference(
    generator: LevelGenerator,
    *,
    maps: Sequence[Path] = (),
    training: Sequence[Path] = (),
    data: Path | None = None,
    legend: Path | None = None,
    count: int = 24,
) -> Reference:
    """Return the maps to compare with.

    Args:
        generator: Of the package.
        maps: Files and folders of maps that were not trained on.
        training: The folder of a training run, or files and folders of the developer's own maps; of these
            every fifth of a style was set aside in training, and counts as never seen.
        data: The levels file with people's maps, for a default package.
        legend: What tiles mean where maps do not say so; None: as in training, which the package remembers.
        count: Fresh maps of each style of a default package, at most so many.

    Raises:
        FileInvalid: If something cannot be read.
        RequestInvalid: If the options do not fit the package.
    """
    recipe = recipe_of(generator)
    reference = Reference(symmetries_of(generator))
    if data is not None and recipe is None:
        raise RequestInvalid("--data is for the default packages; give your own maps with --maps")
    runs = [path for path in training if path.is_dir() and any(path.glob("maps-*.npz"))]
    if runs and recipe is None:
        raise RequestInvalid(f"{runs[0]}: a run of a default package; give the maps that were trained on")
    for run in runs:
        _add_run(reference, run, recipe, data)
    own = [path for path in training if path not in runs]
    if own:
        _add_own(reference, generator, own, legend, aside=not maps)
    if maps:
        for style, cells in _read(generator, maps, legend, reference.notes):
            reference.held.setdefault(style, []).append(cells)
    elif recipe is not None:
        reference.held = maps_of(held_out(recipe, data, count))
    return reference


def _add_run(reference: Reference, run: Path, recipe: Recipe | None, data: Path | None) -> None:
    """Add the maps in the folder of a training run, and people's maps as that run cut them."""
    assert recipe is not None
    collections, counts = [], []
    for path in sorted(run.glob("maps-*.npz")):
        style, count, _, seed = path.stem.removeprefix("maps-").rsplit("-", 3)
        try:
            with np.load(path) as stored:
                collections.append(Collection(style, stored["cells"], stored["sizes"]))
        except (OSError, ValueError, KeyError) as error:
            raise FileInvalid(f"{path}: not the maps of a training run ({error}); delete it") from error
        counts.append(int(count))
    collections.sort(key=lambda one: (one.style, one.canvas))
    if data is not None and recipe.people is not None:
        for canvas in recipe.canvases:
            windows, _ = real(recipe.people, recipe.vocabulary, data, canvas.high, 2 * max(counts), int(seed))
            collections += [pack(style, cells, canvas.high) for style, cells in windows.items()]
    reference.seen = maps_of(split(collections)[0])


def _add_own(
    reference: Reference, generator: LevelGenerator, paths: list[Path], legend: Path | None, *, aside: bool
) -> None:
    by_style: dict[str, list[Cells]] = {}
    most = len(generator.vocabulary)  # in training too the rarest tiles beyond became others
    for style, cells in _read(generator, paths, legend, reference.notes, most=most):
        by_style.setdefault(style, []).append(cells)
    for style, found in by_style.items():
        for i, cells in enumerate(found):
            held = i % OWN_ASIDE == OWN_ASIDE - 1
            if held and aside:
                reference.held.setdefault(style, []).append(cells)
            elif not held:
                reference.seen.setdefault(style, []).append(cells)


def _read(
    generator: LevelGenerator,
    paths: Sequence[Path],
    legend: Path | None,
    notes: list[str],
    *,
    most: int = STACKS_HIGH,
) -> list[tuple[str, Cells]]:
    """Return (style, map) of each map in the tiles of the package; notes what was left out."""
    styles = tuple(generator.styles)
    found: list[tuple[str, str, Cells]] = []  # name, folder, map
    if generator.adjacency is not None:
        theirs = read_maps(paths, legend or remembered_legend(generator), most=most)
        numbers = {tile.name: i for i, tile in enumerate(generator.vocabulary.tiles)}
        table = np.array([numbers.get(tile.name, -1) for tile in theirs.vocabulary.tiles])
        for name, folder, cells in zip(theirs.names, theirs.folders, theirs.maps, strict=True):
            ids: NDArray[np.int64] = table[cells]
            if (ids < 0).any():
                strange = theirs.vocabulary.tiles[int(cells[ids < 0][0])].name
                notes.append(f"{name} was left out: the package has no tile {strange!r}")
                continue
            found.append((name, folder, ids.astype(np.uint8)))
    else:
        for place in find_maps(paths)[0]:
            level = read_level(place.path, generator.vocabulary, generator=generator, legend=legend)
            if level.vocabulary != generator.vocabulary:
                notes.append(f"{place.path.name} was left out: it has tiles of its own")
                continue
            found.append((place.path.name, place.folder, level.cells))
    if not found:
        raise FileInvalid(
            f"{paths[0]}: no map is left to compare with; "
            + ("; ".join(notes[:3]) or "give maps in the tiles of the package")
        )
    return [(_style_in(folder, styles, name), cells) for name, folder, cells in found]


def remembered_legend(generator: LevelGenerator) -> OwnLegend | None:
    """Return the legend that a package was trained with; None if it was trained without one.

    Raises:
        FileInvalid: If it is damaged.
    """
    package = generator.package
    file = read_settings(package).legend
    return None if file is None else unpacked_legend(f"{package.root}: {file}", package.read(file))


def _style_in(folder: str, styles: tuple[str, ...], name: str) -> str:
    """Return the style of a map: that of its folder; in a package of one style, that one."""
    style = style_name(folder) if folder else ONE_STYLE
    if style in styles:
        return style
    if len(styles) == 1:
        return styles[0]
    raise RequestInvalid(
        f"{name}: which of the styles it is of is not said; put it into a folder named {', '.join(styles)}"
    )
