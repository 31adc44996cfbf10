"""What the network starts from: nothing, a silhouette, a partial picture, a sketch or a sprite to vary."""

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.sprite.decode import Grid, Tokens
from playloom.kinds.sprite.request import FREE, SpriteRequest
from playloom.seeds import Stream

_PATCH = 4  # pixels a side of what is forgotten together


def start_of(request: SpriteRequest, tile: bool, stream: Stream) -> Grid:
    """Return what the network starts from, (H, W): unknown but for what is given.

    The margin is transparent, a tile solid. Of ``like`` a share of ``strength`` is forgotten, in patches: a
    patch is forgotten in shape and colour at once, or nothing new could come of it.
    """
    tokens = Tokens(len(request.palette.colours))
    grid = np.full((request.size, request.size), tokens.solid if tile else tokens.unknown, np.int64)
    if request.like is not None:
        kept = _patches(request.size, request.strength, stream)
        if tile:  # a hole in what a tile is to be like is painted
            kept &= request.like != 0
        grid = np.where(kept, _as_tokens(request.like, tokens), grid)
    if request.silhouette is not None:
        hidden = (grid == tokens.unknown) | (grid == tokens.transparent)
        grid = np.where(request.silhouette, np.where(hidden, tokens.solid, grid), tokens.transparent)
    room = request.room
    if room and not tile:
        inner = np.zeros(grid.shape, np.bool_)
        inner[room:-room, room:-room] = True
        grid = np.where(inner, grid, tokens.transparent)
    if request.pinned is not None:
        grid = np.where(request.pinned != FREE, _as_tokens(request.pinned, tokens), grid)
    return grid


def _as_tokens(pixels: NDArray[np.uint8], tokens: Tokens) -> Grid:
    return np.where(pixels == 0, tokens.transparent, pixels.astype(np.int64) - 1)


def _patches(size: int, strength: float, stream: Stream) -> NDArray[np.bool_]:
    """Return which pixels are kept, (size, size): all but a share of ``strength``, lost in patches."""
    coarse = -(-size // _PATCH)
    rough = (stream.bits(coarse * coarse) >> np.uint64(40)).astype(np.int64).reshape(coarse, coarse)
    rough = np.kron(rough, np.ones((_PATCH, _PATCH), np.int64))[:size, :size]
    fine = (stream.bits(size * size) >> np.uint64(42)).astype(np.int64).reshape(size, size)
    order = np.argsort((rough + fine).ravel(), kind="stable")
    kept = np.ones(size * size, np.bool_)
    kept[order[: round(strength * size * size)]] = False
    return kept.reshape(size, size)
