"""The work of `playloom demo`: which levels are shown, and their files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from playloom.api import level_generator, write_level
from playloom.commands.exhibition_page import Exhibit, page
from playloom.commands.output import progress
from playloom.files import write_atomically
from playloom.kinds.level.content import LevelRequest, Range

PAGE = "index.html"


@dataclass(frozen=True)
class Wish:
    """One level of the exhibition."""

    theme: str
    style: str | None
    size: tuple[int, int]
    seed: int
    controls: dict[str, Range]

    @property
    def request(self) -> LevelRequest:
        """The request as Python makes it."""
        width, height = self.size
        wishes: dict[str, Any] = {"style": self.style, **self.controls}
        return LevelRequest(theme=self.theme, width=width, height=height, seed=self.seed, **wishes)

    @property
    def command(self) -> str:
        """The command that makes the same level."""
        size = "x".join(map(str, self.size))
        style = f" --style {self.style}" if self.style else ""
        wishes = "".join(f" --{name} {_range(value)}" for name, value in self.controls.items())
        return (
            f"playloom level {self.theme}{style} --size {size} --seed {self.seed}{wishes} -o {self.theme}.tmx"
        )

    @property
    def python(self) -> str:
        """The Python that makes the same level."""
        style = f', style="{self.style}"' if self.style else ""
        wishes = "".join(
            f", {name}={low if low == high else (low, high)}" for name, (low, high) in self.controls.items()
        )
        return f'playloom.level("{self.theme}"{style}, size={self.size}, seed={self.seed}{wishes})'


def _range(value: Range) -> str:
    low, high = value
    return str(low) if low == high else f"{low}..{high}"


WISHES = (
    Wish("dungeon", "flooded", (40, 28), 8, {"keys": (1, 1)}),
    Wish("cave", "lava", (40, 28), 8, {"enemies": (4, 8)}),
    Wish("maze", "hedge", (40, 28), 5, {"treasure": (4, 8)}),
    Wish("overworld", "coast", (40, 28), 9, {"enemies": (4, 8), "treasure": (3, 6), "people": (1, 3)}),
)


def _wishes(themes: Mapping[str, tuple[str, ...]]) -> list[Wish]:
    """Return the wishes that a package can meet; a style it lacks is left to the seed."""
    return [
        wish if wish.style in themes[wish.theme] else replace(wish, style=None)
        for wish in WISHES
        if wish.theme in themes
    ]


def write_exhibition(folder: Path, package: str | None, *, quiet: bool) -> Path:
    """Make and write every level of `WISHES` whose theme the package has; return the page."""
    generator = level_generator(package)
    wishes = _wishes(generator.themes)
    if not wishes:
        themes = ", ".join(generator.themes)
        raise click.ClickException(
            f"the package has none of the themes that the demo shows, only {themes}; "
            "give another with --package"
        )
    folder.mkdir(parents=True, exist_ok=True)
    exhibits = []
    with progress(len(wishes), "Making levels", shown=not quiet) as report:
        for number, wish in enumerate(wishes):
            level = generator.generate(wish.request)
            files = write_level(level, folder / f"{wish.theme}.tmx", folder / f"{wish.theme}.png")
            exhibits.append(
                Exhibit(level, wish.seed, wish.command, wish.python, [file.name for file in files])
            )
            report(number + 1)
            if not quiet:
                click.echo("  ".join(str(file) for file in files))
    write_atomically(folder / PAGE, page(exhibits, generator.package.manifest.card).encode())
    return folder / PAGE
