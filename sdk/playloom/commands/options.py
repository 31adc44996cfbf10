"""What users type after an option, turned into values: sizes, ranges, seeds, rectangles.

Form is judged here; limits are the request's business (`LevelRequest`), so that
Python and the command line refuse the same things in the same words.
"""

import re
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

from playloom.kinds.level.content import COUNT_HIGH, LOCK_HIGH, SIDE_HIGH
from playloom.kinds.level.pinning import Rectangle

_WHOLE = r"-?[0-9]{1,18}"
_SEED = r"-?[0-9]{1,40}"
_SHARE = r"[0-9]*\.?[0-9]+"
_RANDOM_BITS = 32  # a drawn seed should be short enough to type again

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def read_size(text: str) -> tuple[int, int]:
    """Read ``48x32`` as (width, height)."""
    found = re.fullmatch(rf"({_WHOLE})[xX]({_WHOLE})", text)
    if not found:
        raise _refusal(text, "48x32")
    return int(found[1]), int(found[2])


def read_counts(text: str, high: int) -> tuple[int, int]:
    """Read ``6``, ``4..8``, ``4..`` or ``..8`` as (low, high); an open end means 0 or ``high``."""
    if re.fullmatch(_WHOLE, text):
        return int(text), int(text)
    found = re.fullmatch(rf"({_WHOLE})?\.\.({_WHOLE})?", text)
    if not found or text == "..":
        raise _refusal(text, "6, 4..8, 4.. or ..8")
    return int(found[1] or 0), int(found[2] or high)


def read_shares(text: str) -> tuple[float, float]:
    """Read ``0.45``, ``0.4..0.5``, ``0.4..`` or ``..0.5`` as (low, high)."""
    if re.fullmatch(_SHARE, text):
        return float(text), float(text)
    low, dots, high = text.partition("..")
    sides = [side for side in (low, high) if side]
    if not dots or not sides or not all(re.fullmatch(_SHARE, side) for side in sides):
        raise _refusal(text, "0.45, 0.4..0.5, 0.4.. or ..0.5")
    return float(low or 0), float(high or 1)


def read_seed(text: str) -> int:
    """Read a whole number, or draw one for ``random``; the level's report says which."""
    if text == "random":
        return secrets.randbits(_RANDOM_BITS)
    if not re.fullmatch(_SEED, text):
        raise _refusal(text, "7, or random")
    return int(text)


def read_rectangle(text: str) -> Rectangle:
    """Read ``4,4,12,8``: column, row, width, height."""
    if not re.fullmatch(rf"{_WHOLE}(,{_WHOLE}){{3}}", text):
        raise _refusal(text, "4,4,12,8 (X,Y,WIDTH,HEIGHT)")
    return Rectangle(*(int(number) for number in text.split(",")))


def _refusal(text: str, example: str) -> click.BadParameter:
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


_COUNTS = reading(partial(read_counts, high=COUNT_HIGH))
_LOCKS = reading(partial(read_counts, high=LOCK_HIGH))
_MOVES = reading(partial(read_counts, high=4 * SIDE_HIGH**2))

# Every control of a request, with how its option is read, and its help.
_CONTROLS = {
    "enemies": (_COUNTS, "Common and strong enemies together."),
    "common": (_COUNTS, "Common enemies."),
    "strong": (_COUNTS, "Strong enemies."),
    "bosses": (_COUNTS, "Bosses."),
    "treasure": (_COUNTS, "Pickups and chests."),
    "keys": (_LOCKS, "Keys; without --locks as many locked doors."),
    "locks": (_LOCKS, "Locked doors; without --keys as many keys."),
    "people": (_COUNTS, "People to meet."),
    "openness": (reading(read_shares), "Share of cells that can be walked on, such as 0.45."),
    "path": (_MOVES, "Moves of the shortest solution."),
    "crates": (_COUNTS, "Sokoban: crates, each with a goal."),
    "pushes": (_MOVES, "Sokoban: pushes of the shortest solution."),
    "difficulty": (
        reading(read_shares),
        "0 to 1: 0.5 is the middle of levels made with no wishes, 0.9 is harder than nine in ten.",
    ),
}


def control_options(function: Decorated) -> Decorated:
    """Add one option for each control of a request to a command."""
    return _controls(function, tuple(_CONTROLS))


def chunk_control_options(function: Decorated) -> Decorated:
    """Add one option for each control that holds in every chunk of an endless level."""
    return _controls(function, ("enemies", "common", "strong", "bosses", "treasure", "people"))


def _controls(function: Decorated, names: tuple[str, ...]) -> Decorated:
    control = partial(
        click.option, cls=Option, section="Controls, each exact (6) or a range (4..8, 4.., ..8)"
    )
    for name in reversed(names):
        callback, text = _CONTROLS[name]
        function = control(f"--{name}", metavar="N", callback=callback, help=text)(function)
    return function
