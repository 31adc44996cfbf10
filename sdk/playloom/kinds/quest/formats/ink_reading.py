"""Reading back the Ink that `ink` writes, so that it can be played in the terminal: no other Ink.

A writer may have changed words, conditions and the order of things; whatever else stands there is refused.
"""

import re
from dataclasses import replace
from pathlib import Path

from playloom.errors import FileInvalid, RequestInvalid
from playloom.files import read_regular
from playloom.kinds.quest.content import (
    NARRATOR,
    PLAYER,
    Choice,
    Condition,
    Effect,
    Entry,
    Line,
    Quest,
    Scene,
    Value,
    Variable,
)
from playloom.kinds.quest.formats.naming import ENDING, naming

BYTES_HIGH = 2 << 20  # of a file

_TEXT = r"(?P<text>(?:\\.|[^\\{}\[\]|#])+?)"
_NAME, _VALUE = r"(?P<name>\w+)", r'(?P<value>true|false|-?\d{1,9}|"[\w-]*")'
_VARIABLE = re.compile(rf"VAR {_NAME} = {_VALUE}", re.ASCII)
_KNOT = re.compile(rf"=== {_NAME} ===", re.ASCII)
_DIVERT = re.compile(rf"-> {_NAME}", re.ASCII)
_EFFECT = re.compile(rf"~ {_NAME} = {_VALUE}", re.ASCII)
_CHOICE = re.compile(
    rf"(?P<bullet>[*+])(?P<conditions>(?: \{{ [^{{}}]+ \}})*) \[{_TEXT} #id:(?P<id>[\w.-]+)\]"
)
_SPOKEN = re.compile(rf"{_TEXT} #id:(?P<id>[\w.-]+) #speaker:(?P<speaker>\w+)")
_GUARD = re.compile(r"\{ (?P<conditions>[^{}]+):")
_CONDITION = re.compile(rf"{_NAME} (?P<sign>==|!=) {_VALUE}", re.ASCII)


def read(path: Path) -> Quest:
    """Return the quest in the file at ``path``; see `decode`."""
    data = read_regular(path, BYTES_HIGH + 1, "a quest in Ink")
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{path}: larger than {BYTES_HIGH >> 20} MiB; a quest is smaller")
    return decode(data, path)


def decode(data: bytes, where: Path) -> Quest:
    """Return what can be played of the quest that ``data`` holds: scenes, entries, variables and names.

    Raises:
        FileInvalid: If a line is none that Playloom writes, or something does not fit together; says where.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise FileInvalid(f"{where}: not UTF-8 (byte {error.start}); save it as UTF-8") from error
    reading = _Reading(title=where.stem)
    for number, line in enumerate(text.split("\n"), 1):
        words = line.strip()
        if number == 1 and words.startswith("// "):
            reading.title = words.removeprefix("// ")
        elif words and not words.startswith("//") and not reading.take(words):
            raise FileInvalid(
                f"{where}, line {number}: {words[:60]!r} is not Ink as Playloom writes it; "
                "play other Ink in Inky"
            )
    quest = reading.quest()
    try:
        naming(quest, where.stem)
    except RequestInvalid as error:
        raise FileInvalid(f"{where}: {error}") from error
    return quest


class _Reading:
    """What was read so far, and how the next line is understood."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.start = ""
        self.variables: dict[str, Value] = {}
        self.scenes: list[Scene] = []
        self.entries: list[Entry] = []
        self.names: dict[str, str] = {}
        self.gate: str | None = None  # name of the entry whose knot this is
        self.journal = False  # whether this knot is the journal's, which nobody plays

    def take(self, words: str) -> bool:
        """Take one line; False if it is none that may stand here."""
        if found := _KNOT.fullmatch(words):
            return self._knot(self._short(found["name"]))
        if self.journal:
            return words == "-> END" or _SPOKEN.fullmatch(words) is not None
        if self.gate is not None:
            return self._in_gate(words)
        if self.scenes:
            return self._in_scene(words)
        if found := _VARIABLE.fullmatch(words):
            self.variables[found["name"]] = _value(found["value"])
            return True
        if found := _DIVERT.fullmatch(words):
            self.start = self._short(found["name"])
        return found is not None

    def _short(self, name: str) -> str:
        """Return a name without what all names of the file begin with."""
        ending = next((one for one in self.variables if one.endswith(f"_{ENDING}")), "")
        return name.removeprefix(ending.removesuffix(ENDING))

    def _knot(self, name: str) -> bool:
        self.gate = name.removeprefix("on_") if name.startswith("on_") else None
        self.journal = name.startswith("journal_")
        if self.journal:
            return True
        if self.gate is None:
            self.scenes.append(Scene(name))
        else:
            self.entries.append(Entry(self.gate, ""))
        return True

    def _in_gate(self, words: str) -> bool:
        entry = self.entries[-1]
        if found := _GUARD.fullmatch(words):
            conditions = self._conditions(found["conditions"].split(" and "))
            self.entries[-1] = replace(entry, when=conditions or ())
            return conditions is not None
        if (found := _DIVERT.fullmatch(words)) and not entry.scene:
            self.entries[-1] = replace(entry, scene=self._short(found["name"]))
            return True
        return words in ("}", "-> END")

    def _in_scene(self, words: str) -> bool:
        scene = self.scenes[-1]
        if words == "-> END":
            return not scene.choices
        if found := _CHOICE.fullmatch(words):
            choice = self._choice(found)
            if choice:
                self.scenes[-1] = replace(scene, choices=(*scene.choices, choice))
            return choice is not None
        if found := _EFFECT.fullmatch(words):
            return self._effect(scene, self._short(found["name"]), _value(found["value"]))
        if found := _DIVERT.fullmatch(words):
            return self._divert(scene, self._short(found["name"]))
        found = None if scene.choices else _SPOKEN.fullmatch(words)
        if found:
            self.scenes[-1] = replace(scene, lines=(*scene.lines, self._spoken(found)))
        return found is not None

    def _effect(self, scene: Scene, name: str, value: Value) -> bool:
        effect = Effect(name, value)
        if scene.choices:
            last = scene.choices[-1]
            choices = (*scene.choices[:-1], replace(last, effects=(*last.effects, effect)))
            self.scenes[-1] = replace(scene, choices=choices)
        elif name == ENDING:
            self.scenes[-1] = replace(scene, ending=str(value))
        else:
            self.scenes[-1] = replace(scene, effects=(*scene.effects, effect))
        return True

    def _divert(self, scene: Scene, name: str) -> bool:
        if not scene.choices:
            self.scenes[-1] = replace(scene, to=name)
        elif not scene.choices[-1].to:
            self.scenes[-1] = replace(
                scene, choices=(*scene.choices[:-1], replace(scene.choices[-1], to=name))
            )
        else:
            return False
        return True

    def _choice(self, found: re.Match[str]) -> Choice | None:
        parts = re.findall(r"\{ ([^{}]+) \}", found["conditions"])
        conditions = self._conditions(parts)
        if conditions is None:
            return None
        text = _unescape(found["text"])
        line = Line(found["id"], "choice", PLAYER, text, text, "file")
        return Choice(line, "", conditions, once=found["bullet"] == "*")

    def _spoken(self, found: re.Match[str]) -> Line:
        speaker, text = found["speaker"], _unescape(found["text"])
        if speaker != NARRATOR and ": " in text:
            self.names[speaker], text = text.split(": ", 1)
        return Line(found["id"], "line", speaker, text, text, "file")

    def _conditions(self, parts: list[str]) -> tuple[Condition, ...] | None:
        found = [_CONDITION.fullmatch(part) for part in parts]
        if not all(found):
            return None
        return tuple(
            Condition(self._short(one["name"]), _value(one["value"]), one["sign"] == "!=")
            for one in found
            if one
        )

    def quest(self) -> Quest:
        """Return what was read; the values of a variable are those that occur."""
        values = {self._short(name): [value] for name, value in self.variables.items()}
        values.pop(ENDING, None)
        parts: list[Effect | Condition] = [one for entry in self.entries for one in entry.when]
        for scene in self.scenes:
            parts += scene.effects
            for choice in scene.choices:
                parts += [*choice.when, *choice.effects]
        for part in parts:
            if part.variable in values:
                values[part.variable].append(part.value)
        return Quest(
            title=self.title,
            world="",
            giver="",
            target=None,
            motivation="",
            strategy="",
            tone="",
            genre="",
            names=self.names,
            variables=tuple(
                Variable(name, some[0], tuple(dict.fromkeys(some))) for name, some in values.items()
            ),
            objectives=(),
            scenes=tuple(self.scenes),
            start=self.start,
            entries=tuple(self.entries),
        )


def _value(text: str) -> Value:
    if text.startswith('"'):
        return text[1:-1]
    return text == "true" if text in ("true", "false") else int(text)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
