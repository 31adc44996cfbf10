"""Legends of own maps: what tiles, layers and objects mean where the maps do not say so, as TOML.

`playloom level legend` drafts one. A meaning that ends in a question mark is a
guess of that draft: it is not used until the user takes the mark away.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import decode_text, read_file
from playloom.kinds.level.movement import Free, Movement, Platform, Push, Walk
from playloom.kinds.level.own.meanings import nearest, tiles_of

GUESS = "?"  # ends a meaning that nobody has confirmed
UNKNOWN = ""  # the meaning of what has none
_MOVEMENTS: dict[str, type] = {"walk": Walk, "platform": Platform, "push": Push, "free": Free}


class _Platform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jump_height: int = Platform().jump_height
    jump_length: int = Platform().jump_length
    fall_speed: int = Platform().fall_speed


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    movement: str = ""
    leave_out: tuple[str, ...] = ()
    platform: _Platform = _Platform()
    layers: dict[str, str] = {}
    tiles: dict[str, str] = {}
    objects: dict[str, str] = {}


@dataclass(frozen=True)
class OwnLegend:
    """What a legend says; meanings are names of tiles of the default vocabularies."""

    where: str = ""
    movement: Movement | None = None  # None: not said
    leave_out: tuple[str, ...] = ()  # layers that are no part of the style
    layers: dict[str, str] | None = None  # layer -> meaning of its tiles that say nothing themselves
    tiles: dict[str, str] | None = None  # label of a part or of a whole stack -> meaning
    guesses: int = 0  # meanings that were not confirmed, and so are not used
    lines: dict[str, int] | None = None  # label -> line in the file

    def meaning(self, label: str) -> str | None:
        """Return the meaning of a part, stack or object by its label; None if the legend does not say."""
        return (self.tiles or {}).get(label)

    def layer_meaning(self, name: str) -> str | None:
        """Return the meaning of what lies on a layer and says nothing itself."""
        return (self.layers or {}).get(name)

    def line(self, label: str) -> str:
        """Return where a label stands: file and line."""
        number = (self.lines or {}).get(label)
        return f"{self.where}, line {number}" if number else self.where


def read_own_legend(path: Path) -> OwnLegend:
    """Read a legend.

    Raises:
        FileInvalid: If it is missing, not TOML, or has an unknown field, movement or meaning; says the line.
    """
    text = decode_text(path, read_file(path))
    return _understood(str(path), _parsed(path, text), text)


def packed_legend(path: Path) -> bytes:
    """Return what a legend says, without its comments, as the file that a package keeps of it.

    Raises:
        FileInvalid: As `read_own_legend`.
    """
    text = decode_text(path, read_file(path))
    found = _parsed(path, text)
    _understood(str(path), found, text)
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def unpacked_legend(where: str, data: bytes) -> OwnLegend:
    """Return the legend that `packed_legend` made.

    Raises:
        FileInvalid: If it is damaged.
    """
    try:
        found = msgspec.json.decode(data, type=_File, strict=True)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise FileInvalid(f"{where}: {error}; give the legend with --legend") from error
    return _understood(where, found, "")


def _parsed(path: Path, text: str) -> _File:
    try:
        return msgspec.toml.decode(text, type=_File, strict=True)
    except (UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise FileInvalid(f"{path}: {error}{_advice(text, str(error))}") from error


def _understood(path: str, found: _File, text: str) -> OwnLegend:
    """Return the legend if its movement and meanings are known; ``text`` is for the lines in messages."""
    lines = _lines_of(text)
    movement = _movement(path, found, text)
    known = tiles_of(movement or Walk())
    if movement is None:  # said or not, a side view is a platform's
        known = {**tiles_of(Push()), **known}
    kept: dict[str, dict[str, str]] = {"layers": {}, "tiles": {}, "objects": {}}
    guesses = 0
    for table, entries in (("layers", found.layers), ("tiles", found.tiles), ("objects", found.objects)):
        for label, meaning in entries.items():
            if meaning.endswith(GUESS):
                guesses += 1
            elif meaning == UNKNOWN or meaning in known:
                kept[table][label] = meaning
            else:
                at = lines.get(label)
                where = f"{path}, line {at}" if at else path
                raise FileInvalid(
                    f"{where}: {label[:60]!r} is to mean {meaning[:40]!r}; {nearest(meaning, sorted(known))}"
                )
    tiles = kept["tiles"] | {f"object:{label}": meaning for label, meaning in kept["objects"].items()}
    lines |= {f"object:{label}": lines[label] for label in kept["objects"] if label in lines}
    return OwnLegend(path, movement, found.leave_out, kept["layers"], tiles, guesses, lines)


def _movement(path: str, found: _File, text: str) -> Movement | None:
    if not found.movement:
        return None
    if found.movement not in _MOVEMENTS:
        at = next(
            (n for n, line in enumerate(text.split("\n"), 1) if line.lstrip().startswith("movement")), 1
        )
        near = nearest(found.movement, [*_MOVEMENTS])
        raise FileInvalid(f"{path}, line {at}: movement is {found.movement[:40]!r}; {near}")
    if found.movement != "platform":
        kind: Any = _MOVEMENTS[found.movement]
        movement: Movement = kind()
        return movement
    physics = found.platform
    try:
        return Platform(
            jump_height=physics.jump_height, jump_length=physics.jump_length, fall_speed=physics.fall_speed
        )
    except ValueError as error:
        raise FileInvalid(f"{path}: [platform] {error}") from error


def _lines_of(text: str) -> dict[str, int]:
    """Return the line on which each key is first written."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if key := re.match(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=""", line):
            quoted, literal, bare = key.groups()
            name = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else literal or bare or ""
            lines.setdefault(name, number)
    return lines


def _advice(text: str, problem: str) -> str:
    """Return what to do about a legend that cannot be read: where an unknown field stands, and the form."""
    field = re.search(r"unknown field `([^`]*)`", problem)
    at = _lines_of(text).get(field[1]) if field else None
    place = f" (line {at})" if at else ""
    return (
        f'{place}; expected movement = "walk", leave_out = ["layer"] and tables [tiles], [layers], [objects] '
        + ('of lines like "ruins:5" = "wall"; `playloom level legend MAPS...` drafts one')
    )
