"""Twee 3 in SugarCube: one passage a scene, the id of each line as ``data-id``. https://www.motoslave.net/sugarcube/2/

What SugarCube could take for markup is written as a character reference, in links too.
"""

import hashlib
import json
import re
import uuid

from playloom.kinds.quest.content import Choice, Condition, Effect, Entry, Line, Quest, Scene
from playloom.kinds.quest.formats.naming import ENDING, Naming, comparison, literal, naming
from playloom.kinds.quest.formats.origin import KEY, origin_line

_SPECIAL = re.compile(
    r"""["#$%&*+/<=>@\[\\\]^_`{|}~]|'(?=')|(?<=')'|-(?=-)|(?<=-)-|\?(?=\w)|:(?=\S)|^[-!:]"""
)


def encode(quest: Quest, stem: str) -> dict[str, bytes]:
    """Return the one file of ``quest``.

    Raises:
        RequestInvalid: If something in the quest cannot be written.
    """
    names = naming(quest, stem)
    passages = [("StoryInit", _initial(quest, names))]
    passages += [(names.of(scene.id), _passage(scene, names)) for scene in quest.scenes]
    passages += [(names.gate(entry.name), _gate(entry, names)) for entry in quest.entries]
    passages += [(names.journal(one.id), [_spoken(one.line, names)]) for one in quest.objectives]
    body = "".join(f":: {name}\n" + "\n".join(lines) + "\n\n" for name, lines in passages)
    data = {"ifid": _ifid(body), "format": "SugarCube", "format-version": "2.36.1"}
    data["start"] = names.of(quest.start)
    if line := origin_line(quest):
        data[KEY] = line  # as text: the data of a story are words
    title = re.sub(r"^::", r"\\::", quest.title)
    head = f":: StoryTitle\n{title}\n\n:: StoryData\n{json.dumps(data, indent=2)}\n\n"
    return {f"{stem}.twee": (head + body).encode()}


def _ifid(body: str) -> str:
    """Return the story's identity: it follows from the content, so that the bytes are the same again."""
    digest = hashlib.sha256(body.encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4)).upper()


def _initial(quest: Quest, names: Naming) -> list[str]:
    lines = [f"<<set ${names.of(one.name)} to {literal(one.initial)}>>" for one in quest.variables]
    lines.append(f'<<set ${names.of(ENDING)} to "">>')
    return lines + [f"<<set ${names.of(taken)} to false>>" for taken in names.taken.values()]


def _passage(scene: Scene, names: Naming) -> list[str]:
    effects = [_effect(effect, names) for effect in scene.effects]
    if scene.ending is not None:
        effects.append(f"<<set ${names.of(ENDING)} to {literal(scene.ending)}>>")
    lines = [_spoken(line, names) for line in scene.lines]
    if scene.to is not None:
        lines.append(f'<<include "{names.of(scene.to)}">>')
    lines += [_choice(choice, names) for choice in scene.choices]
    if effects:
        more = "\\" if lines else ""  # joins the next line to this one, which shows nothing
        lines.insert(0, f"<<silently>>{''.join(effects)}<</silently>>{more}")
    return lines


def _gate(entry: Entry, names: Naming) -> list[str]:
    include = f'<<include "{names.of(entry.scene)}">>'
    return [f"<<if {_conditions(entry.when, names)}>>{include}<</if>>" if entry.when else include]


def _choice(choice: Choice, names: Naming) -> str:
    conditions, taken = _conditions(choice.when, names), names.taken.get(choice.line.id)
    effects = [_effect(effect, names) for effect in choice.effects]
    if taken:
        conditions = " && ".join(filter(None, [conditions, f"${names.of(taken)} == false"]))
        effects.insert(0, f"<<set ${names.of(taken)} to true>>")
    link = f'<<link "{escape(choice.line.text)}" "{names.of(choice.to)}">>{"".join(effects)}<</link>>'
    shown = f'<span data-id="{choice.line.id}">{link}</span>'
    return f"<<if {conditions}>>{shown}<</if>>" if conditions else shown


def _spoken(line: Line, names: Naming) -> str:
    label, text = names.spoken(line)
    return f'<span data-id="{line.id}">{escape(label + text)}</span>'


def _conditions(conditions: tuple[Condition, ...], names: Naming) -> str:
    return " && ".join(comparison(one, f"${names.of(one.variable)}") for one in conditions)


def _effect(effect: Effect, names: Naming) -> str:
    return f"<<set ${names.of(effect.variable)} to {literal(effect.value)}>>"


def escape(text: str) -> str:
    """Return ``text`` with references for what could be markup."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)
