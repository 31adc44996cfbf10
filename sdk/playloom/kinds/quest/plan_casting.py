"""Casting: which giver, place, people and things fill the slots of a strategy; or why none can."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import TypeVar

from playloom.kinds.quest import strategies as roles
from playloom.kinds.quest.plan_atlas import Atlas
from playloom.kinds.quest.plan_roles import RARE_VALUE, Option, Roles
from playloom.kinds.quest.strategies import Strategy
from playloom.kinds.quest.world import Person, World
from playloom.seeds import Stream

_Any = TypeVar("_Any")

# Role -> what a world lacks where nothing fills it; {giver} is the giver's name.
_LACKING = {
    roles.PERSON: "nobody alive but {giver} is at another place; add one under [[people]], with a home there",
    roles.FOE: "nobody at another place is neither kin nor friend of {giver}; add one under [[people]]",
    roles.CAPTIVE: "nobody but foes and rivals is held at another place; set `where` of one of [[people]] to "
    "a place that is not their home, or the danger of their place to 1",
    roles.AT_HAND: '{giver} has no item to hand over; add one under [[items]] with where = "{id}"',
    roles.SEVERAL_AT_HAND: "{giver} has nothing of which there are two; add one under [[items]] with "
    'where = "{id}" and count = 2 or more',
    roles.RARE: f"no item worth {RARE_VALUE} or more lies at another place that is nobody else's; add one "
    "under [[items]]",
    roles.LOST: "{giver} has lost nothing: add an item under [[items]] with where = another place and "
    'owner = "{id}"',
    roles.THEIRS: "no item at another place is a faction's, or with somebody who is neither kin nor friend "
    "of {giver}; add one under [[items]] with an owner",
    roles.SEVERAL_THERE: "no item of which there are two lies at another place and is nobody's; add one "
    "under [[items]] with count = 2 or more",
    roles.OFFERED: "no item of which there are two is at another place, but for {giver}'s own; add one "
    "under [[items]] with count = 2 or more",
    roles.TRADED: "no item of which there are two is at another place where somebody could trade it; add "
    "one under [[items]] with count = 2 or more",
    roles.PEST: "no enemies of tier 1 that do not speak are at another place; add some under "
    "[[enemies]] with count = 2 or more",
    roles.SEVERAL: "no enemies are at another place; add some under [[enemies]] with count = 2 or more",
    roles.ONE: "no enemy is at another place; add one under [[enemies]]",
    roles.DANGER: "no other place is dangerous; set danger of one of [[places]] to 1, or put an enemy there",
}
_LACKING[roles.MATERIAL] = _LACKING[roles.SEVERAL_ANYWHERE] = _LACKING[roles.SEVERAL_THERE]


@dataclass(frozen=True)
class Casting:
    """A place at which every role of a strategy can be filled, and all the options of each."""

    place: str
    options: tuple[tuple[Option, ...], ...]

    @property
    def weight(self) -> int:
        """How likely it is drawn beside other castings: as its best options."""
        return prod(max(weight for _, weight in options) for options in self.options)

    def draw(self, stream: Stream) -> dict[str, str] | None:
        """Return slots with their ids; None where what was drawn first leaves nothing for the rest."""
        found: dict[str, str] = {}
        for options in self.options:
            fitting = [(option, weight) for option, weight in options if _agree(found, option)]
            if not fitting:
                return None
            found |= drawn([option for option, _ in fitting], stream, [weight for _, weight in fitting])
        return found


def _agree(found: dict[str, str], option: dict[str, str]) -> bool:
    """Whether both leave every slot to one thing and every thing to one slot."""
    together = found | option
    return all(found.get(slot, key) == key for slot, key in option.items()) and len(
        set(together.values())
    ) == len(together)


def drawn(options: Sequence[_Any], stream: Stream, weights: Sequence[int] | None = None) -> _Any:
    """Return one of the options, by weight."""
    weights = weights or [1] * len(options)
    place = stream.below(sum(weights))
    for option, weight in zip(options, weights, strict=True):
        place -= weight
        if place < 0:
            return option
    raise AssertionError("the weights sum to less than themselves")


def shuffled(options: Sequence[_Any], stream: Stream) -> Iterator[_Any]:
    """Yield the options in a drawn order."""
    left = list(options)
    while left:
        yield left.pop(stream.below(len(left)))


class Caster:
    """Finds castings in one world."""

    def __init__(self, world: World, depth: int, about: str | None) -> None:
        """Cast with errands nested at most ``depth`` deep; ``about``: an id that must fill a slot."""
        self.world = world
        self.depth = depth
        self.about = about
        self.roles = Roles(world)
        self.atlas = cache(lambda start: Atlas(world, start))

    def castings(self, strategy: Strategy, giver: Person) -> list[Casting]:
        """Return where a strategy can be set for a giver; none: see `why_not`."""
        return list(self._castings(strategy, giver))

    def is_castable(self, strategy: Strategy, giver: Person) -> bool:
        """Whether a strategy can be set anywhere for a giver."""
        return next(self._castings(strategy, giver), None) is not None

    def _castings(self, strategy: Strategy, giver: Person) -> Iterator[Casting]:
        for place in self.world.places:
            if place.id != giver.at and self.barrier(giver, place.id) is None:
                casting = self._at(strategy, giver, place.id)
                if casting is not None:
                    yield casting

    def barrier(self, giver: Person, place: str) -> str | None:
        """Return why the player cannot get from the giver to a place, None if they can."""
        atlas, name = self.atlas(giver.at), self.world.name_of
        if place not in atlas.rounds:
            needs = self.world.place(place).needs
            key = f" without {name(needs)!r}, which is out of reach itself" if needs else ""
            return f"{name(place)!r} cannot be reached from {name(giver.at)!r}{key}; add a connection"
        levels = atlas.key_levels(place)
        if levels > self.depth:
            keys = ", ".join(repr(name(key)) for key in sorted(atlas.all_keys(place)))
            return f"the way to {name(place)!r} needs {keys} first; ask for a depth of {levels} or more"
        return None

    def _at(self, strategy: Strategy, giver: Person, place: str) -> Casting | None:
        factors = []
        keys = self.atlas(giver.at).all_keys(place) if place in self.atlas(giver.at).rounds else frozenset()
        for slot, role in strategy.roles.items():
            options = self.roles.options(role, slot, giver, place)
            kept = [option for option in options if not keys.intersection(option[0].values())]
            if role == roles.SEVERAL_ANYWHERE:
                kept = [option for option in kept if self._can_fetch(giver, place, option[0][slot])]
            if not kept:
                return None
            factors.append(tuple(kept))
        return self._about(place, factors)

    def _can_fetch(self, giver: Person, place: str, item: str) -> bool:
        """Whether an item for a deed at ``place`` is at hand, there, or within an open errand."""
        source = self.world.place_of(item)
        if source in (giver.at, place):
            return True
        atlas = self.atlas(giver.at)
        return self.depth > 0 and source in atlas.rounds and not atlas.keys(source)

    def _about(self, place: str, factors: list[tuple[Option, ...]]) -> Casting | None:
        """Keep only what is about the thing asked for."""
        if self.about is None or self.about == place:
            return Casting(place, tuple(factors))
        for index, options in enumerate(factors):
            chosen = tuple(option for option in options if self.about in option[0].values())
            if chosen:
                return Casting(place, (chosen, *factors[:index], *factors[index + 1 :]))  # drawn first
        return None

    def why_not(self, strategy: Strategy, giver: Person) -> str:
        """Say what is missing for a strategy that has no casting, and what to add."""
        elsewhere = [place.id for place in self.world.places if place.id != giver.at]
        if not elsewhere:
            return "there is only one place; add another one under [[places]] and connect it"
        for place in elsewhere:
            if self._at(strategy, giver, place) is not None:
                barrier = self.barrier(giver, place)
                if barrier is not None:
                    return barrier
        for slot, role in strategy.roles.items():
            if not any(self.roles.options(role, slot, giver, place) for place in elsewhere):
                return self._lacking(role, giver)
        if self.about is not None:
            return (
                f"{self.world.name_of(self.about)!r} fits no part of it; ask for another target or strategy"
            )
        return "what it needs is not at one place: " + "; or ".join(
            self._lacking(role, giver) for role in strategy.roles.values() if role in _LACKING
        )

    def _lacking(self, role: str, giver: Person) -> str:
        if role == roles.PERSON and len([one for one in self.world.people if one.alive]) == 1:
            return (
                f"{giver.name} is the only person alive; add another one under [[people]], at another place"
            )
        return _LACKING[role].format(giver=giver.name, id=giver.id)
