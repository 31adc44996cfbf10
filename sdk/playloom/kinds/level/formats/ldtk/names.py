"""What the names in an LDtk project mean: numbers of IntGrids, entities, tiles.

A project of ours has our own names. In a project of the user's, names are
compared without case, underscores and a plural s, then by a few usual ones
("Player" is a start). Where that is not enough, a legend says it (reading) or
a TOML file of names (writing into the project).
"""

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.formats.bounds import read_file
from playloom.kinds.level.formats.ldtk.schema import IntGridValue, LayerDef
from playloom.kinds.level.vocabulary import Role, Vocabulary

_USUAL: dict[Role, tuple[str, ...]] = {
    Role.START: ("start", "player", "playerstart", "spawn", "spawnpoint", "hero"),
    Role.EXIT: ("exit", "goal", "finish", "levelexit", "stairs"),
    Role.WALL: ("wall", "solid", "collision", "block", "stone", "rock"),
    Role.VOID: ("void", "wall", "solid", "collision", "block", "stone", "rock"),
    Role.WATER: ("water", "liquid"),
    Role.HAZARD: ("hazard", "spike", "trap", "lava"),
    Role.KEY: ("key",),
    Role.LOCK: ("lock", "lockeddoor"),
    Role.CHEST: ("chest", "treasure"),
    Role.PICKUP: ("pickup", "coin", "gem", "item", "loot"),
    Role.ENEMY: ("enemy", "monster", "mob", "foe"),
    Role.BOSS: ("boss",),
    Role.PERSON: ("person", "npc", "villager"),
}


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How our tiles are called in a user's project; what is not said is found by equal names."""

    layer: str = ""  # the IntGrid layer that takes the ground
    entity_layer: str = ""  # the layer that takes the objects
    tiles: dict[str, str | int] = {}  # tile -> value of the IntGrid, by identifier or number; 0 or "": none
    entities: dict[str, str] = {}  # tile -> entity; "": left out


def read_names(path: Path) -> Names:
    """Read `Names` from TOML: ``layer = "Collisions"``, and under ``[tiles]`` lines like ``wall = "Stone"``.

    Raises:
        FileInvalid: If the file is missing, not TOML, or holds anything else.
    """
    try:
        return msgspec.toml.decode(read_file(path), type=Names, strict=True)
    except (UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise FileInvalid(
            f'{path}: {error}; expected layer = "Collisions" and, under [tiles] and [entities], lines like '
            'wall = "Stone"'
        ) from error


def identifiers(vocabulary: Vocabulary) -> list[str]:
    """Return for each tile a name that LDtk allows: letters, digits, underscores, no two alike."""
    names: list[str] = []
    for tile in vocabulary.tiles:
        name = re.sub("[^A-Za-z0-9_]", "_", tile.name)
        name = name if re.match("[A-Za-z]", name) else f"T_{name}"
        while name in names:
            name += "_"
        names.append(name)
    return names


def plain(name: str) -> str:
    """Return a name as names are compared."""
    bare = re.sub("[^a-z0-9]", "", name.casefold())
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss") else bare


def tile_of(name: str, vocabulary: Vocabulary, *, objects: bool | None = None) -> int | None:
    """Return the tile that a name in a project means; None if it means none.

    Args:
        name: Of an entity, of a number of an IntGrid, or on a tile.
        vocabulary: What it can mean.
        objects: Only tiles that are objects (True) or are not (False).
    """
    ids = [i for i in range(len(vocabulary)) if objects is None or vocabulary.objects[i] == objects]
    ours = identifiers(vocabulary)
    if name in ours and ours.index(name) in ids:
        return ours.index(name)
    for i in ids:
        if plain(name) == plain(ours[i]):
            return i
    for role, usual in _USUAL.items():
        if role is not Role.VOID and plain(name) in usual:
            return next((i for i in ids if vocabulary.tiles[i].role is role), None)
    return None


def said(name: str, head: str) -> list[str]:
    """Return what a tile's own name says under ``head``.

    Tiles that were learnt from a project are named after what stood on their cells, such as
    "Collisions:walls+object:Ladder".
    """
    parts = (part.rpartition(":") for part in name.split("+"))
    return [tail for found, colon, tail in parts if colon and found == head]


def value_said(name: str, layer: LayerDef) -> int | None:
    """Return the value of an IntGrid that a tile's own name says; None if it says none."""
    for wanted in said(name, layer.identifier):
        for value in layer.intGridValues:
            if wanted in (value.identifier, str(value.value)):
                return value.value
        if wanted == "0":
            return 0
    return None


def value_for(tile: int, vocabulary: Vocabulary, values: Iterable[IntGridValue], names: Names) -> int | None:
    """Return the number of an IntGrid that stands for a tile of ours; 0: none; None: unknown.

    Raises:
        RequestInvalid: If the names give one that the IntGrid does not have.
    """
    known = list(values)
    entry = vocabulary.tiles[tile]
    given = names.tiles.get(entry.name)
    if given is not None:
        if given in ("", 0):
            return 0
        for value in known:
            if given in (value.identifier, value.value):
                return value.value
        have = ", ".join(str(v.identifier or v.value) for v in known)
        raise RequestInvalid(
            f"names say {entry.name} = {given!r}, which the IntGrid does not have; it has {have}"
        )
    for wanted in (plain(identifiers(vocabulary)[tile]), *_USUAL.get(entry.role, ())):
        for value in known:
            if value.identifier and plain(value.identifier) == wanted:
                return value.value
    return 0 if vocabulary.open[tile] else None


def entity_for(tile: int, vocabulary: Vocabulary, entities: list[str], names: Names) -> str | None:
    """Return the entity that stands for an object of ours; "": left out; None: unknown.

    Raises:
        RequestInvalid: If the names give one that the project does not have.
    """
    entry = vocabulary.tiles[tile]
    given = names.entities.get(entry.name)
    if given is not None:
        if given and given not in entities:
            raise RequestInvalid(
                f"names say {entry.name} = {given!r}, which is no entity of the project; "
                f"it has {', '.join(entities) or 'none'}"
            )
        return given
    for wanted in (plain(identifiers(vocabulary)[tile]), *_USUAL.get(entry.role, ())):
        for entity in entities:
            if plain(entity) == wanted:
                return entity
    return None
