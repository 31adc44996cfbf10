"""From what a network drew to a finished sprite: mended, with its outline and shadow."""

from dataclasses import replace

import numpy as np

from playloom.kinds.sprite import measure
from playloom.kinds.sprite.content import Mend, Pixels, Sprite
from playloom.kinds.sprite.contract import Contract
from playloom.kinds.sprite.mend import mend
from playloom.kinds.sprite.networks import Grid
from playloom.kinds.sprite.outline import outlined, shadowed
from playloom.kinds.sprite.request import FREE, SpriteRequest
from playloom.kinds.sprite.seamless import seamless


def finished(request: SpriteRequest, grid: Grid, contract: Contract) -> tuple[Sprite, tuple[Mend, ...]]:
    """Return the sprite of network tokens, and what was put right.

    Pinned pixels stay as they were given, whatever mending, outline or shadow would do to them.
    """
    colours = len(request.palette.colours)
    pixels = np.where(grid == colours, 0, grid + 1).astype(np.uint8)
    if contract.seam is not None:
        return _tile(request, pixels, contract)
    fixed = request.silhouette is not None or request.pinned is not None
    # What is given fixes the place of the figure: it is not moved to its baseline, the check judges it there.
    baseline = "any" if fixed else contract.baseline
    mended = mend(pixels, request.palette, replace(contract, margin=request.room, baseline=baseline))
    sprite = Sprite(pixels=_pinned(request, mended.pixels), palette=request.palette, name=request.words)
    if sprite.pixels.any():
        if request.outline is not None:
            sprite = outlined(sprite, side=request.outline)
        if request.shadow:
            sprite = shadowed(sprite)
    return replace(sprite, pixels=_pinned(request, sprite.pixels)), mended.mends


def _tile(request: SpriteRequest, pixels: Pixels, contract: Contract) -> tuple[Sprite, tuple[Mend, ...]]:
    """Return a tile; where its edges do not meet, mended if that brings them nearer."""
    drawn = Sprite(pixels=pixels, palette=request.palette, name=request.words)
    whole = drawn
    if contract.seam is not None and pixels.all() and measure.seam(drawn.rgba) > contract.seam:
        whole = min(drawn, seamless(drawn), key=lambda tile: measure.seam(tile.rgba))
    count = int((whole.pixels != pixels).sum())
    mends = (Mend("seam", count, "mended so that opposite edges meet"),) if count else ()
    return replace(whole, pixels=_pinned(request, whole.pixels)), mends


def _pinned(request: SpriteRequest, pixels: Pixels) -> Pixels:
    if request.pinned is None:
        return pixels
    return np.where(request.pinned == FREE, pixels, request.pinned).astype(np.uint8)
