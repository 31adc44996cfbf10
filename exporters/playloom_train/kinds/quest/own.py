"""A developer's own dialogue, as documents to learn from beside our scripts."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from playloom.kinds.quest.realiser.prompt import Setting
from playloom.kinds.quest.scripts import shipped_scripts
from playloom.kinds.quest.slots import slots_of
from playloom_train.kinds.quest.corpus import Document, Spoken, of_script
from playloom_train.kinds.quest.reading import Conversation, Names, read_dialogue, read_names, report
from playloom_train.licences import NOT_STATED
from playloom_train.splits import HELDOUT, TRAIN, VAL, split

OWN = "own dialogue"
LINES_HIGH = 40  # of a document; longer conversations are several
KEPT_SCRIPTS = 4  # of our own scripts one in so many is learnt again, so that nothing is forgotten


def names_of(path: Path | None) -> Names | None:
    """Return the names of a world that a file lists."""
    return None if path is None else read_names(path)


def look(paths: Sequence[Path], names: Path | None, *, as_json: bool) -> None:
    """Show what would be learnt from, and what is left out."""
    reading = read_dialogue(paths, names_of(names))
    if as_json:
        json.dump(report.document(reading), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        report.show(reading, Console())


def documents(
    paths: Sequence[Path], names: Path | None, licence: str | None, console: Console
) -> list[Document]:
    """Read a developer's dialogue, show what was found, and return it with some of our scripts.

    Raises:
        FileInvalid: If nothing can be read.
    """
    reading = read_dialogue(paths, names_of(names))
    report.show(reading, console)
    parts = [part for one in reading.conversations for part in _parts(one, licence)]
    sides = split([part.name for part in parts], [len(part.lines) for part in parts])
    mine = [
        Document(one.name, one.source, one.licence, VAL if side == HELDOUT else side, one.lines, one.setting)
        for one, side in zip(parts, sides, strict=True)
    ]
    ours = [of_script(script, TRAIN) for script in shipped_scripts()[::KEPT_SCRIPTS]]
    return [*mine, *ours]


def _parts(conversation: Conversation, licence: str | None) -> Iterator[Document]:
    """Yield a conversation as documents of some length."""
    about = conversation.about
    lines = [Spoken(one.act or _act(one.speaker), one.text, one.step or "") for one in conversation.lines]
    for start in range(0, len(lines), LINES_HIGH):
        some = tuple(lines[start : start + LINES_HIGH])
        setting = Setting(
            about.strategy or "",
            about.tone or "",
            about.genre or "",
            about.persona or "",
            tuple(sorted(slots_of(*(line.text for line in some)))),
        )
        rights = conversation.licence or licence or NOT_STATED
        name = conversation.name if not start else f"{conversation.name} {start}"
        yield Document(name, OWN, rights, TRAIN, some, setting)


def _act(speaker: str | None) -> str:
    if speaker is None:
        return "told"
    return "go" if speaker == "{player}" else "line"
