"""Another palette for a picture: nearest colours, or the order of lightness kept, or no two made one."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels import oklab
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.palette import Palette

_FAR = 1 << 40  # more than any distance: never chosen while there is another way


@dataclass(frozen=True, eq=False)
class Recoloured:
    """A sprite in its new palette and what became of the colours."""

    sprite: Sprite
    mapping: tuple[tuple[int, int], ...]  # place in the old palette, in the new one; used colours alone


def recolour(sprite: Sprite, palette: Palette, *, distinct: bool = False, ordered: bool = True) -> Recoloured:
    """Return the sprite in another palette.

    Args:
        sprite: Any.
        palette: The new one.
        distinct: No two colours of the sprite become one: shading stays; needs as many in the palette.
        ordered: A colour that was lighter than another does not become darker than it.

    Raises:
        RequestInvalid: If ``distinct`` and the palette has fewer colours than the sprite.
    """
    used = [int(value) - 1 for value in np.unique(sprite.pixels) if value]
    mapping = map_colours(sprite.palette.array[used], palette, distinct=distinct, ordered=ordered)
    table = np.zeros(len(sprite.palette.colours) + 1, np.uint8)
    table[[place + 1 for place in used]] = mapping + 1
    new = replace(sprite, pixels=table[sprite.pixels], palette=palette, evidence=None)
    return Recoloured(new, tuple(zip(used, mapping.tolist(), strict=True)))


def to_palette(rgba: NDArray[np.uint8], palette: Palette) -> Sprite:
    """Return any picture in a palette: each pixel its nearest colour, half transparent ones opaque or not."""
    opaque = rgba[:, :, 3] >= 128
    pixels = np.zeros(opaque.shape, np.uint8)
    colours, places = np.unique(rgba[opaque][:, :3], axis=0, return_inverse=True)
    if len(colours):
        pixels[opaque] = 1 + oklab.nearest(colours, palette.array)[places.ravel()]
    return Sprite(pixels=pixels, palette=palette)


def map_colours(
    colours: NDArray[np.uint8], palette: Palette, *, distinct: bool = False, ordered: bool = True
) -> NDArray[np.int64]:
    """Return the place in ``palette`` for each of ``colours`` (N, 3) that are nearest in sum; (N,).

    Raises:
        RequestInvalid: If ``distinct`` and there are more colours than places.
    """
    if distinct and len(colours) > len(palette.colours):
        raise RequestInvalid(
            f"{len(colours)} colours cannot stay distinct in palette {palette.name!r}, which has "
            f"{len(palette.colours)}; take a larger one, or let colours fall together"
        )
    if not len(colours):
        return np.zeros(0, np.int64)
    cost = oklab.distances(oklab.whole(colours), oklab.whole(palette.array))
    if ordered:
        return _in_order(colours, palette, cost, distinct)
    if distinct:
        from scipy.optimize import linear_sum_assignment  # slow to load, and seldom asked for

        return np.asarray(linear_sum_assignment(cost)[1], np.int64)
    return np.asarray(cost.argmin(1), np.int64)


def _in_order(
    colours: NDArray[np.uint8], palette: Palette, cost: NDArray[np.int64], distinct: bool
) -> NDArray[np.int64]:
    """Return the cheapest mapping that keeps the order of lightness: a path through the table of costs."""
    lightness = oklab.whole(colours)[:, 0]
    order = np.argsort(lightness, kind="stable")
    places = np.array(palette.by_lightness)
    table = cost[np.ix_(order, places)]
    count, choices = table.shape
    total = table[0].copy()
    came = np.zeros((count, choices), np.int64)
    for row in range(1, count):
        best = np.full(choices, _FAR)
        for choice in range(choices):  # the cheapest way to have come from here or from darker ones
            last = choice - 1 if distinct else choice
            if last >= 0:
                came[row, choice] = int(total[: last + 1].argmin())
                best[choice] = total[came[row, choice]]
        total = best + table[row]
    found = np.empty(count, np.int64)
    choice = int(total.argmin())
    for row in range(count - 1, -1, -1):
        found[order[row]] = places[choice]
        choice = int(came[row, choice])
    return found
