"""One self-contained page for people who decide whether to use a package: figures, pictures, plain words.

Pictures are inlined; nothing is fetched or run. They are drawn by lot, not chosen.
"""

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from playloom.commands.demo.markup import picture_url
from playloom.kernels import png
from playloom.kinds.sprite.formats.contact import contact_sheet
from playloom.seeds import Stream
from playloom_train import report_page
from playloom_train.kinds.sprite.evaluation.figures import HELD, MARKOV, SEEN, Evaluation, alone
from playloom_train.kinds.sprite.evaluation.run import Findings, Shown
from playloom_train.kinds.sprite.evaluation.tables import tables, times
from playloom_train.kinds.sprite.evaluation.words import MEANINGS
from playloom_train.report_table import percent

GROUPS = {
    "Figures": ("character", "creature", "paperdoll"),
    "Gear": ("armour", "jewellery", "wand", "weapon"),
    "Things": ("book", "food", "item", "potion", "treasure"),
    "Surroundings": ("decor", "effect", "feature", "plant", "vehicle"),
    "Tiles": ("terrain-floor", "terrain-liquid", "terrain-wall"),
}
SHOWN_HIGH = 100  # pictures of a group and a maker
_CHAIN = 20  # of the Markov chain
_COLUMNS, _ZOOM = 10, 2
_STYLE = (
    ".maps.wide { grid-template-columns: minmax(0, 1fr); } .maps.wide img { image-rendering: pixelated; }\n"
)

Picture = NDArray[np.uint8]  # RGBA
_Labelled = Sequence[tuple[str, Picture]]


def page(findings: Findings) -> str:
    """Return the page as HTML; the same for the same findings."""
    found = findings.evaluation
    groups = _groups(findings.shown)
    timeless = ", but for the part on time" if found.machine else ""
    return report_page.document(
        title=f"{found.package} {found.version}",
        intro=f"{found.sprites} sprites of each category in known palettes, and one for each of {found.held} "
        f"held-out sprites in its colours and words, seeds from {found.seed}. Sprites that were never "
        "trained on, a Markov chain and shuffled sprites stand beside them, so that every figure has a "
        "measure.",
        links={name.lower(): name for name in groups},
        main=report_page.cards(_cards(found))
        + report_page.notes("Notes", found.notes)
        + report_page.meanings(MEANINGS)
        + report_page.tables(tables(found))
        + "".join(_pictures(name, some, found.seed) for name, some in groups.items())
        + _machine(found),
        foot=f"Package <code>{escape(found.package_hash)}</code>. Same package, data and seed give the same "
        f"page on the same machine{timeless}.",
        style=_STYLE,
    )


def _cards(found: Evaluation) -> list[tuple[str, str]]:
    cards = []
    for one in found.makers:
        name, contract = (f"{one.maker}: " if len(found.makers) > 1 else ""), one.contract
        asked = max(1, contract.asked)
        cards.append((percent(contract.passed / asked, 1), f"{name}of {asked} requests give a sound sprite"))
        cards.append((percent(contract.drawn / asked), f"{name}of first proposals pass as drawn"))
        read = found.readings.get(one.maker) or found.readings.get(alone(one.maker))
        if read and read.asked:
            held = found.readings.get(HELD)
            beside = (
                f"; of held-out sprites: {percent(held.right / held.asked)}" if held and held.asked else ""
            )
            cards.append((percent(read.right / read.asked), f"{name}are read as what was asked{beside}"))
        for group in found.likeness:
            if one.maker in group.rows:
                beside = "".join(
                    f"; {label} {group.rows[label].kid:.2f}"
                    for label in (SEEN, MARKOV)
                    if label in group.rows
                )
                text = f"{name}kernel distance at {group.size} pixels, lower is closer{beside}"
                cards.append((f"{group.rows[one.maker].kid:.2f}", text))
    return cards


def _groups(shown: Shown) -> dict[str, Shown]:
    """Return the pictures of each group of categories that has some; one of no group is in the last."""
    group_of = {category: name for name, some in GROUPS.items() for category in some}

    def of(name: str, some: _Labelled) -> list[tuple[str, Picture]]:
        return [one for one in some if group_of.get(one[0], "Others") == name]

    groups = {
        name: Shown(
            {maker: of(name, some) for maker, some in shown.made.items()},
            of(name, shown.held),
            of(name, shown.chain),
        )
        for name in (*GROUPS, "Others")
    }
    return {name: some for name, some in groups.items() if some.held or any(some.made.values())}


def _pictures(name: str, shown: Shown, seed: int) -> str:
    many = len(shown.made) > 1
    parts = [
        (f"Generated{f' by {maker}' if many else ''}, drawn by lot", _drawn(some, SHOWN_HIGH, seed))
        for maker, some in shown.made.items()
    ]
    parts.append(("Held-out sprites", _drawn(shown.held, SHOWN_HIGH, seed)))
    parts.append(("Markov chain", _drawn(shown.chain, _CHAIN, seed)))
    blocks = "".join(
        f"<div><h3>{escape(title)}: {len(some)}</h3>{_sheet(some, f'{name}: {title}')}</div>"
        for title, some in parts
        if some
    )
    return f'<article id="{name.lower()}"><h2>{name}</h2><div class="beside">{blocks}</div></article>\n'


def _drawn(some: _Labelled, most: int, seed: int) -> list[tuple[str, Picture]]:
    """Return at most so many, chosen without a look at them, by category and size."""
    order = np.argsort(Stream(seed, "shown").bits(len(some)), kind="stable")[:most]
    return sorted((some[i] for i in order), key=lambda one: (one[0], one[1].shape[0]))


def _sheet(some: _Labelled, words: str) -> str:
    picture = picture_url(png.encode(contact_sheet(some, zoom=_ZOOM, columns=_COLUMNS)))
    image = f'<img src="{picture}" alt="{escape(words)}" loading="lazy">'
    return f'<div class="maps wide">{image}</div>'


def _machine(found: Evaluation) -> str:
    table = times(found)
    if table is None or found.machine is None:
        return ""
    words = "One attempt, mended and checked; networks run on one thread."
    return report_page.times(table, words, found.machine.peak_mebibytes)
