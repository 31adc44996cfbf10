"""What the writers call things, and the door that every quest passes before it is written.

Scenes, variables and lines of several quests meet in one game, so each name begins with one made from the
file's name: ``lantern_start``, ``lantern_quest``. It is never a keyword of any language.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from playloom.errors import RequestInvalid
from playloom.kinds.quest.content import NARRATOR, PLAYER, Condition, Effect, Line, Quest, Value

ENDING = "ending"  # the variable that the writers add: "" until an ending is reached, then its name

_ID = re.compile(r"[a-z][a-z0-9_]*")
_SCENE_ID = re.compile(r"(?!on_|journal_)[a-z][a-z0-9_]*")  # so begin the names of entries and of the journal
_LINE_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_WORD = re.compile(r"[A-Za-z0-9_-]*")
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # categories of Unicode
_JOINERS = "\u200c\u200d"  # of category Cf, and part of how some languages are written


@dataclass(frozen=True)
class Naming:
    """The names of one quest in one file."""

    prefix: str
    labels: dict[str, str]  # id of a speaker -> what stands before the colon; none of the narrator
    taken: dict[str, str]  # id of the line of a choice for once -> variable that tells it was taken

    def of(self, name: str) -> str:
        """Return the name of a scene or variable."""
        return f"{self.prefix}_{name}"

    def gate(self, entry: str) -> str:
        """Return the name of the scene that starts an entry if its conditions hold."""
        return f"{self.prefix}_on_{entry}"

    def journal(self, objective: str) -> str:
        """Return the name of the scene that says the journal's line of an objective."""
        return f"{self.prefix}_journal_{objective}"

    def spoken(self, line: Line, before: str = ": ") -> tuple[str, str]:
        """Return what stands before a line's text ("Mira: ", or "" of the narrator), and the text."""
        label = self.labels.get(line.speaker, "")
        return (label + before if label else ""), line.text


def prefix_of(stem: str) -> str:
    """Return the beginning of names for a file's name: ASCII, a letter first; "quest" if nothing is left."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not words:
        return "quest"
    return words if words[0].isalpha() else f"quest_{words}"


def naming(quest: Quest, stem: str) -> Naming:
    """Return the names of ``quest`` in the file ``stem``.

    Raises:
        RequestInvalid: If an id, a text, a value or a reference cannot be written; says which and why.
    """
    _check_ids(quest)
    _check_references(quest)
    _check_values(quest)
    for line in {id(line): line for line in quest.lines()}.values():
        check_text(line.text, f"line {line.id}")
    check_text(quest.title, "the title")
    speakers = {line.speaker for line in quest.lines()} - {NARRATOR}
    labels = {speaker: _label(quest, speaker) for speaker in sorted(speakers)}
    once = [choice.line.id for scene in quest.scenes for choice in scene.choices if choice.once]
    return Naming(prefix_of(stem), labels, {line: f"taken_{n}" for n, line in enumerate(once, 1)})


def check_text(text: str, where: str) -> None:
    """Refuse a text that is no single tidy line.

    Raises:
        RequestInvalid: If it is empty, has control characters, or spaces where the tools drop them.
    """
    strange = next((c for c in text if unicodedata.category(c) in _UNPRINTABLE and c not in _JOINERS), None)
    if strange is not None:
        raise RequestInvalid(f"{where}: has the character U+{ord(strange):04X}; a line is one line of text")
    if not text or text != text.strip() or "  " in text:
        raise RequestInvalid(f"{where}: is {text!r}; give words with single spaces between them")


def literal(value: Value) -> str:
    """Return a value as all the tools write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'


def comparison(condition: Condition, variable: str) -> str:
    """Return a condition with ``==`` and ``!=``, which all the tools read."""
    return f"{variable} {'!=' if condition.negated else '=='} {literal(condition.value)}"


def _label(quest: Quest, speaker: str) -> str:
    label = quest.names.get(speaker, "You" if speaker == PLAYER else "")
    if not label:
        raise RequestInvalid(f"speaker {speaker}: has no name in the quest's names; add it")
    check_text(label, f"the name of {speaker}")
    return label


def _check_ids(quest: Quest) -> None:
    _check_each("scene", [scene.id for scene in quest.scenes], _SCENE_ID)
    _check_each("entry", [entry.name for entry in quest.entries], _ID)
    taken = sum(choice.once for scene in quest.scenes for choice in scene.choices)
    added = [ENDING, *(f"taken_{n + 1}" for n in range(taken))]
    variables = [variable.name for variable in quest.variables] + added
    _check_each("variable", variables, _ID)
    _check_each("objective", [objective.id for objective in quest.objectives], _ID)
    scenes = {scene.id for scene in quest.scenes} | {f"on_{entry.name}" for entry in quest.entries}
    scenes |= {f"journal_{objective.id}" for objective in quest.objectives}
    if same := scenes.intersection(variables):  # Ink has one set of names for both
        raise RequestInvalid(f"variable {min(same)}: a scene has this name too; choose another one")
    lines = {line.id: line for line in quest.lines()}
    differing = [line.id for line in quest.lines() if lines[line.id] != line]
    _check_each("line", [*lines, *differing], _LINE_ID)
    words = [value for _, value in _uses(quest)] + [scene.ending or "" for scene in quest.scenes]
    for value in words:
        if isinstance(value, str) and not _WORD.fullmatch(value):
            raise RequestInvalid(f"value {value!r}: use letters, digits, - and _ only")


def _check_each(what: str, names: Iterable[str], pattern: re.Pattern[str]) -> None:
    for name, count in Counter(names).items():
        if not pattern.fullmatch(name):
            raise RequestInvalid(f"{what} {name!r}: does not match {pattern.pattern}; choose another id")
        if count > 1:
            raise RequestInvalid(f"{what} {name}: comes {count} times; choose another id for one of them")


def _check_values(quest: Quest) -> None:
    values = {one.name: {(type(value), value) for value in one.values} for one in quest.variables}
    kinds = {name: {kind for kind, _ in some} for name, some in values.items()}
    for variable, value in _uses(quest):
        if (type(value), value) not in values[variable] or len(kinds[variable]) != 1:
            known = ", ".join(sorted(str(one) for _, one in values[variable])) or "nothing"
            raise RequestInvalid(
                f"variable {variable}: cannot be {value!r}; its values, of one type, are {known}"
            )


def _uses(quest: Quest) -> list[tuple[str, Value]]:
    """Return every variable with a value that it is set to or compared with."""
    used = [(one.name, one.initial) for one in quest.variables]
    parts: list[Effect | Condition] = [one for entry in quest.entries for one in entry.when]
    for scene in quest.scenes:
        parts += scene.effects
        for choice in scene.choices:
            parts += [*choice.when, *choice.effects]
    return used + [(part.variable, part.value) for part in parts]


def _check_references(quest: Quest) -> None:
    wanted = {quest.start} | {entry.scene for entry in quest.entries}
    for scene in quest.scenes:
        if sum([bool(scene.choices), scene.to is not None, scene.ending is not None]) > 1:
            raise RequestInvalid(f"scene {scene.id}: has choices, a way on or an ending; keep one of them")
        wanted |= {choice.to for choice in scene.choices} | ({scene.to} if scene.to is not None else set())
    scenes, variables = {scene.id for scene in quest.scenes}, {one.name for one in quest.variables}
    used = {name for name, _ in _uses(quest)}
    for what, missing in (("scene", wanted - scenes), ("variable", used - variables)):
        if missing:
            raise RequestInvalid(f"{what} {min(missing)}: is referred to, but not there; add it")
