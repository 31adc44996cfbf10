"""What the commands of levels print: a level in the terminal, in one line, as JSON; its checks as a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from playloom.commands.output import mark
from playloom.kernels.counting import counted
from playloom.kinds.level.content import Level, LevelRequest, Verdict
from playloom.kinds.level.formats.preview import blocks


def print_preview(level: Level, *, err: bool = False) -> None:
    """Draw the map: blocks of colour in a terminal, characters elsewhere or with NO_COLOR."""
    from rich.console import Console

    console = Console(stderr=err, highlight=False)
    if not console.is_terminal or console.no_color:
        click.echo("\n".join(level.rows), err=err)
        return
    for line in blocks(level):
        console.print(line, no_wrap=True, overflow="crop")


def verdict_table(verdicts: Sequence[Verdict], indent: str = "  ") -> str:
    """Return one line a check: mark, name, finding."""
    width = max((len(verdict.name) for verdict in verdicts), default=0)
    return "\n".join(f"{indent}{mark(v.passed)} {v.name:<{width}}  {v.detail}".rstrip() for v in verdicts)


def level_document(level: Level, request: LevelRequest, files: list[Path]) -> dict[str, Any]:
    """Return what --json prints of a level."""
    return {
        "theme": level.theme,
        "seed": request.seed,
        "width": level.width,
        "height": level.height,
        "rows": level.rows,
        "legend": {tile.char: tile.name for tile in level.vocabulary.tiles},
        "evidence": level.record(),
        "files": [str(file) for file in files],
    }


def summary(level: Level, request: LevelRequest) -> str:
    """Return one line about a level and why it may be trusted."""
    head = f"{level.theme} {level.width}x{level.height}, seed {request.seed}"
    evidence = level.evidence
    if evidence is None:
        return head
    edits = len(evidence.edits)
    solved = f"solved in {counted(len(evidence.solution), 'move')}, " if evidence.solution else ""
    return (
        f"{head}: {evidence.style}, {solved}"
        f"{counted(len(evidence.checks), 'check')} passed, {counted(edits, 'cell')} repaired"
    )
