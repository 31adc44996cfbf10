"""Walks a quest through every way there is: all states of scene, variables and questions already asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from playloom.kinds.quest.content import Condition, Effect, Quest, Scene, Value

STATES_HIGH = 200_000  # beyond it a quest is too tangled to be walked

Place = tuple[str, int]  # a choice: scene, and which of its choices


@dataclass(frozen=True)
class State:
    """Where a player can stand: in a scene, its effects done."""

    scene: str
    values: tuple[Value, ...]  # of the variables, in the quest's order
    asked: frozenset[Place] = frozenset()  # choices that are there once and were taken


@dataclass
class Walk:
    """All that was met on the way."""

    names: tuple[str, ...]  # of the variables
    states: dict[State, list[State]] = field(default_factory=dict)  # each with those that lead to it
    taken: set[Place] = field(default_factory=set)  # choices
    ends: list[State] = field(default_factory=list)  # in scenes with an ending
    stuck: list[State] = field(default_factory=list)  # nothing to choose, no way on, no ending
    complete: bool = True  # False: there were more than `STATES_HIGH` states

    def scenes(self) -> set[str]:
        """Return the scenes that were entered."""
        return {state.scene for state in self.states}

    def meets(self, conditions: Iterable[Condition]) -> list[State]:
        """Return the states in which all the conditions hold."""
        wanted = list(conditions)
        return [
            state for state in self.states if holds(wanted, dict(zip(self.names, state.values, strict=True)))
        ]

    def lost(self) -> list[State]:
        """Return the states from which no ending can be reached."""
        saved, edge = set(self.ends), list(self.ends)
        while edge:
            for before in self.states[edge.pop()]:
                if before not in saved:
                    saved.add(before)
                    edge.append(before)
        return [state for state in self.states if state not in saved]


def holds(conditions: Iterable[Condition], values: Mapping[str, Value]) -> bool:
    """Whether all conditions hold."""
    return all((values[one.variable] == one.value) != one.negated for one in conditions)


def walk(quest: Quest, scene: str, starts: Iterable[Mapping[str, Value]] | None = None) -> Walk:
    """Walk from a scene through every way.

    Args:
        quest: One whose scenes and variables all exist.
        scene: Where to begin.
        starts: Values of the variables to begin with; None: the initial ones.
    """
    scenes = {one.id: one for one in quest.scenes}
    initial = {variable.name: variable.initial for variable in quest.variables}
    found = Walk(tuple(initial))
    edge: list[State] = []

    def enter(name: str, values: Mapping[str, Value], asked: frozenset[Place], before: State | None) -> None:
        after = done(values, scenes[name].effects)
        state = State(name, tuple(after[key] for key in initial), asked)
        if state not in found.states:
            found.states[state] = []
            edge.append(state)
        if before is not None:
            found.states[state].append(before)

    for values in [initial] if starts is None else starts:
        enter(scene, values, frozenset(), None)
    while edge:
        if len(found.states) > STATES_HIGH:
            found.complete = False
            break
        state = edge.pop()
        values = dict(zip(initial, state.values, strict=True))
        here = scenes[state.scene]
        ways = _ways(here, state, values)
        for index in ways:
            choice = here.choices[index]
            found.taken.add((here.id, index))
            asked = state.asked | {(here.id, index)} if choice.once else state.asked
            enter(choice.to, done(values, choice.effects), asked, state)
        if here.ending is not None:
            found.ends.append(state)
        elif here.to is not None:
            enter(here.to, values, state.asked, state)
        elif not ways:
            found.stuck.append(state)
    return found


def _ways(scene: Scene, state: State, values: Mapping[str, Value]) -> list[int]:
    return [
        index
        for index, choice in enumerate(scene.choices)
        if (scene.id, index) not in state.asked and holds(choice.when, values)
    ]


def done(values: Mapping[str, Value], effects: Iterable[Effect]) -> dict[str, Value]:
    """Return the values after the effects."""
    return {**values, **{effect.variable: effect.value for effect in effects}}
