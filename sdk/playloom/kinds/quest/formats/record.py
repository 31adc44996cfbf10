"""JSON: the whole quest, as `content` describes it; `schema` is its JSON Schema."""

import json
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from playloom.errors import FileInvalid, RequestInvalid
from playloom.files import read_regular
from playloom.kinds.quest.content import Quest
from playloom.kinds.quest.formats.naming import naming

FORMAT: Final = "playloom.quest/1"
BYTES_HIGH = 8 << 20  # of a file


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    """A quest in a file of its own."""

    format: Literal["playloom.quest/1"]
    quest: Quest


def encode(quest: Quest, stem: str) -> dict[str, bytes]:
    """Return the one file of ``quest``: two spaces a level, keys in the order of `content`.

    Raises:
        RequestInvalid: If something in the quest cannot be written.
    """
    naming(quest, stem)
    try:
        plain = msgspec.to_builtins(_Document(FORMAT, quest))
        text = json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False)
        return {f"{stem}.json": f"{text}\n".encode()}
    except (TypeError, ValueError) as error:
        raise RequestInvalid(f"{stem}.json: cannot be written ({error}); use plain values") from error


def decode(data: bytes, where: Path) -> Quest:
    """Return the quest that ``data`` holds.

    Raises:
        FileInvalid: If anything is missing, unknown, of the wrong type or contradictory; says what.
    """
    try:
        document = msgspec.json.decode(data, type=_Document)
        quest = document.quest
        unknown = _unknown(msgspec.json.decode(data), msgspec.to_builtins(document), "$")
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise FileInvalid(
            f"{where}: no quest of Playloom ({error}); write it with -o {where.name}"
        ) from error
    if unknown:
        raise FileInvalid(f"{where}: unknown key {unknown}; take it out")
    try:
        naming(quest, where.stem)
    except RequestInvalid as error:
        raise FileInvalid(f"{where}: {error}") from error
    return quest


def read(path: Path) -> Quest:
    """Return the quest in the file at ``path``; see `decode`."""
    data = read_regular(path, BYTES_HIGH + 1, "a quest")
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{path}: larger than {BYTES_HIGH >> 20} MiB; a quest is smaller")
    return decode(data, path)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, as `json.dumps` takes it."""
    return msgspec.json.schema(_Document)


def _unknown(found: Any, known: Any, where: str) -> str:
    """Return the first key of ``found`` that ``known`` lacks, which was read from it; "" if none."""
    if isinstance(found, dict):
        strange = next((key for key in found if key not in known), None)
        if strange is not None:
            return f"{where}.{strange}"
        pairs = [(found[key], known[key], f"{where}.{key}") for key in found]
    elif isinstance(found, list):
        pairs = [(a, b, f"{where}[{n}]") for n, (a, b) in enumerate(zip(found, known, strict=True))]
    else:
        return ""
    return next(filter(None, (_unknown(*pair) for pair in pairs)), "")
