"""Tiles of a level and what they mean to a player.

``CORE`` is the semantic vocabulary of the default packages: 24 tiles, in the
order of their ids. A package may bring any other vocabulary as data.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid


class Role(StrEnum):
    """What a tile is for; at most the rules of `check` give it a meaning."""

    VOID = "void"  # outside of the playable world
    FLOOR = "floor"
    WALL = "wall"
    DOOR = "door"
    LOCK = "lock"  # opened by one key, which is used up
    KEY = "key"
    WATER = "water"
    HAZARD = "hazard"  # harms: the solution never steps on it
    START = "start"
    EXIT = "exit"
    PICKUP = "pickup"  # counts as treasure
    CHEST = "chest"  # counts as treasure
    ENEMY = "enemy"
    BOSS = "boss"
    PERSON = "person"  # stands in the way; is to be reached from beside
    PROP = "prop"  # scenery with no meaning of its own
    CRATE = "crate"  # is pushed, where the movement is Push
    GOAL = "goal"  # where a crate belongs
    STORED = "stored"  # a crate on a goal


class Passability(StrEnum):
    """Who may enter a tile."""

    OPEN = "open"  # walk freely
    SOLID = "solid"
    LIQUID = "liquid"  # not entered on foot
    HARM = "harm"  # can be entered, hurts
    CLIMB = "climb"  # a ladder; from above it is walked on like any other ground
    ONE_WAY = "one-way"  # seen from the side: carries from above, let through from below


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One entry of a vocabulary; its id is its place in it."""

    name: str
    char: str  # one printable character, unique within the vocabulary
    role: Role
    passability: Passability
    colour: str  # preview colour, "#rrggbb"
    tier: int = 0  # enemies: 1 common, 2 strong; else 0


# The roles that are objects: things that stand on the ground, not the ground itself.
OBJECT_ROLES = frozenset(
    {Role.LOCK, Role.KEY, Role.START, Role.EXIT, Role.PICKUP, Role.CHEST, Role.ENEMY, Role.BOSS, Role.PERSON}
    | {Role.CRATE, Role.GOAL, Role.STORED}
)
_ENTERED = frozenset({Passability.OPEN, Passability.CLIMB, Passability.ONE_WAY})


@dataclass(frozen=True)
class Vocabulary:
    """An ordered set of tiles (at most 255) with look-ups as arrays over ids."""

    tiles: tuple[Tile, ...]

    def __post_init__(self) -> None:
        names = {tile.name for tile in self.tiles}
        chars = {tile.char for tile in self.tiles}
        if not 1 <= len(self.tiles) <= 255:
            raise PackageInvalid(f"vocabulary has {len(self.tiles)} tiles; 1 to 255 are possible")
        if len(names) != len(self.tiles) or len(chars) != len(self.tiles):
            raise PackageInvalid("vocabulary repeats a tile's name or character; make each one unique")
        if any(len(tile.char) != 1 or not tile.char.isprintable() for tile in self.tiles):
            raise PackageInvalid("vocabulary has a tile whose char is not one printable character")
        if any(not re.fullmatch("#[0-9a-f]{6}", tile.colour) for tile in self.tiles):
            raise PackageInvalid("vocabulary has a tile whose colour is not written as #rrggbb, lower case")

    def __len__(self) -> int:
        return len(self.tiles)

    def id(self, name: str) -> int:
        """Return the id of the tile called ``name``; KeyError if there is none."""
        return self._by_name[name]

    def ids(self, *roles: Role) -> tuple[int, ...]:
        """Return the ids of all tiles with one of ``roles``, ascending."""
        return tuple(i for i, tile in enumerate(self.tiles) if tile.role in roles)

    def having(self, *roles: Role) -> NDArray[np.bool_]:
        """Return which tiles have one of ``roles``, shape (V,)."""
        return np.array([tile.role in roles for tile in self.tiles])

    @cached_property
    def _by_name(self) -> dict[str, int]:
        return {tile.name: i for i, tile in enumerate(self.tiles)}

    @cached_property
    def by_char(self) -> dict[str, int]:
        """Tile id of each character."""
        return {tile.char: i for i, tile in enumerate(self.tiles)}

    @cached_property
    def open(self) -> NDArray[np.bool_]:
        """Shape (V,): may be entered unharmed (locks count as open: a key opens them; persons do not)."""
        return np.array([tile.passability in _ENTERED for tile in self.tiles])

    @cached_property
    def objects(self) -> NDArray[np.bool_]:
        """Shape (V,): stands on the ground rather than being it."""
        return np.array([tile.role in OBJECT_ROLES for tile in self.tiles])

    @cached_property
    def colours(self) -> NDArray[np.uint8]:
        """Shape (V, 3): preview colours, RGB."""
        return np.array([[int(t.colour[i : i + 2], 16) for i in (1, 3, 5)] for t in self.tiles], np.uint8)


def _tile(name: str, char: str, role: Role, passability: Passability, colour: str, tier: int = 0) -> Tile:
    return Tile(name=name, char=char, role=role, passability=passability, colour=colour, tier=tier)


_OPEN, _SOLID, _LIQUID, _HARM = Passability.OPEN, Passability.SOLID, Passability.LIQUID, Passability.HARM

CORE = Vocabulary(
    (
        _tile("void", " ", Role.VOID, _SOLID, "#14121c"),
        _tile("floor", ".", Role.FLOOR, _OPEN, "#c8b79a"),
        _tile("wall", "#", Role.WALL, _SOLID, "#4b4458"),
        _tile("path", ",", Role.FLOOR, _OPEN, "#b08d57"),
        _tile("bridge", "=", Role.FLOOR, _OPEN, "#9a6a3a"),
        _tile("ladder", "H", Role.FLOOR, _OPEN, "#a57f45"),
        _tile("door", "+", Role.DOOR, _OPEN, "#7a4a21"),
        _tile("locked_door", "L", Role.LOCK, _OPEN, "#d08a1d"),
        _tile("key", "k", Role.KEY, _OPEN, "#ffd93b"),
        _tile("water", "~", Role.WATER, _LIQUID, "#3d7fc4"),
        _tile("trap", "^", Role.HAZARD, _HARM, "#8d8aa0"),
        _tile("lava", "!", Role.HAZARD, _HARM, "#e2571e"),
        _tile("start", "<", Role.START, _OPEN, "#3fd0ff"),
        _tile("exit", ">", Role.EXIT, _OPEN, "#7df06a"),
        _tile("pickup", "$", Role.PICKUP, _OPEN, "#f2b82e"),
        _tile("chest", "C", Role.CHEST, _OPEN, "#c4702b"),
        _tile("enemy", "e", Role.ENEMY, _OPEN, "#e0484d", tier=1),
        _tile("strong_enemy", "E", Role.ENEMY, _OPEN, "#b3207a", tier=2),
        _tile("boss", "B", Role.BOSS, _OPEN, "#6d0f3a"),
        _tile("person", "n", Role.PERSON, _SOLID, "#f0a6c8"),
        _tile("tree", "T", Role.WALL, _SOLID, "#2f7a3a"),
        _tile("crate", "o", Role.WALL, _SOLID, "#8a6b3d"),
        _tile("decoration", "d", Role.PROP, _OPEN, "#a59ab0"),
        _tile("teleport", "t", Role.PROP, _OPEN, "#9b5cff"),
    )
)

# Seen from the side: the same tiles, where some mean something else to a body that falls.
_SIDE = {
    "bridge": (Role.FLOOR, Passability.ONE_WAY),
    "ladder": (Role.FLOOR, Passability.CLIMB),
    "water": (Role.WATER, _HARM),
    "tree": (Role.PROP, _OPEN),
    "person": (Role.PERSON, _OPEN),
}
SIDE = Vocabulary(
    tuple(
        replace(tile, role=_SIDE[tile.name][0], passability=_SIDE[tile.name][1])
        if tile.name in _SIDE
        else tile
        for tile in CORE.tiles
    )
)

# Characters as in XSB, the usual notation of Sokoban; "-" is its other way to write floor.
SOKOBAN = Vocabulary(
    (
        _tile("void", " ", Role.VOID, _SOLID, "#14121c"),
        _tile("floor", "-", Role.FLOOR, _OPEN, "#c8b79a"),
        _tile("wall", "#", Role.WALL, _SOLID, "#4b4458"),
        _tile("goal", ".", Role.GOAL, _OPEN, "#c94f7c"),
        _tile("crate", "$", Role.CRATE, _OPEN, "#8a6b3d"),
        _tile("stored_crate", "*", Role.STORED, _OPEN, "#5d8a3d"),
        _tile("start", "@", Role.START, _OPEN, "#3fd0ff"),
        _tile("start_on_goal", "+", Role.START, _OPEN, "#8f7fe0"),
    )
)
