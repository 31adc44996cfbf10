"""From the options of `playloom level make`, and a map to go on from, to the requests of its levels."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from playloom.api import KIND, check_theme, level_themes, only_theme, read_level
from playloom.commands.choosing import Choosing, spared_seeds
from playloom.commands.level.outputs import Outputs
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level import formats
from playloom.kinds.level.content import FREE, Level, LevelRequest
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.pinning import (
    Rectangle,
    Side,
    extend,
    lasting_controls,
    recode,
    redo,
    sketch_vocabulary,
    unset_to_free,
)
from playloom.kinds.level.variety import TRIES

_ANY_SIZE = (32, 32)  # stands for the usual one while no package is known


@dataclass(frozen=True, kw_only=True)
class Making:
    """The options of one run; names as in `playloom level make --help`."""

    theme: str | None
    size: tuple[int, int] | None
    package: str | None
    wishes: dict[str, Any]  # fields of `LevelRequest`, seed included
    source: Path | None
    legend: Path | None
    parts: tuple[Rectangle, ...]
    extensions: tuple[tuple[Side, int], ...]  # one after the other
    outputs: Outputs
    made: int  # levels to make, of which outputs.count are written
    choosing: Choosing
    unlike: float | None  # least share of cells in which any two levels differ; None: as they come
    jobs: int
    preview: bool
    as_json: bool
    quiet: bool

    @property
    def seed(self) -> int:
        """The first seed."""
        return int(self.wishes["seed"])

    @property
    def count(self) -> int:
        """How many levels are asked for."""
        return self.made


def check_making(making: Making) -> None:
    """Refuse what cannot be before a model is loaded.

    Raises:
        click.UsageError: If options lack one another.
        RequestInvalid: If the request cannot be.
    """
    making.choosing.check(making.made)
    if making.legend and (making.source is None or making.source.suffix.lower() == ".txt"):
        raise click.UsageError("--legend is for a Tiled map: give one with --from MAP")
    if making.source is not None:
        return
    if making.parts or making.extensions:
        raise click.UsageError("--redo and --extend need a map: give it with --from MAP")
    if making.theme is None and making.package is None:
        raise click.UsageError("give a theme, such as dungeon; `playloom level themes` lists them")
    _request(making, 0, making.theme, making.size or _ANY_SIZE, None)


def requests(making: Making, generator: LevelGenerator) -> Iterator[LevelRequest]:
    """Return the requests in order of seeds; the first and the last are tried before any level is made."""
    theme, size, pinned = making.theme, making.size, None
    if making.source is not None:
        old, pinned = _pinned(making, making.source, generator)
        making = _go_on_as(making, old)
        theme = theme or old.theme
        size = size or (pinned.shape[1], pinned.shape[0])

    if not theme:
        theme = only_theme(generator)

    def request(number: int) -> LevelRequest:
        return _request(making, number, theme, size or generator.size, pinned)

    check_theme(request(0), generator.themes)
    tries = making.count if making.unlike is None else making.count * TRIES
    request(tries - 1)
    seeds = spared_seeds(
        making.choosing, making.seed, KIND, generator.package.hash, request(0).record(), quiet=making.quiet
    )
    return (request(seed - making.seed) for seed in islice(seeds, tries))


def _request(
    making: Making, number: int, theme: str | None, size: tuple[int, int], pinned: NDArray[np.uint8] | None
) -> LevelRequest:
    wishes = {**making.wishes, "seed": making.seed + number}
    return LevelRequest(theme=theme or "", width=size[0], height=size[1], pinned=pinned, **wishes)


def _pinned(making: Making, source: Path, generator: LevelGenerator) -> tuple[Level, NDArray[np.uint8]]:
    """Read the map to start from, and return it with the cells that are to stay."""
    vocabulary = generator.vocabulary
    sketch = source.suffix.lower() == ".txt" and "?" not in vocabulary.by_char
    legend = None if making.legend is None else formats.read_legend(making.legend)
    asked = sketch_vocabulary(vocabulary) if sketch else vocabulary
    old = read_level(source, asked, legend=legend, generator=generator)
    cells = unset_to_free(old.cells, vocabulary) if sketch else recode(old.cells, old.vocabulary, vocabulary)
    pinned = redo(cells, making.parts)
    for side, count in making.extensions:
        pinned = extend(pinned, vocabulary, side, count)
    if not (pinned == FREE).any():
        raise RequestInvalid(
            f"{source}: nothing is to be filled; give --redo X,Y,W,H or --extend SIDE N, "
            "or mark cells of a text map with ? "
            f"(`playloom level convert {source} -o FILE` writes it in another format)"
        )
    return old, pinned


def _go_on_as(making: Making, old: Level) -> Making:
    """Keep to the style of the map that is completed, and to what was asked of it where its size stays.

    What is asked for now goes before.
    """
    if old.evidence is None or making.theme not in (None, old.theme):
        return making
    stored = lasting_controls(old.evidence.request)
    if making.extensions:
        dropped = sorted(name for name in stored if making.wishes.get(name) is None)
        if dropped and not making.quiet:
            names = ", ".join(f"--{name}" for name in dropped)
            click.echo(
                f"playloom: {names} of {making.source} held for its old size; ask anew to set them", err=True
            )
        stored = {}
    kept: dict[str, Any] = {name: value for name, value in stored.items() if making.wishes.get(name) is None}
    if not making.wishes.get("style"):
        kept["style"] = old.evidence.style
    return replace(making, wishes={**making.wishes, **kept})


def theme_of(source: Path | None) -> str | None:
    """Return the theme that a map says it has, if it can be read without knowing its package."""
    if source is None or source.suffix.lower() == ".txt":
        return None
    try:
        theme = read_level(source).theme
    except (FileInvalid, RequestInvalid):  # read again, with legend and package, where it is told
        return None
    return theme if theme in level_themes() else None
