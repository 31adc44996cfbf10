"""`playloom quest play`: a quest in the terminal, choice by choice."""

from pathlib import Path

import click

from playloom.commands.options import FILE


def _read_choices(_: click.Context, __: click.Parameter, text: str | None) -> list[int]:
    """Read ``1,3,2``."""
    parts = [part.strip() for part in text.split(",")] if text else []
    for part in parts:
        if not (part.isascii() and part.isdigit() and len(part) < 10 and int(part) > 0):
            raise click.BadParameter(f"{part!r} is no number of a choice; write 1,3,2")
    return [int(part) for part in parts]


@click.command()
@click.argument("file", type=FILE, metavar="QUEST")
@click.option(
    "--choices",
    metavar="N,N...",
    callback=_read_choices,
    help="Take these choices first, as they are numbered.",
)
@click.option(
    "--transcript",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what is said.",
)
def play(file: Path, choices: list[int], transcript: Path | None) -> None:
    """Play a quest that Playloom wrote: a .json or .ink file.

    Type the number of a choice; Ctrl-D leaves. At the end come the state
    variables, and what people say afterwards. With --choices nothing is
    asked: they must lead to an ending, or the exit code is 2.

    \b
    playloom quest play lantern.ink
    playloom quest play lantern.json --choices 3,1,2 --transcript lantern.txt
    """
    from playloom.commands.quest.playing import play_file

    play_file(file, choices, transcript)
