"""Changing a JSON text in places, so that everything else stays as it was, byte for byte."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playloom.errors import FileInvalid

Span = tuple[int, int]  # of a value: first character, one after the last
_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Lines:
    """An array whose elements are JSON already, a line each."""

    lines: list[str]


def members(where: Path, text: str, start: int) -> dict[str, Span]:
    """Return the spans of the values of the object that begins at ``start``, by key; the text is JSON.

    Raises:
        FileInvalid: If a value is out of bounds.
    """
    spans: dict[str, Span] = {}
    place = _skip(text, start + 1)
    while text[place] != "}":
        key, place = _value(where, text, place)
        first = _skip(text, _skip(text, place) + 1)  # after the colon
        last = _value(where, text, first)[1]
        spans[key] = (first, last)
        place = _next(text, last)
    return spans


def elements(where: Path, text: str, start: int) -> list[Span]:
    """Return the spans of the values of the array that begins at ``start``; see `members`."""
    spans: list[Span] = []
    place = _skip(text, start + 1)
    while text[place] != "]":
        last = _value(where, text, place)[1]
        spans.append((place, last))
        place = _next(text, last)
    return spans


def replaced(text: str, edits: dict[Span, str]) -> str:
    """Return ``text`` with spans replaced; none may overlap another."""
    parts: list[str] = []
    done = 0
    for (first, last), new in sorted(edits.items()):
        parts += text[done:first], new
        done = last
    return "".join([*parts, text[done:]])


def pretty(value: Any, *, rows: int = 0, depth: int = 0) -> str:
    """Return JSON as LDtk lays it out: indented by tabs, small things on one line.

    Args:
        value: JSON-ready data, or `Lines` in it.
        rows: Numbers of an array on one line; 0: all of them.
        depth: Tabs before the lines after the first.
    """
    if isinstance(value, Lines):
        return _block("[", value.lines, "]", depth) if value.lines else "[]"
    if isinstance(value, dict) and value:
        lines = [
            f"{json.dumps(key)}: {pretty(item, rows=_rows(key, value, rows), depth=depth + 1)}"
            for key, item in value.items()
        ]
        return _block("{", lines, "}", depth)
    if isinstance(value, list) and value:
        if all(isinstance(item, int | float) for item in value):
            return _numbers(value, rows, depth)
        return _block("[", [pretty(item, depth=depth + 1) for item in value], "]", depth)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _rows(key: str, of: dict[str, Any], rows: int) -> int:
    return int(of.get("__cWid", 0)) if key == "intGridCsv" else rows


def _numbers(values: list[Any], rows: int, depth: int) -> str:
    if not rows or len(values) <= rows:
        return json.dumps(values, allow_nan=False)
    lines = [",".join(map(str, values[i : i + rows])) for i in range(0, len(values), rows)]
    return _block("[", lines, "]", depth)


def _block(opening: str, lines: list[str], closing: str, depth: int) -> str:
    inner, outer = "\n" + "\t" * (depth + 1), "\n" + "\t" * depth
    return f"{opening}{inner}{f',{inner}'.join(lines)}{outer}{closing}"


def _value(where: Path, text: str, place: int) -> tuple[Any, int]:
    """Return the value that begins at ``place``, and where it ends."""
    try:
        return _DECODER.raw_decode(text, place)
    except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise FileInvalid(
            f"{where}: holds what is nested too deeply, or a number that is too long ({str(error)[:80]}); "
            "save it again in LDtk"
        ) from error


def _skip(text: str, place: int) -> int:
    while text[place] in _SPACE:
        place += 1
    return place


def _next(text: str, place: int) -> int:
    """Return where the next key or element begins, or the closing bracket."""
    place = _skip(text, place)
    return _skip(text, place + 1) if text[place] == "," else place
