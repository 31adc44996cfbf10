"""What becomes of a level that was made: files, JSON, a preview, a line. Or of a failure."""

from collections.abc import Mapping
from typing import Any, NoReturn

import click

from playloom.commands.level.making_requests import Making
from playloom.commands.level.outputs import Writer
from playloom.commands.level.showing import level_document, print_preview, summary
from playloom.commands.output import failure_document, print_json
from playloom.errors import GenerationFailed
from playloom.kinds.level import formats
from playloom.kinds.level.content import Level, LevelRequest


def deliver(
    making: Making, request: LevelRequest, level: Level, writer: Writer, more: Mapping[str, Any] | None = None
) -> None:
    """Write a level's files and report it; ``more`` stands in its JSON."""
    written = writer.write(level, request.seed)
    if making.as_json:
        print_json({**level_document(level, request, written), **(more or {})})
    if making.preview or not (written or making.as_json or making.quiet):
        print_preview(level, err=making.as_json)
    if not making.quiet:
        for note in writer.notes(level):
            click.echo(f"playloom: {note}", err=True)
    if making.as_json or making.quiet:
        return
    click.echo(summary(level, request))
    if written:
        click.echo("  " + "  ".join(str(path) for path in written))
    elif making.count == 1:
        click.echo(f"  -o level.tmx writes it; formats: {' '.join(formats.WRITERS)}")


def report_failure(making: Making, request: LevelRequest, failure: GenerationFailed) -> None:
    """Say which of several levels failed; in JSON also of one alone."""
    if making.as_json:
        print_json({"seed": request.seed, "error": failure_document(failure)})
    if making.count > 1:
        click.echo(f"playloom: seed {request.seed}: {failure}", err=True)


def fail(making: Making, failures: list[tuple[int, GenerationFailed]]) -> NoReturn:
    """Leave with one failure that speaks of all of them, each with its seed.

    Raises:
        GenerationFailed: Always.
    """
    if making.count == 1:
        raise failures[0][1]
    failed = tuple(sorted({name for _, failure in failures for name in failure.failed}))
    advice = failures[0][1].advice
    others = ", the others are made" if len(failures) < making.count else ""
    hint = f"; {advice}" if advice else ""
    raise GenerationFailed(
        f"{len(failures)} of {making.count} levels failed{others}{hint}",
        failed=failed,
        advice=advice,
    )
