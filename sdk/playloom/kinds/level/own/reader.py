"""`read_maps`: the developer's own maps as training data, with the vocabulary that they speak.

Every distinct stack of tiles becomes one tile of a vocabulary; what it means
comes from the maps themselves or from a legend, never from a guess.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.level.content import Cells, frozen
from playloom.kinds.level.movement import Free, Movement, Walk
from playloom.kinds.level.own.doubts import disputes, twins, unmet
from playloom.kinds.level.own.drawing import Drawing, Parts, Place
from playloom.kinds.level.own.finding import find_maps, root_of
from playloom.kinds.level.own.gallery import Gallery
from playloom.kinds.level.own.ldtk import read_ldtk
from playloom.kinds.level.own.legend import OwnLegend, read_own_legend
from playloom.kinds.level.own.looks import book_of, lettered_book
from playloom.kinds.level.own.meanings import tiles_of
from playloom.kinds.level.own.naming import tiles_named
from playloom.kinds.level.own.stacks import STACKS_HIGH, Reading, Stacks, label_of, meaning_of_stack, stack_up
from playloom.kinds.level.own.text import read_text
from playloom.kinds.level.own.tiled import read_tiled
from playloom.kinds.level.settings import Adjacency
from playloom.kinds.level.tiles import TileBook
from playloom.kinds.level.vocabulary import Vocabulary

CELLS_HIGH = 1 << 24  # of all layers of all maps together
_READERS: dict[str, Callable[[Place, Parts], Iterator[Drawing]]] = {
    ".tmx": read_tiled,
    ".tmj": read_tiled,
    ".ldtk": read_ldtk,
    ".json": read_tiled,  # what Tiled exports with this suffix
    ".txt": read_text,
}
_SHOWN = 8  # tiles without a meaning named in a message


@dataclass(frozen=True, eq=False, kw_only=True)
class MapSet:
    """Maps with their vocabulary."""

    vocabulary: Vocabulary
    maps: tuple[Cells, ...]  # (H, W) tile ids each
    names: tuple[str, ...]  # file of each map, with the level where a file has several
    folders: tuple[str, ...]  # sub-folder of each map below the path that was named; "" for none
    book: TileBook | None  # the tiles' pictures; None where the maps have none
    movement: Movement
    adjacency: Adjacency
    counts: tuple[int, ...]  # cells of each tile
    notes: tuple[str, ...]  # what was left out or changed, and why
    sha256: str  # of all maps' cells and the vocabulary


def read_maps(
    paths: Sequence[Path], legend: Path | OwnLegend | None = None, *, most: int = STACKS_HIGH
) -> MapSet:
    """Read maps and find the vocabulary they speak.

    Args:
        paths: Files (.tmx, .tmj, .ldtk, .txt, .world) and folders, which are searched through.
        legend: TOML file, or what was read of one, that says what tiles mean where the maps do not.
        most: Different tiles that the vocabulary may hold; the rarest beyond become their nearest relatives.

    Returns:
        The maps. Their movement is the legend's, else `Walk` if every tile has a known meaning and something
        can be walked on and something not, else `Free`.

    Raises:
        FileInvalid: If a map or the legend cannot be read, maps do not fit together, or the legend wants a
            movement for which tiles lack a meaning.
    """
    found = read_own_legend(legend) if isinstance(legend, Path) else legend or OwnLegend()
    reading = read_drawings(paths, found, most=most)
    stacks, parts = reading.stacks, reading.parts
    movement, meanings, notes = _meanings(stacks, parts, found)
    book = book_of(reading)
    vocabulary = tiles_named(stacks.all, parts, meanings, tiles_of(movement), book)
    notes += disputes(parts) + unmet(found, reading) + ([] if book is None else twins(book, vocabulary))
    if book is None and isinstance(movement, Free):
        book = lettered_book(reading, vocabulary)
    maps = tuple(frozen(cells) for cells in stacks.maps)
    digest = hashlib.sha256(msgspec.json.encode(vocabulary.tiles))
    for cells in maps:
        digest.update(repr(cells.shape).encode() + cells.tobytes())
    return MapSet(
        vocabulary=vocabulary,
        maps=maps,
        names=tuple(drawing.name for drawing in reading.drawings),
        folders=tuple(drawing.folder for drawing in reading.drawings),
        book=book,
        movement=movement,
        adjacency=adjacency_of(maps),
        counts=stacks.counts,
        notes=(*reading.notes, *notes),
        sha256=digest.hexdigest(),
    )


def read_drawings(paths: Sequence[Path], legend: OwnLegend, *, most: int = STACKS_HIGH) -> Reading:
    """Read maps and stack up their layers; see `read_maps`."""
    places, notes = find_maps(paths)
    parts = Parts(Gallery(root_of(paths)))
    drawings: list[Drawing] = []
    cells = 0
    for place in places:
        for drawing in _READERS[place.path.suffix.lower()](place, parts):
            drawings.append(drawing)
            cells += drawing.size
            if cells > CELLS_HIGH:
                raise FileInvalid(
                    f"{place.path}: all layers of all maps are over {CELLS_HIGH >> 20} million cells; "
                    "give fewer maps"
                )
    notes += _gathered(drawings)
    _check_tiles(drawings)
    stacks = stack_up(drawings, parts, legend, most)
    return Reading(drawings, parts, stacks, (*notes, *dict.fromkeys(parts.gallery.notes), *stacks.notes))


def _gathered(drawings: list[Drawing]) -> list[str]:
    """Return the notes on all maps; what is said of several is said once."""
    said: dict[str, list[str]] = {}
    for drawing in drawings:
        for note in dict.fromkeys(drawing.notes):
            said.setdefault(note, []).append(drawing.name)
    more = {note: f" and {len(names) - 1} more" if len(names) > 1 else "" for note, names in said.items()}
    return [f"{names[0]}{more[note]}: {note}" for note, names in said.items()]


def _check_tiles(drawings: list[Drawing]) -> None:
    """Refuse maps whose cells are of different sizes."""
    sizes: dict[tuple[int, int], str] = {}
    for drawing in drawings:
        if drawing.tile_size is not None:
            sizes.setdefault(drawing.tile_size, drawing.name)
    if len(sizes) > 1:
        (first, one), (second, other) = list(sizes.items())[:2]
        raise FileInvalid(
            f"{other}: its cells are {second[0]}x{second[1]} pixels, those of {one} {first[0]}x{first[1]}; "
            "train a style from maps with one tile size"
        )
    if sizes and any(drawing.tile_size is None for drawing in drawings):
        plain = next(drawing.name for drawing in drawings if drawing.tile_size is None)
        raise FileInvalid(f"{plain}: has no tiles, other maps have; name the folder of one kind of map")


def _meanings(stacks: Stacks, parts: Parts, legend: OwnLegend) -> tuple[Movement, list[str], list[str]]:
    """Return the movement, the meaning of each stack and notes on them."""
    movement = legend.movement or Walk()
    known = tiles_of(movement)
    meanings = [meaning_of_stack(stack, stacks, parts, legend, known) for stack in stacks.all]
    unknown = [label_of(s, parts) for s, meaning in zip(stacks.all, meanings, strict=True) if not meaning]
    listed = ", ".join(unknown[:_SHOWN]) + (
        f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
    )
    notes = []
    if legend.guesses:
        notes.append(
            f"{legend.where}: {legend.guesses} guesses were not confirmed and so not used; remove the ?"
        )
    if isinstance(legend.movement, Free):
        return Free(), [""] * len(meanings), notes
    if unknown and legend.movement is not None:
        raise FileInvalid(
            f"{legend.where}: asks for movement, but these tiles have no meaning: {listed}; "
            'give each one under [tiles], or say movement = "free"'
        )
    if unknown:
        notes.append(
            f"{len(unknown)} of {len(meanings)} tiles have no known meaning ({listed}), so levels are not "
            "checked for playing, only for which tiles may stand side by side; "
            "`playloom level legend` drafts a legend"
        )
        return Free(), [""] * len(meanings), notes
    if legend.movement is None and len({str(known[name].passability) == "open" for name in meanings}) == 1:
        notes.append("all tiles are open, or none is, so there is nothing to check about walking")
        return Free(), [""] * len(meanings), notes
    return movement, meanings, notes


def adjacency_of(maps: Sequence[Cells]) -> Adjacency:
    """Return the pairs of tiles that stand side by side and one below the other in ``maps``, sorted."""
    right: set[tuple[int, int]] = set()
    down: set[tuple[int, int]] = set()
    for cells in maps:
        for found, one, other in ((right, cells[:, :-1], cells[:, 1:]), (down, cells[:-1], cells[1:])):
            pairs = np.unique(np.stack([one.ravel(), other.ravel()], 1), axis=0).tolist()
            found.update((left, below) for left, below in pairs)
    return Adjacency(tuple(sorted(right)), tuple(sorted(down)))
