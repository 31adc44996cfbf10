"""`playloom world`: draft a world for quests, check one, print its schema."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from playloom.commands.options import FILE, read_seed, reading

if TYPE_CHECKING:
    from playloom.kinds.quest.world import World

_GENRES = ("fantasy", "gothic", "scifi", "sea", "wasteland", "cosy", "mystery", "frontier")


@click.group()
def world() -> None:
    """Draft and check worlds that quests are set in.

    A world file says who lives where, what lies where and what lurks where;
    quests are made of nothing else.

    \b
    playloom world new --genre sea -o world.toml
    playloom world new --from-level crypt.tmx -o world.toml
    playloom world check world.toml
    """


@world.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the draft here; without it, it is printed.",
)
@click.option("--genre", type=click.Choice(_GENRES), default="fantasy", show_default=True)
@click.option(
    "--seed", default="0", callback=reading(read_seed), metavar="N", help="Of the names; or random."
)
@click.option(
    "--from-level",
    "level",
    type=FILE,
    metavar="MAP",
    help="Take places, enemies, keys and chests from a level (.tmx, .tmj, .ldtk, .txt, .json).",
)
@click.option("--example", metavar="NAME", help="Write an example: thornford, halcyon or saltmouth.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def new(
    output: Path | None, genre: str, seed: int, level: Path | None, example: str | None, force: bool
) -> None:
    """Draft a world to start from.

    A town of five people with their things, and the wild around it, or a
    level of your game. Every strategy of quests works in it; rename things one by one.
    """
    from playloom.files import write_atomically
    from playloom.kinds.quest.world_file import example_text
    from playloom.kinds.quest.world_text import world_toml

    if example is not None and level is not None:
        raise click.UsageError("--example and --from-level exclude each other; leave one out")
    if output is not None and output.exists() and not force:
        raise click.UsageError(f"{output}: is there already; --force writes over it")
    text = example_text(example) if example is not None else world_toml(_draft(genre, seed, level))
    if output is None:
        click.echo(text, nl=False)
        return
    write_atomically(output, text.encode("utf-8"))
    click.echo(f"{output}\ncheck it: playloom world check {output}")


def _draft(genre: str, seed: int, path: Path | None) -> "World":
    from playloom.kinds.quest.world_draft import draft_world, words_of

    if path is None:
        return draft_world(genre, seed)
    from playloom.api.level_files import read_level
    from playloom.kinds.quest.world_level import wild_of

    return draft_world(genre, seed, wild_of(read_level(path), words_of(genre)))


@world.command()
@click.argument("path", type=FILE, metavar="WORLD")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(path: Path, as_json: bool) -> None:
    """Check a world file, and tell which quests it has room for.

    Exit 1 if the file does not hold together or nobody in it can give a quest.
    """
    from dataclasses import asdict

    from playloom.commands.output import columns, mark, print_json
    from playloom.kinds.quest.world_file import read_world
    from playloom.kinds.quest.world_report import report

    world = read_world(path)
    found = report(world)
    if as_json:
        print_json({"world": world.name, **asdict(found)})
    else:
        words = {"people": "person", "enemies": "enemy"}
        counts = ", ".join(
            f"{count} {words.get(table, table[:-1]) if count == 1 else table}"
            for table, count in found.counts.items()
        )
        click.echo(f"{path}: {world.name}, {world.genre}: {counts}")
        rows = [(mark(True), name, _few(world, givers)) for name, givers in found.givers.items() if givers]
        rows += [(mark(False), name, reason) for name, reason in found.missing.items()]
        click.echo(columns(rows))
        for note in found.notes:
            click.echo(f"note: {note}")
    if len(found.missing) == len(found.givers):
        raise click.exceptions.Exit(1)


def _few(world: "World", givers: tuple[str, ...]) -> str:
    names = ", ".join(world.name_of(key) for key in givers[:4])
    return names if len(givers) <= 4 else f"{names} and {len(givers) - 4} more"


@world.command()
def schema() -> None:
    """Print the JSON Schema of a world file, for editors that check TOML."""
    import json

    import msgspec

    from playloom.kinds.quest.world import World

    click.echo(json.dumps(msgspec.json.schema(World), indent=1, ensure_ascii=False))
