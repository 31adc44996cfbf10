"""What a sprite must keep of its request: the pixel contract, and the pictures that were given.

What contradicts itself is refused before anything is drawn.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels import oklab
from playloom.kinds.sprite import measure
from playloom.kinds.sprite.content import Pixels, Verdict
from playloom.kinds.sprite.contract import OPAQUE, SPECKLE_HIGH, Contract, tile_contract
from playloom.kinds.sprite.request import FREE, SpriteRequest

PIECES_USUAL = (1, 3)  # of a figure; 96.6 % of training sprites have at most two
_TERRAIN = "terrain-"  # categories of seamless tiles begin so
_CROSS = ((0, 1), (0, -1), (1, 0), (-1, 0))  # down, right: where an outline lies


def is_tile(category: str | None) -> bool:
    """Whether sprites of a category are tiles: filled, and seamless when repeated."""
    return (category or "").startswith(_TERRAIN)


def contract_of(request: SpriteRequest, category: str | None) -> Contract:
    """Return what a sprite of this request must keep; its outline and shadow are part of it.

    A picture that was given is not blamed on the sprite: its own loose pixels and pieces are allowed, and
    a sprite that goes on from a picture may be as near to the training data as that picture is.
    """
    size = (request.size, request.size)
    if is_tile(category):
        return tile_contract(size, request.palette)
    contract = Contract(
        size=size,
        palette=request.palette,
        margin=request.margin,
        baseline=request.baseline,
        pieces=request.pieces or PIECES_USUAL,
    )
    if request.pinned is not None or request.like is not None:
        contract = replace(contract, copy_below=0.0)
    solid = _given(request)
    if solid is None:
        return contract
    share = float(solid.mean())
    low, high = contract.pieces or PIECES_USUAL
    return replace(
        contract,
        pieces=request.pieces or (low, max(high, len(measure.pieces(solid)[1]))),
        strays=int(measure.strays(solid).sum()),
        speckle=max(SPECKLE_HIGH, _speckle(request)),
        opaque=(min(OPAQUE[0], share), max(OPAQUE[1], share)),
    )


def contract_record(contract: Contract) -> dict[str, Any]:
    """Return the contract as JSON-ready data, less its palette, which stands in the request."""
    plain = {name: getattr(contract, name) for name in contract.__dataclass_fields__ if name != "palette"}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}


def check_terms(request: SpriteRequest, category: str | None) -> None:
    """Refuse a request that no sprite can meet.

    Raises:
        RequestInvalid: Says which wishes do not go together.
    """
    if is_tile(category):
        _check_tile(request, category or "")
        return
    if request.silhouette is not None:
        _check_silhouette(request, request.silhouette)
    if request.pinned is None:
        return
    opaque = _opaque(request.pinned)
    if at := _first(opaque & ~_inside(request)):
        raise RequestInvalid(
            f"pinned pixel {at} is opaque, but margin, outline and shadow need the outer {request.room} "
            "pixels free; clear it, or ask for less"
        )
    if request.silhouette is not None:
        transparent = (request.pinned == 0) & request.silhouette
        if at := _first((opaque & ~request.silhouette) | transparent):
            raise RequestInvalid(f"pinned pixel {at} contradicts the silhouette; change one of them")


def given_kept(request: SpriteRequest, pixels: Pixels) -> tuple[Verdict, ...]:
    """Judge whether a finished sprite has the silhouette and the pinned pixels that were given."""
    checks = []
    if request.silhouette is not None:
        wrong = int(((pixels > 0) != _expected_shape(request, request.silhouette)).sum())
        detail = (
            f"{wrong} pixels differ from the shape that was given, {int(request.silhouette.sum())} pixels"
        )
        checks.append(Verdict("silhouette", wrong == 0, detail))
    if request.pinned is not None:
        held = request.pinned != FREE
        wrong = int((pixels != request.pinned)[held].sum())
        checks.append(Verdict("pinned", wrong == 0, f"{wrong} of {int(held.sum())} pinned pixels differ"))
    return tuple(checks)


def _check_tile(request: SpriteRequest, category: str) -> None:
    asked = {
        "margin": request.margin,
        "baseline": request.baseline != "any",
        "pieces": request.pieces is not None,
        "outline": request.outline is not None,
        "shadow": request.shadow,
        "silhouette": request.silhouette is not None,
        "a pinned transparent pixel": request.pinned is not None and (request.pinned == 0).any(),
    }
    for name, given in asked.items():
        if given:
            raise RequestInvalid(
                f"{category!r} is a tile, filled to its edges: leave {name} out, or name another category"
            )


def _check_silhouette(request: SpriteRequest, shape: NDArray[np.bool_]) -> None:
    if not shape.any():
        raise RequestInvalid("silhouette is empty; draw a shape, or leave it out")
    if at := _first(shape & ~_inside(request)):
        raise RequestInvalid(
            f"silhouette has pixel {at}, but margin, outline and shadow need the outer {request.room} pixels "
            "free; make it smaller, or ask for less"
        )
    below = measure.margins(shape)[3]
    if request.baseline != "any" and (below == request.room) != (request.baseline == "ground"):
        raise RequestInvalid(
            f"silhouette leaves {below} rows below it free, baseline {request.baseline!r} "
            f"{'needs' if request.baseline == 'ground' else 'forbids'} {request.room}; move it"
        )
    count = len(measure.pieces(shape)[1])
    if request.pieces is not None and not request.pieces[0] <= count <= request.pieces[1]:
        raise RequestInvalid(
            f"silhouette has {count} pieces, wanted are {request.pieces[0]} to {request.pieces[1]}; "
            "change one of them"
        )


def _expected_shape(request: SpriteRequest, shape: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where a sprite of this silhouette is opaque once it has its outline and shadow."""
    whole = shape
    if request.outline == "outside":
        whole = shape | np.logical_or.reduce([np.roll(shape, step, (0, 1)) for step in _CROSS])
    if request.shadow:
        whole = whole | np.roll(whole, (1, 1), (0, 1))
    return whole if request.pinned is None else np.where(request.pinned == FREE, whole, request.pinned > 0)


def _given(request: SpriteRequest) -> NDArray[np.bool_] | None:
    """Return the pixels that are sure to be opaque, or None if no picture says."""
    if request.silhouette is not None:
        return request.silhouette
    return None if request.pinned is None else _opaque(request.pinned)


def _speckle(request: SpriteRequest) -> float:
    """Return the share of speckle among the pinned pixels."""
    if request.pinned is None:
        return 0.0
    opaque = _opaque(request.pinned)
    places = np.where(opaque, request.pinned, 1).astype(np.int64) - 1
    speckle = measure.speckle(oklab.whole(request.palette.array)[places], opaque)
    return float(speckle.sum()) / max(1, int(opaque.sum()))


def _opaque(pinned: Pixels) -> NDArray[np.bool_]:
    opaque: NDArray[np.bool_] = (pinned != 0) & (pinned != FREE)
    return opaque


def _inside(request: SpriteRequest) -> NDArray[np.bool_]:
    """Return where the figure itself may be, (size, size)."""
    inner = np.zeros((request.size, request.size), np.bool_)
    room = request.room
    inner[room : request.size - room, room : request.size - room] = True
    return inner


def _first(at: NDArray[np.bool_]) -> str:
    """Return the first pixel as text, "" if there is none."""
    found = np.argwhere(at)
    return f"{found[0][1]},{found[0][0]}" if len(found) else ""
