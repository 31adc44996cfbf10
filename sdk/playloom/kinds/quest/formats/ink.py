"""Ink: one knot a scene; ids and speakers as tags. https://github.com/inkle/ink, version 1.1 or newer.

Names stand before a colon, as in the other formats. Text is escaped character by character, so that nothing
in it is ever logic.
"""

import re

from playloom.kinds.quest.content import Choice, Condition, Effect, Entry, Line, Objective, Quest, Scene
from playloom.kinds.quest.formats.naming import ENDING, Naming, comparison, literal, naming
from playloom.kinds.quest.formats.origin import origin_comment

_SPECIAL = re.compile(r"[\\{}\[\]|#<>]|(?<=/)[/*]")  # covers -> and <- and <> and both comments
_SPECIAL_START = re.compile(r"[-!-,./:-@^_`~]|(VAR|CONST|LIST|INCLUDE|EXTERNAL|TODO)\b")  # of a statement


def encode(quest: Quest, stem: str) -> dict[str, bytes]:
    """Return the one file of ``quest``.

    Raises:
        RequestInvalid: If something in the quest cannot be written.
    """
    names = naming(quest, stem)
    parts = [_head(quest, names)]
    parts += [_knot(scene, names) for scene in quest.scenes]
    parts += [_gate(entry, names) for entry in quest.entries]
    parts += [_journal(objective, names) for objective in quest.objectives]
    return {f"{stem}.ink": "\n".join(parts).encode()}


def _head(quest: Quest, names: Naming) -> str:
    lines = [
        f"// {quest.title}",
        f"// Made by Playloom. What people say besides begins at {names.gate('NAME')}.",
        *origin_comment(quest, "// "),
    ]
    lines += [f"VAR {names.of(one.name)} = {literal(one.initial)}" for one in quest.variables]
    lines += [f'VAR {names.of(ENDING)} = ""', f"-> {names.of(quest.start)}"]
    return "\n".join(lines) + "\n"


def _knot(scene: Scene, names: Naming) -> str:
    lines = [f"=== {names.of(scene.id)} ==="]
    lines += [_effect(effect, names) for effect in scene.effects]
    lines += [_spoken(line, names) for line in scene.lines]
    for choice in scene.choices:
        lines += _choice(choice, names)
    if scene.ending is not None:
        lines.append(f"~ {names.of(ENDING)} = {literal(scene.ending)}")
    if scene.to is not None:
        lines.append(f"-> {names.of(scene.to)}")
    elif not scene.choices:
        lines.append("-> END")
    return "\n".join(lines) + "\n"


def _gate(entry: Entry, names: Naming) -> str:
    target = f"-> {names.of(entry.scene)}"
    head = f"=== {names.gate(entry.name)} ==="
    if not entry.when:
        return f"{head}\n{target}\n"
    conditions = " and ".join(_condition(one, names) for one in entry.when)
    return f"{head}\n{{ {conditions}:\n    {target}\n}}\n-> END\n"


def _journal(objective: Objective, names: Naming) -> str:
    return f"=== {names.journal(objective.id)} ===\n{_spoken(objective.line, names)}\n-> END\n"


def _choice(choice: Choice, names: Naming) -> list[str]:
    bullet = "*" if choice.once else "+"
    conditions = "".join(f" {{ {_condition(one, names)} }}" for one in choice.when)
    lines = [f"{bullet}{conditions} [{escape(choice.line.text)} #id:{choice.line.id}]"]
    lines += [f"    {_effect(effect, names)}" for effect in choice.effects]
    return [*lines, f"    -> {names.of(choice.to)}"]


def _spoken(line: Line, names: Naming) -> str:
    label, text = names.spoken(line)
    return f"{escape(label + text)} #id:{line.id} #speaker:{line.speaker}"


def _condition(condition: Condition, names: Naming) -> str:
    return comparison(condition, names.of(condition.variable))


def _effect(effect: Effect, names: Naming) -> str:
    return f"~ {names.of(effect.variable)} = {literal(effect.value)}"


def escape(text: str) -> str:
    """Return ``text`` so that Ink says exactly it, also at the start of a line."""
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    return f"\\{escaped}" if _SPECIAL_START.match(escaped) else escaped
