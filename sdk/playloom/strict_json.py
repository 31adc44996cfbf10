"""JSON from strangers: bounded depth, no doubled keys, only finite numbers, text that steers no terminal.

And our own, in the one spelling that files and fingerprints can rely on.
"""

import json
import math
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from playloom.errors import PackageInvalid, RequestInvalid

DEPTH = 32

# A string (also one that never ends, or the search would start anew at each of its quotes) or one bracket.
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{\]}]', re.DOTALL)


def read_json(data: bytes, where: str, *, printable: bool = True) -> Any:
    """Parse JSON from a stranger.

    Args:
        data: The file's bytes.
        where: Its path, for messages.
        printable: Whether text with control or invisible characters is refused.

    Raises:
        PackageInvalid: If it is not UTF-8, nests deeper than 32, repeats a key, or holds NaN, an infinite
            number or a whole number beyond 64 bits.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise PackageInvalid(
            f"{where}: byte {problem.start} is not UTF-8; export the package again"
        ) from None
    _check_depth(text, where)
    try:
        parsed = _DECODER.decode(text)
    except _Refused as problem:
        raise PackageInvalid(f"{where}: {problem}") from None
    except ValueError as problem:
        found = str(problem)[:200]
        raise PackageInvalid(f"{where}: not JSON: {found}; export the package again") from None
    _check_values(parsed, where, printable)
    return parsed


class _Refused(Exception):
    """JSON that others would take."""


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        name = next(name for place, name in enumerate(names) if name in names[:place])
        raise _Refused(f"key {name[:64]!r} stands twice in one object; keep one")
    return found


def _no_number(word: str) -> Any:
    raise _Refused(f"{word} is no number that JSON knows; write a finite one")


_DECODER = json.JSONDecoder(object_pairs_hook=_fields, parse_constant=_no_number)


def _check_depth(text: str, where: str) -> None:
    """Refuse deep nesting before the recursive parser sees it; brackets inside strings do not count."""
    if text.count("[") + text.count("{") <= DEPTH:
        return
    depth = 0
    for mark in _MARKS.finditer(text):
        depth += (text[mark.start()] in "[{") - (text[mark.start()] in "]}")
        if depth > DEPTH:
            raise PackageInvalid(
                f"{where}: nested deeper than {DEPTH} at character {mark.start()}; flatten it"
            )


def _check_values(value: Any, where: str, printable: bool) -> None:
    """Refuse strange text and numbers; only containers cost a call, for a server reads many messages."""
    parts: Iterable[Any] = (value,)
    if isinstance(value, dict):
        for key in value:
            if printable and not key.isprintable():
                raise _strange_text(key, where)
        parts = value.values()
    elif isinstance(value, list):
        parts = value
    for part in parts:
        sort = type(part)  # of what a JSON decoder makes: no subclasses
        if sort is str:
            if printable and not part.isprintable():
                raise _strange_text(part, where)
        elif sort is dict or sort is list:
            _check_values(part, where, printable)
        elif sort is int and not -(2**63) <= part < 2**64:
            raise PackageInvalid(f"{where}: a whole number needs more than 64 bits; write a smaller one")
        elif sort is float and not math.isfinite(part):
            raise PackageInvalid(f"{where}: a number is too large for a float; write a finite one")


def _strange_text(text: str, where: str) -> PackageInvalid:
    found = ascii(text)[:80]
    return PackageInvalid(f"{where}: text {found} has control or invisible characters; remove them")


def canonical_line(document: Any, what: str) -> str:
    """Return a document as canonical JSON: ASCII, sorted keys, one line.

    Raises:
        RequestInvalid: If it holds what JSON cannot (infinity, half a character); names ``what``.
    """
    try:
        line = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
        msgspec.json.decode(line)  # refuses halves of characters, which the line above lets through
    except (ValueError, TypeError, msgspec.DecodeError) as error:
        raise RequestInvalid(f"{what} cannot be written as JSON ({error})") from error
    return line
