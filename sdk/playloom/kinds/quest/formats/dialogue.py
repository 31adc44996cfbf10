"""Godot Dialogue Manager 3: one title a scene, ids as ``[ID:...]``. https://github.com/nathanhoad/godot_dialogue_manager

The variables are looked up by name in the game's states: the head of the file lists them for an autoload or a
dictionary. What could be syntax is written as the BBCode of its character, which the label shows as itself.
"""

import re

from playloom.kinds.quest.content import (
    Choice,
    Condition,
    Effect,
    Entry,
    Line,
    Objective,
    Quest,
    Scene,
    Value,
)
from playloom.kinds.quest.formats.naming import ENDING, Naming, comparison, literal, naming
from playloom.kinds.quest.formats.origin import origin_comment

_SPECIAL = re.compile(r"[\\{}>\[\]]")
_SPECIAL_START = re.compile(
    r"[-~%#|=$\\]|(if|elif|else|while|match|when|do|do!|set|import|using)\b", re.IGNORECASE
)
_BRACKETS = {"[": "[lb]", "]": "[rb]"}


def encode(quest: Quest, stem: str) -> dict[str, bytes]:
    """Return the one file of ``quest``.

    Raises:
        RequestInvalid: If something in the quest cannot be written.
    """
    names = naming(quest, stem)
    parts = [_head(quest, names)]
    parts += [_title(scene, names) for scene in quest.scenes]
    parts += [_gate(entry, names) for entry in quest.entries]
    parts += [_journal(objective, names) for objective in quest.objectives]
    return {f"{stem}.dialogue": "\n".join(parts).encode()}


def _head(quest: Quest, names: Naming) -> str:
    variables = [*((one.name, one.initial) for one in quest.variables), (ENDING, "")]
    variables += [(taken, False) for taken in names.taken.values()]
    lines = [*origin_comment(quest, "# "), "# Made by Playloom. The game's state needs:"]
    lines += [f"#   var {names.of(name)}: {_type(value)} = {literal(value)}" for name, value in variables]
    return "\n".join(lines) + "\n"


def _type(value: Value) -> str:
    if isinstance(value, bool):
        return "bool"
    return "int" if isinstance(value, int) else "String"


def _title(scene: Scene, names: Naming) -> str:
    lines = [f"~ {names.of(scene.id)}"]
    lines += [_effect(effect, names) for effect in scene.effects]
    lines += [_spoken(line, names) for line in scene.lines]
    for choice in scene.choices:
        lines += _choice(choice, names)
    if scene.ending is not None:
        lines.append(f"set {names.of(ENDING)} = {literal(scene.ending)}")
    if not scene.choices:
        lines.append(f"=> {names.of(scene.to)}" if scene.to is not None else "=> END")
    return "\n".join(lines) + "\n"


def _gate(entry: Entry, names: Naming) -> str:
    head, jump = f"~ {names.gate(entry.name)}\n", f"=> {names.of(entry.scene)}\n"
    if not entry.when:
        return head + jump
    return f"{head}if {_conditions(entry.when, names)}\n\t{jump}=> END\n"


def _journal(objective: Objective, names: Naming) -> str:
    return f"~ {names.journal(objective.id)}\n{_spoken(objective.line, names)}\n=> END\n"


def _choice(choice: Choice, names: Naming) -> list[str]:
    conditions, taken = _conditions(choice.when, names), names.taken.get(choice.line.id)
    if taken:
        conditions = " and ".join(filter(None, [conditions, f"{names.of(taken)} == false"]))
    shown = f" [if {conditions} /]" if conditions else ""
    text = escape(choice.line.text).replace(":", r"\:")  # else it would end a speaker's name
    lines = [f"- {text}{shown} [ID:{choice.line.id}]"]
    lines += [f"\tset {names.of(taken)} = true"] if taken else []
    lines += [f"\t{_effect(effect, names)}" for effect in choice.effects]
    return [*lines, f"\t=> {names.of(choice.to)}"]


def _spoken(line: Line, names: Naming) -> str:
    label, text = names.spoken(line)
    if label:
        name = escape(label.removesuffix(": ")).replace(": ", f"{_character(':')} ")
        said = f"{name}: {escape(text)}"
    else:
        said = escape(text).replace(":", r"\:")
    start = _SPECIAL_START.match(said)
    if start and said[0] != "[":
        said = _character(said[0]) + said[1:]
    return f"{said} [ID:{line.id}]"


def _conditions(conditions: tuple[Condition, ...], names: Naming) -> str:
    return " and ".join(comparison(one, names.of(one.variable)) for one in conditions)


def _effect(effect: Effect, names: Naming) -> str:
    return f"set {names.of(effect.variable)} = {literal(effect.value)}"


def escape(text: str) -> str:
    """Return ``text`` so that Dialogue Manager and the label show exactly it."""
    return _SPECIAL.sub(lambda found: _BRACKETS.get(found[0], _character(found[0])), text)


def _character(one: str) -> str:
    return f"[char={ord(one):X}]"
