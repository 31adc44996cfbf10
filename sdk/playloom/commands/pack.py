"""`playloom pack`: a world that hangs together, as the folder of a Godot project."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from playloom.commands.build import CACHE
from playloom.commands.making_group import MakingGroup
from playloom.commands.options import JOBS_HIGH, read_seed, read_size, reading

if TYPE_CHECKING:
    from playloom.packing.check import Finding

_GENRES = ("fantasy", "gothic", "scifi", "sea", "wasteland", "cosy", "mystery", "frontier")
_THEMES = ("dungeon", "cave", "maze", "overworld")
_FOLDER = click.Path(file_okay=False, path_type=Path)


def _offer_nothing(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return []


@click.group(cls=MakingGroup, usage="NAME [OPTIONS]", offer=_offer_nothing)
def pack() -> None:
    """Make a world that hangs together, as the folder of a Godot project.

    A level; a world of what lies in it; a sprite of everybody and everything;
    quests about the key that the level's solution needs, about its treasure
    and its foes; and a small game to walk through all of it.

    \b
    playloom pack "Crypt of Thornford" --seed 7 -o crypt/
    playloom pack check crypt/       # does every reference lead to something?
    godot --editor crypt/project.godot
    """


@pack.command()
@click.argument("name")
@click.option("-o", "--output", type=_FOLDER, metavar="DIR", help="Where.  [default: after NAME]")
@click.option("--genre", type=click.Choice(_GENRES), default="fantasy", show_default=True)
@click.option("--theme", type=click.Choice(_THEMES), default="dungeon", show_default=True)
@click.option("--size", default="40x28", callback=reading(read_size), show_default=True, metavar="WxH")
@click.option("--seed", default="0", callback=reading(read_seed), metavar="N", help="Of all; or random.")
@click.option(
    "--candidates",
    type=click.IntRange(1, 64),
    default=5,
    show_default=True,
    metavar="N",
    help="Seeds tried for each sprite; the one with the most varied colours is taken.",
)
@click.option(
    "--addon",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Playloom's addons/playloom, with which the quests are played.  [default: that of the checkout]",
)
@click.option("-j", "--jobs", type=click.IntRange(1, JOBS_HIGH), metavar="N", help="Made at a time.")
@click.option("--cache", type=CACHE, metavar="DIR", help="As for build.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def make(**options: Any) -> None:
    """Make a pack: choose seeds, write a playloom.toml, build it and check it.

    NAME is the game's. The folder is a project of `playloom build`: change its
    playloom.toml and build again.
    """
    from playloom.commands.packing import Options, run

    run(Options(**options))


@pack.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(folder: Path, as_json: bool) -> None:
    """Check that everything in a pack that refers to something finds it.

    Reads the files as they were written, and nothing else: scene, level,
    sprites, quests, world. Exit 1 if a reference leads nowhere.
    """
    from playloom.packing.check import check_pack

    show_findings(check_pack(folder), folder, as_json=as_json)


def show_findings(found: "list[Finding]", folder: Path, *, as_json: bool) -> None:
    """Print what a check found.

    Raises:
        click.exceptions.Exit: With 1 if something is wrong.
    """
    from playloom.commands.output import mark, print_json

    wrong = [one for one in found if not one.passed]
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "references": sum(one.count for one in found),
                "faults": [{"file": one.file, "text": one.text} for one in wrong],
            }
        )
    else:
        for one in found:
            click.echo(f"{mark(one.passed)} {one.file}: {one.text}")
    if wrong:
        raise click.exceptions.Exit(1)
