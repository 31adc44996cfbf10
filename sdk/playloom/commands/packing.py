"""The work of `playloom pack`: seeds chosen, files written, built and checked."""

import re
from dataclasses import dataclass
from pathlib import Path

import click

from playloom.commands import build_running
from playloom.commands.pack import show_findings
from playloom.packing.check import check_pack
from playloom.packing.choosing import Wish, choose
from playloom.packing.writing import check_place, find_addon, write_pack


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of one run; names as in `playloom pack --help`."""

    name: str
    output: Path | None
    genre: str
    theme: str
    size: tuple[int, int]
    seed: int
    candidates: int
    addon: Path | None
    jobs: int | None
    cache: Path | None
    as_json: bool
    quiet: bool

    @property
    def folder(self) -> Path:
        """Where it goes."""
        return self.output or Path(re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-") or "game")


def run(options: Options) -> None:
    """Make a pack.

    Raises:
        RequestInvalid: If the wish cannot be, or a project lies there already.
        GenerationFailed: If no seed gave a world that hangs together.
        WriteFailed: If the system refuses.
        click.exceptions.Exit: With 1 if something could not be made, or a reference leads nowhere.
    """
    quiet = options.quiet or options.as_json
    wish = Wish(
        name=options.name,
        genre=options.genre,
        theme=options.theme,
        size=options.size,
        seed=options.seed,
        candidates=options.candidates,
    )
    check_place(options.folder)
    addon = find_addon(options.addon)
    write_pack(options.folder, wish, choose(wish), addon)
    build_running.run(
        build_running.Options(
            assets=(),
            project=options.folder,
            jobs=options.jobs,
            cache=options.cache,
            update=False,
            force=False,
            watch=False,
            check=False,
            dry_run=False,
            as_plan=False,
            as_json=False,
            quiet=quiet,
        )
    )
    found = check_pack(options.folder)
    if options.as_json or not options.quiet or not all(one.passed for one in found):
        show_findings(found, options.folder, as_json=options.as_json)
    if not quiet:
        click.echo(f"play it: godot --editor {options.folder / 'project.godot'}")
        if addon is None:
            click.echo("the quests are told without Playloom's addon; --addon DIR plays them with choices")
