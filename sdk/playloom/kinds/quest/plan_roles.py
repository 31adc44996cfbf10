"""Who and what can fill the slots of a strategy at a place: the options of each role, with their weights."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from playloom.kinds.quest import strategies as roles
from playloom.kinds.quest.world import Enemy, Item, Person, World

Option = tuple[dict[str, str], int]  # slot -> id, and how likely it is drawn beside the others

_LIKELY, _SURELY = 3, 12  # weights of what suits a strategy better; the rest weighs 1
RARE_VALUE = 20  # from which an item is worth a quest for it


class Roles:
    """The options of one world, indexed by place."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people: dict[str, list[Person]] = defaultdict(list)  # those alive
        self.items: dict[str, list[Item]] = defaultdict(list)
        self.enemies: dict[str, list[Enemy]] = defaultdict(list)
        for person in world.people:
            if person.alive:
                self.people[person.at].append(person)
        for item in world.items:
            place = world.place_of(item.id)
            if place is not None:
                self.items[place].append(item)
        for enemy in world.enemies:
            self.enemies[enemy.where].append(enemy)
        self._anywhere: dict[str, list[Option]] = {}  # by giver
        self._fill: dict[str, Callable[[str, Person, str], Iterator[Option]]] = {
            roles.PERSON: self._person,
            roles.FOE: self._foe,
            roles.CAPTIVE: self._captive,
            roles.ANYBODY: self._anybody,
            roles.AT_HAND: self._at_hand,
            roles.SEVERAL_AT_HAND: self._several_at_hand,
            roles.RARE: self._rare,
            roles.LOST: self._lost,
            roles.THEIRS: self._theirs,
            roles.SEVERAL_THERE: self._several_there,
            roles.MATERIAL: self._material,
            roles.SEVERAL_ANYWHERE: self._several_anywhere,
            roles.OFFERED: self._offered,
            roles.TRADED: self._traded,
            roles.PEST: self._pest,
            roles.SEVERAL: self._several,
            roles.ONE: self._one,
            roles.SPARE: self._spare,
            roles.SEVERAL_SPARE: self._several_spare,
            roles.KEPT: self._kept,
            roles.LURKING: self._lurking,
            roles.DANGER: self._danger,
        }

    def options(self, role: str, slot: str, giver: Person, place: str) -> list[Option]:
        """Return how ``slot`` (and others with it) can be filled at ``place``; none: the role cannot be."""
        return list(self._fill[role](slot, giver, place))

    def others(self, giver: Person, place: str) -> list[Person]:
        """Return the people at a place besides the giver."""
        return [person for person in self.people[place] if person.id != giver.id]

    def at_hand(self, giver: Person) -> list[Item]:
        """Return what the giver can hand over: what they have, and what of theirs lies there."""
        return [
            item
            for item in self.items[giver.at]
            if item.where == giver.id or (item.where == giver.at and item.owner == giver.id)
        ]

    def lying(self, place: str, *owners: str | None) -> list[Item]:
        """Return what lies at a place and belongs to nobody or one of ``owners``."""
        return [item for item in self.items[place] if item.where == place and item.owner in (None, *owners)]

    def _person(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        yield from (({slot: other.id}, 1) for other in self.others(giver, place))

    def _foe(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        for other in self.others(giver, place):
            between = relations(giver, other)
            if not between & {"kin", "friend"}:
                bad = between or "criminal" in other.tags
                yield {slot: other.id}, _SURELY if bad else 1

    def _captive(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        risky = self.world.place(place).danger > 0 or bool(self.enemies[place])
        for other in self.others(giver, place):
            between = relations(giver, other)
            if (risky or other.at != other.home) and not between & {"foe", "rival"}:
                yield {slot: other.id}, _SURELY if between else 1

    def _anybody(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        found = list(self._person(slot, giver, place))
        yield from found or [({}, 1)]

    def _at_hand(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        yield from (({slot: item.id}, _LIKELY if item.count == 1 else 1) for item in self.at_hand(giver))

    def _several_at_hand(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        yield from (({slot: item.id}, 1) for item in self.at_hand(giver) if item.count > 1)

    def _rare(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        for item in self.lying(place, giver.id):
            if item.value >= RARE_VALUE:
                yield {slot: item.id}, _LIKELY if item.count == 1 else 1

    def _lost(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        for item in self.items[place]:
            if item.owner == giver.id:
                yield self._with_holder(slot, item, place), 1

    def _theirs(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        for item in self.items[place]:
            found = self._with_holder(slot, item, place)
            other = found.get("target")
            if other == giver.id:
                continue
            if other is not None and not relations(giver, self.world.person(other)) & {"kin", "friend"}:
                yield found, _LIKELY if item.count == 1 else 1
            elif other is None and item.owner not in (None, giver.id, giver.faction):
                yield found, 1

    def _with_holder(self, slot: str, item: Item, place: str) -> dict[str, str]:
        """Return an item with the person at the place who has it or, if it lies there, owns it."""
        here = {person.id for person in self.people[place]}
        holder = next((key for key in (item.where, item.owner) if key in here), None)
        return {slot: item.id} if holder is None else {slot: item.id, "target": holder}

    def _several_there(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        yield from (({slot: item.id}, 1) for item in self.lying(place) if item.count > 1)

    def _material(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        for found, weight in self._several_there(slot, giver, place):
            made = [item for item in self.world.items if item.made_of == found[slot]]
            yield from (({**found, "item": item.id}, _SURELY) for item in made)
            if not made:
                yield found, weight

    def _several_anywhere(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        if giver.id not in self._anywhere:
            lying = [
                item for other in self.world.places if other.id != giver.at for item in self.lying(other.id)
            ]
            every = [(item, _LIKELY) for item in self.at_hand(giver)] + [(item, 1) for item in lying]
            self._anywhere[giver.id] = [({slot: item.id}, weight) for item, weight in every if item.count > 1]
        yield from self._anywhere[giver.id]

    def _offered(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        for item in self.items[place]:
            if item.count > 1 and giver.id not in (item.owner, item.where):
                yield self._with_holder(slot, item, place), 1 + min(item.value, RARE_VALUE)

    def _traded(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        for found, _ in self._offered(slot, giver, place):
            if "target" in found:
                yield found, _LIKELY
            else:
                yield from (({**found, "target": other.id}, 1) for other in self.others(giver, place))

    def _pest(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        for enemy in self.enemies[place]:
            if enemy.count > 1 and enemy.tier == 1 and "speaks" not in enemy.tags:
                yield {slot: enemy.id}, 1

    def _several(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        for enemy in self.enemies[place]:
            if enemy.count > 1:
                yield {slot: enemy.id}, _LIKELY if "speaks" in enemy.tags else 1

    def _one(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        yield from (({slot: enemy.id}, 1 + _LIKELY * (enemy.tier > 1)) for enemy in self.enemies[place])

    def _spare(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        yield from self._at_hand(slot, giver, place)
        yield {}, 1  # what has another part in the quest is not spare

    def _several_spare(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        yield from self._several_at_hand(slot, giver, place)
        yield {}, 1

    def _kept(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        yield from (({slot: item.id}, 1) for item in self.items[place] if item.where == place)
        yield {}, 1

    def _lurking(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        near = [enemy for stop in (place, *self.world.neighbours[place]) for enemy in self.enemies[stop]]
        yield from [({slot: enemy.id}, 1) for enemy in near] or [({}, 1)]

    def _danger(self, slot: str, giver: Person, place: str) -> Iterator[Option]:
        if self.world.place(place).danger > 0 or self.enemies[place]:
            yield {}, 1


def relations(one: Person, other: Person) -> set[str]:
    """Return what two people are to each other, either way."""
    return {words for words in (one.relations.get(other.id), other.relations.get(one.id)) if words}
