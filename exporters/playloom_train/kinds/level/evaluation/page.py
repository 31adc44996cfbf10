"""One self-contained page for people who decide whether to use a package: figures, pictures, plain words.

Pictures are inlined; nothing is fetched or run.
"""

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from playloom.commands.demo.markup import picture_url
from playloom.kernels import png
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.preview import preview
from playloom_train import report_page
from playloom_train.kinds.level.evaluation.charts import histogram, time_chart
from playloom_train.kinds.level.evaluation.comparing import GENERATED, HELD, MARKOV, SEEN
from playloom_train.kinds.level.evaluation.figures import Evaluation, StyleFigures
from playloom_train.kinds.level.evaluation.run import Findings, Shown
from playloom_train.kinds.level.evaluation.tables import name_of, tables, times
from playloom_train.kinds.level.evaluation.words import MEANINGS
from playloom_train.report_table import percent

_CHAIN = 4  # of the Markov chain
_SIDE = 128  # pixels, of the longer side of a picture


def page(findings: Findings) -> str:
    """Return the page as HTML; the same for the same findings."""
    found = findings.evaluation
    width, height = found.size
    articles = "".join(_style(one, findings.shown[one.style]) for one in found.styles)
    timeless = ", but for the part on time" if found.machine else ""
    return report_page.document(
        title=f"{found.package} {found.version}",
        intro=f"{found.count} levels of each theme at {width}×{height} cells, seeds from {found.seed}. Maps "
        "that were never trained on, a Markov chain and strewn tiles stand beside them, so that every figure "
        "has a measure.",
        links={one.style: name_of(one) for one in found.styles},
        main=_cards(found)
        + report_page.notes("Not measured", found.notes)
        + report_page.meanings(MEANINGS)
        + report_page.tables(tables(found))
        + articles
        + _machine(found),
        foot=f"Package <code>{escape(found.package_hash)}</code>. Same package, maps and seed give the same "
        f"page{timeless}.",
    )


def _cards(found: Evaluation) -> str:
    validity = [one.validity for one in found.styles]
    asked, made = sum(v.asked for v in validity), sum(v.made for v in validity)
    edited = sum(v.edited_mean * v.made for v in validity) / max(1, made)
    cards = [
        (percent(sum(v.passed for v in validity) / max(1, asked), 1), f"of {asked} seeds give a valid level"),
        (percent(sum(v.raw_passed for v in validity) / max(1, asked)), "would be valid without repair"),
        (percent(edited, 2), "of the cells are edited by repair"),
    ]
    wishes = sum(one.asked for one in found.controls)
    if wishes:
        met = sum(one.met for one in found.controls) / wishes
        cards.append((percent(met, 1), f"of {wishes} wishes are met"))
    copied, fresh = (_mean(found, label, "copied") for label in (GENERATED, HELD))
    if copied is not None:
        beside = f"; of maps never seen: {percent(fresh, 1)}" if fresh is not None else ""
        cards.append((percent(copied, 1), f"of 6×6 windows stand so in a training map{beside}"))
    near, real, chain = (_mean(found, label, "tpkl2") for label in (GENERATED, SEEN, MARKOV))
    if near is not None:
        beside = "".join(
            f"; {label} {value:.2f}"
            for label, value in (("real maps", real), ("Markov chain", chain))
            if value is not None
        )
        cards.append((f"{near:.2f}", f"pattern divergence, lower is closer{beside}"))
    return report_page.cards(cards)


def _mean(found: Evaluation, label: str, figure: str) -> float | None:
    """Return the mean of a figure over the styles that have it."""
    values = [getattr(one.rows[label], figure) for one in found.styles if label in one.rows]
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _style(one: StyleFigures, shown: Shown) -> str:
    beside = "held-out maps" if one.compared == "held-out" else "training maps"
    right = f"<div><h3>{beside.capitalize()}</h3>{_maps(shown.held, beside)}</div>"
    chain = f"<h3>Markov chain</h3>{_maps(shown.chain[:_CHAIN], 'Markov chain')}" if shown.chain else ""
    charts = "".join(histogram(name, spread) for name, spread in one.spreads.items())
    key = '<p class="key"><i></i>generated <i class="line"></i>held-out maps</p>' if charts else ""
    return f"""<article id="{escape(one.style)}">
<h2>{escape(name_of(one))}</h2>
<div class="beside">
<div><h3>Generated, the first seeds as they come</h3>{_maps(shown.made, "generated")}</div>
{right if shown.held else ""}
</div>
{chain}
<div class="charts">{charts}</div>{key}
</article>
"""


def _machine(found: Evaluation) -> str:
    table = times(found)
    if table is None or found.machine is None:
        return ""
    words = "Shares of stages are of the whole time; what is left is not a stage."
    chart = time_chart(found.machine.times)
    return report_page.times(table, words, found.machine.peak_mebibytes, chart=chart)


def _maps(levels: Sequence[Level], words: str) -> str:
    pictures = "".join(
        f'<img src="{_picture(level)}" alt="{words} map {i + 1}" loading="lazy">'
        for i, level in enumerate(levels)
    )
    return f'<div class="maps">{pictures}</div>'


def _picture(level: Level) -> str:
    return picture_url(png.encode(_shrunk(preview(level))))


def _shrunk(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a small picture: means of blocks of pixels, in few shades, since those repeat."""
    by = max(1, -(-max(picture.shape[:2]) // _SIDE))
    height, width = (side // by * by for side in picture.shape[:2])
    blocks = picture[:height, :width].reshape(height // by, by, width // by, by, 3)
    means: NDArray[np.uint8] = (blocks.sum(axis=(1, 3), dtype=np.uint32) // by**2 & 0xF8).astype(np.uint8)
    return means
