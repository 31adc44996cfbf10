"""The ledger of a project: one line of canonical JSON a file, sorted by path.

Lines are merged by version control like any other text. Each carries the SHA-256 of what it says, so that a
line that was changed by hand or by accident is noticed. That detects damage and carelessness, not malice:
whoever can write the ledger can compute the digest too, which is why `verify` also asks the files and the
models.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from playloom.errors import FileInvalid, PlayloomError, RequestInvalid
from playloom.files import read_regular
from playloom.provenance.record import Record, path_fault
from playloom.strict_json import canonical_line

LEDGER_FILE = "provenance.jsonl"
BYTES_HIGH = 256 << 20
LINE_BYTES_HIGH = 1 << 20
_DIGEST = "digest"


def ledger_bytes(records: Iterable[Record]) -> bytes:
    """Return the ledger as a file's bytes; the same records give the same bytes.

    Raises:
        RequestInvalid: If two records are of one path, or a request cannot be written as JSON.
    """
    found: dict[str, Record] = {}
    for record in records:
        if found.setdefault(record.path, record) is not record:
            raise RequestInvalid(f"{record.path}: has two records; every file has one")
    return "".join(f"{_line(found[path])}\n" for path in sorted(found)).encode()


def read_ledger(path: Path) -> dict[str, Record]:
    """Return the records by path, in order.

    Raises:
        FileInvalid: If the ledger is not there, too large, or a line of it is damaged, changed, doubled or
            out of place; names the line.
    """
    data = read_regular(path, BYTES_HIGH + 1, "a ledger")
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{path}: larger than {BYTES_HIGH >> 20} MiB; a ledger is smaller")
    lines = data.split(b"\n")
    if lines.pop():
        raise FileInvalid(f"{path}:{len(lines) + 1}: the last line is cut off; {_AGAIN}")
    records: dict[str, Record] = {}
    before = ""
    for number, line in enumerate(lines, 1):
        record = _record(line, f"{path}:{number}")
        if record.path <= before:
            raise FileInvalid(
                f"{path}:{number}: {record.path} comes after {before}; lines are sorted by path and "
                f"every file has one; {_AGAIN}"
            )
        before = record.path
        records[before] = record
    return records


def carry_edits(old: Mapping[str, Record], fresh: Iterable[Record]) -> list[Record]:
    """Return the fresh records, with the edits declared for a file that is generated as it was before."""
    kept = []
    for record in fresh:
        known = old.get(record.path)
        same = known is not None and known.sha256 == record.sha256
        kept.append(msgspec.structs.replace(record, edits=known.edits) if known and same else record)
    return kept


_AGAIN = "take the ledger from version control, or build again"


def _line(record: Record) -> str:
    """Return the line, with the digest of its other fields first: its name sorts before theirs."""
    line = canonical_line(msgspec.to_builtins(record), f"the record of {record.path}")
    return f'{{"{_DIGEST}":"{hashlib.sha256(line.encode()).hexdigest()}",{line[1:]}'


def _record(line: bytes, where: str) -> Record:
    if len(line) > LINE_BYTES_HIGH:
        raise FileInvalid(f"{where}: longer than {LINE_BYTES_HIGH >> 20} MiB; no record is; {_AGAIN}")
    try:
        plain = msgspec.json.decode(line)
        if not isinstance(plain, dict):
            raise ValueError("a record is an object")
        plain.pop(_DIGEST, None)
        record = msgspec.convert(plain, Record)
        if _line(record).encode() != line:
            raise ValueError("its digest or its spelling is another than Playloom would write")
        if fault := _fault(record):
            raise ValueError(fault)
    except (ValueError, TypeError, RecursionError, PlayloomError, msgspec.MsgspecError) as problem:
        said = ascii(str(problem))[1:-1][:200]
        raise FileInvalid(f"{where}: no record of a file ({said}); {_AGAIN}") from problem
    return record


def _fault(record: Record) -> str:
    """Return what contradicts itself in a record; "" if nothing does."""
    for path in (record.path, *(parent.path for parent in record.parents)):
        if fault := path_fault(path):
            return fault
    states = [record.sha256, *(edit.after for edit in record.edits)]
    if states[:-1] != [edit.before for edit in record.edits]:
        return "its edits do not follow one another"
    if record.origin.seed != record.origin.request.get("seed"):
        return "its seed is not that of its request"
    return ""
