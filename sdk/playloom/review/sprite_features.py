"""What is measured on sprites, see `features`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.oklab import UNIT, whole
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.measure import pieces
from playloom.kinds.sprite.request import SpriteRequest
from playloom.kinds.sprite.words import understand
from playloom.review.features import with_names

_Mask = NDArray[np.bool_]
_Part = tuple[slice, slice]


def of_sprite(sprite: Sprite) -> dict[str, int]:
    """Return what tells sprites apart: colours, fill, symmetry, contrast, detail; category, style."""
    opaque = sprite.pixels > 0
    count = max(1, int(opaque.sum()))
    rgb = sprite.rgba[..., :3].astype(np.int64)
    light = whole(sprite.rgba[..., :3])[..., 0].astype(np.int64) * 1000 // UNIT
    used, shares = np.unique(sprite.pixels[opaque], return_counts=True)
    beside = _pairs(opaque)
    changes = sum(int((sprite.pixels[one] != sprite.pixels[two])[both].sum()) for one, two, both in beside)
    pairs = max(1, sum(int(both.sum()) for _, _, both in beside))
    spread = rgb.max(-1) - rgb.min(-1)
    shown = light[opaque] if opaque.any() else np.zeros(1, np.int64)
    rows, columns = opaque.any(1), opaque.any(0)
    features = {
        "side": sprite.width,
        "colours": len(used) * 1000,
        "main-colour": int(shares.max(initial=0)) * 1000 // count,
        "fill": count * 1000 // opaque.size,
        "pieces": len(pieces(opaque)[1]) * 1000,
        "symmetry": int((sprite.pixels == sprite.pixels[:, ::-1])[opaque].sum()) * 1000 // count,
        "detail": changes * 1000 // pairs,
        "lightness": int(shown.sum()) // count,
        "contrast": int(np.sort(shown)[len(shown) * 9 // 10] - np.sort(shown)[len(shown) // 10]),
        "colourful": int(spread[opaque].sum()) * 1000 // (255 * count),
        "warmth": int((rgb[..., 0] - rgb[..., 2])[opaque].sum()) * 1000 // (255 * count),
        "tallness": int(rows.sum()) * 1000 // max(1, int(columns.sum())),
    }
    asked = {} if sprite.evidence is None else sprite.evidence.request
    return with_names(features, category=asked.get("category"), style=asked.get("style"))


def asked_record(request: SpriteRequest, generator: SpriteGenerator) -> dict[str, Any]:
    """Return the request as the evidence of its sprite will tell it, as far as `request_key` looks."""
    category = request.category or understand(request.words, generator.settings).category
    style = request.style or generator.settings.usual_style(category, request.size)
    return request.record() | {"category": category, "style": style}


def _pairs(opaque: _Mask) -> list[tuple[_Part, _Part, _Mask]]:
    """Return where neighbours to the right and below lie, and which of them are both opaque."""
    every, first, last = slice(None), slice(0, -1), slice(1, None)
    sides = (((every, first), (every, last)), ((first, every), (last, every)))
    return [(one, two, opaque[one] & opaque[two]) for one, two in sides]
