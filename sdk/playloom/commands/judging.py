"""The work of `playloom level check` and `playloom level themes`."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import msgspec

from playloom.api import KIND, border_of, default_library, level_generator, read_level
from playloom.commands.output import columns, mark, print_json, verdict_table
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level import formats
from playloom.kinds.level.check import Judgement, judge
from playloom.kinds.level.content import Level, LevelRequest, Verdict
from playloom.kinds.level.endless.check import is_region, judge_region
from playloom.kinds.level.outcome import outcome
from playloom.kinds.level.vocabulary import CORE, Role


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
    *,
    package: str | None,
    legend: Path | None,
    open_border: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Judge and report every file; return 0 if all passed, else 1."""
    meanings = None if legend is None else formats.read_legend(legend)
    generator = None if package is None else level_generator(package)
    vocabulary = CORE if generator is None else generator.vocabulary
    passed = True
    for path in [level for file in files for level in formats.every_level(file)]:
        try:
            found = read_level(path, vocabulary, legend=meanings, generator=generator)
            finding = examine(found, open_border=open_border)
        except FileInvalid as problem:
            passed = False
            click.echo(f"playloom: {problem}", err=True)
            if as_json:
                error = {"code": problem.code, "message": str(problem)}
                print_json({"file": str(path), "passed": False, "error": error})
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


def list_themes(package: str | None, *, as_json: bool) -> None:
    """Print the themes and styles of one package, or of all level packages."""
    library = default_library()
    packages = [library.find(package, KIND)] if package is not None else library.packages()
    # Of two packages with one name the first is found by it, so the other one is not shown.
    named = {p.manifest.name: p.manifest for p in reversed(packages) if p.manifest.kind == KIND}
    found = [
        {"package": name, "theme": style["theme"], "style": style["name"]}
        for name, manifest in reversed(named.items())
        for style in manifest.settings["styles"]
    ]
    if as_json:
        print_json(found)
        return
    themes: dict[tuple[str, str], list[str]] = {}
    for row in found:
        themes.setdefault((row["theme"], row["package"]), []).append(row["style"])
    if not themes:
        click.echo("no level package is installed; `playloom model list` shows where packages are looked for")
        return
    rows = [(theme, name, ", ".join(styles)) for (theme, name), styles in themes.items()]
    click.echo(columns([("theme", "package", "styles"), *rows], indent=""))
