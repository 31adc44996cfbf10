"""The `playloom` command: one group whose subcommands come from installed distributions, loaded when used.

A distribution adds a subcommand through the entry points group
``playloom.commands``. Listing the commands imports none of them; one that
cannot be loaded is listed as such and harms no other.
"""

import importlib.util
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, EntryPoint, entry_points, version
from types import FrameType
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem, get_completion_class

from playloom.errors import FileInvalid, KindUnknown, PlayloomError, RequestInvalid

GROUP = "playloom.commands"
EXIT_FAILED, EXIT_USAGE, EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_TERMINATED = 1, 2, 70, 130, 143
_COMPLETE_VARIABLE = "_PLAYLOOM_COMPLETE"


@dataclass(frozen=True)
class _Own:
    """What help says of a command of ours without importing it, and the extra that it needs."""

    summary: str
    extra: str = ""


_OWN = {
    "new": _Own("Start a project: a playloom.toml that says what a game needs."),
    "build": _Own("Make the content that a project asks for; only what is not up to date."),
    "clean": _Own("Remove what a build made."),
    "demo": _Own("Write six levels and a page that shows them solved, with sprites."),
    "evaluate": _Own("Measure how good a model package is."),
    "level": _Own("Make tile-map levels, go on from maps, check and convert them."),
    "sprite": _Own("Make pixel art, go on from pictures, check and finish anybody's."),
    "quest": _Own("Make quests with branches in your world, check scripts, play quests."),
    "world": _Own("Draft and check worlds that quests are set in."),
    "serve": _Own("Make content for a running game, over a WebSocket on this machine.", extra="bridge"),
    "bundle": _Own("Make what a game ships: a pack of content, or the server for machines without Python."),
    "review": _Own("Accept, reject, rate and compare what was made, on a local page."),
    "feedback": _Own("Show, export and import what was said in reviews."),
    "tune": _Own("Learn a taste from reviews, to rank what is made by it."),
    "provenance": _Own("Account for every file of a game: what made it, from what, under which licence."),
    "model": _Own("List, show and check model packages; build one for quests."),
    "train": _Own("Train a model on game assets.", extra="train"),
}


class Unloadable(click.ClickException):
    """A subcommand whose module cannot be imported; says what to install or whom to ask."""


class CommandGroup(click.Group):
    """A group that finds subcommands through entry points and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of our own and of installed commands, none imported."""
        return sorted({*super().list_commands(ctx), *_points()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; one that cannot be imported says so when run."""
        own = super().get_command(ctx, cmd_name)
        point = _points().get(cmd_name)
        return own if own is not None or point is None else _load(point)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command to run; a misspelt one names its nearest match."""
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            import difflib

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f"did you mean {near[0]!r}?" if near else "`playloom --help` lists the commands"
            raise click.UsageError(f"no command is called {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line a command, without importing it."""
        rows = []
        for name in self.list_commands(ctx):
            if name in self.commands:
                rows.append((name, self.commands[name].get_short_help_str(80)))
            else:
                rows.append((name, _summary(_points()[name])))
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of commands without importing them."""
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        return [CompletionItem(name) for name in names] + click.Command.shell_complete(self, ctx, incomplete)


@cache
def _points() -> dict[str, EntryPoint]:
    """Return the installed commands by name; where two claim a name, ours wins, then the first by name."""
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: (not _is_ours(point), _maker(point))):
        found.setdefault(point.name, point)
    return found


def _maker(point: EntryPoint) -> str:
    return _name_of(point.dist) if point.dist is not None else ""


@cache
def _name_of(distribution: Distribution) -> str:
    return distribution.name  # parses a file each time; every command asks twice


def _is_ours(point: EntryPoint) -> bool:
    return _maker(point) == "playloom"


def _summary(point: EntryPoint) -> str:
    """Return the line of help for an installed command; looks for its top package, imports nothing."""
    own = _OWN.get(point.name) if _is_ours(point) else None
    top = point.module.partition(".")[0]
    try:
        missing = importlib.util.find_spec(top) is None
    except (ImportError, ValueError):
        missing = True
    if missing and own is not None and own.extra:
        return f"(not installed: pip install 'playloom[{own.extra}]')"
    if missing:
        return f"(not loadable: module {top!r} is missing)"
    if own is not None:
        return own.summary
    return (point.dist.metadata["Summary"] if point.dist is not None else None) or f"From {_maker(point)}."


def _load(point: EntryPoint) -> click.Command:
    try:
        command = point.load()
    except Exception as problem:  # whatever a third party's module does at import, only its own command fails
        return _stand_in(point.name, _why_unloadable(point, problem))
    if not isinstance(command, click.Command):
        reason = f"{point.value} of {_maker(point)} is {type(command).__name__}, expected a click command"
        return _stand_in(point.name, f"{reason}; update or remove that distribution")
    return command


def _why_unloadable(point: EntryPoint, problem: Exception) -> str:
    extra = _OWN[point.name].extra if _is_ours(point) and point.name in _OWN else ""
    if extra and isinstance(problem, ModuleNotFoundError):
        return f"`playloom {point.name}` needs more than the runtime: pip install 'playloom[{extra}]'"
    return (
        f"command {point.name!r} of {_maker(point) or 'an unknown distribution'} cannot be loaded: "
        f"{type(problem).__name__}: {problem}; update or remove that distribution"
    )


def _stand_in(name: str, reason: str) -> click.Command:
    """Return a command that takes anything and fails with ``reason``."""

    def fail() -> NoReturn:
        raise Unloadable(reason)

    takes_all = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(name, callback=fail, context_settings=takes_all, add_help_option=False)


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="playloom", message="%(prog)s %(version)s")
def playloom() -> None:
    """Checked, reproducible game content from small neural networks.

    Start with `playloom demo`, or `playloom level dungeon --seed 7`.
    """


@playloom.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  eval "$(playloom completion bash)"    in ~/.bashrc
    zsh:   eval "$(playloom completion zsh)"     in ~/.zshrc
    fish:  playloom completion fish | source     in ~/.config/fish/config.fish
    """
    script_of = get_completion_class(shell)
    if script_of is None:
        raise click.ClickException(f"click {version('click')} has no completion for {shell}")
    click.echo(script_of(playloom, {}, "playloom", _COMPLETE_VARIABLE).source())


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code.

    0: done; 1: failed; 2: wrong use: options or a request that cannot be, a file or a package that is not
    there; 70: a bug of ours; 130: interrupted (Ctrl-C); 143: terminated (SIGTERM).
    """
    try:
        with _termination_raises():
            code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        code = _hush()
    sys.exit(code)


class Terminated(KeyboardInterrupt):
    """SIGTERM arrived; whatever cleans up after Ctrl-C cleans up after this."""


@contextmanager
def _termination_raises() -> Iterator[None]:
    """Turn SIGTERM into an exception, unless the process has a handler already or ignores it."""
    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    )
    owner = os.getpid()

    def terminate(number: int, frame: FrameType | None) -> NoReturn:
        if os.getpid() != owner:  # a worker process that was forked meanwhile: its end is nobody's cleaning
            os._exit(EXIT_TERMINATED)
        signal.signal(number, signal.SIG_IGN)  # a second one would cut the cleaning short
        raise Terminated

    if ours:
        signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _run(arguments: list[str] | None) -> int:
    try:
        result: Any = playloom.main(
            arguments, prog_name="playloom", complete_var=_COMPLETE_VARIABLE, standalone_mode=False
        )
        return result if isinstance(result, int) else 0
    except BrokenPipeError:
        raise
    except (click.Abort, KeyboardInterrupt) as end:  # click makes an Abort of the others
        return _end(end)
    except Exception as error:
        # An extension module that is just being loaded makes an ImportError of Ctrl-C.
        return _end(error) if _stems_from(error, KeyboardInterrupt) else _explain(error)


def _end(end: BaseException) -> int:
    if _stems_from(end, Terminated):
        return _say("terminated", EXIT_TERMINATED)
    return _say("interrupted", EXIT_INTERRUPTED)


def _stems_from(error: BaseException | None, sort: type[BaseException]) -> bool:
    """Whether an exception, or one that it was raised from, is of this sort."""
    while error is not None and not isinstance(error, sort):
        error = error.__cause__
    return error is not None


def _explain(error: Exception) -> int:
    """Say in one line what went wrong, and return the exit code."""
    match error:
        case click.UsageError():
            error.show()
            return EXIT_USAGE
        case click.ClickException():
            return _say(error.format_message(), EXIT_FAILED)
        case PlayloomError():
            return _say(str(error), EXIT_USAGE if _is_wrong_use(error) else EXIT_FAILED)
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return _say(f"{where}{error.strerror or error}", EXIT_FAILED)
    if os.environ.get("PLAYLOOM_DEBUG"):
        traceback.print_exception(error)
    return _say(
        f"internal error: {type(error).__name__}: {error}; this is our bug, please report it "
        "(PLAYLOOM_DEBUG=1 shows where it happened)",
        EXIT_INTERNAL,
    )


def _is_wrong_use(error: PlayloomError) -> bool:
    """Whether it is about what was asked, or a file that is not there, rather than what was found in one."""
    missing = isinstance(error, FileInvalid) and _stems_from(error, FileNotFoundError)
    return missing or isinstance(error, RequestInvalid | KindUnknown)


def _say(message: str, code: int) -> int:
    click.echo(f"playloom: {message}", err=True)
    return code


def _hush() -> int:
    """Nobody reads our output any more: stop without a word, also when Python closes its streams."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_FAILED
