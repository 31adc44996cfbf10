"""The report as a table: one line a file, for spreadsheets."""

import csv
import io

from playloom.provenance.report.figures import NOT_MEASURED, Figures
from playloom.provenance.terms import source_uri
from playloom.provenance.verify import Standing

_HEADS = (
    "path", "class", "kind", "mode", "digital_source_type", "marked_in_file", "model", "model_sha256",
    "model_licence", "data_licences", "seed", "checks", "nearest", "nearest_distance", "edits", "sha256",
    "faults",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def table(figures: Figures) -> str:
    """Return the files as CSV with a line of heads."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_HEADS)
    for one in figures.verification.files:
        writer.writerow([_safe(cell) for cell in _row(one)])
    return file.getvalue()


def _row(one: Standing) -> list[str]:
    record = one.record
    faults = " | ".join(one.faults)
    if record is None:
        return [one.path, one.sort, *[""] * (len(_HEADS) - 3), faults]
    origin, model, nearest = record.origin, record.origin.model, record.origin.nearest
    return [
        one.path,
        one.sort,
        origin.kind,
        origin.mode,
        source_uri(origin.source_type),
        "yes" if one.marked else "no",
        f"{model.name} {model.version}" if model else "none",
        model.sha256 if model else "",
        model.licence if model else "",
        " | ".join(sorted({d.licence for d in model.datasets})) if model else "",
        "" if origin.seed is None else str(origin.seed),
        " | ".join(origin.checks),
        nearest.name if nearest else NOT_MEASURED,
        f"{nearest.distance:g}" if nearest else NOT_MEASURED,
        " | ".join(f"{edit.by}: {edit.what}" for edit in record.edits),
        record.current,
        faults,
    ]


def _safe(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    number = cell.lstrip("-").isdigit()
    return f"'{cell}" if cell.startswith(_FORMULA) and not number else cell
