"""What `playloom build` prints of a plan, of what is to be done, and of what was done."""

from collections.abc import Sequence
from typing import Any

import click

from playloom.build.outcome import Outcome
from playloom.build.paths import LOCK_FILE
from playloom.build.session import Session
from playloom.commands.output import columns, failure_document, mark
from playloom.kernels.counting import counted

_SHOWN = 40  # tasks told one by one; of more, each table with its count


def plan_document(session: Session, chosen: Sequence[str]) -> dict[str, Any]:
    """Return the graph: what is made, from what, into which files."""
    return {
        "project": session.plan.name,
        "tasks": [
            {
                "task": name,
                "needs": list(status.task.needs),
                "files": list(status.task.files),
                "models": dict(status.now.models),
                "outputs": list(status.task.outputs),
                "reason": session.reason(name),
            }
            for name, status in session.statuses.items()
            if name in set(chosen)
        ],
    }


def say_plan(session: Session, chosen: Sequence[str]) -> None:
    """Print the tables of the project as a tree: below each what it is made from."""
    from rich.console import Console
    from rich.markup import escape
    from rich.tree import Tree

    tables = _tables(session, chosen)
    needed = {
        session.statuses[need].task.asset
        for names in tables.values()
        for name in names
        for need in session.statuses[name].task.needs
    }
    tree = Tree(escape(session.plan.name or session.folder.name), guide_style="dim")

    def grow(branch: Tree, asset: str) -> None:
        names = tables.get(asset) or [name for name in session.statuses if name.partition("#")[0] == asset]
        first = session.statuses[names[0]].task
        twig = branch.add(escape(_table_line(session, asset, names)))
        for need in dict.fromkeys(session.statuses[one].task.asset for one in first.needs):
            grow(twig, need)
        for path in first.files:
            twig.add(escape(path))
        for pin in first.pins:
            twig.add(escape(f"model {pin.name} {pin.sha256[:12]}"))

    for asset in tables:
        if asset not in needed:
            grow(tree, asset)
    Console().print(tree)


def _tables(session: Session, names: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(session.statuses[name].task.asset, []).append(name)
    return found


def _table_line(session: Session, asset: str, names: Sequence[str]) -> str:
    due = sum(session.reason(name) is not None for name in names)
    outputs = session.statuses[names[0]].task.outputs
    many = f" x{len(names)}" if len(names) > 1 else ""
    state = f" ({due} to make)" if due else ""
    return f"{asset}{many}{state}" + (f" -> {', '.join(outputs)}" if outputs else "")


def dry_run_document(session: Session, chosen: Sequence[str], *, everything: bool) -> dict[str, Any]:
    """Return what a build would do."""
    due = {name: reason for name in chosen if (reason := session.reason(name)) is not None}
    edited = sorted({path for name in chosen for path in session.statuses[name].edited})
    return {
        "make": [
            {"task": name, "reason": reason, "cached": session.statuses[name].cached}
            for name, reason in due.items()
        ],
        "edited": edited,
        "remove": sorted(session.stale()) if everything else [],
        "left_out": session.left_out,
        "up_to_date": len(chosen) - len(due),
    }


def say_dry_run(session: Session, found: dict[str, Any]) -> None:
    """Print what a build would do, and why."""
    rows = [
        (one["task"], one["reason"] + (" (in the cache)" if one["cached"] else "")) for one in found["make"]
    ]
    if len(rows) > _SHOWN:
        tables = _tables(session, [name for name, _ in rows])
        reasons = dict(rows)
        rows = [
            (f"{asset} x{len(names)}" if len(names) > 1 else names[0], reasons[names[0]])
            for asset, names in tables.items()
        ]
    if rows:
        click.echo(columns(rows))
    for path in found["edited"]:
        click.echo(f"  {path}: changed by hand; it stays")
    for name in found["left_out"]:
        click.echo(f"  {name}: rejected in a review; the next seed takes its place")
    for path in found["remove"]:
        click.echo(f"  {path}: nothing makes it any more; it would be removed")
    click.echo(f"{len(found['make'])} to make, {found['up_to_date']} up to date")


def document(session: Session, outcome: Outcome, removed: list[str]) -> dict[str, Any]:
    """Return what a build did."""
    done = len(outcome.made) + len(outcome.cached) + len(outcome.failures) + len(outcome.skipped)
    return {
        "made": sorted(outcome.made),
        "cached": sorted(outcome.cached),
        "up_to_date": max(len(session.statuses) - done, 0),
        "written": sorted(outcome.written),
        "kept": sorted(outcome.kept),
        "removed": removed,
        "left_out": session.left_out,
        "damaged": sorted(session.cache.damaged),
        "failed": {name: failure_document(problem) for name, problem in outcome.failures.items()},
        "skipped": dict(sorted(outcome.skipped.items())),
        "notes": outcome.notes,
    }


def say(session: Session, outcome: Outcome, removed: list[str], seconds: float, *, quiet: bool) -> None:
    """Print what a build did; what went wrong goes to stderr."""
    for name, problem in outcome.failures.items():
        click.echo(f"playloom: {name}: {problem}", err=True)
    for name, need in sorted(outcome.skipped.items()):
        click.echo(f"playloom: {name}: skipped, for it is made from {need}", err=True)
    if session.cache.damaged:
        click.echo(
            f"playloom: {counted(len(session.cache.damaged), 'file')} of the cache "
            f"{'was' if len(session.cache.damaged) == 1 else 'were'} damaged; what came of "
            f"{'it' if len(session.cache.damaged) == 1 else 'them'} was made anew",
            err=True,
        )
    for path in sorted(outcome.kept):
        click.echo(f"playloom: {path}: was changed by hand; kept (--force makes it anew)", err=True)
    if quiet:
        return
    for note in dict.fromkeys(outcome.notes):
        click.echo(f"note: {note}", err=True)
    before = {
        f"{line.task.partition('#')[0]}#{seed}" for line in session.lock.values() for seed in line.left_out
    }
    for name in session.left_out:
        if name not in before:
            click.echo(f"{name}: rejected in a review; the next seed takes its place", err=True)
    for path in removed:
        click.echo(f"removed {path}: nothing makes it any more")
    parts = [f"{len(outcome.made)} made"] if outcome.made else []
    parts += [f"{len(outcome.cached)} from the cache"] if outcome.cached else []
    parts += [f"{len(outcome.failures)} failed"] if outcome.failures else []
    parts += [f"{len(outcome.skipped)} skipped"] if outcome.skipped else []
    if not parts:
        click.echo(f"{mark(True)} {counted(len(session.statuses), 'thing')} up to date")
        return
    sound = mark(not outcome.failures)
    written = counted(len(outcome.written), "file")
    click.echo(f"{sound} {', '.join(parts)} in {seconds:.1f} s; {written} written, {LOCK_FILE} tells which")
