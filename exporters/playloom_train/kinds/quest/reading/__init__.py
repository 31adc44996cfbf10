"""Reading developers' dialogue files for training: Ink, Yarn, Twee, Dialogue Manager, CSV, JSON, our scripts.

`read_dialogue` is the door. Nothing in a file is executed, links are not followed, and what cannot be kept is
counted with its reason: `report` shows it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playloom.errors import FileInvalid
from playloom_train.kinds.quest.reading import (
    dialogue_manager,
    ink,
    own_scripts,
    records,
    tables,
    twee,
    yarn,
)
from playloom_train.kinds.quest.reading.files import find_files, read_text
from playloom_train.kinds.quest.reading.finish import File, finish
from playloom_train.kinds.quest.reading.found import Conversation, Ledger, Node, SpokenLine, joined
from playloom_train.kinds.quest.reading.names import Names, names_of_world, read_names

__all__ = ["Conversation", "Names", "Reading", "SpokenLine", "names_of_world", "read_dialogue", "read_names"]

LINES_HIGH = 500_000  # of all files together
BYTES_HIGH = 256 << 20  # of all files together
_WRITTEN = {
    ".ink": ink.read,
    ".yarn": yarn.read,
    ".twee": twee.read,
    ".tw": twee.read,
    ".dialogue": dialogue_manager.read,
}


@dataclass(frozen=True)
class Reading:
    """What was read, and what was left out."""

    conversations: tuple[Conversation, ...]
    files: dict[str, int]  # by suffix
    left_out: dict[str, int]  # lines and files by reason, the most first
    places: dict[str, list[str]]  # a few of each reason
    notes: tuple[str, ...]

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return sum(len(one.lines) for one in self.conversations)


def read_dialogue(paths: Sequence[Path], names: Names | None = None) -> Reading:
    """Read dialogue files and folders of them.

    Args:
        paths: Files, or folders, which are searched however deep.
        names: Of the developer's world, which become slots; None: speakers are taken for people, where their
            labels are proper names.

    Raises:
        FileInvalid: If a path is not there, there is far too much, or no line is left.
    """
    ledger = Ledger()
    files: list[File] = []
    notes: list[str] = []
    suffixes: Counter[str] = Counter()
    size = lines = 0
    for given in dict.fromkeys(paths):
        found = find_files(given)
        notes += found.notes
        for path in found.paths:
            if path.suffix.lower() == ".txt" and own_scripts.is_branches(path):
                continue
            size += path.stat().st_size
            if size > BYTES_HIGH:
                raise FileInvalid(
                    f"{given}: over {BYTES_HIGH >> 20} MiB of dialogue in all; give the files you need"
                )
            name = found.name(path)
            try:
                nodes = joined(_nodes(path, name, ledger))
            except FileInvalid as problem:
                ledger.leave(_reason(problem, path), name)
                continue
            suffixes[path.suffix.lower()] += 1
            files.append(File(name, nodes))
            lines += sum(len(node.said) for node in nodes)
            if lines > LINES_HIGH:
                raise FileInvalid(f"{given}: over {LINES_HIGH} lines in all; give the files you need")
    conversations = finish(files, names, ledger)
    if not conversations:
        raise FileInvalid(f"{', '.join(map(str, paths))[:200]}: no line of dialogue is left; {_why(ledger)}")
    left_out = dict(sorted(ledger.counts.items(), key=lambda item: (-item[1], item[0])))
    return Reading(
        tuple(conversations), dict(sorted(suffixes.items())), left_out, ledger.places, tuple(notes)
    )


def _nodes(path: Path, name: str, ledger: Ledger) -> list[Node]:
    """Return what stands in a file.

    Raises:
        FileInvalid: If it cannot be read at all.
    """
    suffix = path.suffix.lower()
    if suffix == ".txt":
        read_text(path)  # its size and encoding are checked as those of all files
        return own_scripts.read(path)
    text = read_text(path)

    def leave(reason: str, number: int) -> None:
        ledger.leave(reason, f"{name}:{number}")

    if suffix in _WRITTEN:
        nodes: Callable[[str, Callable[[str, int], None]], list[Node]] = _WRITTEN[suffix]
        return nodes(text, leave)
    if suffix == ".json":
        return records.read_document(text, path, leave)
    if suffix == ".jsonl":
        return records.read_lines(text, str(path), leave)
    return tables.read(text, str(path), leave)


def _reason(problem: FileInvalid, path: Path) -> str:
    """Return why a file is left out; the message without its path, which is told beside it."""
    return f"not readable: {str(problem).removeprefix(str(path)).lstrip(':, ')}"


def _why(ledger: Ledger) -> str:
    if not ledger.counts:
        return "no file holds any; give .ink, .yarn, .twee, .dialogue, .csv, .json, .jsonl or .txt scripts"
    reason, count = max(ledger.counts.items(), key=lambda item: item[1])
    return f"{count} were left out because of: {reason}"
