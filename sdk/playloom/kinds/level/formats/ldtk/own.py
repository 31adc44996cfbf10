"""A new LDtk project for a level of ours.

Its ground is an IntGrid with rules that draw it, its objects are entities. The
rules are LDtk's own kind, so a level that is changed in the editor is drawn
there as it is here.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels import png
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.art import has_second, shows_second
from playloom.kinds.level.formats.book.picture import draw_cells, is_drawable
from playloom.kinds.level.formats.bounds import read_file
from playloom.kinds.level.formats.ldtk.definitions import (
    TILESET,
    Entry,
    entity,
    int_grid_value,
    layer,
    project,
    rule,
    rule_group,
    text_field,
    tileset,
)
from playloom.kinds.level.formats.ldtk.matching import GROUP
from playloom.kinds.level.formats.ldtk.names import Names, identifiers
from playloom.kinds.level.formats.ldtk.placing import instance_id
from playloom.kinds.level.formats.ldtk.project import PROJECT_BYTES, open_project
from playloom.kinds.level.formats.ldtk.read import EVIDENCE, EVIDENCE_OF, MOVEMENT, THEME
from playloom.kinds.level.formats.ldtk.splice import pretty
from playloom.kinds.level.formats.ldtk.write import add_level, level_name
from playloom.kinds.level.formats.notation import utf8
from playloom.kinds.level.formats.tiled import SIDE_PIXELS, sheet_bytes, sheet_name
from playloom.kinds.level.vocabulary import Vocabulary

OBJECTS, GROUND = 2, 3  # uids, beside that of the tileset
_GROUP_UID, _FIELD_UIDS, _ENTITY_UIDS, _RULE_UIDS = 4, 10, 100, 1000  # from these on


@dataclass(frozen=True)
class Target:
    """The user's own project, as what a level is written into."""

    project: Path
    names: Names = field(default_factory=Names)

    def check(self) -> None:
        """Refuse a project that no level can be put into.

        Raises:
            FileInvalid: If it cannot be read.
        """
        open_project(self.project, read_file(self.project, PROJECT_BYTES))

    def check_place(self, path: Path) -> None:
        """Refuse a place for the project from which it would not find its pictures.

        Raises:
            RequestInvalid: If ``path`` is not in the project's folder.
        """
        if path.parent.resolve() != self.project.parent.resolve():
            raise RequestInvalid(
                f"{path}: is not in the folder of {self.project}, from where the project finds its pictures; "
                f"write to {self.project.parent / path.name}"
            )


def encode(level: Level, stem: str, *, target: Target | None = None) -> dict[str, bytes]:
    """Return the files of ``level``: a project with this one level and the tile image, or the target with it.

    Args:
        level: What to write.
        stem: Of the project's name; names the level too, unless it was made from a seed.
        target: A project of the user's; None: a new one.

    Raises:
        FileInvalid: If the target cannot be read, or its rules cannot be followed.
        RequestInvalid: If the target has no name for a tile of the level, text cannot be written as JSON, or
            the level's own tiles are not square.
    """
    if target is not None:
        data = read_file(target.project, PROJECT_BYTES)
        return add_level(level, level_name(level, stem), target.project, data, target.names)
    image = sheet_name(stem)
    name = f"{stem}.ldtk"
    look = _look(level)
    empty = utf8(pretty(_project(level, image, look)) + "\n")
    names = Names(
        tiles={tile.name: number for number, tile in enumerate(level.vocabulary.tiles, start=1)},
        entities={
            tile.name: entity
            for tile, entity in zip(level.vocabulary.tiles, identifiers(level.vocabulary), strict=True)
        },
    )
    files = add_level(level, level_name(level, stem), Path(name), empty, names)
    return {name: files[name], image: look.image}


@dataclass(frozen=True)
class _Look:
    """The tile image: every tile in the first row, second pictures in the second."""

    side: int  # pixels of a tile
    rows: int
    image: bytes  # PNG


def _look(level: Level) -> _Look:
    """Return the level's own pictures if there are any, else ours."""
    book = level.tiles
    if book is None or not is_drawable(level):
        return _Look(SIDE_PIXELS, 2, sheet_bytes(level))
    if book.tile_width != book.tile_height:
        raise RequestInvalid(
            f"the level's tiles are {book.tile_width}x{book.tile_height} pixels, and those of LDtk square; "
            "write .tmx"
        )
    drawn = draw_cells(np.arange(len(level.vocabulary)).reshape(1, -1), book)
    return _Look(book.tile_width, 1, png.encode(drawn))


def _project(level: Level, image: str, look: _Look) -> Entry:
    """Return a project without levels."""
    vocabulary, side = level.vocabulary, look.side
    names = identifiers(vocabulary)
    defs = {
        "layers": [layer("Entities", OBJECTS, "Objects", side), _ground(level, look)],
        "entities": [
            entity(_ENTITY_UIDS + i, names[i], vocabulary.tiles[i].colour, i, side)
            for i in np.flatnonzero(vocabulary.objects).tolist()
        ],
        "tilesets": [tileset(vocabulary, image, side, look.rows)],
        "enums": [],
        "externalEnums": [],
        "levelFields": [
            text_field(_FIELD_UIDS + place, name)
            for place, name in enumerate((THEME, MOVEMENT, EVIDENCE, EVIDENCE_OF))
        ],
    }
    return project(instance_id("playloom project", level.theme), defs, _RULE_UIDS + 2 * len(vocabulary), side)


def _ground(level: Level, look: _Look) -> Entry:
    """Return the layer of the ground, with a value for every tile."""
    vocabulary = level.vocabulary
    groups, seconds = _continuing(vocabulary, level.theme)
    if look.rows == 1:
        groups, seconds = [0] * len(vocabulary), {}
    values = [
        int_grid_value(number + 1, name, vocabulary.tiles[number].colour, groups[number])
        for number, name in enumerate(identifiers(vocabulary))
    ]
    rules = []
    for tile, (above, below) in seconds.items():
        pattern = [0, above, 0, 0, tile + 1, 0, 0, below, 0]
        rules.append(rule(_RULE_UIDS + len(vocabulary) + tile, pattern, len(vocabulary) + tile, tile + 1))
    rules += [rule(_RULE_UIDS + tile, [tile + 1], tile, None) for tile in range(len(vocabulary))]
    named = [{"uid": uid, "identifier": f"Group_{uid}", "color": None} for uid in sorted({*groups} - {0})]
    return layer("IntGrid", GROUND, "Ground", look.side) | {
        "intGridValues": values,
        "intGridValuesGroups": named,
        "autoRuleGroups": [rule_group(_GROUP_UID, "Tiles", rules)],
        "tilesetDefUid": TILESET,
    }


def _continuing(vocabulary: Vocabulary, theme: str) -> tuple[list[int], dict[int, tuple[int, int]]]:
    """Return the group of each tile, and what tiles with a second picture want above and below to show it.

    `shows_second` looks one cell up or down for more of the same. Showing it every pair of tiles, one above
    the other, tells what counts as the same.
    """
    count = len(vocabulary)
    upper, lower = (ids.ravel().astype(np.uint8) for ids in np.indices((count, count)))
    pairs = shows_second(np.stack([upper, lower]), vocabulary, theme).reshape(2, count, count)
    groups = [0] * count
    seconds: dict[int, tuple[int, int]] = {}
    for tile in np.flatnonzero(has_second(vocabulary, theme)).tolist():
        covered, bare = pairs[0][tile], ~pairs[1][:, tile]  # by what lies below; by what lies above
        same: NDArray[np.bool_] = covered if covered.any() else bare
        if groups[tile] == 0:
            uid = max(groups) + 1
            for other in np.flatnonzero(same).tolist():
                groups[other] = groups[other] or uid
        wanted = GROUP * (groups[tile] + 1)
        seconds[tile] = (0, wanted) if covered.any() else (-wanted, 0)
    return groups, seconds
