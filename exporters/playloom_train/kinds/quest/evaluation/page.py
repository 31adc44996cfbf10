"""One self-contained page for people who decide whether to use a package: figures, and lines drawn by lot."""

from html import escape

import numpy as np

from playloom.seeds import Stream
from playloom_train import report_page
from playloom_train.kinds.quest.corpus import SCRIPTS
from playloom_train.kinds.quest.evaluation.figures import FREE, HELD, USED, Evaluation
from playloom_train.kinds.quest.evaluation.run import Findings
from playloom_train.kinds.quest.evaluation.sampling import Sample
from playloom_train.kinds.quest.evaluation.tables import tables, times
from playloom_train.kinds.quest.evaluation.words import MEANINGS
from playloom_train.report_table import percent

SHOWN = 100  # lines as used, drawn by lot
_STYLE = (
    ".said td { white-space: normal; vertical-align: top; }\n"
    ".said td, .said th { text-align: left !important; }\n"
    ".said small { color: var(--soft); }\n"
)


def page(findings: Findings) -> str:
    """Return the page as HTML; the same for the same findings."""
    found = findings.evaluation
    timeless = ", but for the part on time" if found.machine else ""
    return report_page.document(
        title=f"{found.package} {found.version}",
        intro=f"Read and written in {found.held} held-out scripts; trained on {found.training:,} lines. What "
        "people wrote there, a 5-gram model and our templates stand beside: every figure has a measure.",
        links={"lines": "lines, drawn by lot"},
        main=report_page.cards(_cards(found))
        + report_page.notes("Notes", found.notes)
        + report_page.meanings(MEANINGS)
        + report_page.tables(tables(found))
        + _shown(findings)
        + _machine(found),
        foot=f"Package <code>{escape(found.package_hash)}</code>. Same package, data and seed give the same "
        f"page on the same machine{timeless}.",
        style=_STYLE,
    )


def _cards(found: Evaluation) -> list[tuple[str, str]]:
    cards = []
    for one in found.likelihood:
        if one.source == SCRIPTS:
            best = min(one.ngram.a_word, one.ngram_scripts.a_word)
            text = f"nats a word of held-out scripts; a 5-gram model: {best:.2f}"
            cards.append((f"{one.writer.a_word:.2f}", text))
    used, held = found.lines.get(USED), found.lines.get(HELD)
    if used and held:
        cards.append((percent(used.ended / max(1, used.lines)), "of lines are written as the rules want"))
        beside = f"; held-out lines: {percent(held.grams_known, 1)}"
        cards.append((percent(used.grams_known, 1), f"of runs of six words stand in training{beside}"))
        if used.act[1] and held.act[1]:
            beside = f"; held-out lines: {percent(held.act[0] / held.act[1])}"
            cards.append((percent(used.act[0] / used.act[1]), f"are taken for their act{beside}"))
    if found.ranking:
        rank = found.ranking
        text = f"the true next line first among {rank.others} others; by chance 5 %"
        cards.append((percent(rank.writer / rank.asked), text))
    return cards


def _shown(findings: Findings) -> str:
    """Return lines as used with what people wrote there, drawn without a look at them."""
    made, seed = findings.shown, findings.evaluation.seed
    used = made.get(USED, [])
    if not used:
        return ""
    order = np.argsort(Stream(seed, "shown").bits(len(used)), kind="stable")[:SHOWN]
    rows = "".join(_row(findings, made, int(place)) for place in sorted(order))
    return (
        f'<article id="lines" class="said"><h2>Lines, drawn by lot: {len(order)}</h2>'
        '<div class="scroll"><table>'
        f"<thead><tr><th>act, tone</th><th>{USED}</th><th>{FREE}</th><th>people wrote</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div></article>\n"
    )


def _row(findings: Findings, made: dict[str, list[Sample]], place: int) -> str:
    used = made[USED][place]
    setting, act = used.place.document.setting, used.place.line.act
    near, line = findings.known.nearest(used.text) if used.text else (0.0, "")
    beside = f"<br><small>{percent(near)} in: {escape(line)}</small>" if line else ""
    cells = (
        f"{escape(act)}<br><small>{escape(setting.tone)}</small>",
        f"{_said(used)}{beside}",
        _said(made[FREE][place]),
        _said(made[HELD][place]),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _said(one: Sample) -> str:
    return escape(one.text) if one.text else "<small>no line came to its end</small>"


def _machine(found: Evaluation) -> str:
    table = times(found)
    if table is None or found.machine is None:
        return ""
    words = "One thread. A line: after those before it were read, rules kept."
    return report_page.times(table, words, found.machine.peak_mebibytes)
