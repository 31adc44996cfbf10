"""Godot Dialogue Manager's part in the tests: rules of its compiler that the writer relies on, and a player.

No registry has the addon. The order of steps and the patterns follow its ``compilation.gd`` and
``compiler_regex.gd`` of version 3 as they were read; the code is our own. A line that the addon would take
for something else than the writer means fails here as it does there.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from quest_walking import Said, Stop

_ID = re.compile(r"\[ID:(.*?)\]")
_TAGS = re.compile(r"\[#(.*?)\]")
_CONDITION = re.compile(r"\[if (.*) /\]")
_JUMP = re.compile(r"=><? (.*)")
_RANDOM = re.compile(r"^%([\d.]+)?( \[if (.+?) /\])? ")
_TERM = re.compile(r'(\w+) (==|!=) (true|false|-?\d+|"[^"]*")')
_CHARACTER = re.compile(r"\[char=([0-9A-F]+)\]|\[([lr])b\]")
# Its own tags in brackets.
_OWN = ("wait", "speed", "/speed", "$>", "do", "set", "next", "if", "else", "/if")
_KEYWORDS = {
    "import ": "import",
    "using ": "using",
    "#": "comment",
    "~ ": "title",
    "if ": "condition",
    "elif": "condition",
    "else": "condition",
    "while ": "while",
    "match ": "match",
    "when ": "when",
    "do ": "mutation",
    "do! ": "mutation",
    "set ": "mutation",
    "$> ": "mutation",
    "$>> ": "mutation",
    "=> ": "jump",
    "=>< ": "jump",
    "- ": "response",
}


@dataclass
class _Line:
    kind: str
    text: str = ""
    id: str = ""
    condition: str = ""
    children: list["_Line"] = field(default_factory=list)


def kind_of(raw: str) -> str:
    """Return what a raw line is, tested in the addon's order."""
    raw = raw.strip()
    text = _RANDOM.sub("", raw + " ").strip()
    for start, kind in _KEYWORDS.items():
        if text.startswith(start):
            return kind
    if raw.startswith("%"):
        return "random"
    return "dialogue" if text else "empty"


def compile_dialogue(source: str) -> dict[str, list[_Line]]:
    """Return the lines of each title."""
    titles: dict[str, list[_Line]] = {}
    last: _Line | None = None
    for raw in source.split("\n"):
        kind, indent = kind_of(raw), len(raw) - len(raw.lstrip("\t"))
        if kind in ("comment", "empty"):
            continue
        assert kind in ("title", "condition", "mutation", "jump", "response", "dialogue"), raw
        if kind == "title":
            name = raw.strip()[2:]
            assert re.fullmatch(r"[a-zA-Z_]\w*", name, re.ASCII) and name not in titles, raw
            titles[name] = []
            continue
        line = _line(kind, raw.strip())
        assert indent <= 1, raw
        if indent:
            assert last is not None and last.kind in ("response", "condition"), raw
            last.children.append(line)
        else:
            titles[list(titles)[-1]].append(line)
            last = line
    return titles


def _line(kind: str, text: str) -> _Line:
    if kind == "jump":
        return _Line(kind, _JUMP.fullmatch(text)[1])  # type: ignore[index]
    if kind == "mutation":
        return _Line(kind, text.removeprefix("set "))
    if kind == "condition":
        return _Line(kind, condition=text.removeprefix("if "))
    line = _Line(kind)
    if kind == "response":
        text = text[2:]
    if found := _ID.search(text):
        line.id = found[1]
        text = text.replace(" [ID:", "[ID:").replace(f"[ID:{found[1]}]", "")
    if kind == "response" and " [if " in text:
        found = _CONDITION.search(text)
        assert found, text
        line.condition, text = found[1], _CONDITION.sub("", text).strip()
    assert not _TAGS.search(text) and not text.startswith("| ") and " =>" not in text, text
    assert "{{" not in text and "[[" not in text, text
    text = text.replace(r"\:", "\0")
    character, colon, rest = text.partition(": ")
    if colon:
        assert "\0" not in character, "the addon does not restore a colon in a name"
        text = f"{_shown(character.strip())}: {_shown(rest.replace(chr(0), ':').strip())}"
    else:
        text = _shown(text.replace("\0", ":").strip())
    line.text = text
    return line


def _shown(text: str) -> str:
    """Return what the label shows of a text with BBCode."""
    assert "\\n" not in text and not text.startswith("\\"), text
    tags = re.findall(r"\[([^\]]*)\]", text)
    assert all(tag in ("lb", "rb") or re.fullmatch(r"char=[0-9A-F]+", tag) for tag in tags), text
    assert not any(tag.split("=")[0].split(" ")[0] in _OWN for tag in tags)
    plain = _CHARACTER.sub("", text)
    assert "[" not in plain and "]" not in plain and "\\" not in plain, text
    return _CHARACTER.sub(lambda one: chr(int(one[1], 16)) if one[1] else "[]"[one[2] == "r"], text)


def begin(titles: dict[str, list[_Line]], start: str, values: dict[str, Any], prefix: str) -> Stop:
    """Return the first stop after a title, with the game's state as it is."""
    values, said, responses = dict(values), [], []
    _play(start, titles, values, said, responses)

    def choose(index: int) -> Stop:
        after = dict(values)
        for child in responses[index].children:
            if child.kind == "jump":
                return begin(titles, child.text, after, prefix)
            _set(child.text, after)
        raise AssertionError("a response that leads nowhere")

    shown = {name.removeprefix(prefix): value for name, value in values.items() if "_taken_" not in name}
    return Stop(said, [[one.id, one.text] for one in responses], shown, choose)


def _play(
    title: str, titles: dict[str, list[_Line]], values: dict[str, Any], said: Said, responses: list[_Line]
) -> None:
    for line in titles[title]:
        if responses and line.kind != "response":
            return
        if line.kind == "response" and _holds(line.condition, values):
            responses.append(line)
        elif line.kind == "dialogue":
            said.append([line.id, line.text])
        elif line.kind == "mutation":
            _set(line.text, values)
        elif line.kind == "condition" and _holds(line.condition, values):
            (jump,) = line.children
            return _play(jump.text, titles, values, said, responses)
        elif line.kind == "jump":
            return None if line.text == "END" else _play(line.text, titles, values, said, responses)
    assert responses, "the title runs on into the next"
    return None


def _set(text: str, values: dict[str, Any]) -> None:
    found = re.fullmatch(r'(\w+) = (true|false|-?\d+|"[^"]*")', text)
    assert found and found[1] in values, text  # the state must have it
    values[found[1]] = _value(found[2])


def _holds(condition: str, values: dict[str, Any]) -> bool:
    terms = [_TERM.fullmatch(term) for term in condition.split(" and ")] if condition else []
    assert all(terms), condition
    return all((values[one[1]] == _value(one[3])) is (one[2] == "==") for one in terms if one)


def _value(text: str) -> Any:
    if text.startswith('"'):
        return text.strip('"')
    return text == "true" if text in ("true", "false") else int(text)


def states(source: str) -> dict[str, Any]:
    """Return the variables that the head of the file asks the game to have."""
    return {
        name: _value(value)
        for name, value in re.findall(r"^#   var (\w+): \w+ = (.*)$", source, re.MULTILINE)
    }
