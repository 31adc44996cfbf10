"""The work of `playloom build`: a session opened, told about, or built."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from playloom.build.outcome import Outcome
from playloom.build.paths import PROJECT_FILE
from playloom.build.rejections import LeftOut, joined
from playloom.build.session import Session, Wishes, build, find_folder, open_session
from playloom.build.turn import turn
from playloom.commands.build_showing import (
    document,
    dry_run_document,
    plan_document,
    say,
    say_dry_run,
    say_plan,
)
from playloom.commands.output import print_json, progress
from playloom.errors import PlayloomError
from playloom.feedback.keys import DATABASE

_WATCH_SECONDS = 0.5  # between two looks at the files


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of one run; names as in `playloom build --help`."""

    assets: tuple[str, ...]
    project: Path | None
    jobs: int | None
    cache: Path | None
    update: bool
    force: bool
    watch: bool
    check: bool
    dry_run: bool
    as_plan: bool
    as_json: bool
    quiet: bool
    cluster: str | None = None

    @property
    def wishes(self) -> Wishes:
        """What the build is told."""
        return Wishes(assets=self.assets, jobs=self.jobs or _cores(), force=self.force, update=self.update)


def run(options: Options) -> None:
    """Do what the options say.

    Raises:
        FileInvalid: If the project file, the lock or the ledger cannot be read.
        RequestInvalid: If there is no project, or no asset of a name.
        WriteFailed: If the system refuses.
        click.exceptions.Exit: With 1 if something failed, or --check found something.
    """
    folder = find_folder(options.project)
    if options.watch:
        _watch(folder, options)
    elif options.check or options.dry_run or options.as_plan:
        _tell(open_session(folder, options.cache, update=options.update), options)
    else:
        _leave(_build(folder, options))


def _tell(session: Session, options: Options) -> None:
    chosen = session.chosen(options.assets)
    if options.as_plan:
        print_json(plan_document(session, chosen)) if options.as_json else say_plan(session, chosen)
        return
    found = dry_run_document(session, chosen, everything=not options.assets)
    if options.as_json:
        print_json(found)
    elif not options.quiet:
        say_dry_run(session, found)
    if options.check and (found["make"] or found["edited"] or found["remove"]):
        raise click.exceptions.Exit(1)


def _build(folder: Path, options: Options) -> Outcome:
    began = time.monotonic()
    quiet = options.quiet or options.as_json

    def waiting() -> None:
        if not quiet:
            click.echo("playloom: another build of this project is running; waiting for it", err=True)

    with turn(folder, waiting) as held:
        session = open_session(folder, options.cache, update=options.update)
        shown = not quiet and any(session.reason(name) for name in session.statuses)
        with (
            _makers(session, options) as (wishes, executor),
            progress(1.0, "Building", shown=shown) as report,
        ):
            outcome, removed = build(session, held, wishes, report, executor)
            found: LeftOut = {}
            while outcome.rejected:  # known only now that it was made: others take its place
                found = joined(found, *map(session.rejected, outcome.rejected))
                session = open_session(folder, options.cache, update=options.update, rejected=found)
                more, also = build(session, held, wishes, report, executor)
                outcome, removed = more.after(outcome), [*removed, *also]
    if options.as_json:
        print_json(document(session, outcome, removed))
    else:
        say(session, outcome, removed, time.monotonic() - began, quiet=options.quiet)
    return outcome


@contextmanager
def _makers(session: Session, options: Options) -> Iterator[tuple[Wishes, Callable[[], Executor] | None]]:
    """Hand out how to build and what makes the jobs; a cluster only where there is something to make."""
    if options.cluster is None or not any(session.reason(name) for name in session.statuses):
        yield options.wishes, None
        return
    from playloom.build.cluster import cluster

    with cluster(options.cluster) as found:
        yield replace(options.wishes, jobs=found.threads), found.executor


def _leave(outcome: Outcome) -> None:
    if outcome.failures:
        raise click.exceptions.Exit(1)


def _watch(folder: Path, options: Options) -> None:
    """Build, then again whenever something that takes part changes; what fails waits to be mended."""
    while True:
        before = _signs(folder, ())
        known = _signs(folder, paths := _build_and_tell(folder, options))
        if known[: len(before)] != before:  # project file or feedback was changed meanwhile
            continue
        if not options.quiet:
            click.echo("watching; Ctrl-C ends", err=True)
        while _signs(folder, paths) == known:
            time.sleep(_WATCH_SECONDS)


def _build_and_tell(folder: Path, options: Options) -> tuple[str, ...]:
    """Build, tell of an error, and return the files that the project is made from."""
    try:
        _build(folder, options)
        session = open_session(folder, options.cache)
    except PlayloomError as error:
        click.echo(f"playloom: {error}", err=True)
        return ()
    return tuple({path for status in session.statuses.values() for path in status.task.files})


def _signs(folder: Path, paths: tuple[str, ...]) -> list[Any]:
    """Return what tells that files have changed: their times and sizes."""
    found: list[Any] = []
    for path in (PROJECT_FILE, DATABASE, f"{DATABASE}-wal", *paths):
        try:
            status = (folder / path).stat()
            found.append((path, status.st_mtime_ns, status.st_size, status.st_ino))
        except OSError:
            found.append((path, None))
    return found


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every system has it
        return os.cpu_count() or 1
