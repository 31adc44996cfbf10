"""`playloom world`: draft a world for quests, check one, print its schema."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from playloom.commands.options import FILE, PACKAGE, read_seed, reading
from playloom.kernels.counting import counted

if TYPE_CHECKING:
    from playloom.kinds.quest.world import World

_DRAFTED = {"from-level": "level", "genre": "genre", "seed": "seed"}  # options of a draft, by parameter
_TYPED = ParameterSource.COMMANDLINE
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
    playloom world sprites world.toml -o art/
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
@click.pass_context
def new(
    ctx: click.Context,
    output: Path | None,
    genre: str,
    seed: int,
    level: Path | None,
    example: str | None,
    force: bool,
) -> None:
    """Draft a world to start from.

    A town of five people with their things, and the wild around it, or a
    level of your game. Every strategy of quests works in it; rename things one by one.
    """
    from playloom.files import write_atomically
    from playloom.kinds.quest.world_file import example_text
    from playloom.kinds.quest.world_text import world_toml

    given = [f"--{option}" for option, name in _DRAFTED.items() if ctx.get_parameter_source(name) == _TYPED]
    if example is not None and given:
        raise click.UsageError(f"--example is a world as it is; leave out {' and '.join(given)}")
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
@click.option(
    "--rating",
    type=click.Choice(["everyone", "teen", "mature"]),
    default="everyone",
    show_default=True,
    help="Words that it keeps out of names and personas are faults.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(path: Path, rating: str, as_json: bool) -> None:
    """Check a world file, and tell which quests it has room for.

    Everything that is wrong comes with its line and column. Exit 1 if the file
    does not hold together or nobody in it can give a quest.
    """
    from playloom.commands.output import mark, print_json
    from playloom.kinds.quest.words import check_rating
    from playloom.kinds.quest.world_file import examine, read_world_text

    world, found = examine(read_world_text(path), str(path), check_rating(rating))
    if not found:
        _report(path, world, as_json)
        return
    if as_json:
        faults = [
            {"line": one.line, "column": one.column, "where": one.fault.where, "text": one.fault.text}
            for one in found
        ]
        print_json({"world": world.name, "faults": faults})
    else:
        for one in found:
            click.echo(f"{path}: {one}")
        click.echo(f"{mark(False)} {counted(len(found), 'thing')} to mend")
    raise click.exceptions.Exit(1)


def _report(path: Path, world: "World", as_json: bool) -> None:
    """Print what quests a sound world has room for; exit 1 if there is none."""
    from dataclasses import asdict

    from playloom.commands.output import columns, mark, print_json
    from playloom.kinds.quest.world_report import report

    found = report(world)
    if as_json:
        print_json({"world": world.name, "faults": [], **asdict(found)})
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
@click.argument("given", metavar="WORLD")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Make the sprites here: ID.png of each, and sheet.png with all.",
)
@click.option("--size", type=int, default=32, show_default=True, metavar="N", help="Side: 16, 24, 32 or 48.")
@click.option("--palette", metavar="NAME|FILE", help="Of all; without it, one that suits the genre.")
@click.option(
    "--seed", default="0", callback=reading(read_seed), metavar="N", help="Other sprites; or random."
)
@click.option("--package", type=PACKAGE, metavar="NAME|PATH", help="Sprite package.  [default: pixels]")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def sprites(given: str, output: Path | None, force: bool, as_json: bool, **wishes: Any) -> None:
    """Ask for a sprite of each person, item and enemy, and with -o make them.

    WORLD is a world file, or an example: thornford, halcyon or saltmouth. Words
    of roles, names and tags are mapped onto those of the sprite package; what
    is marked with ? says nothing that it knows, and looks like any of its kind.
    The seed of each comes from its id, so a sprite stays when others come and go.
    """
    from playloom.commands.world_sprites import make_all, print_requests

    if output is None:
        print_requests(given, wishes, as_json)
    else:
        make_all(given, output, wishes, force=force, as_json=as_json)


@world.command()
def schema() -> None:
    """Print the JSON Schema of a world file, for editors that check TOML."""
    import json

    import msgspec

    from playloom.kinds.quest.world import World

    click.echo(json.dumps(msgspec.json.schema(World), indent=1, ensure_ascii=False))
