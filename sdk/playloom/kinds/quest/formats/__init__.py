"""Quests as files: Ink, Yarn, Twee, Dialogue Manager, JSON, and tables for translators."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playloom.kinds.quest.content import Quest
from playloom.kinds.quest.formats import dialogue, ink, record, translation, twee, yarn
from playloom.outputs import Encoder, write_outputs

__all__ = ["WRITERS", "write", "write_each"]

WRITERS: dict[str, Encoder] = {
    ".ink": ink.encode,
    ".yarn": yarn.encode,
    ".twee": twee.encode,
    ".dialogue": dialogue.encode,
    ".json": record.encode,
    ".csv": translation.encode_csv,
    ".pot": translation.encode_pot,
}


def write(quest: Quest, path: str | Path) -> list[Path]:
    """Write a quest in the format of the suffix, whole or not at all.

    Names in the file begin with its own name (``lantern_start``), so that several quests fit in one game.

    Returns:
        The files, the main one first.

    Raises:
        RequestInvalid: If the suffix is unknown, the folder is missing, or the quest cannot be written.
        WriteFailed: If the system refuses.
    """
    return write_each(quest, {Path(path): {}})


def write_each(quest: Quest, outputs: Mapping[Path, Mapping[str, Any]]) -> list[Path]:
    """Write to several files, each with its options, all of them or none; see `write`."""
    return write_outputs(quest, outputs, WRITERS)
