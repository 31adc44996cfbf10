"""What users type after an option, turned into values: sizes, ranges, seeds; and options under headings.

Form is judged here; limits are the request's business (`LevelRequest`), so that
Python and the command line refuse the same things in the same words.
"""

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from playloom.api.spelling import counts_in, shares_in, size_in

_Value = TypeVar("_Value")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class PackagePath(click.Path):
    """The name of a model package, or its folder, which must be there."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the text as typed; what it names, the library finds."""
        text = str(value)
        if any(mark in text for mark in ("/", os.sep)) and not Path(text).is_dir():
            self.fail(f"there is no folder {text!r}; give the name or the folder of a package", param, ctx)
        return text


PACKAGE = PackagePath()
JOBS_HIGH, COUNT_HIGH = 64, 1_000_000  # made at a time; made by one command
_SEED = r"-?[0-9]{1,40}"
_RANDOM_BITS = 32  # a drawn seed should be short enough to type again


def read_size(text: str) -> tuple[int, int]:
    """Read ``48x32`` as (width, height)."""
    return _read(size_in, text)


def read_counts(text: str, high: int) -> tuple[int, int]:
    """Read ``6``, ``4..8``, ``4..`` or ``..8`` as (low, high); an open end means 0 or ``high``."""
    low, top = _read(counts_in, text)
    return low or 0, high if top is None else top


def read_shares(text: str) -> tuple[float, float]:
    """Read ``0.45``, ``0.4..0.5``, ``0.4..`` or ``..0.5`` as (low, high)."""
    low, high = _read(shares_in, text)
    return low or 0.0, 1.0 if high is None else high


def _read(read: Callable[[str], _Value], text: str) -> _Value:
    try:
        return read(text)
    except ValueError as error:
        raise refusal(text, str(error)) from None


def read_seed(text: str) -> int:
    """Read a whole number, or draw one for ``random``; the level's report says which."""
    if text == "random":
        return secrets.randbits(_RANDOM_BITS)
    if not re.fullmatch(_SEED, text):
        raise refusal(text, "7, or random")
    return int(text)


def refusal(text: str, example: str) -> click.BadParameter:
    """Return the complaint about what cannot be read, with an example that can."""
    return click.BadParameter(f"{text[:60]!r} is not understood; write it like {example}")


def reading(read: Callable[[str], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Return an option's callback that reads its text, or each of its texts."""

    def callback(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(read(text) for text in value)
        return None if value is None else read(value)

    return callback


class Option(click.Option):
    """An option that belongs under a heading of its command's help."""

    def __init__(self, *names: Any, section: str = "Options", **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.section = section


class Sectioned(click.Command):
    """A command whose help groups its options under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options heading by heading, in the order in which headings first occur."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                sections.setdefault(getattr(param, "section", "Help"), []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)
