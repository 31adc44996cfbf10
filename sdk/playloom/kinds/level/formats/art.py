"""The generated tile image: 16 pixel art for any vocabulary, drawn by code.

Grounds (floor, wall, water, ...) are textures computed with whole numbers;
things and beings are pixel maps inked with shades of the tile's own colour.
A tile is drawn by its name where we have a drawing for it, else by its role.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.level.formats.grounds import GROUNDS, SIDE, WALL_TOPS, Pixels, shades
from playloom.kinds.level.formats.side_view import BODIES, SURFACES
from playloom.kinds.level.formats.sprites_beings import BEINGS
from playloom.kinds.level.formats.sprites_built import BUILT
from playloom.kinds.level.formats.sprites_things import THINGS
from playloom.kinds.level.vocabulary import CORE, SOKOBAN, Passability, Role, Tile, Vocabulary
from playloom.kinds.level.vocabulary import SIDE as SIDE_VIEW

INKS: dict[str, tuple[int, int, int, int]] = {
    ".": (0, 0, 0, 0),
    "q": (20, 12, 32, 88),  # a shadow on whatever lies below
    "k": (27, 20, 38, 255),  # outline
    "w": (255, 248, 230, 255),
    "g": (82, 77, 102, 255),  # steel and stone, dark to light
    "h": (134, 130, 155, 255),
    "i": (201, 198, 214, 255),
    "m": (74, 44, 23, 255),  # wood, dark to light
    "n": (122, 74, 33, 255),
    "o": (168, 112, 58, 255),
    "x": (168, 103, 26, 255),  # gold, dark to light
    "y": (242, 184, 46, 255),
    "z": (255, 236, 150, 255),
    "p": (243, 196, 158, 255),  # skin
    "r": (214, 52, 62, 255),
}
_SPRITES = THINGS | BUILT | BEINGS | {"stored_crate": THINGS["crate"], "start_on_goal": BUILT["start"]}
_GROUNDS = GROUNDS | BODIES
_SECONDS = WALL_TOPS | SURFACES
# What stands for a role whose tile has a name that we have no drawing for.
_BY_ROLE = {
    Role.VOID: "void",
    Role.FLOOR: "floor",
    Role.WALL: "wall",
    Role.DOOR: "door",
    Role.LOCK: "locked_door",
    Role.KEY: "key",
    Role.WATER: "water",
    Role.HAZARD: "lava",
    Role.START: "start",
    Role.EXIT: "exit",
    Role.PICKUP: "pickup",
    Role.CHEST: "chest",
    Role.ENEMY: "enemy",
    Role.BOSS: "boss",
    Role.PERSON: "person",
    Role.PROP: "decoration",
    Role.CRATE: "crate",
    Role.GOAL: "goal",
    Role.STORED: "stored_crate",
}
# The roles a drawing may stand for beside the one above: a tile named "tree" that is a key gets the key.
_ROLES_OF = {drawing: {role} for role, drawing in _BY_ROLE.items()} | {
    "path": {Role.FLOOR},
    "bridge": {Role.FLOOR},
    "ladder": {Role.FLOOR},
    "trap": {Role.HAZARD},
    "strong_enemy": {Role.ENEMY},
    "tree": {Role.WALL, Role.PROP},
    "crate": {Role.WALL, Role.CRATE},
    "teleport": {Role.PROP},
    "start_on_goal": {Role.START},
}


# How a theme dresses tiles of the shipped vocabularies: another drawing and colour for the same meaning.
_FROM_THE_SIDE = {
    "bridge": ("plank", "#9a6a3a"),
    "water": ("depths", "#3d7fc4"),
    "lava": ("depths", "#e2571e"),
    "trap": ("spikes", "#8d8aa0"),
    "decoration": ("flower", "#e38fb0"),
}
_DRESS = {
    "overworld": {"floor": ("grass", "#8fbf5a"), "path": ("path", "#d2b077")},
    "cave": {"floor": ("earth", "#b3a08a"), "wall": ("rock", "#54495a")},
    "platformer": _FROM_THE_SIDE | {"floor": ("sky", "#8cc4e8"), "wall": ("earth_body", "#8a5f3c")},
    "sokoban": {"start": ("person", "#4f9bd9"), "start_on_goal": ("person", "#8f7fe0")},
    "metroidvania": _FROM_THE_SIDE | {"floor": ("cavern", "#333a56"), "wall": ("masonry", "#66708c")},
}
_DRESSED = (CORE, SIDE_VIEW, SOKOBAN)  # the vocabularies whose tiles a theme dresses


@lru_cache(maxsize=16)
def tile_sheet(vocabulary: Vocabulary, side_pixels: int = SIDE, *, theme: str = "") -> NDArray[np.uint8]:
    """Return the tile image: RGBA (side, side * V, 4), read-only; tile ``i`` begins at x = side * i.

    Objects (`Vocabulary.objects`) have a clear background, all other tiles are opaque.

    Args:
        vocabulary: Any; colours come from its tiles.
        side_pixels: A multiple of 16; each drawn pixel becomes a square.
        theme: Lets the default vocabulary's ground look the part, such as grass for "overworld".

    Raises:
        RequestInvalid: If ``side_pixels`` is not such a multiple.
    """
    if side_pixels < SIDE or side_pixels % SIDE:
        raise RequestInvalid(f"tiles of {side_pixels} pixels cannot be drawn; choose a multiple of {SIDE}")
    tiles = standing(vocabulary, theme)
    floor = tiles[_floor(vocabulary)]
    opaque = np.where(vocabulary.objects[:, None, None, None], tiles, over(floor[None], tiles))
    sheet = np.concatenate(list(opaque), axis=1).repeat(side_pixels // SIDE, 0).repeat(side_pixels // SIDE, 1)
    sheet.flags.writeable = False
    return sheet


@lru_cache(maxsize=16)
def standing(vocabulary: Vocabulary, theme: str = "") -> NDArray[np.uint8]:
    """Return (V, 16, 16, 4) RGBA, read-only: every tile, with a clear background if it stands on a ground."""
    tiles = np.stack([_draw(tile, theme) for tile in vocabulary.tiles])
    tiles.flags.writeable = False
    return tiles


@lru_cache(maxsize=16)
def second_pictures(vocabulary: Vocabulary, theme: str = "") -> NDArray[np.uint8]:
    """Return (V, 16, 16, 4) RGBA, read-only: what tiles look like where `shows_second`, clear for others.

    Walls seen from above have a top beside their face, ground seen from the side has a surface.
    """
    tiles = np.zeros((len(vocabulary), SIDE, SIDE, 4), np.uint8)
    sky = standing(vocabulary, theme)[_floor(vocabulary)]
    for number, tile in enumerate(vocabulary.tiles):
        drawing, colour = _dressed(tile, theme)
        if drawing in _SECONDS:
            tiles[number] = over(sky, _SECONDS[drawing](colour))
    tiles.flags.writeable = False
    return tiles


def shows_second(cells: NDArray[np.uint8], vocabulary: Vocabulary, theme: str = "") -> NDArray[np.bool_]:
    """Return (H, W): where a map shows a tile's second picture.

    A wall does where it continues below, so that its face is hidden; a body does where nothing of its drawing
    lies above. What is beyond the map is more of the same.
    """
    drawn = [_dressed(tile, theme)[0] for tile in vocabulary.tiles]
    walls = np.array([drawing in WALL_TOPS for drawing in drawn])[cells]
    second: NDArray[np.bool_] = walls & np.append(walls[1:], walls[-1:], axis=0)
    for drawing in sorted(SURFACES.keys() & set(drawn)):
        body = np.array([one == drawing for one in drawn])[cells]
        second |= body & ~np.append(body[:1], body[:-1], axis=0)
    return second


def has_second(vocabulary: Vocabulary, theme: str = "") -> NDArray[np.bool_]:
    """Return (V,): which tiles have a second picture."""
    return np.array([_dressed(tile, theme)[0] in _SECONDS for tile in vocabulary.tiles])


def is_wall(vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Return (V,): drawn as a wall, with a face below its top."""
    return np.array([_drawing(tile) == "wall" for tile in vocabulary.tiles])


def is_sunken(vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Return (V,): drawn as a liquid, which lies lower than the ground around it."""
    return np.array([_drawing(tile) in ("water", "lava") for tile in vocabulary.tiles])


def ground_under(vocabulary: Vocabulary) -> NDArray[np.uint8]:
    """Return (V,): the ground drawn under each tile: the id of the floor for objects, else its own."""
    ids = np.arange(len(vocabulary), dtype=np.uint8)
    ids[vocabulary.objects] = _floor(vocabulary)
    return ids


def ground_of(
    cells: NDArray[np.uint8], vocabulary: Vocabulary, *, below_all: bool = False, theme: str = ""
) -> NDArray[np.uint8]:
    """Return the map (H, W) of grounds: under an object lies what most of its neighbours are, else the floor.

    Args:
        cells: (H, W) tile ids.
        vocabulary: Of the cells.
        below_all: Also look below tiles that are no objects but stand on a ground, such as trees.
        theme: As for `tile_sheet`.
    """
    stands = vocabulary.objects.copy()
    if below_all:
        stands |= np.array([_dressed(tile, theme)[0] not in _GROUNDS for tile in vocabulary.tiles])
    plain = [i for i in vocabulary.ids(Role.FLOOR) if not stands[i]]
    if not plain:
        return np.where(stands[cells], np.uint8(_floor(vocabulary)), cells)
    votes = np.stack([_neighbours(cells == i) for i in plain])
    likeliest = np.array(plain, np.uint8)[votes.argmax(axis=0)]  # the first, the floor, where none leads
    return np.where(stands[cells], likeliest, cells)


def _neighbours(here: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count marked neighbours; those at the four sides count twice."""
    wide = np.pad(here, 1).astype(np.int64)
    height, width = here.shape
    total = np.zeros((height, width), np.int64)
    for y, x in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)):
        total += wide[y : y + height, x : x + width] * (2 if 1 in (y, x) else 1)
    return total


def _floor(vocabulary: Vocabulary) -> int:
    """Pick the plainest ground: the first floor, else the first open ground, else the first tile."""
    grounds = [i for i, tile in enumerate(vocabulary.tiles) if not vocabulary.objects[i]]
    open_grounds = [i for i in grounds if vocabulary.tiles[i].passability is Passability.OPEN]
    return next(iter([*vocabulary.ids(Role.FLOOR), *open_grounds, *grounds]), 0)


def _drawing(tile: Tile) -> str:
    return tile.name if tile.role in _ROLES_OF.get(tile.name, ()) else _BY_ROLE[tile.role]


def _dressed(tile: Tile, theme: str) -> tuple[str, str]:
    """Return drawing and colour of a tile."""
    drawing = _drawing(tile)
    dress = _DRESS.get(theme, {}).get(drawing)
    known = any(tile in vocabulary.tiles for vocabulary in _DRESSED)
    return dress if dress and known else (drawing, tile.colour)


def _draw(tile: Tile, theme: str) -> Pixels:
    drawing, colour = _dressed(tile, theme)
    if drawing in _GROUNDS:
        return _GROUNDS[drawing](colour)
    if drawing == "enemy" and tile.tier > 1:
        drawing = "strong_enemy"
    return _ink(_SPRITES[drawing], colour)


def _ink(pixel_map: str, colour: str) -> Pixels:
    inks = INKS | dict(zip("abcde", ((*shade, 255) for shade in shades(colour)), strict=True))
    return np.array([[inks[char] for char in row] for row in pixel_map.split()], np.uint8)


def over(below: Pixels, above: Pixels) -> Pixels:
    """Lay RGBA over opaque RGBA, in whole numbers; shapes broadcast."""
    alpha = above[..., 3:].astype(np.uint16)
    mixed = (above * alpha + below * (255 - alpha) + 127) // 255
    mixed[..., 3] = 255
    return mixed.astype(np.uint8)
