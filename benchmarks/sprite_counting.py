"""From sprites to the figures of sprites.py."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from sprite_requests import has_terms

from playloom.kinds.sprite.originality import Index, grounded, tones
from playloom.kinds.sprite.terms import is_tile
from playloom_train.kinds.sprite.evaluation.counting import contract_figures, real_figures
from playloom_train.kinds.sprite.evaluation.reference import Reference
from playloom_train.kinds.sprite.evaluation.sampling import Sample
from playloom_train.kinds.sprite.evaluation.variety import nearness, variety

KINDS = ("figures", "tiles")

Picture = NDArray[np.uint8]  # RGBA


def counted(
    samples: Sequence[Sample], wrong: Iterable[Sequence[str]], index: Index | None, reference: Reference
) -> dict[str, Any]:
    """Return the figures as JSON-ready data.

    Args:
        samples: One of each request.
        wrong: Of each request, what its file does not pass.
        index: The sprites that the package was trained on.
        reference: Real sprites; either set may be empty.
    """
    made = [one for one in samples if one.sprite]
    plain: dict[str, Any] = msgspec.to_builtins(
        {
            "contract": contract_figures(samples),
            "wrong_by_check": dict(Counter(name for some in wrong for name in some)),
            "by_category": _by(samples, [one.category for one in samples]),
            "by_size": _by(samples, [str(one.request.size) for one in samples]),
            "by_palette": _by(samples, [one.request.palette.name for one in samples]),
            "by_wish": _by(samples, [_wish(one) for one in samples]),
            "originality": _originality(samples, made, index, reference),
            "alike": _alike(made, reference),
        }
    )
    return plain


def _by(samples: Sequence[Sample], keys: Sequence[str]) -> dict[str, Any]:
    groups: dict[str, list[Sample]] = {}
    for key, one in zip(keys, samples, strict=True):
        groups.setdefault(key, []).append(one)
    return {key: contract_figures(some) for key, some in groups.items()}


def _wish(sample: Sample) -> str:
    words = "words" if sample.request.words else "no words"
    return f"{words}, terms" if has_terms(sample.request) else words


def _split(made: Iterable[Sample]) -> dict[str, list[Sample]]:
    kinds: dict[str, list[Sample]] = {kind: [] for kind in KINDS}
    for one in made:
        kinds[KINDS[is_tile(one.category)]].append(one)
    return kinds


def _originality(
    samples: Sequence[Sample], made: Sequence[Sample], index: Index | None, reference: Reference
) -> dict[str, Any] | None:
    """Return how near sprites are to the training sprites; None where nothing says what these are."""
    if index is None:
        return None
    known = {figure.tobytes() for figure in index.figures}
    side = index.figures.shape[1]
    kinds = _split(made)
    held = real_figures(reference.held, index) if reference.held else None
    pixels = {_pixels(one.rgba) for one in reference.training}
    return {
        "training": len(index),
        "made": {
            kind: nearness([d for o in some if (d := o.distance) is not None]) for kind, some in kinds.items()
        },
        "held_out": {kind: getattr(held, kind) for kind in KINDS} if held else None,
        # No figure near to one passes the contract: what the networks draw shows in first proposals.
        "first_proposals": {
            "figures": sum(not is_tile(one.category) for one in samples),
            "copies": sum("original" in one.first_failed for one in samples),
        },
        "same_but_for_place_mirror_colours": {
            kind: sum(not known.isdisjoint(_both_ways(one.rgba, side)) for one in some)
            for kind, some in kinds.items()
        },
        "same_pixels": sum(_pixels(one.rgba) in pixels for one in made) if pixels else None,
    }


def _alike(made: Sequence[Sample], reference: Reference) -> dict[str, Any]:
    """Return how many sprites repeat an earlier one, and how unlike two of a category and size are."""
    held = real_figures(reference.held, None).variety if reference.held else None
    found: dict[str, Any] = {"held_out": held}
    for kind, some in _split(made).items():
        groups: dict[tuple[str, int], list[Picture]] = {}
        for one in some:
            groups.setdefault((one.category, one.request.size), []).append(one.rgba)
        side = max((one.request.size for one in some), default=0)
        found[kind] = {
            "made": len(some),
            "same_pixels": len(some) - len({_pixels(one.rgba) for one in some}),
            "same_but_for_place_mirror_colours": len(some)
            - len({min(_both_ways(one.rgba, side)) for one in some}),
            "pairs": variety([*groups.values()]),
        }
    return found


def _pixels(rgba: Picture) -> bytes:
    return bytes(rgba.shape) + rgba.tobytes()


def _both_ways(rgba: Picture, side: int) -> list[bytes]:
    """Return a figure on its ground, as it is and mirrored, in tones that another palette does not change."""
    tone = tones(rgba)
    return [grounded(way, side).tobytes() for way in (tone, tone[:, ::-1])]
