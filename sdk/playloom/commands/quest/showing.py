"""What `playloom quest` prints: one way through, one line, JSON."""

from pathlib import Path
from typing import Any

import click
import msgspec

from playloom.kernels.counting import counted
from playloom.kinds.quest.content import NARRATOR, PLAYER, Line, Quest
from playloom.kinds.quest.play import Playthrough


def print_preview(quest: Quest, *, err: bool = False) -> None:
    """Print the transcript of one way through: everything asked, then everything done as asked."""
    click.echo(click.style(quest.title, bold=True), err=err)
    for line in transcript(quest):
        click.echo(line, err=err)
    click.echo(err=err)


def transcript(quest: Quest) -> list[str]:
    """Return what is said if the first thing is chosen wherever there is a choice."""
    through, said = Playthrough(quest), list[str]()
    while True:
        said += [_spoken(line, quest) for line in through.advance()]
        if through.over:
            return said
        said.append(f"> {through.choose(0).text}")


def quest_document(quest: Quest, files: list[Path]) -> dict[str, Any]:
    """Return what --json prints of a quest."""
    document: dict[str, Any] = msgspec.to_builtins(quest)
    return document | {"files": [str(file) for file in files]}


def summary(quest: Quest, seed: int) -> str:
    """Return one line about a quest and why it may be trusted."""
    head = f"{quest.title!r}, seed {seed}: {quest.names[quest.giver]}, {quest.strategy}, {quest.tone}"
    evidence = quest.evidence
    if evidence is None:
        return head
    return (
        f"{head}; {counted(len(quest.lines()), 'line')}, {counted(len(evidence.endings), 'ending')}, "
        f"{counted(len(evidence.checks), 'check')} passed"
    )


def _spoken(line: Line, quest: Quest) -> str:
    if line.speaker == NARRATOR:
        return f"  {line.text}"
    return f"{quest.names.get(line.speaker, 'You' if line.speaker == PLAYER else line.speaker)}: {line.text}"
