"""One self-contained page: maps with the solution drawn in, and what makes them trustworthy.

Style and script are the files of page.css and page.js; pictures are inlined; nothing is fetched.
Without scripting the page still shows everything but the walker.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from playloom.kernels import png
from playloom.kinds.level.content import Edit, Evidence, Level
from playloom.kinds.level.formats.preview import preview
from playloom.kinds.level.trail import trail
from playloom.kinds.level.vocabulary import Role
from playloom.package import Card

_WIDE = 2.5  # width / height of a map from which its proof stands below it, not beside it


@dataclass(frozen=True)
class Exhibit:
    """A level with what it takes to make it again."""

    level: Level
    seed: int
    command: str
    python: str
    files: list[str]


def page(exhibits: Sequence[Exhibit], cards: Mapping[str, Card]) -> str:
    """Return the page as HTML; ``cards`` are those of the packages, by name."""
    source = files("playloom.commands.demo")
    style = (source / "page.css").read_text(encoding="utf-8")
    script = (source / "page.js").read_text(encoding="utf-8")
    links = "".join(f'<a href="#{escape(e.level.theme)}">{escape(e.level.theme)}</a>' for e in exhibits)
    articles = "".join(_article(exhibit) for exhibit in exhibits)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Playloom demo: levels with their proof</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body>
<header>
<h1>Playloom</h1>
<p>A network proposed these levels, an exact algorithm repaired them, and an independent solver checked them.
The line is the shortest solution; press <em>Walk</em> to follow it.</p>
<nav>{links}</nav>
</header>
<main>
{articles}</main>
{_footer(exhibits, cards)}
<script>
{script}</script>
</body>
</html>
"""


def _article(exhibit: Exhibit) -> str:
    level, evidence = exhibit.level, exhibit.level.evidence
    assert evidence is not None, "a generator's level has evidence"
    name = escape(level.theme)
    links = ", ".join(f'<a href="{escape(file)}">{escape(file)}</a>' for file in exhibit.files)
    wide = ' class="wide"' if level.width > _WIDE * level.height else ""
    return f"""<article id="{name}"{wide}>
<h2>{name} <small>{escape(evidence.style)} · {level.width}×{level.height} · seed {exhibit.seed}</small></h2>
<div class="columns">
<div class="stage">
<input type="checkbox" class="toggle-solution" id="{name}-solution" checked>
<label for="{name}-solution">Solution</label>
<input type="checkbox" class="toggle-edits" id="{name}-edits">
<label for="{name}-edits">Repaired cells ({len(evidence.edits)})</label>
<button type="button" class="walk">Walk</button>
<output class="state">{len(evidence.solution)} moves</output>
{_map(level, evidence)}
</div>
<div class="proof">
<section>{_checks(evidence)}</section>
<section>{_edits(evidence)}</section>
<section><h3>The same bytes again</h3>
<pre><code>{_unbroken(exhibit.command)}</code></pre>
<pre><code>{_unbroken(exhibit.python)}</code></pre>
<p class="files">Files: {links}</p></section>
</div>
</div>
</article>
"""


def _unbroken(code: str) -> str:
    """Words that are not broken at their hyphens."""
    return " ".join(f"<span>{escape(word)}</span>" for word in code.split(" "))


def _map(level: Level, evidence: Evidence) -> str:
    """The picture, and over it in cells: solution, walker, keys and doors, repaired cells."""
    picture = base64.b64encode(png.encode(preview(level))).decode()
    walked = [(x, y) for y, x in trail(level)]
    points = " ".join(f"{x + 0.5:g},{y + 0.5:g}" for x, y in walked)
    line = f'points="{points}" pathLength="{max(1, len(walked) - 1)}"'
    events = list(_events(level, walked))
    rings = "".join(
        f'<circle class="event {kind}" cx="{x + 0.5:g}" cy="{y + 0.5:g}" r=".62">'
        f"<title>{text}</title></circle>"
        for _, kind, x, y, text in events
    )
    edits = "".join(
        f'<rect x="{edit.x}" y="{edit.y}" width="1" height="1" data-edit="{number}">'
        f"<title>{_change(edit)}: {escape(edit.reason)}</title></rect>"
        for number, edit in enumerate(evidence.edits)
    )
    x, y = walked[0]
    data = {"walk": walked, "events": [[step, kind] for step, kind, *_ in events]}
    size = f"{level.width} by {level.height} cells"
    alt = f"{level.theme} level, {size}, solved in {len(evidence.solution)} moves"
    return f"""<div class="map" style="aspect-ratio:{level.width}/{level.height}">
<img src="data:image/png;base64,{picture}" alt="{escape(alt)}">
<svg viewBox="0 0 {level.width} {level.height}" role="presentation">
<g class="solution">
<polyline class="casing" {line}/><polyline class="way" {line}/><polyline class="walked" {line}/>
{rings}
<circle class="walker" cx="{x + 0.5:g}" cy="{y + 0.5:g}" r=".42"/>
</g>
<g class="edits">{edits}</g>
</svg>
<script type="application/json">{_json(data)}</script>
</div>"""


def _json(data: object) -> str:
    """JSON that cannot end the script element around it."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _events(level: Level, walked: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str, int, int, str]]:
    """Yield (step, "key" or "door", x, y, words) for every key taken and locked door opened."""
    done = set()
    for step, (x, y) in enumerate(walked):
        role = level.vocabulary.tiles[level.cells[y, x]].role
        if (x, y) in done or role not in {Role.KEY, Role.LOCK}:
            continue
        done.add((x, y))
        if role is Role.KEY:
            yield step, "key", x, y, f"step {step}: takes a key"
        else:
            yield step, "door", x, y, f"step {step}: opens the locked door with a key"


def _checks(evidence: Evidence) -> str:
    rows = "".join(
        f'<li><span class="mark">{"✓" if check.passed else "✗"}</span><b>{escape(check.name)}</b> '
        f"{escape(check.detail)}</li>"
        for check in evidence.checks
    )
    return f'<h3>Checked <small>attempt {evidence.attempts}</small></h3>\n<ul class="checks">{rows}</ul>'


def _edits(evidence: Evidence) -> str:
    if not evidence.edits:
        return "<h3>Repaired</h3>\n<p>Nothing had to be changed.</p>"
    rows = "".join(
        f'<li data-edit="{number}">{_change(edit)} '
        f"<small>{escape(edit.reason)}, {edit.nats:g} nats</small></li>"
        for number, edit in enumerate(evidence.edits)
    )
    count = len(evidence.edits)
    cells = "1 cell" if count == 1 else f"{count} cells"
    summary = f"{cells}, by the cheapest edits under the network's own odds"
    return (
        f'<h3>Repaired</h3>\n<details><summary>{summary}</summary><ol class="edit-list">{rows}</ol></details>'
    )


def _change(edit: Edit) -> str:
    return f"({edit.x}, {edit.y}) {escape(edit.before)} → {escape(edit.after)}"


def _footer(exhibits: Sequence[Exhibit], cards: Mapping[str, Card]) -> str:
    by_package = {e.level.evidence.package: e.level.evidence for e in exhibits if e.level.evidence}
    models = "".join(_model(evidence, cards[name]) for name, evidence in by_package.items())
    title = "The model" if len(by_package) == 1 else "The models"
    return f"<footer>\n<h2>{title}</h2>\n{models}</footer>"


def _model(evidence: Evidence, card: Card) -> str:
    promise = {
        "exact": "the same bytes on every machine",
        "machine": "the same bytes on the same machine and runtime",
    }
    rows = "".join(
        f"<tr><td>{escape(data.name)}</td><td>{escape(data.licence)}</td><td>{data.count:,}</td></tr>"
        for data in card.datasets
    )
    return f"""<p>{escape(evidence.package)} {escape(evidence.version)}, licence {escape(evidence.licence)}.
{escape(card.summary)}</p>
<p>Promise: {escape(promise.get(evidence.promise, evidence.promise))}. Package
<code>{escape(evidence.package_hash)}</code></p>
<table><thead><tr><th>trained on</th><th>licence</th><th>maps</th></tr></thead><tbody>{rows}</tbody></table>
"""
