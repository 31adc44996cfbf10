"""`playloom provenance`: where every file of a game comes from, and what is told to stores about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from playloom.commands.options import FILE

if TYPE_CHECKING:
    from playloom.provenance import Model, Record
    from playloom.provenance.notes import Note
    from playloom.provenance.verify import Models, Standing, Verification

_FORMS = ("steam", "itch", "eu", "html", "csv", "cyclonedx")
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_folder = click.argument("folder", type=_FOLDER, metavar="DIR", default=".")
_ledger = click.option(
    "--ledger", type=FILE, metavar="FILE", help="The ledger.  [default: provenance.jsonl in DIR or above]"
)
_without = click.option(
    "--without-ledger", is_flag=True, help="There is none: tell files by their own notes alone."
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def provenance() -> None:
    """Account for every file of a game: what made it, from what, under which licence.

    `playloom build` writes a ledger, provenance.jsonl, beside its lock file.
    Which files people made is declared in provenance.toml or playloom.toml:

    \b
      [human]
      files = ["src/**", "*.gd", "music/"]

    \b
    playloom provenance verify game/
    playloom provenance show game/maps/crypt.tmx
    playloom provenance declare game/maps/crypt.tmx --by Ada --what "moved the exit"
    playloom provenance report game/ --format steam
    """


@provenance.command()
@_folder
@_ledger
@_without
@_as_json
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells.")
def verify(folder: Path, ledger: Path | None, without_ledger: bool, as_json: bool, quiet: bool) -> None:
    """Class every file as generated, edited, human or unknown.

    Exit 1 if a file is unknown, was changed without being declared, or says
    something else of itself than the ledger.
    """
    from playloom.commands.output import mark, print_json

    verification = _verified(folder, ledger, without_ledger)
    if as_json:
        print_json(_document(verification))
    elif not quiet:
        for one in verification.files:
            for fault in one.faults:
                click.echo(f"{mark(False)} {one.path}: {fault}")
        click.echo(f"{mark(verification.sound)} {_summary(verification)}")
    if not verification.sound:
        raise click.exceptions.Exit(1)


@provenance.command()
@click.argument("file", type=FILE, metavar="FILE")
@_ledger
@_as_json
def show(file: Path, ledger: Path | None, as_json: bool) -> None:
    """Tell what is known of one file: by the ledger, and by the file itself."""
    from playloom.provenance.declaring import find_ledger, record_for
    from playloom.provenance.notes import read_note

    ledger = ledger or find_ledger(file)
    record = None if ledger is None else record_for(file, ledger)[1]
    note = read_note(file)
    if as_json:
        import msgspec

        from playloom.commands.output import print_json

        print_json(msgspec.to_builtins({"file": file.name, "record": record, "note": note}))
        return
    for line in [*_record_lines(record, ledger), *_note_lines(note)]:
        click.echo(line)


@provenance.command()
@click.argument("file", type=FILE, metavar="FILE")
@click.option("--by", required=True, metavar="NAME", help="Who changed it.")
@click.option("--what", required=True, metavar="TEXT", help="What was changed.")
@_ledger
def declare(file: Path, by: str, what: str, ledger: Path | None) -> None:
    """Record in the ledger that people changed a generated file by hand."""
    from playloom.provenance.declaring import declare as write

    record = write(file, _found(file, ledger), by=by, what=what)
    click.echo(f"{record.path}: edited by {by}: {what}")


@provenance.command()
@_folder
@click.option("--format", "form", type=click.Choice(_FORMS), required=True, help="Whom it is for.")
@_ledger
@_without
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it here; without it, it is printed.",
)
def report(folder: Path, form: str, ledger: Path | None, without_ledger: bool, output: Path | None) -> None:
    """Write what a store, a publisher or a lawyer asks for.

    Every claim is counted from the files and their ledger; what nobody
    counted is called "not measured". Exit 1 if files are not accounted for:
    the report then says so in its first line.
    """
    from playloom.files import write_atomically
    from playloom.provenance.report import report as write

    verification = _verified(folder, ledger, without_ledger)
    text = write(verification, form)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_atomically(output, text.encode())
        click.echo(f"{output}: {_summary(verification)}", err=True)
    if not verification.sound:
        raise click.exceptions.Exit(1)


def _verified(folder: Path, ledger: Path | None, without_ledger: bool) -> Verification:
    from playloom.provenance.verify import verify as judge

    if without_ledger and ledger is not None:
        raise click.UsageError("--without-ledger and --ledger exclude each other; leave one out")
    return judge(folder, None if without_ledger else _found(folder, ledger), _cards())


def _found(place: Path, ledger: Path | None) -> Path:
    from playloom.errors import RequestInvalid
    from playloom.provenance.declaring import find_ledger

    found = ledger or find_ledger(place)
    if found is None:
        raise RequestInvalid(
            f"{place}: no provenance.jsonl in it or above; `playloom build` writes one; --ledger names one "
            "that lies elsewhere, --without-ledger does without"
        )
    return found


def _cards() -> Models:
    """Return the look-up of what the cards of installed packages say, by the package's hash."""
    import functools

    @functools.cache
    def known() -> dict[str, Model]:
        import hashlib

        from playloom.errors import PlayloomError
        from playloom.files import read_regular
        from playloom.library import Library
        from playloom.manifest import MANIFEST_BYTES, MANIFEST_FILE, parse_manifest
        from playloom.provenance import model_of

        found: dict[str, Model] = {}
        for root in Library.default().roots():
            place = root / MANIFEST_FILE
            try:
                data = read_regular(place, MANIFEST_BYTES + 1, "a manifest")
                digest = hashlib.sha256(data).hexdigest()
                found[digest] = model_of(digest, parse_manifest(data, str(place)))
            except PlayloomError:
                continue  # a package that is not sound says nothing about a ledger
        return found

    return lambda sha256: known().get(sha256)


def _document(verification: Verification) -> dict[str, Any]:
    return {
        "sound": verification.sound,
        "ledger": verification.ledger,
        "counts": verification.counts,
        "skipped": verification.skipped,
        "models_not_at_hand": list(verification.unproven),
        "files": [_file(one) for one in verification.files],
    }


def _file(one: Standing) -> dict[str, Any]:
    record = one.record
    return {
        "path": one.path,
        "class": one.sort,
        "kind": record.origin.kind if record else None,
        "marked": one.marked,
        "faults": list(one.faults),
    }


def _summary(verification: Verification) -> str:
    from playloom.kernels.counting import counted

    counts = ", ".join(f"{n} {name}" for name, n in verification.counts.items() if n)
    parts = [f"{counted(len(verification.files), 'file')}: {counts or 'none'}"]
    if verification.skipped:
        parts.append(f"{verification.skipped} hidden or of the engine not looked at")
    if verification.unproven:
        parts.append(f"not at hand to compare: {', '.join(verification.unproven)}")
    return "; ".join(parts)


def _record_lines(record: Record | None, ledger: Path | None) -> list[str]:
    if record is None:
        return ["ledger    no line for it" if ledger else "ledger    none found"]
    origin, model = record.origin, record.origin.model
    lines = [
        f"path      {record.path}",
        f"kind      {origin.kind}, {origin.mode}, {origin.source_type}",
        f"SHA-256   {record.sha256}",
        f"model     {f'{model.name} {model.version}, licence {model.licence}' if model else 'none'}",
    ]
    for data in model.datasets if model else ():
        lines.append(f"data      {data.name}: {data.licence}, {data.count} from {data.source}")
    lines.append(f"seed      {'none' if origin.seed is None else origin.seed}")
    lines.append(f"checks    {', '.join(origin.checks) or 'none'}")
    near = origin.nearest
    lines.append(f"nearest   {f'{near.name}, distance {near.distance:g}' if near else 'not measured'}")
    lines += [f"parent    {parent.path}" for parent in record.parents]
    lines += [f"edited    by {edit.by}: {edit.what}" for edit in record.edits]
    return [_shown(line) for line in lines]


def _note_lines(note: Note | None) -> list[str]:
    if note is None:
        return ["itself    says nothing of its origin"]
    models = ", ".join(sorted(_shown(one)[:12] for one in note.models)) or "none named"
    return [f"itself    says {note.source_type}, model {models}"]


def _shown(text: str) -> str:
    """Return text of a file without what could steer a terminal."""
    return "".join(mark if mark.isprintable() else "?" for mark in text)
