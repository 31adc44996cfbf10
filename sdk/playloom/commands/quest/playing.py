"""The conversation of `playloom quest play`: lines, numbered choices, the end."""

from collections.abc import Iterable
from pathlib import Path

import click

from playloom.errors import RequestInvalid
from playloom.files import write_atomically
from playloom.kinds.quest.content import NARRATOR, PLAYER, Choice, Line, Quest
from playloom.kinds.quest.play import Playthrough


def read_quest(path: Path) -> Quest:
    """Return the quest in a file of ours.

    Raises:
        RequestInvalid: If it is in a format that is not read.
        FileInvalid: If it cannot be read, or is none of ours.
    """
    from playloom.kinds.quest.formats import ink_reading, record

    readers = {".json": record.read, ".ink": ink_reading.read}
    if path.suffix.lower() not in readers:
        raise RequestInvalid(
            f"{path}: cannot play {path.suffix or 'no suffix'!r}; give the quest as .json or .ink"
        )
    return readers[path.suffix.lower()](path)


def play_file(path: Path, choices: list[int], transcript: Path | None) -> None:
    """Play the quest at ``path``; ``choices`` are taken, or, if there are none, asked for."""
    quest = read_quest(path)
    if transcript is not None:
        _check_place(transcript, path)
    talk = _Talk(quest)
    talk.title()
    try:
        left = _play(Playthrough(quest), talk, choices)
    finally:
        if transcript is not None:
            write_atomically(transcript, "".join(f"{line}\n" for line in talk.heard).encode())
            click.echo(f"{transcript}: written", err=True)
    if left:
        click.echo("Left before the end.", err=True)


def _check_place(transcript: Path, quest: Path) -> None:
    """Refuse, before anything is played, a transcript that cannot be written or replaces the quest."""
    if transcript.resolve() == quest.resolve():
        raise click.UsageError(f"--transcript is {transcript}, the quest itself; choose another name")
    if not transcript.absolute().parent.is_dir():
        raise click.UsageError(f"--transcript: there is no folder {transcript.parent}; make it")


def _play(through: Playthrough, talk: "_Talk", choices: list[int]) -> bool:
    """Play to the end; return whether the player left before it."""
    waiting = iter(choices)
    while True:
        talk.say(through.advance())
        if through.over:
            break
        possible = through.choices()
        talk.offer(possible)
        number = _given(waiting, len(possible), bool(choices))
        number = talk.ask(len(possible)) if number is None else number
        if number is None:
            return True
        click.echo()
        talk.say([through.choose(number - 1)], chosen=True)
    if (surplus := sum(1 for _ in waiting)) > 0:
        talk.end(through)
        raise click.UsageError(
            f"--choices: the quest ended {surplus} choices before the last one; leave them out"
        )
    talk.end(through)
    return False


def _given(waiting: Iterable[int], count: int, scripted: bool) -> int | None:
    """Return the next of the choices that were given; None if the player is to be asked."""
    number = next(iter(waiting), None)
    if number is None and scripted:
        raise click.UsageError(f"--choices: end before the quest does; add one of the {count} choices above")
    if number is not None and number > count:
        raise click.UsageError(f"--choices: {number} is none of the {count} choices above")
    return number


class _Talk:
    """What is printed, and kept for the transcript."""

    def __init__(self, quest: Quest) -> None:
        self.quest = quest
        self.heard: list[str] = []

    def title(self) -> None:
        """Print the title."""
        self._print(self.quest.title, click.style(self.quest.title, bold=True))

    def say(self, lines: list[Line], chosen: bool = False) -> None:
        """Print lines with their speakers; narration is set back."""
        for line in lines:
            if line.speaker == NARRATOR:
                self._print(f"  {line.text}", click.style(f"  {line.text}", italic=True))
                continue
            label = self.quest.names.get(line.speaker, "You" if line.speaker == PLAYER else line.speaker)
            colour = "green" if chosen else "cyan"
            self._print(
                f"{label}: {line.text}", f"{click.style(f'{label}:', fg=colour, bold=True)} {line.text}"
            )

    def offer(self, choices: list[Choice]) -> None:
        """Print numbered choices, which are not part of the transcript."""
        for number, choice in enumerate(choices, 1):
            click.echo(f"  {click.style(f'{number}.', fg='yellow')} {choice.line.text}")

    def ask(self, count: int) -> int | None:
        """Return the number that the player types; None if they leave."""
        while True:
            try:
                typed = click.prompt("", prompt_suffix="> ", default="", show_default=False).strip()
            except (click.Abort, EOFError, KeyboardInterrupt):
                click.echo()
                return None
            if typed.isascii() and typed.isdigit() and len(typed) < 10 and 1 <= int(typed) <= count:
                return int(typed)
            if typed in ("q", "quit"):
                return None
            click.echo(f"Type a number from 1 to {count}, or q to leave.")

    def end(self, through: Playthrough) -> None:
        """Print the ending, the state, and what is said afterwards."""
        state = ", ".join(f"{name} = {_plain(value)}" for name, value in through.values.items())
        ending = f"The end: {through.ending or 'none'}"
        self._print(f"{ending} ({state})", f"{click.style(ending, bold=True)} ({state})")
        for name, lines in through.asides():
            self._print(f"[{name}]", click.style(f"[{name}]", dim=True))
            self.say(lines)

    def _print(self, plain: str, styled: str) -> None:
        self.heard.append(plain)
        click.echo(styled)


def _plain(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
