"""What feedback says when content is made: rejected seeds are left out, and a taste ranks what is made."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from playloom.commands.options import COUNT_HIGH, FILE, Option

if TYPE_CHECKING:
    from playloom.review.taste import KindTaste

_TOLD_HIGH = 8  # seeds named in one line
_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Choosing:
    """The options of one run; names as in help."""

    feedback: Path | None
    taste: str | None  # of a profile, or its file
    best: int | None  # of those made, how many are kept

    def check(self, made: int) -> None:
        """Refuse options that lack one another.

        Raises:
            click.UsageError: Says which.
        """
        if self.best is not None and self.taste is None:
            raise click.UsageError("--best keeps those that somebody likes most: say whom with --for NAME")
        if self.best is not None and self.best > made:
            raise click.UsageError(f"--best {self.best} of {made} cannot be: give a larger --count")


def choosing_options(section: str) -> Callable[[_Command], _Command]:
    """Return a decorator that adds the options under a heading."""
    option = partial(click.option, cls=Option, section=section)

    def add(command: _Command) -> _Command:
        for decorate in reversed(
            (
                option(
                    "--feedback",
                    type=FILE,
                    metavar="FILE",
                    help="Leave out the seeds that were rejected in this database of `playloom review`.",
                ),
                option(
                    "--for",
                    "taste",
                    metavar="NAME|FILE",
                    help="Rank those made by the taste of a profile, see `playloom tune`; best first.",
                ),
                option(
                    "--best",
                    type=click.IntRange(1, COUNT_HIGH),
                    metavar="K",
                    help="With --for: of those made keep the K that rank best.",
                ),
            )
        ):
            command = decorate(command)
        return command

    return add


def spared_seeds(
    choosing: Choosing, first: int, kind: str, package: str, request: Mapping[str, Any], *, quiet: bool
) -> Iterator[int]:
    """Yield seeds from ``first`` upwards without the rejected ones, and say which were left out.

    Raises:
        FileInvalid: If the database cannot be read.
    """
    from playloom.feedback.rejected import rejected

    spoilt: frozenset[int] = frozenset()
    if choosing.feedback is not None:
        spoilt = rejected(choosing.feedback, kind, package, request)
    return _spared(first, spoilt, quiet=quiet)


def _spared(first: int, spoilt: frozenset[int], *, quiet: bool) -> Iterator[int]:
    left_out = 0
    for seed in count(first):
        if seed not in spoilt:
            yield seed
        else:
            left_out += 1
            if not quiet and left_out <= _TOLD_HIGH:
                more = " (more are left out without a word)" if left_out == _TOLD_HIGH else ""
                click.echo(f"playloom: seed {seed} was rejected, and is left out{more}", err=True)


def taste_for(choosing: Choosing, kind: str) -> "KindTaste | None":
    """Return the taste to rank by, if one is named: of a file, or of a profile beside the feedback or here.

    Raises:
        FileInvalid: If it cannot be read.
        RequestInvalid: If it says nothing of the kind, or the name is none.
    """
    if choosing.taste is None:
        return None
    from playloom.review.taste import read_taste, taste_file

    if choosing.taste.endswith(".json"):
        place = Path(choosing.taste)
    else:
        place = taste_file(choosing.taste, Path() if choosing.feedback is None else choosing.feedback.parent)
    return read_taste(place).of_kind(kind)
