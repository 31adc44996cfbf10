"""One self-contained page: maps with the solution drawn in, the cast that stands in them, and their proof.

Style and script are the files of page.css and page.js; pictures are inlined; nothing is fetched.
Without scripting the page still shows everything but the walker.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from playloom.commands.demo.cast import Cast
from playloom.commands.demo.markup import check_list, code, file_links, picture_url
from playloom.commands.demo.stage import HERO, article, figure, pictures, stage, standing
from playloom.kernels import png
from playloom.kinds.level.content import Edit, Evidence, Level
from playloom.kinds.level.formats.preview import preview
from playloom.kinds.level.trail import keys_and_doors, trail
from playloom.kinds.level.vocabulary import Role
from playloom.kinds.sprite.content import Evidence as SpriteEvidence
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


def page(exhibits: Sequence[Exhibit], cast: Cast, cards: Mapping[str, Card]) -> str:
    """Return the page as HTML; ``cards`` are those of the packages, by name."""
    source = files("playloom.commands.demo")
    style = (source / "page.css").read_text(encoding="utf-8")
    script = (source / "page.js").read_text(encoding="utf-8")
    names = ["cast", *(exhibit.level.theme for exhibit in exhibits)]
    links = "".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in names)
    articles = "".join(_article(exhibit) for exhibit in exhibits)
    evidence = [e.level.evidence for e in exhibits] + [player.sprite.evidence for player in cast.players]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Playloom demo: levels and sprites with their proof</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body>
{pictures(cast)}
<header>
<h1>Playloom</h1>
<p>A network proposed these levels, an exact algorithm repaired them, and an independent solver checked them.
The line is the shortest solution; press <em>Walk</em> and the hero follows it.</p>
<nav>{links}</nav>
</header>
<main>
{article(cast)}{articles}</main>
{_footer([one for one in evidence if one], cards)}
<script>
{script}</script>
</body>
</html>
"""


def _article(exhibit: Exhibit) -> str:
    level, evidence = exhibit.level, exhibit.level.evidence
    assert evidence is not None, "a generator's level has evidence"
    name = escape(level.theme)
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
<section><h3>Checked <small>attempt {evidence.attempts}</small></h3>
{check_list(evidence.checks)}</section>
<section>{_edits(evidence)}</section>
<section><h3>The same bytes again</h3>
{code(exhibit.command, exhibit.python)}
{file_links(exhibit.files)}</section>
</div>
</div>
</article>
"""


def _map(level: Level, evidence: Evidence) -> str:
    """The picture, and over it in cells: solution, keys and doors, the cast, walker, repaired cells."""
    staged = stage(level)
    walker = figure(HERO.name, 0, 0) if staged.hero else '<circle r=".42"/>'
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
<img src="{picture_url(png.encode(preview(staged.level)))}" alt="{escape(alt)}">
<svg viewBox="0 0 {level.width} {level.height}" role="presentation">
<g class="solution">
<polyline class="casing" {line}/><polyline class="way" {line}/><polyline class="walked" {line}/>
{rings}
</g>
<g class="standing">{standing(staged)}</g>
<g class="walker" transform="translate({x + 0.5:g} {y + 0.5:g})">{walker}</g>
<g class="edits">{edits}</g>
</svg>
<script type="application/json">{_json(data)}</script>
</div>"""


def _json(data: object) -> str:
    """JSON that cannot end the script element around it."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _events(level: Level, walked: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str, int, int, str]]:
    """Yield (step, "key" or "door", x, y, words) for every key taken and locked door opened."""
    for step, role, x, y in keys_and_doors(level, walked):
        if role is Role.KEY:
            yield step, "key", x, y, f"step {step}: takes a key"
        else:
            yield step, "door", x, y, f"step {step}: opens the locked door with a key"


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


def _footer(evidence: Sequence[Evidence | SpriteEvidence], cards: Mapping[str, Card]) -> str:
    by_package = {one.package: one for one in evidence}
    models = "".join(_model(one, cards[name]) for name, one in by_package.items())
    return f"<footer>\n<h2>The models</h2>\n{models}</footer>"


def _model(evidence: Evidence | SpriteEvidence, card: Card) -> str:
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
<table><thead><tr><th>trained on</th><th>licence</th><th>maps or sprites</th></tr></thead>
<tbody>{rows}</tbody></table>
"""
