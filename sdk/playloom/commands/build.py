"""`playloom build`: its options."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from playloom.commands.options import JOBS_HIGH, Option, Sectioned

PROJECT = click.Path(exists=True, path_type=Path)
CACHE = click.Path(file_okay=False, path_type=Path)

_how = partial(click.option, cls=Option, section="How")
_show = partial(click.option, cls=Option, section="Instead of building")
_output = partial(click.option, cls=Option, section="Output")


@click.command(cls=Sectioned)
@click.argument("assets", nargs=-1, metavar="[ASSET]...")
@_how(
    "--project",
    type=PROJECT,
    metavar="DIR",
    help="Folder with playloom.toml.  [default: this one, or the nearest above it that has one]",
)
@_how(
    "-j",
    "--jobs",
    type=click.IntRange(1, JOBS_HIGH),
    metavar="N",
    help="Made at a time.  [default: your cores]",
)
@_how(
    "--cache",
    type=CACHE,
    metavar="DIR",
    help="Where to keep what was made; several projects may share it.  [default: .playloom/cache in the "
    "project, or PLAYLOOM_CACHE]",
)
@_how(
    "--cluster",
    metavar="ADDRESS",
    help="Make it on a Dask cluster: tcp://HOST:PORT of its scheduler, or local:N for N processes here.",
)
@_how("--update", is_flag=True, help="Accept what differs from playloom.lock, and write it there.")
@_how("--force", is_flag=True, help="Write over files that were changed by hand, or that no build made.")
@_how("--watch", is_flag=True, help="Build again whenever the project changes, until Ctrl-C.")
@_show("--check", is_flag=True, help="Exit 1 if something is not up to date; for CI.")
@_show("--dry-run", is_flag=True, help="Tell what would be made, and why.")
@_show("--plan", "as_plan", is_flag=True, help="Show what is made from what.")
@_show("--schema", is_flag=True, help="Print the JSON Schema of playloom.toml, for editors.")
@_output("--json", "as_json", is_flag=True, help="Print one JSON document.")
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
def build(**options: Any) -> None:
    """Make the content that playloom.toml asks for; only what is not up to date.

    ASSET is a table of playloom.toml (level.crypt), one seed of it
    (level.crypt#7) or all of a sort (level); without any, everything is made.

    \b
    playloom new                 start a playloom.toml here
    playloom build               make what it asks for
    playloom build --dry-run     what would be made, and why
    playloom build --check       in CI: is all that is here up to date?
    playloom build level.crypt --watch
    playloom clean               remove what was made

    What was made is told in playloom.lock, which belongs into version
    control: with it, a colleague's build gives the same bytes, or says what
    differs. provenance.jsonl says where each file comes from. Files that you
    changed by hand are never written over.
    """
    if options["schema"]:
        from playloom.build.schema import schema_text

        click.echo(schema_text())
        return
    instead = [f"--{name.replace('_', '-')}" for name in ("check", "dry_run") if options[name]]
    instead += ["--plan"] if options["as_plan"] else []
    if len(instead) > 1 or (instead and options["watch"]):
        raise click.UsageError(
            f"{' and '.join([*instead, *(['--watch'] if options['watch'] else [])])}: give one"
        )
    from playloom.commands.build_running import Options, run

    run(Options(**{name: value for name, value in options.items() if name != "schema"}))
