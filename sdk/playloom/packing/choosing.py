"""Seeds with which a world hangs together: a level that needs its key, quests that its world has room for.

Nothing is made here that a build would take: the build makes it again, from the seeds that were found.
"""

from dataclasses import dataclass

from playloom.api.level_making import level
from playloom.api.quest_making import quest
from playloom.api.sprite_making import sprite
from playloom.api.world_sprites import PALETTES
from playloom.build.making.worlds import THINGS
from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.trail import trail
from playloom.kinds.quest.world import World
from playloom.kinds.quest.world_draft import draft_world, words_of
from playloom.kinds.quest.world_level import spots_of, wild_of
from playloom.kinds.sprite.measure import variety
from playloom.seeds import Stream

THEMES = ("dungeon", "cave", "maze", "overworld")  # seen from above, where a hero walks
TARGETS = ("keys", "treasure", "enemies")  # what the quests are about
HERO = "elf"  # of what the sprite model draws, figures that stand out best
_LEVELS, _QUESTS, _HEROES = 24, 16, 12  # seeds that are tried
_VARIED_HERO = 700  # thousandths of `variety`
_SEED_BITS = 31


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for."""

    name: str
    genre: str = "fantasy"
    theme: str = "dungeon"
    size: tuple[int, int] = (40, 28)
    enemies: tuple[int, int] = (4, 8)
    seed: int = 0
    candidates: int = 5  # seeds that are tried for each sprite

    def __post_init__(self) -> None:
        if self.theme not in THEMES:
            raise RequestInvalid(f"theme is {self.theme!r}; packs are walked through: {', '.join(THEMES)}")

    def controls(self) -> dict[str, object]:
        """Return what is asked of the level."""
        return {"enemies": self.enemies, "keys": 1, "people": 1, "treasure": (3, 8)}


@dataclass(frozen=True)
class Choice:
    """The seeds that were found."""

    level: int
    world: int
    giver: str  # id of the person who stands in the level
    quests: dict[str, int]  # by what they are about
    hero: int


def choose(wish: Wish) -> Choice:
    """Find seeds with which everything refers to something that is there.

    Raises:
        RequestInvalid: If the wish contradicts the model or the limits.
        GenerationFailed: If no seed did; says of which part.
    """
    stream = Stream(wish.seed, "pack")
    draw = stream.fork("level")
    for _ in range(_LEVELS):
        seed = draw.below(1 << _SEED_BITS)
        try:
            made = level(wish.theme, size=wish.size, seed=seed, **wish.controls())  # type: ignore[arg-type]
        except GenerationFailed:
            continue
        if not _needs_its_key(made):
            continue
        world_seed = stream.fork("world").below(1 << _SEED_BITS)
        world = draft_world(wish.genre, world_seed, wild_of(made, words_of(wish.genre)))
        giver = next(person.id for person in world.people if person.where is not None)
        quests = _quests(world, giver, stream.fork("quests"))
        if TARGETS[0] in quests:
            return Choice(seed, world_seed, giver, quests, _hero(wish, stream.fork("hero")))
    raise GenerationFailed(
        f"no level of {_LEVELS} needs its key and has room for a quest about it; try another --seed, "
        "or a larger --size"
    )


def _needs_its_key(made: Level) -> bool:
    """Return whether the world would name a key, and the solution picks it up."""
    spots = spots_of(made)
    if "key_1" not in spots or "people" not in spots:
        return False
    passed = {(x, y) for y, x in trail(made)}
    return spots["key_1"][0] in passed


def _quests(world: World, giver: str, stream: Stream) -> dict[str, int]:
    """Return a seed for a quest about each sort of thing that the world has room for."""
    names = [*(item.id for item in world.items), *(enemy.id for enemy in world.enemies)]
    found: dict[str, int] = {}
    titles: set[str] = set()
    for about in TARGETS:
        target = next((name for name in names if THINGS[about].fullmatch(name)), None)
        draw = stream.fork(about)
        for _ in range(_QUESTS if target is not None else 0):
            seed = draw.below(1 << _SEED_BITS)
            try:
                made = quest(world, giver=giver, target=target, seed=seed)
            except (GenerationFailed, RequestInvalid):
                continue
            if made.title in titles:  # the same script, told of something else
                continue
            titles.add(made.title)
            found[about] = seed
            break
    return found


def _hero(wish: Wish, stream: Stream) -> int:
    """Return the seed of a hero who is more than an outline; they are looked at all the time."""
    seeds = [stream.below(1 << _SEED_BITS) for _ in range(_HEROES)]
    found: dict[int, int] = {}
    for seed in seeds:
        made = sprite(HERO, category="character", palette=PALETTES[wish.genre], size=32, seed=seed)
        found[seed] = variety(made.rgba)
        if found[seed] >= _VARIED_HERO:
            break
    return max(found, key=lambda seed: found[seed])
