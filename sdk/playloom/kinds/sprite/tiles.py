"""Terrain tiles of two textures: 47 tiles of a blob set or 16 of a corner set, and textures made seamless.

The border between two terrains is a curve that noise bends. The noise goes on over the edge of a tile, so any
two tiles that show the same terrain along their common side meet; `joins` measures it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels import oklab
from playloom.kinds.sprite.content import Pixels, Sprite
from playloom.kinds.sprite.palette import COLOURS_HIGH, Palette
from playloom.seeds import Stream

Kind = Literal["mixed", "corner"]  # which points count: all eight, or the corners

SIDE_LOW, SIDE_HIGH = 8, 64  # pixels of a tile
UNDER, OVER = 1, 2  # terrains as the points of a tile number them; 0 is none
_SIDES = ((0, -1), (1, 0), (0, 1), (-1, 0))  # x, y of points 0, 2, 4, 6: top, right, bottom, left
_CORNERS = ((1, -1), (1, 1), (-1, 1), (-1, -1))  # of points 1, 3, 5, 7
_LATTICE = 4  # pixels between the places where noise is drawn
_LINE_DARKER = 0.15  # OKLab lightness: so much darker than a texture its lines are at least, if possible
_ONE = 256  # noise and distances are in parts of that


@dataclass(frozen=True, eq=False)
class TerrainTiles:
    """A terrain set and its pictures."""

    kind: Kind
    names: tuple[str, str]  # of what lies below and of what lies over it
    has_under: bool  # whether there are pictures of what lies below; else it is transparent
    palette: Palette
    pictures: NDArray[np.uint8]  # (N, S, S), as in a sprite: 0 is transparent
    points: tuple[
        tuple[int, ...], ...
    ]  # of each tile, the terrains at its eight points from the top clockwise
    centres: tuple[int, ...]  # of each tile, the terrain that its cell is

    @property
    def side(self) -> int:
        """Pixels."""
        return int(self.pictures.shape[1])


@dataclass(frozen=True, kw_only=True)
class Border:
    """How the border between two terrains is drawn; None: as suits the size of the tiles."""

    seed: int = 0
    depth: float | None = None  # pixels of what lies below that show within a cell of a blob set; a fifth
    roughness: float | None = None  # pixels the border strays; a twelfth
    outline: bool = True  # a dark line along what lies over
    shadow: bool = True  # a dark line below it


def blob_set(
    over: Sequence[Sprite], under: Sequence[Sprite], names: tuple[str, str], border: Border | None = None
) -> TerrainTiles:
    """Return the 47 tiles that one terrain needs over another, and those of each alone.

    Args:
        over: Seamless textures without transparent pixels, all of one size. The first is drawn with borders,
            each further one becomes one more picture of the terrain alone.
        under: As ``over``; none at all leaves transparent what lies below.
        names: Of what lies below and of what lies over it.
        border: How the border is drawn.

    Raises:
        RequestInvalid: If a texture is transparent, of another size, or there are too many colours.
    """
    return _terrain_tiles("mixed", over, under, names, border or Border(), _blob_points())


def corner_set(
    over: Sequence[Sprite], under: Sequence[Sprite], names: tuple[str, str], border: Border | None = None
) -> TerrainTiles:
    """Return the 16 tiles of two terrains that meet at corners, as a dual grid wants them; see `blob_set`."""
    points = []
    for corners in product((UNDER, OVER), repeat=4):
        whole = [0] * 8
        whole[1::2] = corners
        points.append(tuple(whole))
    return _terrain_tiles("corner", over, under, names, border or Border(), points[1:])


def _blob_points() -> list[tuple[int, ...]]:
    """Return the points of the 47 tiles: a corner is the terrain's only between two sides that are."""
    found = set()
    for around in product((False, True), repeat=8):
        points = [OVER if same else UNDER for same in around]
        for corner in (1, 3, 5, 7):
            if not (around[corner - 1] and around[(corner + 1) % 8]):
                points[corner] = UNDER
        found.add(tuple(points))
    return sorted(found)


def _terrain_tiles(
    kind: Kind,
    over: Sequence[Sprite],
    under: Sequence[Sprite],
    names: tuple[str, str],
    border: Border,
    points: list[tuple[int, ...]],
) -> TerrainTiles:
    side = _check(over, under, names)
    palette = _joined([*over, *under])
    above = [_in_palette(sprite, palette) for sprite in over]
    below = [_in_palette(sprite, palette) for sprite in under]
    draw = _Drawing(kind, side, palette, above[0], below[0] if below else None, border)
    counting = range(8) if kind == "mixed" else range(1, 8, 2)

    def alone(terrain: int) -> tuple[int, ...]:
        return tuple(terrain if point in counting else 0 for point in range(8))

    bordered = [each for each in points if each != alone(OVER)]
    entries = [(draw.tile(each), each, OVER) for each in bordered]
    entries += [(picture, alone(OVER), OVER) for picture in above]
    entries += [(picture, alone(UNDER), UNDER) for picture in below]
    shown = [tuple(p if below or p == OVER else 0 for p in each) for _, each, _ in entries]
    pictures = np.stack([picture for picture, _, _ in entries])
    return TerrainTiles(
        kind, names, bool(below), palette, pictures, tuple(shown), tuple(centre for *_, centre in entries)
    )


def _check(over: Sequence[Sprite], under: Sequence[Sprite], names: tuple[str, str]) -> int:
    """Return the side of the tiles."""
    if not over:
        raise RequestInvalid("no texture lies over; give at least one")
    side = over[0].width
    if not SIDE_LOW <= side <= SIDE_HIGH:
        raise RequestInvalid(f"a texture is {side} pixels wide; choose {SIDE_LOW} to {SIDE_HIGH}")
    for name, textures in zip(names, (under, over), strict=True):
        for texture in textures:
            if texture.pixels.shape != (side, side):
                raise RequestInvalid(
                    f"texture of {name!r} is {texture.width}x{texture.height}, not {side}x{side}; "
                    "give squares of one size"
                )
            if not texture.pixels.all():
                raise RequestInvalid(f"texture of {name!r} has transparent pixels; fill them")
    if names[0] == names[1] or not all(name and name.isprintable() for name in names):
        raise RequestInvalid(f"terrains are called {names}; give two different printable names")
    return side


def _joined(sprites: Sequence[Sprite]) -> Palette:
    """Return one palette with the colours of all; that of the first where it has them all."""
    first = sprites[0].palette
    used = [s.palette.colours[v - 1] for s in sprites for v in np.unique(s.pixels).tolist() if v]
    if set(used) <= set(first.colours):
        return first
    colours = tuple(dict.fromkeys(used))
    if len(colours) > COLOURS_HIGH:
        raise RequestInvalid(
            f"the textures have {len(colours)} colours together; at most {COLOURS_HIGH} are possible: "
            "recolour them to one palette"
        )
    return Palette(first.name, colours)


def _in_palette(sprite: Sprite, palette: Palette) -> Pixels:
    """Return the pixels as places in a palette that has all colours of the sprite."""
    table = np.zeros(len(sprite.palette.colours) + 1, np.uint8)
    for value, colour in enumerate(sprite.palette.colours, 1):
        table[value] = palette.colours.index(colour) + 1 if colour in palette.colours else 0
    return table[sprite.pixels]


class _Drawing:
    """Draws the tiles of one set."""

    def __init__(
        self, kind: Kind, side: int, palette: Palette, over: Pixels, under: Pixels | None, border: Border
    ) -> None:
        self.kind = kind
        self.side = side
        self.over = over
        self.under = np.zeros_like(over) if under is None else under
        self.border = border
        self.depth = side / 5 if border.depth is None else border.depth
        self.rough = side / 12 if border.roughness is None else border.roughness
        if not 0 <= self.rough <= self.depth <= side / 3:
            raise RequestInvalid(
                f"border: depth {self.depth}, roughness {self.rough}; choose 0 <= roughness <= depth <= "
                f"{side / 3:.1f}, a third of the tile"
            )
        self.noise = _noise(side, Stream(border.seed, "border"))
        self.line = _darkest(over, palette)
        self.dark = 0 if under is None else _darkest(under, palette)

    def tile(self, points: tuple[int, ...]) -> Pixels:
        """Draw the tile with these terrains at its points."""
        inside = self._blob(points) if self.kind == "mixed" else self._corners(points)
        here = inside[1:-1, 1:-1]
        tile = np.where(here, self.over, self.under)
        if self.border.shadow and self.dark:
            tile = np.where(~here & inside[:-2, 1:-1], self.dark, tile)
        if self.border.outline:
            deep = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
            tile = np.where(here & ~deep, self.line, tile)
        return tile.astype(np.uint8)

    def _grid(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return x and y of the middle of each pixel and its noise, one pixel further on all sides."""
        y, x = np.mgrid[-1 : self.side + 1, -1 : self.side + 1]
        return x + 0.5, y + 0.5, self.noise[y % self.side, x % self.side] / _ONE

    def _blob(self, points: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return where the terrain is, (S + 2, S + 2): far enough from all that is not of it."""
        x, y, noise = self._grid()
        side = float(self.side)
        closeness = np.zeros_like(x)  # sum of 1 / distance**2: corners become round
        for at, (dx, dy) in zip((0, 2, 4, 6), _SIDES, strict=True):
            if points[at] != OVER:
                away = {(0, -1): y, (1, 0): side - x, (0, 1): side - y, (-1, 0): x}[dx, dy]
                closeness += 1 / np.maximum(away, 0.01) ** 2
        for at, (dx, dy) in zip((1, 3, 5, 7), _CORNERS, strict=True):
            if points[at] != OVER and points[at - 1] == OVER == points[(at + 1) % 8]:
                across, down = (side - x if dx > 0 else x), (side - y if dy > 0 else y)
                away = np.maximum(across, 0) ** 2 + np.maximum(down, 0) ** 2
                closeness += 1 / np.maximum(away, 0.0001)
        limit = self.depth + self.rough * noise
        return closeness * limit * limit < 1

    def _corners(self, points: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return where the terrain is, (S + 2, S + 2): where most corners, by nearness, are of it."""
        x, y, noise = self._grid()
        right, down = np.clip(x / self.side, 0, 1), np.clip(y / self.side, 0, 1)
        top_right, bottom_right, bottom_left, top_left = (float(points[at] == OVER) for at in (1, 3, 5, 7))
        above = top_left * (1 - right) + top_right * right
        below = bottom_left * (1 - right) + bottom_right * right
        share = above * (1 - down) + below * down
        return share + self.rough * noise / self.side > 0.5


def _noise(side: int, stream: Stream) -> NDArray[np.int64]:
    """Return noise that repeats after ``side`` pixels, (S, S), from -`_ONE` to `_ONE`."""
    cells = max(2, side // _LATTICE)
    bits = stream.bits(cells * cells) >> np.uint64(55)
    drawn = bits.astype(np.int64).reshape(cells, cells) - _ONE
    # Where each pixel lies between two places of the lattice, in parts of _ONE.
    place = (np.arange(side, dtype=np.int64) * 2 + 1) * cells * _ONE // (2 * side)
    first, part = place // _ONE % cells, place % _ONE
    second = (first + 1) % cells
    rows = drawn[first] * (_ONE - part[:, None]) + drawn[second] * part[:, None]
    whole = rows[:, first] * (_ONE - part) + rows[:, second] * part
    return np.asarray(whole // (_ONE * _ONE), np.int64)


def _darkest(texture: Pixels, palette: Palette) -> int:
    """Return the darkest colour of a texture, or of the palette where that would not stand out."""
    used = [place for place in palette.by_lightness if (texture == place + 1).any()]
    lightness = oklab.whole(palette.array)[:, 0]
    stands_out = lightness[texture - 1].mean() - lightness[used[0]] >= _LINE_DARKER * oklab.UNIT
    return 1 + (used[0] if stands_out else palette.darkest)


@dataclass(frozen=True)
class Joins:
    """How well the tiles of a set meet: differences of channels over common sides, inside of tiles 1."""

    pairs: int
    mean: float
    worst: float


def joins(tiles: TerrainTiles) -> Joins:
    """Lay every two tiles that show the same along a side beside each other, and measure the joint.

    A joint has the mean difference of channels over the common side, divided by 1 more than the mean
    difference of neighbouring pixels inside of all tiles.
    """
    table = np.zeros((len(tiles.palette.colours) + 1, 4), np.int64)
    table[1:, :3], table[1:, 3] = tiles.palette.array, 255
    rgba = table[tiles.pictures]
    inside = (np.abs(np.diff(rgba, axis=1)).mean() + np.abs(np.diff(rgba, axis=2)).mean()) / 2
    scores = []
    points = np.array(tiles.points)
    for mine, theirs, first, second in (
        ((1, 2, 3), (7, 6, 5), rgba[:, :, -1], rgba[:, :, 0]),
        ((5, 4, 3), (7, 0, 1), rgba[:, -1], rgba[:, 0]),
    ):
        same = (points[:, None, mine] == points[None, :, theirs]).all(2)
        apart = np.abs(first[:, None] - second[None]).mean((2, 3))
        scores.append(apart[same])
    every = np.concatenate(scores) / (inside + 1)
    return Joins(len(every), round(float(every.mean()), 3), round(float(every.max()), 3))
