"""Making the sprites that are measured: some asked for what held-out sprites are, some in known palettes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.contract import examine
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.palette import COLOURS_HIGH, find_palette
from playloom.kinds.sprite.request import WORDS_LENGTH_HIGH, SpriteRequest
from playloom.kinds.sprite.settings import Settings
from playloom.kinds.sprite.terms import contract_of
from playloom.kinds.sprite.words import WORDS_MOST, understand
from playloom.seeds import Stream
from playloom_train.kinds.sprite.evaluation.makers import Maker
from playloom_train.kinds.sprite.evaluation.reference import Real

PALETTES = (
    "pico-8", "sweetie-16", "db16", "endesga-32", "zughy-32", "na16", "slso8", "nyx8", "oil-6", "game-boy",
    "c64", "zx-spectrum",
)  # fmt: skip
_APART = 1 << 20  # between the seeds of the two samples


@dataclass(frozen=True, eq=False)
class Sample:
    """One request and what became of it."""

    request: SpriteRequest
    category: str
    real: Real | None  # the held-out sprite whose words, size and palette were asked for
    sprite: Sprite | None  # None: no attempt passed
    passed: bool = False  # judged once more
    first_failed: tuple[str, ...] = ()  # the checks that the first proposal failed, mended
    failed: tuple[str, ...] = ()  # those that no attempt passed

    @property
    def rgba(self) -> NDArray[np.uint8]:
        """The picture, (side, side, 4); of a sprite that was made."""
        assert self.sprite is not None
        return self.sprite.rgba

    @property
    def changed(self) -> int:
        """Pixels that mending changed."""
        evidence = self.sprite.evidence if self.sprite else None
        return sum(one.pixels for one in evidence.mends) if evidence else 0

    @property
    def distance(self) -> float | None:
        """To the nearest training sprite, where the package has an index of them."""
        evidence = self.sprite.evidence if self.sprite else None
        found = evidence.measures.get("nearest_distance") if evidence else None
        return None if found is None else float(found)


def choose(held: Sequence[Real], most: int, seed: int) -> list[Real]:
    """Return at most ``most`` of the held-out sprites, drawn without a look at them."""
    order = np.argsort(Stream(seed, "held-out").bits(len(held)), kind="stable")
    return [held[i] for i in np.sort(order[:most])]


def paired_samples(
    generator: SpriteGenerator, maker: Maker, held: Sequence[Real], seed: int
) -> Iterator[Sample]:
    """Yield a sample for each held-out sprite: its category, style, words, size and palette are asked for."""
    settings = generator.settings
    for i, real in enumerate(held):
        if real.size not in maker.sizes:
            continue
        request = SpriteRequest(
            words=_words(real, settings),
            category=real.category,
            style=real.style if real.style in settings.styles else None,
            palette=real.palette,
            colours=COLOURS_HIGH,  # all: the palette is this one sprite's
            size=real.size,
            seed=seed + i,
            **maker.wishes,
        )
        yield make(generator, request, real.category, real)


def free_samples(generator: SpriteGenerator, maker: Maker, count: int, seed: int) -> Iterator[Sample]:
    """Yield ``count`` samples of each category, asked for in known palettes in turn and by nothing else.

    Every other one has the size that the category has most often in training; the others take turns.
    """
    palettes = [find_palette(name) for name in PALETTES]
    for place, category in enumerate(generator.settings.categories):
        usual = maker.nearest_size(usual_size(generator.settings, category))
        others = [size for size in maker.sizes if size != usual] or [usual]
        for i in range(count):
            turn = i + i // len(palettes)  # so that each palette meets each size
            request = SpriteRequest(
                category=category,
                palette=palettes[i % len(palettes)],
                size=others[turn // 2 % len(others)] if turn % 2 else usual,
                seed=seed + _APART + place * count + i,
                **maker.wishes,
            )
            yield make(generator, request, category)


def make(
    generator: SpriteGenerator, request: SpriteRequest, category: str, real: Real | None = None
) -> Sample:
    """Make one sprite and judge it anew; of the first proposal it is told what failed."""
    first_failed: tuple[str, ...] = ()
    try:
        sprite = generator.generate(replace(request, attempts=1))
    except GenerationFailed as error:
        first_failed = error.failed
        try:
            sprite = generator.generate(request)
        except GenerationFailed as last:
            return Sample(request, category, real, None, first_failed=first_failed, failed=last.failed)
    passed = examine(sprite.rgba, contract_of(request, category)).passed
    return Sample(request, category, real, sprite, passed, first_failed)


def usual_size(settings: Settings, category: str) -> int:
    """Return the size that most training sprites of a category have."""
    sizes: Counter[int] = Counter()
    for one in settings.seen:
        if one.category == category:
            sizes[one.size] += one.count
    return max(sizes or settings.sizes, key=lambda size: (sizes[size], size))


def _words(real: Real, settings: Settings) -> str:
    """Return the tags of a sprite that the package knows, as words that it understands."""
    words = [tag for tag in real.tags if tag in settings.tags][:WORDS_MOST]
    while words and len(" ".join(words)) > WORDS_LENGTH_HIGH:
        words.pop()
    try:
        understand(" ".join(words), settings)
    except RequestInvalid:
        return ""
    return " ".join(words)
