"""Errands: steps that become quests of their own, level by level, with the keys that locked places need.

Only what the quest does not use already takes part, only places that are open by then, and never more than
`STEPS_HIGH` steps in all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playloom.kinds.quest.plan_atlas import Atlas
from playloom.kinds.quest.plan_casting import drawn
from playloom.kinds.quest.plan_roles import Roles, relations
from playloom.kinds.quest.world import Item, Person
from playloom.seeds import Stream

STEPS_HIGH = 16  # beyond it no errand is added but for keys
ERRANDS_HIGH = 2  # beyond it none is added but for keys: a story that is put off more often is forgotten
_FIGHTS = ("kill", "capture", "free", "guard")
_TRIFLE_VALUE = 60  # beyond it nobody gives an item away on the side
_PERIL = 3  # danger of places that no errand leads to


@dataclass(eq=False)
class Node:
    """A step that is being planned, with its errands."""

    action: str
    about: tuple[str, ...]
    place: str
    count: int = 1
    errands: list[Node] = field(default_factory=list)

    def size(self) -> int:
        """Return how many steps it is with its errands."""
        return 1 + sum(errand.size() for errand in self.errands)


_Way = Callable[[Node, str, int], None]


class Errands:
    """Gives errands to the steps of one quest."""

    def __init__(
        self, roles: Roles, atlas: Atlas, giver: Person, place: str, used: set[str], stream: Stream
    ) -> None:
        self.roles = roles
        self.world = roles.world
        self.atlas = atlas
        self.giver = giver
        self.place = place  # where the quest leads; no errand does
        self.used = used  # ids that have a part already
        self.stream = stream
        self.held: set[str] = set()  # keys
        self.steps = 0
        self.errands = 0

    def unlock(self, node: Node, place: str, levels: int) -> None:
        """Give ``node`` the errands for the keys on the way to a place."""
        for key in self.atlas.keys(place):
            if key not in self.held:
                source = self.atlas.key_place(key)
                self._errand(node, "get", (key,), source, levels - 1)
                self.held.add(key)
                self.used.add(key)

    def fetch(self, node: Node, item: str, count: int) -> None:
        """Give ``node`` the errand of getting several of an item from where they lie."""
        source = self.world.place_of(item)
        assert source is not None
        self._errand(node, "get", (item,), source, 0, count)

    def expand(self, node: Node, levels: int) -> None:
        """Give ``node`` at most one errand of those that suit its action, by the draw."""
        if levels == 0 or self.steps >= STEPS_HIGH or self.errands >= ERRANDS_HIGH or self.stream.below(2):
            return
        if node.action == "goto":
            self._first(
                node, levels, (self._fight, self._in_the_way(node.place)), (self._ask, self._helpers())
            )
        elif node.action in ("get", "steal"):
            self._first(node, levels, (self._swap, self._holders(node)), (self._ask, self._helpers()))
        elif node.action in _FIGHTS:
            arms = [item.id for item in self._loose() if {"weapon", "tool"} & set(item.tags)]
            self._first(node, levels, (self._obtain, arms), (self._ask, self._helpers()))
        elif node.action == "listen" and self.place != node.place:
            self._first(node, levels, (self._swap, [node.about[0]]))

    def _first(self, node: Node, levels: int, *ways: tuple[_Way, list[str]]) -> None:
        """Take one of the ways that the world has something for."""
        there = [(way, ids) for way, ids in ways if ids]
        if there:
            way, ids = drawn(there, self.stream)
            way(node, drawn(ids, self.stream), levels)

    def _errand(
        self, node: Node, action: str, about: tuple[str, ...], place: str, levels: int, count: int = 1
    ) -> Node:
        """Add going to a place, and doing something there; both may have errands of their own."""
        self.used.update(about)
        going = Node("goto", (place,), place)
        deed = Node(action, about, place, count)
        node.errands += [going, deed]
        self.steps += 2
        self.errands += 1
        self.unlock(going, place, levels)
        self.expand(going, levels)
        self.expand(deed, levels)
        return deed

    def _ask(self, node: Node, person: str, levels: int) -> None:
        self._errand(node, "listen", (person,), self.world.person(person).at, levels - 1)

    def _fight(self, node: Node, enemy: str, levels: int) -> None:
        found = self.world.enemy(enemy)
        self._errand(node, "kill", (enemy,), found.where, levels - 1, found.count)

    def _obtain(self, node: Node, item: str, levels: int) -> None:
        place = self.world.place_of(item)
        assert place is not None
        self._errand(node, "get", (item,), place, levels - 1)

    def _swap(self, node: Node, person: str, levels: int) -> None:
        """Whoever has the thing, or knows, wants another thing for it."""
        loose = [item.id for item in self._loose()]
        if not loose or self.errands + 2 > ERRANDS_HIGH:
            return
        item = drawn(loose, self.stream)
        self._obtain(node, item, levels)
        self._errand(node, "give", (item, person), self.world.person(person).at, levels - 1)

    def _in_the_way(self, place: str) -> list[str]:
        return [
            enemy.id
            for stop in self.atlas.route(place)[1:-1]
            for enemy in self.roles.enemies[stop]
            if enemy.id not in self.used and self._open(stop)
        ]

    def _holders(self, node: Node) -> list[str]:
        """Return who has the thing of a step, if it is somebody to swap with."""
        if self.place == node.place or node.action != "get":
            return []
        holder = self.world.item(node.about[0]).where
        people = {person.id for person in self.roles.people[node.place]}
        return [holder] if holder in people and holder not in self.used and self._open(node.place) else []

    def _helpers(self) -> list[str]:
        return [
            person.id
            for person in self.world.people
            if person.alive
            and person.id not in self.used
            and "foe" not in relations(self.giver, person)
            and self._open(person.at)
        ]

    def _loose(self) -> list[Item]:
        """Return items that anybody may take, at places that are open."""
        return [
            item
            for place in self.atlas.rounds
            if self._open(place)
            for item in self.roles.lying(place)
            if item.id not in self.used and item.owner is None and item.value <= _TRIFLE_VALUE
        ]

    def _open(self, place: str) -> bool:
        """Whether an errand may lead there: not where the quest leads, no key needed, no peril."""
        if place == self.place or place not in self.atlas.rounds or self.world.place(place).danger >= _PERIL:
            return False
        return self.held.issuperset(self.atlas.keys(place))
