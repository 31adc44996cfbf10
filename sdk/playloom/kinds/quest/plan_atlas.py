"""Ways through a world for somebody who starts at one place: routes, locked places and their keys.

A place that `needs` an item is entered with it. Keys are found round by round: first all places that are
open, then those whose keys lie there, and so on; so no key is ever needed to get itself.
"""

from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush

from playloom.kinds.quest.world import World


@dataclass(frozen=True)
class _Keys:
    """What it takes to get to a place."""

    own: tuple[str, ...]  # keys of its route, in order
    levels: int  # how deep errands for them nest
    all: frozenset[str]  # with those of the routes to them


class Atlas:
    """What can be reached from ``start``, and how."""

    def __init__(self, world: World, start: str) -> None:
        self.world = world
        self.start = start
        self._trees: dict[int, dict[str, str]] = {}

    @cached_property
    def rounds(self) -> dict[str, int]:
        """Places that can be reached, each with the rounds of keys that it takes."""
        locks = {
            place.id: place.needs for place in self.world.places if place.needs and place.id != self.start
        }
        found = {self.start: 0}
        edge, waiting, number = [self.start], set[str](), 0
        while edge:
            while edge:
                for place in self.world.neighbours[edge.pop()]:
                    if place in locks:
                        waiting.add(place)
                    elif place not in found:
                        found[place] = number
                        edge.append(place)
            number += 1
            opened = [place for place in sorted(waiting) if self.world.place_of(locks[place]) in found]
            waiting.difference_update(opened)
            for place in opened:
                found[place] = number
                del locks[place]
            edge = opened
        return found

    def route(self, place: str) -> tuple[str, ...]:
        """Return the places from the start to ``place``: fewest locked ones, then fewest in all.

        Only places that take no more rounds of keys than ``place`` itself are used.
        """
        before = self._tree(self.rounds[place])
        way = [place]
        while way[-1] != self.start:
            way.append(before[way[-1]])
        return tuple(reversed(way))

    def _tree(self, most: int) -> dict[str, str]:
        """Return the place before each one on its route, within ``most`` rounds of keys."""
        if most not in self._trees:
            before: dict[str, str] = {}
            waiting = [(0, 0, self.start, self.start)]
            while waiting:
                locks, steps, place, last = heappop(waiting)
                if place in before:
                    continue
                before[place] = last
                for other in self.world.neighbours[place]:
                    if self.rounds.get(other, most + 1) <= most and other not in before:
                        locked = self.world.place(other).needs is not None
                        heappush(waiting, (locks + locked, steps + 1, other, place))
            self._trees[most] = before
        return self._trees[most]

    def keys(self, place: str) -> tuple[str, ...]:
        """Return the items that the places on the route need, in order, each once."""
        return self._nested[place].own

    def key_levels(self, place: str) -> int:
        """Return how deep errands for keys nest on the way: 0 if none is needed."""
        return self._nested[place].levels

    def all_keys(self, place: str) -> frozenset[str]:
        """Return the keys of the route and of the routes to those keys."""
        return self._nested[place].all

    @cached_property
    def _nested(self) -> dict[str, "_Keys"]:
        """What `keys`, `key_levels` and `all_keys` tell of every place that can be reached.

        A key lies where fewer rounds of keys lead than to what it opens, so its place has its turn before.
        """
        found: dict[str, _Keys] = {}
        for place in sorted(self.rounds, key=lambda place: (self.rounds[place], place)):
            needs = [self.world.place(stop).needs for stop in self.route(place)[1:]]
            own = tuple(dict.fromkeys(key for key in needs if key is not None))
            before = [found[self.key_place(key)] for key in own]
            levels = max((1 + keys.levels for keys in before), default=0)
            found[place] = _Keys(own, levels, frozenset(own).union(*(keys.all for keys in before)))
        return found

    def key_place(self, key: str) -> str:
        """Return where a key is."""
        place = self.world.place_of(key)
        assert place is not None  # else no place that needs it has a round
        return place
