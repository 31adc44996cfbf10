"""Walking everything that a quest can come to: the same way for the quest itself and for every tool."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from playloom.kinds.quest.content import NARRATOR, PLAYER, Condition, Line, Quest, Scene

Said = list[list[str]]  # [id of the line, what is shown]


@dataclass
class Stop:
    """Where the player has a choice, or the story is over."""

    said: Said  # since the last stop
    choices: Said
    values: dict[str, Any]
    choose: Callable[[int], "Stop"]


def walk(begin: Stop) -> list[dict[str, Any]]:
    """Return all stops, those that look alike once; ``next`` holds the number of one for each choice."""
    nodes: list[dict[str, Any]] = []
    known: dict[str, int] = {}

    def visit(stop: Stop) -> int:
        key = json.dumps([stop.said, stop.choices, stop.values], sort_keys=True)
        if key not in known:
            known[key] = len(nodes)
            node: dict[str, Any] = {
                "said": stop.said,
                "choices": stop.choices,
                "values": stop.values,
                "next": [],
            }
            nodes.append(node)
            node["next"] = [visit(stop.choose(index)) for index in range(len(stop.choices))]
        return known[key]

    visit(begin)
    return nodes


def stop_in(quest: Quest, scene: Scene, values: dict[str, Any], taken: frozenset[str]) -> Stop:
    """Return the stop that follows on entering a scene, as `content` defines a quest."""
    said: Said = []
    values = dict(values)
    while True:
        values |= {effect.variable: effect.value for effect in scene.effects}
        values |= {"ending": scene.ending} if scene.ending is not None else {}
        said += [[line.id, shown(line, quest)] for line in scene.lines]
        if scene.to is None:
            break
        scene = quest.scene(scene.to)
    can = [c for c in scene.choices if holds(c.when, values) and not (c.once and c.line.id in taken)]

    def choose(index: int) -> Stop:
        choice = can[index]
        after = values | {effect.variable: effect.value for effect in choice.effects}
        return stop_in(quest, quest.scene(choice.to), after, taken | {choice.line.id})

    return Stop(said, [[c.line.id, c.line.text] for c in can], values, choose)


def begin(quest: Quest) -> Stop:
    """Return the first stop of a quest."""
    values = {one.name: one.initial for one in quest.variables} | {"ending": ""}
    return stop_in(quest, quest.scene(quest.start), values, frozenset())


def cases(quest: Quest, nodes: list[dict[str, Any]], prefix: str) -> list[tuple[str, dict[str, Any], Said]]:
    """Return for every entry, in every state that the story comes to, what is heard; and the journal."""
    states = {json.dumps(node["values"], sort_keys=True): node["values"] for node in nodes}
    found = []
    for entry in quest.entries:
        for values in states.values():
            heard = holds(entry.when, values)
            stop = stop_in(quest, quest.scene(entry.scene), values, frozenset()) if heard else None
            found.append((f"{prefix}_on_{entry.name}", values, stop.said if stop else []))
    for objective in quest.objectives:
        said = [[objective.line.id, shown(objective.line, quest)]]
        found.append((f"{prefix}_journal_{objective.id}", nodes[0]["values"], said))
    return found


def shown(line: Line, quest: Quest) -> str:
    """Return a line as the tools show it."""
    if line.speaker == NARRATOR:
        return line.text
    label = quest.names.get(line.speaker, "You" if line.speaker == PLAYER else "?")
    return f"{label}: {line.text}"


def holds(conditions: Sequence[Condition], values: dict[str, Any]) -> bool:
    """Tell whether all conditions hold."""
    return all((values[one.variable] == one.value) != one.negated for one in conditions)


def check_story(quest: Quest, nodes: list[dict[str, Any]]) -> None:
    """Assert that every choice of the story can be made and every way comes to an end."""
    made = {choice[0] for node in nodes for choice in node["choices"]}
    inside = _story(quest)
    expected = {c.line.id for s in quest.scenes if s.id in inside for c in s.choices}
    assert made == expected
    ends = {n for n, node in enumerate(nodes) if not node["choices"]}
    while grown := {n for n, node in enumerate(nodes) if n not in ends and ends & set(node["next"])}:
        ends |= grown
    assert ends == set(range(len(nodes)))


def _story(quest: Quest) -> set[str]:
    """Return the scenes that the start leads to."""
    found, waiting = set(), [quest.start]
    while waiting:
        scene = quest.scene(waiting.pop())
        if scene.id not in found:
            found.add(scene.id)
            waiting += [choice.to for choice in scene.choices] + ([scene.to] if scene.to else [])
    return found
