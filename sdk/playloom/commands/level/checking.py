"""The work of `playloom level check`."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import msgspec

from playloom.api import border_of
from playloom.commands.level.maps import MapReader
from playloom.commands.level.showing import verdict_table
from playloom.commands.output import failure_document, mark, print_json
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level import formats
from playloom.kinds.level.check import Judgement, judge
from playloom.kinds.level.content import Level, LevelRequest, Verdict
from playloom.kinds.level.endless.check import is_region, judge_region
from playloom.kinds.level.outcome import outcome
from playloom.kinds.level.vocabulary import Role


@dataclass(frozen=True)
class Finding:
    """One file judged: the independent judgement, and what the file's own evidence is worth."""

    judgement: Judgement
    stored: tuple[Verdict, ...]  # the stored request and solution; empty for a map without evidence
    notes: tuple[str, ...]  # why what the file stores was not looked at

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All checks, the file's own evidence last."""
        return (*self.judgement.verdicts, *self.stored)

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(verdict.passed for verdict in self.verdicts)


def check_files(
    files: Sequence[Path],
    reader: MapReader,
    *,
    open_border: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Judge and report every file; return 0 if all passed, else 1."""
    passed = True
    for path in [level for file in files for level in formats.every_level(file)]:
        try:
            finding = _examine_file(path, reader, open_border=open_border)
        except FileInvalid as problem:
            passed = False
            click.echo(f"playloom: {problem}", err=True)
            if as_json:
                print_json({"file": str(path), "passed": False, "error": failure_document(problem)})
            continue
        passed &= finding.passed
        if as_json:
            print_json(_document(path, finding))
        elif not quiet:
            outcome = "passed" if finding.passed else "failed"
            click.echo(f"{mark(finding.passed)} {path}: {outcome}\n{verdict_table(finding.verdicts)}")
            for note in finding.notes:
                click.echo(f"  ! {note}")
    return 0 if passed else 1


def _examine_file(path: Path, reader: MapReader, *, open_border: bool) -> Finding:
    """Judge a file; a map without evidence may be open where the styles of the theme named for it are."""
    level = reader.read(path)
    return examine(level, open_border=open_border or (level.evidence is None and reader.open_border))


def examine(level: Level, *, open_border: bool) -> Finding:
    """Judge ``level`` by the rules, by its stored request, and by playing its stored solution."""
    evidence = level.evidence
    border = border_of(level, open_border=open_border)
    if evidence is None:
        return Finding(judge(level, border=border), (), level.notes)
    stored = []
    request = None
    try:
        if is_region(evidence.request):
            return Finding(judge_region(level, evidence.request), (), level.notes)
        request = _stored_request(evidence.request)
    except RequestInvalid as problem:
        stored.append(Verdict("stored request", False, str(problem)))
    if evidence.solution or _has_ends(level):
        stored.append(outcome(level, evidence.solution, "stored solution"))
    return Finding(judge(level, request, border=border), tuple(stored), level.notes)


def _has_ends(level: Level) -> bool:
    """Return whether there is a way to find: a developer's own tiles may have no start or no exit."""
    return bool(level.vocabulary.ids(Role.START) and level.vocabulary.ids(Role.EXIT))


def _stored_request(record: dict[str, Any]) -> LevelRequest:
    """Return the request that a file's evidence holds; the cells pinned then are not stored.

    Raises:
        RequestInvalid: If somebody changed it into something that cannot be.
    """
    fields = {name: value for name, value in record.items() if name != "pinned_cells"}
    known = inspect.signature(LevelRequest).parameters
    unknown = sorted(set(fields) - set(known))
    if unknown:
        raise RequestInvalid(
            f"evidence asks for {', '.join(unknown)}, which no request has; restore the file"
        )
    try:
        return msgspec.convert(fields, LevelRequest)
    except msgspec.ValidationError as problem:
        raise RequestInvalid(f"evidence holds a request that cannot be read: {problem}") from problem


def _document(path: Path, finding: Finding) -> dict[str, Any]:
    return {
        "file": str(path),
        "passed": finding.passed,
        "checks": msgspec.to_builtins(finding.verdicts),
        "measures": finding.judgement.measures,
        "solution": finding.judgement.solution,
        "notes": finding.notes,
    }
