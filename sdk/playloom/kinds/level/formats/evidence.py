"""Evidence inside a file: one line of canonical JSON, bound to the cells it speaks of.

A map that was edited after it was checked reads back as a level without
evidence, with a note that says so: what was found out about the old cells says
nothing about the new.
"""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.level.content import Evidence, Level
from playloom.kinds.level.movement import MOVES, Movement, read_movement
from playloom.provenance.terms import TRAINED, XMP_KEYWORD, xmp
from playloom.strict_json import canonical_line

NOTE = "evidence: speaks of other cells; the request stored with it is not checked"


def evidence_line(level: Level) -> str:
    """Return the evidence as canonical JSON: ASCII, sorted keys, one line; "" without evidence.

    Raises:
        RequestInvalid: If it holds what JSON cannot (infinity, half a character).
    """
    record = level.record()
    return "" if record is None else canonical_line(record, "the evidence")


def notes_of_picture(level: Level) -> dict[str, str]:
    """Return what a PNG of the level says of itself; it has no cells that evidence could speak of."""
    return {} if level.evidence is None else {"Software": "Playloom", XMP_KEYWORD: xmp(TRAINED)}


def movement_of(where: Path, line: str) -> Movement:
    """Return the movement that a file names.

    Raises:
        FileInvalid: If this version knows none like it.
    """
    try:
        return read_movement(line)
    except ValueError as error:
        raise FileInvalid(
            f"{where}: its movement is {line[:60]!r} ({str(error)[:80]}); remove it, or update Playloom"
        ) from error


def fingerprint(level: Level) -> str:
    """Return the SHA-256 of size and cells by tile name: the same whatever the order of the vocabulary."""
    used, places = np.unique(level.cells, return_inverse=True)
    names = [level.vocabulary.tiles[i].name for i in used.tolist()]
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.uint8)
    rank[order] = np.arange(len(names))
    head = json.dumps([level.width, level.height, *sorted(names)])
    return hashlib.sha256(head.encode() + b"\0" + rank[places].tobytes()).hexdigest()


def restore(where: Path, level: Level, line: str, of: str) -> Level:
    """Return ``level`` with the evidence of ``line`` if it speaks of these very cells, else with a note.

    Raises:
        FileInvalid: If the evidence is damaged.
    """
    if not line:
        return level
    if of != fingerprint(level):
        return replace(level, notes=(*level.notes, NOTE))
    try:
        evidence = msgspec.json.decode(line, type=Evidence)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
        raise FileInvalid(
            f"{where}: its evidence is damaged ({str(error)[:120]}); remove it to read the map without"
        ) from error
    letters = MOVES[type(evidence.movement)]
    if set(evidence.solution) - set(letters):
        known = ", ".join(letters) or "none"
        raise FileInvalid(f"{where}: its evidence has a solution with moves other than {known}; remove it")
    return replace(level, evidence=evidence, movement=evidence.movement)
