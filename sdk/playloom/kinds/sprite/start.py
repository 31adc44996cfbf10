"""What the networks start from: nothing, a silhouette, a partial picture, a sketch or a sprite to vary."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.sprite.networks import CELL, Grid, Networks, Tokens, Told, coarse_shape
from playloom.kinds.sprite.request import FREE, SpriteRequest
from playloom.seeds import Stream

_BLOCK = 2  # cells a side of what is forgotten together


@dataclass(frozen=True, eq=False)
class Start:
    """What is known before anything is drawn."""

    tokens: Grid  # (H, W) what is given and stays, see `Tokens`
    seen: Grid  # (H, W) as ``tokens``, and what the pixels begin with but need not keep
    codes: Grid  # (h, w), as many as there are codes where unknown
    gist: Grid  # (G,), as many as there are levels where unknown
    shape: NDArray[np.float32]  # (65,) see `coarse_shape`

    def free(self, tokens: Tokens) -> NDArray[np.bool_]:
        """Return the pixels that are to be drawn."""
        free: NDArray[np.bool_] = (self.tokens == tokens.solid) | (self.tokens == tokens.unknown)
        return free


def start_of(request: SpriteRequest, told: Told, networks: Networks, stream: Stream) -> Start:
    """Return what is known: what is given stays, of ``like`` a share of ``strength`` is forgotten.

    The margin is transparent, a tile solid. Of ``like`` numbers of the gist are forgotten, and codes in
    blocks and where its silhouette is not the one asked for. Its pixels are no more than a beginning, unless
    ``strength`` is 0.
    """
    tokens, settings = told.tokens, networks.settings
    fixed = _given(request, told)
    cells = (request.size // CELL, request.size // CELL)
    codes = np.full(cells, settings.codes, np.int64)
    gist = np.full(settings.gist, settings.levels, np.int64)
    seen = fixed
    if request.like is not None or request.pinned is not None:
        picture = _picture(request, tokens)
        found = networks.encode(picture, told)
        known = np.zeros(cells, np.bool_)
        if request.pinned is not None:
            known |= _cells(request.pinned != FREE)
        if request.like is not None:
            kept = _patches(cells[0], request.strength, stream.fork("codes")) & _cells(
                _alike(picture, fixed, tokens)
            )
            known |= kept
            seen = _over(fixed, np.where(_pixels(kept), picture, tokens.unknown), tokens)
            held = _kept(len(gist), request.strength, stream.fork("gist"))
            gist = np.where(held, networks.gist_of(found), gist)
            if request.strength == 0:
                fixed = seen = _over(fixed, picture, tokens)
        codes = np.where(known, found, codes)
    return Start(fixed, seen, codes, gist, coarse_shape(fixed, told))


def _given(request: SpriteRequest, told: Told) -> Grid:
    """Return what must stay, (H, W)."""
    tokens = told.tokens
    grid = np.full((request.size, request.size), tokens.solid if told.tile else tokens.unknown, np.int64)
    if request.silhouette is not None:
        grid = np.where(request.silhouette, tokens.solid, tokens.transparent)
    room = request.room
    if room and not told.tile:
        inner = np.zeros(grid.shape, np.bool_)
        inner[room:-room, room:-room] = True
        grid = np.where(inner, grid, tokens.transparent)
    if request.pinned is not None:
        grid = np.where(request.pinned != FREE, _as_tokens(request.pinned, tokens), grid)
    return grid


def _picture(request: SpriteRequest, tokens: Tokens) -> Grid:
    """Return ``like`` with the pinned pixels, (H, W): transparent where neither says anything."""
    grid = np.full((request.size, request.size), tokens.transparent, np.int64)
    if request.like is not None:
        grid = _as_tokens(request.like, tokens)
    if request.pinned is not None:
        grid = np.where(request.pinned != FREE, _as_tokens(request.pinned, tokens), grid)
    return grid


def _alike(picture: Grid, fixed: Grid, tokens: Tokens) -> NDArray[np.bool_]:
    """Return where a picture is transparent or solid as is asked for, (H, W)."""
    clear = picture == tokens.transparent
    alike: NDArray[np.bool_] = (fixed == tokens.unknown) | (clear == (fixed == tokens.transparent))
    return alike


def _over(fixed: Grid, picture: Grid, tokens: Tokens) -> Grid:
    """Return what is given, and the picture where it may be seen: colours only where it must be solid."""
    shown = np.where((fixed == tokens.solid) & (picture >= tokens.transparent), tokens.solid, picture)
    return np.where((fixed == tokens.unknown) | (fixed == tokens.solid), shown, fixed)


def _as_tokens(pixels: NDArray[np.uint8], tokens: Tokens) -> Grid:
    return np.where(pixels == 0, tokens.transparent, pixels.astype(np.int64) - 1)


def _cells(pixels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the cells (h, w) all of whose pixels (H, W) are true."""
    high, wide = (side // CELL for side in pixels.shape)
    blocks = pixels.reshape(high, CELL, wide, CELL)
    whole: NDArray[np.bool_] = np.logical_and.reduce(blocks, axis=(1, 3))
    return whole


def _pixels(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels (H, W) of the cells (h, w)."""
    return cells.repeat(CELL, 0).repeat(CELL, 1)


def _patches(side: int, strength: float, stream: Stream) -> NDArray[np.bool_]:
    """Return which cells are kept, (side, side): all but a share of ``strength``, lost in patches."""
    coarse = -(-side // _BLOCK)
    rough = (stream.bits(coarse * coarse) >> np.uint64(40)).astype(np.int64).reshape(coarse, coarse)
    rough = np.kron(rough, np.ones((_BLOCK, _BLOCK), np.int64))[:side, :side]
    fine = (stream.bits(side * side) >> np.uint64(42)).astype(np.int64).reshape(side, side)
    return _all_but(strength, (rough + fine).ravel()).reshape(side, side)


def _kept(count: int, strength: float, stream: Stream) -> NDArray[np.bool_]:
    """Return which of ``count`` numbers are kept: all but a share of ``strength``."""
    return _all_but(strength, (stream.bits(count) >> np.uint64(1)).astype(np.int64))


def _all_but(share: float, order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return false for the ``share`` that comes first in order."""
    kept = np.ones(len(order), np.bool_)
    kept[np.argsort(order, kind="stable")[: round(share * len(order))]] = False
    return kept
