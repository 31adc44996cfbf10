"""The report as one page that can be sent to a lawyer or a publisher: nothing in it is fetched or run."""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from playloom.provenance.report.figures import NOT_MEASURED, Figures, share
from playloom.provenance.report.statements import steam
from playloom.provenance.verify import Standing

_ROWS_HIGH = 5000  # files in the page; the table of all is the form csv


def page(figures: Figures) -> str:
    """Return the page as HTML."""
    css = (files("playloom.provenance.report") / "page.css").read_text(encoding="utf-8")
    parts = [
        _cards(figures),
        _faults(figures),
        "<h2>Statement</h2>\n",
        f"<pre>{escape(steam(figures))}</pre>\n",
        _models(figures),
        _checks(figures),
        _files(figures),
    ]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Provenance</title>
<link rel="icon" href="data:,">
<style>
{css}</style>
</head>
<body>
<h1>Provenance</h1>
{_verdict(figures)}
{"".join(parts)}</body>
</html>
"""


def _verdict(figures: Figures) -> str:
    if figures.faulty:
        return f'<p class="faulty">{figures.faulty} of {figures.total} files are not accounted for.</p>'
    how = "ledger" if figures.verification.ledger else "files' own notes alone"
    return f'<p class="sound">All {figures.total} files are accounted for, by the {how}.</p>'


def _cards(figures: Figures) -> str:
    counts = figures.verification.counts
    boxes = [(str(counts[name]), name) for name in counts]
    boxes.append((share(len(figures.by_model), figures.total), "of the files by a trained model"))
    measured, nearest = figures.nearest
    likeness = f"{nearest.distance:g}" if nearest else NOT_MEASURED
    boxes.append((likeness, f"least distance to a training example, of {measured} files"))
    inner = "".join(f"<div><b>{escape(value)}</b><span>{escape(text)}</span></div>" for value, text in boxes)
    return f'<div class="cards">{inner}</div>\n'


def _faults(figures: Figures) -> str:
    rows = [
        [_code(one.path), escape("; ".join(one.faults))] for one in figures.verification.files if one.faults
    ]
    return _table("Not accounted for", ("File", "Why"), rows)


def _models(figures: Figures) -> str:
    models = [
        [escape(f"{one.name} {one.version}"), escape(one.licence), str(len(one.datasets)), _code(one.sha256)]
        for one in figures.models
    ]
    sets = [
        [escape(one.name), escape(one.source), escape(one.licence), str(one.count), _code(one.sha256[:12])]
        for one in figures.datasets
    ]
    told = _table("Models", ("Model", "Licence", "Data sets", "SHA-256"), models)
    if figures.verification.unproven:
        names = escape(", ".join(figures.verification.unproven))
        told += f"<p>Not at hand, so their cards were not compared with the ledger: {names}.</p>\n"
    return told + _table("Data they were trained on", ("Name", "Source", "Licence", "Count", "SHA-256"), sets)


def _checks(figures: Figures) -> str:
    rows = [[escape(name), str(count)] for name, count in figures.checks]
    return _table("Checks passed", ("Check", "Files"), rows)


def _files(figures: Figures) -> str:
    found = figures.verification.files
    rows = [_file(one) for one in found[:_ROWS_HIGH]]
    heads = ("File", "Class", "Kind", "Source type", "Model", "Seed", "Edited by people")
    told = _table("Files", heads, rows)
    if len(found) > _ROWS_HIGH:
        told += f"<p>And {len(found) - _ROWS_HIGH} more: `--format csv` lists all.</p>\n"
    return told


def _file(one: Standing) -> list[str]:
    record = one.record
    if record is None:
        return [_code(one.path), one.sort, "", "", "", "", ""]
    origin = record.origin
    model = f"{origin.model.name} {origin.model.version}" if origin.model else "none"
    seed = "" if origin.seed is None else str(origin.seed)
    edits = "; ".join(f"{edit.by}: {edit.what}" for edit in record.edits)
    cells = (one.sort, origin.kind, origin.source_type, model, seed, edits)
    return [_code(one.path), *(escape(cell) for cell in cells)]


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _table(title: str, heads: Iterable[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of cells that are HTML already; nothing without rows."""
    if not rows:
        return ""
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "\n".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows)
    return f'<h2>{escape(title)}</h2>\n<div class="table"><table>\n<tr>{head}</tr>\n{body}\n</table></div>\n'


def _cell(cell: str) -> str:
    return f'<td class="number">{cell}</td>' if cell.isdigit() else f"<td>{cell}</td>"
