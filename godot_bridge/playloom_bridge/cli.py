"""`playloom serve`: content for a running game over a WebSocket on this machine."""

from importlib.metadata import version
from pathlib import Path

import click

_KINDS = ("level", "sprite", "quest")


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0: any that is free."
)
@click.option("--token-stdin", is_flag=True, help="Take the token from the first line of stdin.")
@click.option(
    "--token-file", type=click.Path(path_type=Path), help="Take the token from a file that only you can read."
)
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path),
    help="Write the port, and a token if none was given, into a file that only you can read.",
)
@click.option(
    "--parent-stdin", is_flag=True, help="End when stdin ends: when the game that started this is gone."
)
@click.option(
    "--allow-origin", "origins", multiple=True, metavar="ORIGIN", help="A web build that may connect."
)
@click.option("--workers", type=click.IntRange(1, 64), help="Threads that make content. Usual: cores - 1.")
@click.option("--memory", type=click.IntRange(64), default=1024, show_default=True, help="MiB for models.")
@click.option("--world", "worlds", multiple=True, type=click.Path(path_type=Path), help="A world for quests.")
@click.option(
    "--scripts", multiple=True, type=click.Path(path_type=Path), help="Folder of your own scripts for quests."
)
@click.option(
    "--warm", multiple=True, type=click.Choice(_KINDS), default=_KINDS, help="Kinds to load at start."
)
@click.option("--cold", is_flag=True, help="Load nothing at start.")
@click.option("--health", is_flag=True, help="Answer GET /healthz on the same port.")
@click.option("--metrics", is_flag=True, help="Answer GET /metrics, for Prometheus, on the same port.")
@click.option(
    "--log", type=click.Path(path_type=Path), help="Write the log here; usual: stderr, if no parent."
)
def serve(
    port: int,
    token_stdin: bool,
    token_file: Path | None,
    ready_file: Path | None,
    parent_stdin: bool,
    origins: tuple[str, ...],
    workers: int | None,
    memory: int,
    worlds: tuple[Path, ...],
    scripts: tuple[Path, ...],
    warm: tuple[str, ...],
    cold: bool,
    health: bool,
    metrics: bool,
    log: Path | None,
) -> None:
    """Serve levels, sprites and quests to games on this machine.

    Prints one line of JSON with the port once it listens, then nothing. Only
    programs that know the token can use it; the token is never an argument,
    which other users could read.

    \b
    playloom serve --ready-file ~/.cache/playloom.json     # makes a token, too
    playloom serve --token-stdin --parent-stdin            # as a game starts it
    playloom serve --token-file token.txt --world world.toml --metrics
    """
    from playloom_bridge.doorway import check_origin
    from playloom_bridge.identity import new_token, read_token
    from playloom_bridge.journal import Journal
    from playloom_bridge.makers import Makers
    from playloom_bridge.process import Process, known_worlds, leave, read_token_line, run
    from playloom_bridge.server import Settings
    from playloom_bridge.worker import usual_workers

    if token_stdin and token_file is not None:
        raise click.UsageError("give --token-stdin or --token-file, not both")
    if not token_stdin and token_file is None and ready_file is None:
        raise click.UsageError("give --token-stdin, --token-file, or --ready-file to have a token made")
    made = not token_stdin and token_file is None
    token = read_token_line() if token_stdin else read_token(token_file) if token_file else new_token()
    settings = Settings(
        token=token,
        name=f"playloom/{version('playloom')}",
        port=port,
        origins=tuple(map(check_origin, origins)),
        health=health,
        metrics=metrics,
        workers=workers or usual_workers(),
    )
    process = Process(
        ready_file=ready_file, show_token=made, parent_stdin=parent_stdin, warm=() if cold else warm
    )
    makers = Makers(memory << 20, known_worlds(worlds), scripts)
    journal = Journal(log, stderr=not parent_stdin)
    leave(run(settings, process, makers.by_method(), journal))
