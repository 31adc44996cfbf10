"""`playloom bundle`: its options."""

from importlib.metadata import version
from pathlib import Path

import click

from playloom.commands.options import FILE, JOBS_HIGH
from playloom.commands.output import mark, print_json, progress

SYSTEMS = ("linux", "windows", "macos")


@click.command()
@click.option(
    "--pack", "requests", type=FILE, metavar="FILE", help="Make the content that this TOML file lists."
)
@click.option(
    "--for", "system", type=click.Choice(SYSTEMS), help="Make the server for this system: the one you run on."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder to write."
)
@click.option(
    "--models",
    default="topdown,pixels",
    show_default=True,
    metavar="NAMES",
    help="Of the server: model packages, names or folders, with commas between.",
)
@click.option(
    "--world", "worlds", multiple=True, type=FILE, metavar="FILE", help="A world for quests. May be repeated."
)
@click.option(
    "--scripts",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of your own scripts for quests. May be repeated.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, JOBS_HIGH),
    metavar="N",
    help="Contents made at a time.  [default: cores - 1]",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def bundle(
    requests: Path | None,
    system: str | None,
    output: Path,
    models: str,
    worlds: tuple[Path, ...],
    scripts: tuple[Path, ...],
    jobs: int | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make what a game ships: a pack of content, or the server for machines without Python.

    Give --pack or --for. A pack answers where no server can run: on the web and
    on phones. The server is a folder that lies beside the exported game.

    \b
    playloom bundle --pack requests.toml -o game/playloom_pack
    playloom bundle --for linux --models topdown,pixels -o build/playloom-sidecar
    """
    if (requests is None) is (system is None):
        raise click.UsageError("give --pack FILE or --for SYSTEM")
    if requests is not None:
        _pack(requests, output, worlds, scripts, jobs, as_json=as_json, quiet=quiet)
    elif system is not None:
        _sidecar(system, output, models, worlds, scripts, as_json=as_json, quiet=quiet)


def _pack(
    requests: Path,
    output: Path,
    worlds: tuple[Path, ...],
    scripts: tuple[Path, ...],
    jobs: int | None,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    from playloom_bridge.bundling.pack import Kitchen, check_target, write_pack
    from playloom_bridge.bundling.wanted import read_wanted
    from playloom_bridge.makers import Makers
    from playloom_bridge.process import known_worlds
    from playloom_bridge.worker import usual_workers

    check_target(output)
    wanted = read_wanted(requests)
    makers = Makers(1 << 30, known_worlds(worlds), scripts)
    kitchen = Kitchen(makers.by_method(), jobs or usual_workers(), requests)
    with progress(len(wanted), f"{len(wanted)} contents", shown=not quiet and not as_json) as told:
        pack = write_pack(output, kitchen.make(wanted), makers.shelf, version("playloom"), told)
    if as_json:
        document = {
            "folder": str(pack.folder),
            "entries": pack.entries,
            "bytes": pack.size,
            "models": pack.models,
        }
        print_json(document)
        return
    click.echo(f"{mark(True)} {pack.folder}: {pack.entries} contents, {pack.size / 1024:.0f} KiB")
    for model in pack.models:
        click.echo(f"  {model['kind']} of {model['name']} {model['version']}, {model['licence']}")


def _sidecar(
    system: str,
    output: Path,
    models: str,
    worlds: tuple[Path, ...],
    scripts: tuple[Path, ...],
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    from playloom_bridge.bundling.sidecar import Contents, build, check_system, check_target
    from playloom_bridge.bundling.trial import try_out

    check_system(system)
    check_target(output)
    contents = Contents.find([name for name in models.split(",") if name], worlds, scripts)

    def say(text: str) -> None:
        if not quiet and not as_json:
            click.echo(text, err=True)

    made = build(output, contents, say, try_out)
    if as_json:
        print_json(
            {
                "folder": str(output),
                "program": made.program,
                "bytes": made.size,
                "files": made.files,
                "ready_seconds": round(made.trial.ready_seconds, 3),
                "models": made.models,
            }
        )
        return
    click.echo(
        f"{mark(True)} {output}: {made.size / (1 << 20):.0f} MiB in {made.files} files, "
        f"listens after {made.trial.ready_seconds:.1f} s; {made.trial.said}"
    )
