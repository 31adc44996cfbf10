"""Sprites for the people, things and enemies of a world: what to ask of a sprite package, and the making."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playloom.api.quest_making import WorldLike, world_like
from playloom.api.sprite_making import SIZE, sprite_generator, sprite_package, sprite_request
from playloom.errors import GenerationFailed
from playloom.kinds.quest.looks import Look, looks_of
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.measure import variety
from playloom.kinds.sprite.settings import Settings, read_settings

PALETTES = {  # of a genre, where none is asked for
    "fantasy": "sweetie-16", "gothic": "zughy-32", "scifi": "endesga-32", "sea": "arne-16",
    "wasteland": "endesga-16", "cosy": "na16", "mystery": "db16", "frontier": "db32",
}  # fmt: skip
VARIED = 680  # thousandths of `variety` from which a sprite shows more than its outline


@dataclass(frozen=True)
class WorldSprite:
    """What to ask for, so that it shows somebody or something of a world."""

    id: str
    name: str
    table: str  # "people", "items" or "enemies"
    words: str
    category: str
    palette: str
    size: int  # pixels
    seed: int
    sure: bool  # whether words of the world said what it looks like; else it looks like any of its table

    def wishes(self) -> dict[str, Any]:
        """Return the arguments of `playloom.sprite` besides the words."""
        return {"category": self.category, "palette": self.palette, "size": self.size, "seed": self.seed}


def world_sprites(
    world: WorldLike,
    *,
    size: int = SIZE,
    palette: str | None = None,
    seed: int = 0,
    package: str | Path | None = None,
) -> list[WorldSprite]:
    """Return a request for every person, item and enemy, in the order of the world.

    Args:
        world: A world, its file, or the name of an example.
        size: Side in pixels: 16, 24, 32 or 48.
        palette: Name or file of one palette for all; None: that of the genre.
        seed: Another one gives other sprites of the same things.
        package: Sprite package whose words are used; None: the installed one called ``pixels``.

    Raises:
        RequestInvalid: If size or palette cannot be, or ``world`` is none.
        FileInvalid: If the world or a palette file cannot be read.
        KindUnknown: If no package has that name.
    """
    found = world_like(world)
    settings = read_settings(sprite_package(package))
    colours = palette or PALETTES[found.genre]
    made = [
        WorldSprite(
            look.id,
            look.name,
            look.table,
            " ".join(_known(look, settings)),
            _category(look, settings),
            colours,
            size,
            _seed(look.id, seed),
            look.sure,
        )
        for look in looks_of(found)
    ]
    if made:
        sprite_request(made[0].words, **made[0].wishes())
    return made


def make_world_sprites(
    wanted: list[WorldSprite], package: str | Path | None = None, candidates: int = 1
) -> Iterator[tuple[WorldSprite, Sprite | GenerationFailed]]:
    """Make sprites one after another; what no attempt made comes as the failure.

    Args:
        wanted: What to ask for.
        package: As for `world_sprites`.
        candidates: Seeds tried of each, its own and those after it: the first whose colours vary enough is
            taken, else the one whose colours vary most. With 1 it is as it comes.

    Raises:
        RequestInvalid: If the package cannot take a request.
        PackageInvalid: If it is not sound.
    """
    generator = sprite_generator(package)
    for one in wanted:
        best: Sprite | GenerationFailed | None = None
        for number in range(candidates):
            wishes = one.wishes() | {"seed": one.seed + number}
            try:
                made = generator.generate(sprite_request(one.words, **wishes))
            except GenerationFailed as failure:
                best = best or failure
                continue
            if not isinstance(best, Sprite) or variety(made.rgba) > variety(best.rgba):
                best = made
            if variety(best.rgba) >= VARIED:
                break
        assert best is not None
        yield one, best


def _category(look: Look, settings: Settings) -> str:
    return look.category if look.category in settings.categories else next(iter(settings.categories))


def _known(look: Look, settings: Settings) -> list[str]:
    """Return the words that the package has seen in sprites of the category."""
    category = _category(look, settings)
    words = dict.fromkeys((*look.words, *look.more))
    seen = [word for word in words if settings.tag_counts.get(word, {}).get(category, 0)]
    return seen or [category]


def _seed(key: str, seed: int) -> int:
    """Return a seed that stays with an id, whatever else the world holds: 31 bits."""
    return int.from_bytes(hashlib.blake2b(f"{seed} {key}".encode(), digest_size=4).digest()) >> 1
