"""The frame of an evaluation's page: style, cards, notes, tables, and what the figures mean.

One self-contained file: style is that of the demo's page and report_page.css, pictures are inlined,
nothing is fetched or run.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

from playloom_train.report_table import Table


def document(
    *, title: str, intro: str, links: Mapping[str, str], main: str, foot: str, style: str = ""
) -> str:
    """Return the page as HTML.

    Args:
        title: Of the package, plain text.
        intro: What was measured, HTML.
        links: Id of a part of the page -> its name.
        main: The parts, HTML.
        foot: What the page was made from, HTML.
        style: CSS of this page alone.
    """
    css = (files("playloom.commands.demo") / "page.css").read_text(encoding="utf-8")
    css += (files("playloom_train") / "report_page.css").read_text(encoding="utf-8")
    nav = "".join(f'<a href="#{escape(place)}">{escape(name)}</a>' for place, name in links.items())
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}: evaluation</title>
<link rel="icon" href="data:,">
<style>
{css}{style}</style>
</head>
<body>
<header>
<h1>{escape(title)}: evaluation</h1>
<p>{intro}</p>
<nav>{nav}</nav>
</header>
<main>
{main}</main>
<footer><p>{foot}</p></footer>
</body>
</html>
"""


def cards(values: Iterable[tuple[str, str]]) -> str:
    """Return a row of figures in large type, each with what it is, plain text."""
    boxes = "".join(f"<div><b>{value}</b><span>{escape(text)}</span></div>" for value, text in values)
    return f'<div class="cards">{boxes.replace(" %", "&nbsp;%")}</div>'


def notes(title: str, texts: Sequence[str]) -> str:
    """Return a list of remarks; nothing where there is none."""
    if not texts:
        return ""
    rows = "".join(f"<li>{escape(note)}</li>" for note in texts)
    return f'<article><h2>{escape(title)}</h2><ul class="notes">{rows}</ul></article>'


def meanings(entries: Iterable[tuple[str, str, str]]) -> str:
    """Return what figures mean: name, which way is good, explanation."""
    rows = "".join(
        f"<dt>{escape(name)}<small>{escape(good)}</small></dt><dd>{escape(text)}</dd>"
        for name, good, text in entries
    )
    return f"<article><h2>What the figures mean</h2><dl>{rows}</dl></article>"


def tables(found: Iterable[Table]) -> str:
    """Return each table under its title."""
    return "".join(f"<article><h2>{escape(one.title)}</h2>{table(one)}</article>" for one in found)


def table(one: Table) -> str:
    """Return the rows of one table."""
    heads = "".join(f"<th>{escape(head)}</th>" for head in one.heads)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in one.rows)
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def times(found: Table, words: str, peak_mebibytes: float | None, *, chart: str = "") -> str:
    """Return the part on time and memory: a chart as HTML, the table, and what it says, plain text."""
    memory = "" if peak_mebibytes is None else f" The process has used {peak_mebibytes:g} MiB at most."
    return (
        '<article class="machine"><h2>Time <small>this machine, this run: the one part of the page that '
        f"differs from run to run</small></h2>{chart}{table(found)}<p>{escape(words)}{memory}</p></article>"
    )
