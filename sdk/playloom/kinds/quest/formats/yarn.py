"""Yarn Spinner 2 and 3: one node a scene, ids as ``#line:`` tags. https://docs.yarnspinner.dev

A choice that goes once it was taken is a variable, as version 2 knows no other way. A colon in a narrator's
line is escaped, which version 3 understands.
"""

import re

from playloom.kinds.quest.content import Choice, Condition, Effect, Entry, Line, Objective, Quest, Scene
from playloom.kinds.quest.formats.naming import ENDING, Naming, comparison, literal, naming
from playloom.kinds.quest.formats.origin import origin_comment

_SPECIAL = re.compile(r"[\\<>{}#/\[\]]")  # what may be escaped in both versions; covers -> and => and //


def encode(quest: Quest, stem: str) -> dict[str, bytes]:
    """Return the one file of ``quest``.

    Raises:
        RequestInvalid: If something in the quest cannot be written.
    """
    names = naming(quest, stem)
    first = [quest.scene(quest.start)]  # games tend to begin at the first node
    scenes = first + [scene for scene in quest.scenes if scene.id != quest.start]
    bodies = [_body(scene, names) for scene in scenes]
    bodies[0] = _declarations(quest, names) + bodies[0]
    nodes = [_node(names.of(scene.id), body) for scene, body in zip(scenes, bodies, strict=True)]
    nodes[0] = "".join(f"{line}\n" for line in origin_comment(quest, "// ")) + nodes[0]
    nodes += [_node(names.gate(entry.name), _gate(entry, names)) for entry in quest.entries]
    nodes += [_journal(objective, names) for objective in quest.objectives]
    return {f"{stem}.yarn": "".join(nodes).encode()}


def _node(title: str, body: list[str]) -> str:
    return "\n".join([f"title: {title}", "---", *body, "===", ""])


def _declarations(quest: Quest, names: Naming) -> list[str]:
    lines = [f"<<declare ${names.of(one.name)} = {literal(one.initial)}>>" for one in quest.variables]
    lines.append(f'<<declare ${names.of(ENDING)} = "">>')
    return lines + [f"<<declare ${names.of(taken)} = false>>" for taken in names.taken.values()]


def _body(scene: Scene, names: Naming) -> list[str]:
    lines = [_effect(effect, names) for effect in scene.effects]
    lines += [_spoken(line, names) for line in scene.lines]
    for choice in scene.choices:
        lines += _choice(choice, names)
    if scene.ending is not None:
        lines.append(f"<<set ${names.of(ENDING)} to {literal(scene.ending)}>>")
    if scene.to is not None:
        lines.append(f"<<jump {names.of(scene.to)}>>")
    return lines or ["<<stop>>"]


def _gate(entry: Entry, names: Naming) -> list[str]:
    jump = f"<<jump {names.of(entry.scene)}>>"
    return [f"<<if {_conditions(entry.when, names)}>>", jump, "<<endif>>"] if entry.when else [jump]


def _journal(objective: Objective, names: Naming) -> str:
    return _node(names.journal(objective.id), [_spoken(objective.line, names)])


def _choice(choice: Choice, names: Naming) -> list[str]:
    conditions, taken = _conditions(choice.when, names), names.taken.get(choice.line.id)
    if taken:
        conditions = " && ".join(filter(None, [conditions, f"${names.of(taken)} == false"]))
    shown = f" <<if {conditions}>>" if conditions else ""
    lines = [f"-> {_text(choice.line.text, '')}{shown} #line:{choice.line.id}"]
    lines += [f"    <<set ${names.of(taken)} to true>>"] if taken else []
    lines += [f"    {_effect(effect, names)}" for effect in choice.effects]
    return [*lines, f"    <<jump {names.of(choice.to)}>>"]


def _spoken(line: Line, names: Naming) -> str:
    label, text = names.spoken(line)
    return f"{_text(text, label)} #line:{line.id}"


def _text(text: str, label: str) -> str:
    """Return what is said, escaped; a colon that is not the one after the speaker's name does not end one."""
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    name = _SPECIAL.sub(r"\\\g<0>", label.removesuffix(": ")).replace(":", r"\:")
    said = f"{name}: {escaped}" if label else escaped.replace(":", r"\:")
    return f'{{"="}}{said[1:]}' if said.startswith("===") else said  # else it would end the node


def _conditions(conditions: tuple[Condition, ...], names: Naming) -> str:
    return " && ".join(comparison(one, f"${names.of(one.variable)}") for one in conditions)


def _effect(effect: Effect, names: Naming) -> str:
    return f"<<set ${names.of(effect.variable)} to {literal(effect.value)}>>"
