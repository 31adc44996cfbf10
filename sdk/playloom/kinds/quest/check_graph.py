"""Whether the parts of a quest fit together: ids, variables, scenes, and what they say of the world."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from playloom.kinds.quest.content import (
    NARRATOR,
    PLAYER,
    Condition,
    Effect,
    Quest,
    Scene,
    Value,
)
from playloom.kinds.quest.world import Item, Person, Place, World

_Values = dict[str, tuple[Value, ...]]

_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def graph_faults(quest: Quest, world: World) -> Iterator[str]:
    """Find what does not fit together; a quest without such faults can be walked."""
    scenes = {scene.id for scene in quest.scenes}
    yield from _twice("scene", [scene.id for scene in quest.scenes])
    yield from _twice("variable", [variable.name for variable in quest.variables])
    yield from _twice("entry", [entry.name for entry in quest.entries])
    yield from _twice("objective", [objective.id for objective in quest.objectives])
    if quest.start not in scenes:
        yield f"the start {quest.start!r} is no scene"
    values = {variable.name: variable.values for variable in quest.variables}
    for variable in quest.variables:
        if variable.initial not in variable.values:
            yield f"variable {variable.name!r} begins as {variable.initial!r}, which it cannot be"
        if len({type(value) for value in variable.values}) > 1:
            yield f"variable {variable.name!r} has values of several types"
    for scene in quest.scenes:
        yield from _scene_faults(scene, scenes, values)
    for entry in quest.entries:
        if entry.scene not in scenes:
            yield f"entry {entry.name!r} leads to {entry.scene!r}, which is no scene"
        yield from _value_faults(f"entry {entry.name!r}", entry.when, values)
    yield from _objective_faults(quest, values)
    yield from _world_faults(quest, world)


def _twice(what: str, names: list[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{what} {name!r} is there {count} times"
        if not _ID.fullmatch(name):
            yield f"{what} {name!r} is no id"


def _scene_faults(scene: Scene, scenes: set[str], values: _Values) -> Iterator[str]:
    where = f"scene {scene.id!r}"
    ways = [bool(scene.choices), scene.to is not None, scene.ending is not None]
    if sum(ways) > 1:
        yield f"{where} has two of choices, a way on and an ending"
    for to in [choice.to for choice in scene.choices] + [scene.to or scene.id]:
        if to not in scenes:
            yield f"{where} leads to {to!r}, which is no scene"
    yield from _value_faults(where, scene.effects, values)
    for choice in scene.choices:
        yield from _value_faults(
            f"{where}, choice {choice.line.id!r}", (*choice.when, *choice.effects), values
        )
        if choice.line.speaker != PLAYER:
            yield f"{where}: {choice.line.speaker!r} makes choice {choice.line.id!r}, not the player"


def _value_faults(where: str, parts: Iterable[Condition | Effect], values: _Values) -> Iterator[str]:
    for part in parts:
        if part.variable not in values:
            yield f"{where}: nothing is called {part.variable!r}"
        elif not any(
            value == part.value and type(value) is type(part.value) for value in values[part.variable]
        ):
            yield f"{where}: {part.variable} cannot be {part.value!r}"


def _objective_faults(quest: Quest, values: _Values) -> Iterator[str]:
    order = {objective.id: place for place, objective in enumerate(quest.objectives)}
    for place, objective in enumerate(quest.objectives):
        where = f"objective {objective.id!r}"
        for before in objective.after:
            if order.get(before, place) >= place:
                yield f"{where} comes after {before!r}, which is not before it"
        if objective.parent is not None and order.get(objective.parent, place) == place:
            yield f"{where} is an errand of {objective.parent!r}, which is no other objective"
        if objective.done is not None:
            yield from _value_faults(where, [objective.done], values)


def _world_faults(quest: Quest, world: World) -> Iterator[str]:
    """What the quest says of the world is so."""
    for key, name in quest.names.items():
        if key not in (PLAYER, NARRATOR) and (key not in world.by_id or world.name_of(key) != name):
            yield f"{key!r} is not called {name!r} in the world"
    for what, person in (("giver", quest.giver), ("target", quest.target)):
        if person is not None and not _is_alive(person, world):
            yield f"the {what} {person!r} is nobody alive"
    if quest.target == quest.giver:
        yield f"{quest.giver!r} gives a quest about themselves"
    for line in quest.lines():
        if line.speaker not in (PLAYER, NARRATOR) and not _is_alive(line.speaker, world):
            yield f"line {line.id!r} is spoken by {line.speaker!r}, who is nobody alive"
    yield from _thing_faults(quest, world)


def _thing_faults(quest: Quest, world: World) -> Iterator[str]:
    about = {key for objective in quest.objectives for key in objective.about}
    for reward in quest.rewards:
        if not isinstance(world.by_id.get(reward), Item) or reward in about:
            yield f"the reward {reward!r} is no item, or part of the quest"
    places = [scene.place for scene in quest.scenes if scene.place is not None]
    for place in [*places, *(objective.place for objective in quest.objectives)]:
        if not isinstance(world.by_id.get(place), Place):
            yield f"{place!r} is no place"
    for key in sorted(about - world.by_id.keys()):
        yield f"an objective is about {key!r}, which is not in the world"


def _is_alive(key: str, world: World) -> bool:
    person = world.by_id.get(key)
    return isinstance(person, Person) and person.alive
