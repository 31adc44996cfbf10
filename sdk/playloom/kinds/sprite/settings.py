"""The settings of a sprite package: what its networks are told and what they know."""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid
from playloom.kernels.chance import GRID
from playloom.package import Package

SIZES = (16, 24, 32, 48)  # sides of a sprite, pixels
TAGS_MOST = 4096
CODES_MOST, LEVELS_MOST, GIST_MOST = 4096, 64, 1024


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many training sprites of one category, style and size there were."""

    category: str
    style: str
    size: int
    count: int


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the generator must know of a package."""

    categories: tuple[str, ...]
    styles: tuple[str, ...]  # the sets of art it was trained on
    sizes: tuple[int, ...]  # sides it was trained on, pixels
    tags: tuple[str, ...]
    seen: tuple[Seen, ...]
    tag_counts: dict[str, dict[str, int]]  # by tag: how often training sprites of each category bore it
    hot: int  # what a condition that holds is told as; one that does not is 0
    logits_per_nat: int
    multiple: int  # height and width that the networks take
    codes: int  # that a cell of the coarse grid can have
    levels: int  # that each number of a gist can have
    gist: int  # numbers of a gist
    networks: dict[str, Any]  # sizes of the networks, for who goes on training

    @property
    def conditions(self) -> int:
        """How many things the networks are told may hold or not."""
        return len(self.categories) + len(self.styles) + len(self.sizes) + len(self.tags)

    def condition(
        self, category: str | None, style: str | None, size: int, tags: tuple[str, ...]
    ) -> NDArray[np.float32]:
        """Return what the network is told, shape (1, conditions): `hot` for each thing that holds.

        A size it was not trained on is told as the nearest one.
        """
        near = min(self.sizes, key=lambda known: (abs(known - size), known))
        wanted: tuple[tuple[Any, ...], ...] = ((category,), (style,), (near,), tags)
        known: tuple[tuple[Any, ...], ...] = (self.categories, self.styles, self.sizes, self.tags)
        row = np.zeros((1, self.conditions), np.float32)
        first = 0
        for names, some in zip(known, wanted, strict=True):
            row[0, [first + names.index(name) for name in some if name in names]] = self.hot
            first += len(names)
        return row

    def usual_style(self, category: str | None, size: int) -> str:
        """Return the style that most training sprites of a category and a size had, else of the category."""
        fits = [one for one in self.seen if category in (one.category, None)] or list(self.seen)
        counts = dict.fromkeys(self.styles, 0)
        for one in [one for one in fits if one.size == size] or fits:
            counts[one.style] += one.count
        return max(self.styles, key=lambda name: counts[name])


def read_settings(package: Package) -> Settings:
    """Return the settings of a sprite package.

    Raises:
        PackageInvalid: If they are not those of a sprite package that this version knows.
    """
    try:
        settings = msgspec.convert(package.manifest.settings, Settings)
    except msgspec.ValidationError as error:
        raise PackageInvalid(f"{package.root}: settings of a sprite package: {error}") from error
    fault = _fault(settings)
    if fault:
        raise PackageInvalid(f"{package.root}: settings of a sprite package: {fault}")
    return settings


def _fault(settings: Settings) -> str:
    """Say what is wrong first, or nothing."""
    named = {name for counts in settings.tag_counts.values() for name in counts}
    categories, styles = set(settings.categories), set(settings.styles)
    faults = {
        "categories, styles or sizes are none, or one is named twice": any(
            not names or len(set(names)) < len(names)
            for names in (settings.categories, settings.styles, settings.sizes)
        ),
        f"more than {TAGS_MOST} tags, or one is named twice": len(settings.tags) > TAGS_MOST
        or len(set(settings.tags)) < len(settings.tags),
        f"sizes are not of {SIZES}": not set(settings.sizes) <= set(SIZES),
        "tag_counts names another tag or category": not named <= categories
        or not settings.tag_counts.keys() <= set(settings.tags),
        "seen is empty or names another category or style": not settings.seen
        or any(one.category not in categories or one.style not in styles for one in settings.seen),
        "hot, multiple or logits_per_nat is not one this version knows": not 1 <= settings.hot <= 127
        or settings.multiple not in (1, 2, 4, 8)  # of which every size is a multiple
        or settings.logits_per_nat != GRID,
        f"codes is not within 2..{CODES_MOST}": not 2 <= settings.codes <= CODES_MOST,
        f"levels is not within 2..{LEVELS_MOST}": not 2 <= settings.levels <= LEVELS_MOST,
        f"gist is not within 1..{GIST_MOST}": not 1 <= settings.gist <= GIST_MOST,
    }
    return next((fault for fault, holds in faults.items() if holds), "")
