"""What people say they changed by hand in a generated file."""

import hashlib
from pathlib import Path

import msgspec

from playloom.errors import FileInvalid, RequestInvalid
from playloom.files import read_regular, write_atomically
from playloom.provenance.ledger import LEDGER_FILE, ledger_bytes, read_ledger
from playloom.provenance.record import Edit, Record

BYTES_HIGH = 1 << 30
TEXT_HIGH = 500  # characters


def find_ledger(place: Path) -> Path | None:
    """Return the ledger beside a file or in the nearest folder above it; None if there is none."""
    start = place.absolute()
    for folder in (start, *start.parents) if start.is_dir() else start.parents:
        if (folder / LEDGER_FILE).is_file():
            return folder / LEDGER_FILE
    return None


def record_for(place: Path, ledger: Path) -> tuple[dict[str, Record], Record | None]:
    """Return all records of a ledger, and that of the file at ``place`` if it has one."""
    records = read_ledger(ledger)
    folder = ledger.parent.resolve()
    real = place.parent.resolve() / place.name
    return records, records.get(real.relative_to(folder).as_posix()) if real.is_relative_to(folder) else None


def declare(place: Path, ledger: Path, *, by: str, what: str) -> Record:
    """Write into the ledger that people changed a file by hand, and return its record.

    Args:
        place: The file as it is now.
        ledger: That knows the file.
        by: Who, in words of their choice.
        what: What they did.

    Raises:
        RequestInvalid: If a text is empty or cannot be shown, the ledger does not know the file, or the file
            is as the ledger says.
        FileInvalid: If the ledger is damaged or the file cannot be read.
        WriteFailed: If the system refuses.
    """
    for name, text in (("by", by), ("what", what)):
        if not text.strip() or len(text) > TEXT_HIGH or not text.isprintable():
            raise RequestInvalid(f"--{name} is {ascii(text)[:80]}; write 1 to {TEXT_HIGH} visible characters")
    records, record = record_for(place, ledger)
    if record is None:
        raise RequestInvalid(
            f"{place}: {ledger} has no line for it; what people made themselves is named under [human] in "
            "provenance.toml"
        )
    data = read_regular(place, BYTES_HIGH, "a generated file")
    if len(data) == BYTES_HIGH:
        raise FileInvalid(f"{place}: larger than {BYTES_HIGH >> 30} GiB; no generated file is")
    digest = hashlib.sha256(data).hexdigest()
    if digest == record.current:
        raise RequestInvalid(f"{place}: is as the ledger says; there is no edit to declare")
    edit = Edit(by=by, what=what, before=record.current, after=digest)
    records[record.path] = msgspec.structs.replace(record, edits=(*record.edits, edit))
    write_atomically(ledger, ledger_bytes(records.values()))
    return records[record.path]
