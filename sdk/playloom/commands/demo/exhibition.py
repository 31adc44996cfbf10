"""The work of `playloom demo`: which levels are shown, with whom in them, and their files."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from playloom.api import level_generator, level_themes, write_level
from playloom.api.sprite_making import sprite_package
from playloom.commands.demo.cast import PARTS, write_cast
from playloom.commands.demo.page import Exhibit, page
from playloom.commands.output import mark, progress
from playloom.files import write_atomically
from playloom.kinds.level.content import LevelRequest, Range
from playloom.package import Card

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
    Wish("platformer", None, (64, 16), 3, {"treasure": (5, 12)}),
    Wish("metroidvania", None, (56, 32), 4, {"locks": (1, 1)}),
)


def _wishes(package: str | None) -> list[Wish]:
    """Return the wishes that the package can meet (None: any); a style it lacks is left to the seed."""
    wishes = []
    for wish in WISHES:
        if package is None and wish.theme not in level_themes():
            continue
        styles = level_generator(package, wish.theme).themes.get(wish.theme)
        if styles:
            wishes.append(wish if wish.style in styles else replace(wish, style=None))
    if not wishes:
        themes = ", ".join(level_themes() if package is None else level_generator(package).themes)
        raise click.ClickException(
            f"the package has none of the themes that the demo shows, only {themes}; "
            "give another with --package"
        )
    return wishes


def write_exhibition(folder: Path, package: str | None, *, quiet: bool) -> Path:
    """Make and write every level of `WISHES` whose theme the package has, and the cast; return the page."""
    wishes = _wishes(package)
    folder.mkdir(parents=True, exist_ok=True)
    exhibits = []
    sprites = sprite_package().manifest
    cards: dict[str, Card] = {sprites.name: sprites.card}
    with progress(len(wishes) + len(PARTS), "Making levels and sprites", shown=not quiet) as report:
        for number, wish in enumerate(wishes):
            generator = level_generator(package, wish.theme)
            level = generator.generate(wish.request)
            cards[generator.package.manifest.name] = generator.package.manifest.card
            files = write_level(level, folder / f"{wish.theme}.tmx", folder / f"{wish.theme}.png")
            exhibits.append(
                Exhibit(level, wish.seed, wish.command, wish.python, [file.name for file in files])
            )
            report(number + 1)
            if not quiet:
                click.echo("  ".join(str(file) for file in files))
        cast = write_cast(folder, lambda number: report(len(wishes) + number))
    if not quiet:
        click.echo("  ".join(str(folder / file) for file in cast.files))
        for player in cast.players:
            click.echo(f"{mark(player.found.passed)} {player.part.check}")
    write_atomically(folder / PAGE, page(exhibits, cast, cards).encode())
    return folder / PAGE
