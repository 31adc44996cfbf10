"""Godot's text resources (.tres): headings in brackets, then names and values; values stay text.

Source: Godot, docs/engine_details/file_formats/tscn.rst; core/variant/variant_parser.cpp.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playloom.errors import FileInvalid

VALUES_HIGH = 500_000  # of one file
_DEPTH_HIGH = 64
# Nothing that was matched is given back (*+), so that neither time nor memory grows faster than the text.
_QUOTED = r"\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\""
_WORTH = rf"(?:{_QUOTED}|[^\s\"\]]++)"
_HEADING = re.compile(rf"\[([a-z_]++)((?:\s++[a-z_]++={_WORTH})*+)\s*+\]", re.DOTALL)
_ATTRIBUTE = re.compile(rf"([a-z_]++)=({_WORTH})", re.DOTALL)
_NAME = re.compile(rf"([^\s=\[\";]++|{_QUOTED})\s*+=\s*+", re.DOTALL)
_GAP = re.compile(r"(?:\s++|;[^\n]*+)*+")
_VALUE = re.compile(r"[^\"(){}\[\]\n]++")  # up to what needs a closer look
_STRING = re.compile(_QUOTED, re.DOTALL)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass
class Section:
    """One heading with its attributes, and the values below it by name."""

    tag: str
    attributes: dict[str, str]
    values: dict[str, str] = field(default_factory=dict)


def sections_of(where: Path, text: str) -> list[Section]:
    """Return the sections of a text resource in order.

    Raises:
        FileInvalid: If it is no such text, or out of bounds.
    """
    sections: list[Section] = []
    at, count = _skip(text, 0), 0
    while at < len(text):
        count += 1
        if count > VALUES_HIGH:
            raise FileInvalid(
                f"{where}: has over {VALUES_HIGH} values; save tiles and images in files of their own"
            )
        if text[at] == "[":
            heading = _HEADING.match(text, at)
            if heading is None:
                raise _broken(where, text, at)
            attributes = {name: unquoted(value) for name, value in _ATTRIBUTE.findall(heading[2])}
            sections.append(Section(heading[1], attributes))
            at = _skip(text, heading.end())
            continue
        name = _NAME.match(text, at)
        if name is None or not sections:
            raise _broken(where, text, at)
        end = _end_of_value(where, text, name.end())
        sections[-1].values[unquoted(name[1])] = text[name.end() : end].strip()
        at = _skip(text, end)
    return sections


def unquoted(text: str) -> str:
    """Return the inside of a quoted string, other text as it is."""
    if len(text) < 2 or not text.startswith('"'):
        return text
    return re.sub(
        r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text[1:-1], flags=re.DOTALL
    )


def _skip(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _end_of_value(where: Path, text: str, at: int) -> int:
    """Return where a value ends: at the end of a line outside of brackets and strings."""
    open_brackets: list[str] = []
    while at < len(text):
        char = text[at]
        if char == '"':
            string = _STRING.match(text, at)
            if string is None:
                break
            at = string.end()
        elif char in _CLOSING:
            open_brackets.append(_CLOSING[char])
            if len(open_brackets) > _DEPTH_HIGH:
                raise FileInvalid(f"{where}: values are nested deeper than {_DEPTH_HIGH}")
            at += 1
        elif char in ")]}":
            if not open_brackets or open_brackets.pop() != char:
                break
            at += 1
        elif char == "\n":
            if not open_brackets:
                return at
            at += 1
        else:
            run = _VALUE.match(text, at)
            at = run.end() if run else at + 1
    if at < len(text) or open_brackets:
        raise _broken(where, text, min(at, len(text)))
    return at


def _broken(where: Path, text: str, at: int) -> FileInvalid:
    line = text.count("\n", 0, at) + 1
    return FileInvalid(
        f"{where}: line {line} is not of a Godot text resource; save the TileSet again as .tres"
    )
