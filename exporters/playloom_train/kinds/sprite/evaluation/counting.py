"""From samples to the figures of one maker."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.settings import Settings
from playloom.kinds.sprite.terms import is_tile
from playloom_train.kinds.sprite.evaluation.figures import (
    Contract,
    MakerFigures,
    Nearness,
    PaletteUse,
    Reading,
    RealFigures,
)
from playloom_train.kinds.sprite.evaluation.makers import Maker
from playloom_train.kinds.sprite.evaluation.reader import Floats, Reader
from playloom_train.kinds.sprite.evaluation.reference import Real
from playloom_train.kinds.sprite.evaluation.sampling import PALETTES, Sample
from playloom_train.kinds.sprite.evaluation.variety import nearness, variety

_WORD_LOW = 2  # sprites of a category with a word, and as many without it, that a word is told by

Picture = NDArray[np.uint8]  # RGBA


def maker_figures(
    maker: Maker, paired: Sequence[Sample], free: Sequence[Sample], settings: Settings, index: Index | None
) -> MakerFigures:
    """Return what one maker does; ``index`` is of the training sprites where the package has none itself."""
    every = [*paired, *free]
    made = [one for one in free if one.sprite]
    own = [one for one in paired if one.sprite]
    figures, tiles = _nearness_of([*own, *made], index)
    groups = {
        category: [
            [one.rgba for one in made if (one.category, one.request.size) == (category, size)]
            for size in maker.sizes
        ]
        for category in settings.categories
    }
    return MakerFigures(
        maker=maker.name,
        sizes=maker.sizes,
        contract=contract_figures(every),
        by_category={
            name: contract_figures([one for one in every if one.category == name])
            for name in settings.categories
        },
        by_size={
            str(size): contract_figures([one for one in every if one.request.size == size])
            for size in maker.sizes
        },
        palettes={
            name: palette_use(some)
            for name in PALETTES
            if (some := [one for one in made if one.request.palette.name == name])
        },
        own_palettes=palette_use(own) if own else None,
        figures=figures,
        tiles=tiles,
        refused_copies=sum("original" in one.first_failed for one in every),
        variety=variety([group for some in groups.values() for group in some]),
        variety_by_category={name: found for name, some in groups.items() if (found := variety(some))},
    )


def contract_figures(some: Sequence[Sample]) -> Contract:
    """Return how the contract was kept over some samples."""
    made = [(one, one.sprite, one.sprite.evidence) for one in some if one.sprite]
    shares = [one.changed / sprite.pixels.size for one, sprite, _ in made]
    done = Counter(
        action for _, _, proof in made if proof for action in {mend.action for mend in proof.mends}
    )
    return Contract(
        asked=len(some),
        made=len(made),
        passed=sum(one.passed for one in some),
        drawn=sum(one.sprite is not None and not one.first_failed and not one.changed for one in some),
        mended=sum(one.sprite is not None and not one.first_failed for one in some),
        changed_mean=round(float(np.mean(shares)), 5) if shares else 0.0,
        changed_most=round(max(shares, default=0.0), 5),
        attempts_mean=round(float(np.mean([proof.attempts for _, _, proof in made if proof])), 3)
        if made
        else 0.0,
        mends=dict(sorted(done.items())),
        first_failed=_failed([one.first_failed for one in some]),
        failed=_failed([one.failed for one in some]),
    )


def palette_use(some: Sequence[Sample]) -> PaletteUse:
    """Return how much of its palette each sprite uses; ``some`` are made."""
    used = [len(np.unique(one.sprite.pixels[one.sprite.pixels > 0])) for one in some if one.sprite]
    sizes = [len(one.request.palette.colours) for one in some]
    return PaletteUse(
        sprites=len(some),
        colours=sizes[0] if len({one.request.palette.name for one in some} - {"own"}) == 1 else 0,
        used_mean=round(float(np.mean(used)), 2),
        share_mean=round(float(np.mean(np.array(used) / sizes)), 4),
    )


def real_figures(held: Sequence[Real], index: Index | None) -> RealFigures:
    """Return the figures of held-out sprites."""
    figures: list[float] = []
    tiles: list[float] = []
    for one in held:
        near = index.nearest(one.rgba) if index else None
        if near is not None:
            (tiles if is_tile(one.category) else figures).append(near.distance)
    groups: dict[str, dict[int, list[Picture]]] = {}
    for one in held:
        groups.setdefault(one.category, {}).setdefault(one.size, []).append(one.rgba)
    return RealFigures(
        figures=nearness(figures),
        tiles=nearness(tiles),
        variety=variety([group for some in groups.values() for group in some.values()]),
        variety_by_category={
            name: found for name, some in sorted(groups.items()) if (found := variety([*some.values()]))
        },
    )


def reading_of(
    reader: Reader, features: Floats, categories: Sequence[str], words: Sequence[Sequence[str]] = ()
) -> Reading:
    """Return what pictures were read as.

    Args:
        reader: Knows what training sprites look like.
        features: The reader's, of each picture.
        categories: That each was asked to be of.
        words: Tags that each was asked for; () leaves the words out.
    """
    right, asked = Counter[str](), Counter[str](categories)
    for told, category in zip(reader.read(features), categories, strict=True):
        right[category] += told == category
    share, pairs = _words_told(reader, features, categories, words) if words else (None, 0)
    return Reading(
        asked=len(categories),
        right=right.total(),
        by_category={name: (right[name], asked[name]) for name in sorted(asked)},
        words=share,
        pairs=pairs,
    )


def _words_told(
    reader: Reader, features: Floats, categories: Sequence[str], words: Sequence[Sequence[str]]
) -> tuple[float | None, int]:
    """Return the share of pairs of a category in which the picture asked for a word looks more like it."""
    scores = reader.tag_scores(features)
    kinds = np.array(categories)
    won, pairs = 0.0, 0
    for place, tag in enumerate(reader.tags):
        has = np.array([tag in some for some in words])
        for category in np.unique(kinds[has]):
            with_it = scores[has & (kinds == category), place]
            without = scores[~has & (kinds == category), place]
            if min(len(with_it), len(without)) < _WORD_LOW:
                continue
            apart = with_it[:, None] - without[None]
            won += float((apart > 0).sum() + (apart == 0).sum() / 2)
            pairs += apart.size
    return (round(won / pairs, 4), pairs) if pairs else (None, 0)


def _nearness_of(made: Sequence[Sample], index: Index | None) -> tuple[Nearness | None, Nearness | None]:
    """Return how near figures and tiles are to training sprites, by their evidence or by ``index``."""
    found: tuple[list[float], list[float]] = ([], [])
    for one in made:
        distance = one.distance
        if distance is None and index is not None:
            near = index.nearest(one.rgba)
            distance = near.distance if near else None
        if distance is not None:
            found[is_tile(one.category)].append(distance)
    return nearness(found[0]), nearness(found[1])


def _failed(each: Sequence[tuple[str, ...]]) -> dict[str, int]:
    return dict(sorted(Counter(name for some in each for name in some).items()))
