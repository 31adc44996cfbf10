"""Judges a plan by playing it: a player with a bag walks from step to step through the world.

It knows nothing of how plans are made: it has its own idea of what can be reached and what an action needs.
"""

from collections import Counter
from collections.abc import Iterator

from playloom.kinds.quest.content import Effect
from playloom.kinds.quest.plan_parts import DEED_DONE, ENDINGS, QUEST, REWARD_PAID, Plan, Step
from playloom.kinds.quest.strategies import STRATEGIES
from playloom.kinds.quest.world import Enemy, Faction, Item, Person, Place, World

_SLOTS: dict[str, type] = {
    "npc": Person,
    "target": Person,
    "place": Place,
    "home": Place,
    "item": Item,
    "items": Item,
    "reward": Item,
    "enemy": Enemy,
    "faction": Faction,
}
_WITH_PEOPLE = ("listen", "spy", "confront", "capture", "free", "guard", "train")
_WITH_THINGS = ("get", "steal", "give", "trade", "use", "repair", "build")
_WITH_PLACES = ("explore", "divert", "practise", "goto")


def plan_faults(plan: Plan, world: World) -> tuple[str, ...]:
    """Return what is wrong with a plan; empty: it can be done, and every way through has an end."""
    found = [*_part_faults(plan, world), *_order_faults(plan), *_state_faults(plan)]
    if not found:  # else the walk would stumble
        found += _Walk(plan, world).faults()
    return tuple(found)


def _part_faults(plan: Plan, world: World) -> Iterator[str]:
    for slot, key in plan.bindings.items():
        if slot not in _SLOTS or not isinstance(world.by_id.get(key), _SLOTS[slot]):
            yield f"{slot} is {key!r}, which does not fit it"
            return
    strategy = STRATEGIES[plan.strategy]
    lacking = (strategy.slots | {"npc", "place"}) - plan.bindings.keys()
    if lacking or plan.motivation != strategy.motivation:
        yield f"{plan.strategy} lacks {sorted(lacking)}, or serves another motivation than {plan.motivation}"
        return
    if len(set(plan.bindings.values())) < len(plan.bindings):
        yield "one thing fills two slots"
    giver = world.person(plan.giver)
    if plan.bindings["npc"] != plan.giver or not giver.alive:
        yield f"{plan.giver!r} does not give it, or is dead"
    if plan.target != plan.bindings.get("target"):
        yield "the target is not the one in its slot"
    elif plan.target is not None and not world.person(plan.target).alive:
        yield f"the target {plan.target!r} is dead"
    if plan.bindings["place"] == giver.at:
        yield "it leads to where the giver is"
    if plan.gold < 1 or plan.count < 2:
        yield f"the pay is {plan.gold}, the count {plan.count}"
    asked = {key for step in plan.steps for key in step.about}
    for reward in plan.rewards:
        item = world.item(reward)
        theirs = item.where == giver.id or (item.where == giver.at and item.owner == giver.id)
        if reward in asked or not theirs:
            yield f"the reward {reward!r} is part of the quest, or not the giver's to give"


def _order_faults(plan: Plan) -> Iterator[str]:
    place_of = {step.id: place for place, step in enumerate(plan.steps)}
    if len(place_of) < len(plan.steps):
        yield "two steps have one id"
    for place, step in enumerate(plan.steps):
        for before in step.after:
            if place_of.get(before, place) >= place:
                yield f"{step.id} comes after {before!r}, which is not before it"
        if step.parent is not None and place_of.get(step.parent, -1) <= place:
            yield f"{step.id} is an errand of {step.parent!r}, which is not after it"
        if place and not step.after:
            yield f"{step.id} comes after nothing"
    wanted = [move.action for move in STRATEGIES[plan.strategy].moves]
    own = iter(step.action for step in plan.steps if not step.errand)
    if not all(action in own for action in wanted):
        yield f"it does not do {' '.join(wanted)}"


def _state_faults(plan: Plan) -> Iterator[str]:
    values = {variable.name: variable.values for variable in plan.variables}
    if len(values) < len(plan.variables):
        yield "two variables have one name"
    for variable in plan.variables:
        if variable.initial not in variable.values:
            yield f"{variable.name} begins as {variable.initial!r}, which it cannot be"
    for step in plan.steps:
        if step.variable not in values:
            yield f"nothing tells whether {step.id} is done"
    if {way.name: way.ending for way in plan.ways} != ENDINGS:
        yield "a way through is missing"
    for way in plan.ways:
        for effect in way.effects:
            if effect.value not in values.get(effect.variable, ()):
                yield f"{way.name} sets {effect.variable} to {effect.value!r}, which it cannot be"
        if Effect(QUEST, way.ending) not in way.effects:
            yield f"{way.name} does not end the quest"
        paid = {Effect(REWARD_PAID, True), Effect(DEED_DONE, True)} & set(way.effects)
        if bool(paid) != (way.name == "do"):
            yield f"{way.name} pays or does what it should not"


class _Walk:
    """A player who does the steps in order."""

    def __init__(self, plan: Plan, world: World) -> None:
        self.plan = plan
        self.world = world
        self.start = self.at = world.person(plan.giver).at
        self.bag: Counter[str] = Counter()
        self.left = Counter({item.id: item.count for item in world.items if item.where is not None})
        self.following: set[str] = set()

    def faults(self) -> list[str]:
        """Return what cannot be done; the walk ends there."""
        for step in self.plan.steps:
            problem = self._go(step.place) or self._do(step)
            if problem:
                return [f"{step.id} ({step.action}): {problem}"]
        return [] if self.at == self.start else ["it does not end with the giver"]

    def _go(self, goal: str) -> str:
        """Walk through places that are open or whose key is in the bag."""
        seen, edge = {self.at}, [self.at]
        while edge:
            for place in self.world.neighbours[edge.pop()]:
                needs = self.world.place(place).needs
                if place not in seen and (needs is None or place == self.start or self.bag[needs]):
                    seen.add(place)
                    edge.append(place)
        if goal not in seen:
            return f"{goal!r} cannot be reached from {self.at!r} with {sorted(self.bag)}"
        self.at = goal
        return ""

    def _do(self, step: Step) -> str:
        """Return why a step cannot be done where the player is, "" if it was."""
        if step.action in _WITH_THINGS:
            return self._handle(step)
        if step.action in _WITH_PEOPLE:
            self.following.add(step.about[0])
            return self._nobody(step.about[0]) or ("it is the giver" * (step.about[0] == self.plan.giver))
        if step.action in _WITH_PLACES:
            return "" if step.about == (self.at,) else f"it is about {step.about}, not {self.at!r}"
        if step.action == "kill":
            enemy = self.world.enemy(step.about[0])
            enough = enemy.where == self.at and 1 <= step.count <= enemy.count
            return "" if enough else f"{step.count} of {enemy.id!r} are not there"
        if step.action == "escort" and step.about[0] not in self.following:
            return "nobody follows"
        return self._nobody(step.about[-1]) if step.action in ("escort", "report") else "no such action"

    def _handle(self, step: Step) -> str:
        """Do what takes, hands over or uses up things."""
        match step.action:
            case "get" | "steal":
                return self._take(step.about[0], step.count)
            case "give":
                return self._lack(step.about[0], step.count) or self._nobody(step.about[1])
            case "trade":
                return self._lack(step.about[0], 1) or self._take(step.about[1], step.count)
        return self._lack(next(key for key in step.about if key != self.at), step.count)

    def _take(self, item: str, count: int) -> str:
        if self.world.place_of(item) != self.at or self.left[item] < count:
            return f"{count} of {item!r} are not there"
        self.left[item] -= count
        self.bag[item] += count
        return ""

    def _lack(self, item: str, count: int) -> str:
        if self.bag[item] < count:
            return f"{count} of {item!r} are not in the bag"
        self.bag[item] -= count
        return ""

    def _nobody(self, person: str) -> str:
        found = self.world.person(person)
        return "" if found.alive and found.at == self.at else f"{person!r} is not there"
