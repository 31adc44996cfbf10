"""The work of `playloom world sprites`: what to ask for, and the sprites with a sheet of them all."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from playloom.api.sprite_files import write_sprite
from playloom.api.world_sprites import WorldSprite, make_world_sprites, world_sprites
from playloom.commands.output import columns, print_json, progress
from playloom.errors import GenerationFailed
from playloom.files import write_all_atomically
from playloom.kernels.counting import counted
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.formats import contact

_SHEET = "sheet"  # its file is no sprite's, as an id could be: refused


def print_requests(given: str, wishes: dict[str, Any], as_json: bool) -> None:
    """Print what is to be asked for, as a table or one JSON document."""
    wanted = world_sprites(given, **wishes)
    if as_json:
        print_json({"sprites": [asdict(one) for one in wanted]})
        return
    rows = [("id", "name", "category", "words", "seed")]
    rows += [
        (one.id, one.name, one.category, one.words + ("" if one.sure else " ?"), str(one.seed))
        for one in wanted
    ]
    click.echo(columns(rows))
    if wanted:
        click.echo(f"{counted(len(wanted), 'sprite')}, {wanted[0].size} pixels, palette {wanted[0].palette}")


def make_all(given: str, folder: Path, wishes: dict[str, Any], *, force: bool, as_json: bool) -> None:
    """Make every sprite, write it as soon as it is made, then the sheet.

    Raises:
        click.UsageError: If a file is there already, or an id is that of the sheet.
        GenerationFailed: If a sprite failed; the others are written.
    """
    wanted = world_sprites(given, **wishes)
    places = [folder / f"{name}.png" for name in (*(one.id for one in wanted), _SHEET)]
    if len(set(places)) < len(places):
        raise click.UsageError(f"an id is {_SHEET!r}, the name of the sheet; rename it in {given}")
    there = next((place for place in places if place.exists()), None)
    if there is not None and not force:
        raise click.UsageError(f"{there}: is there already; --force writes over it")
    folder.mkdir(parents=True, exist_ok=True)
    shown: list[tuple[str, Sprite]] = []
    failures: list[tuple[WorldSprite, GenerationFailed]] = []
    with progress(len(wanted), "Making sprites", shown=not as_json) as report:
        for number, (one, made) in enumerate(make_world_sprites(wanted, wishes["package"])):
            if isinstance(made, GenerationFailed):
                failures.append((one, made))
            else:
                write_sprite(made, folder / f"{one.id}.png")
                shown.append((one.name, made))
            report(number + 1)
    if shown:
        (data,) = contact.encode([(name, made.rgba) for name, made in shown], _SHEET).values()
        write_all_atomically({folder / f"{_SHEET}.png": data})
    if as_json:
        print_json({"sprites": [asdict(one) for one in wanted], "failed": [one.id for one, _ in failures]})
    else:
        click.echo(f"{folder}: {counted(len(shown), 'sprite')}" + (f", {_SHEET}.png" if shown else ""))
    if failures:
        names = ", ".join(one.id for one, _ in failures)
        first = failures[0][1]
        raise GenerationFailed(
            f"{len(failures)} of {len(wanted)} sprites failed ({names}); the others are made; {first.advice}",
            failed=first.failed,
            advice=first.advice,
        )
