"""What in a package makes sprites: each maker is measured by itself and shown in a column of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from playloom.errors import RequestInvalid
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.request import Engine, SpriteRequest
from playloom.kinds.sprite.settings import SIZES


@dataclass(frozen=True)
class Maker:
    """One way to make sprites with a package."""

    name: str
    wishes: Mapping[str, Any]  # fields of the request that choose it
    sizes: tuple[int, ...]  # sides that it makes, pixels

    def nearest_size(self, size: int) -> int:
        """Return the size that it makes nearest to one."""
        return min(self.sizes, key=lambda known: (abs(known - size), known))


def makers_of(generator: SpriteGenerator) -> tuple[Maker, ...]:
    """Return the makers of a package: the engines that it takes requests for."""
    makers = []
    for engine in get_args(Engine):
        wishes = {"engine": engine}
        sizes = tuple(size for size in SIZES if _takes(generator, wishes, size))
        if sizes:
            makers.append(Maker(engine, wishes, sizes))
    return tuple(makers)


def _takes(generator: SpriteGenerator, wishes: Mapping[str, Any], size: int) -> bool:
    category = generator.settings.categories[0]
    try:
        generator.check(SpriteRequest(category=category, size=size, **wishes))
    except RequestInvalid:
        return False
    return True
