"""A draft of a legend: what the maps say, what they leave open, and guesses for people to look at.

Guesses come from where and how often a tile occurs. They carry a question mark
that the user takes away: nothing here is ever used unseen.
"""

import textwrap
from collections import Counter
from dataclasses import dataclass

import numpy as np

from playloom.kernels.counting import counted
from playloom.kinds.level.movement import Walk
from playloom.kinds.level.own.drawing import Part, Parts
from playloom.kinds.level.own.legend import GUESS, OwnLegend
from playloom.kinds.level.own.meanings import tiles_of
from playloom.kinds.level.own.naming import tiles_named
from playloom.kinds.level.own.stacks import EMPTY, Reading
from playloom.kinds.level.vocabulary import Vocabulary

_HEAD = """\
# What the tiles of these maps mean, drafted by `playloom level legend`. Edit it, then:
#
#   playloom train level MAPS... --legend {name} -o my-style/
#
# A meaning that ends in ? is a guess from where and how often a tile occurs. Guesses are NOT used: take
# the ? away where a guess is right, write another meaning where it is not, leave "?" where there is none.
# Once every tile has a meaning, generated levels are checked for playing; else only for which tiles may
# stand side by side.
#
{meanings}
"""
_MOVEMENT = """\
# "walk": seen from above. "platform": seen from the side; add a table [platform] with jump_height,
# jump_length and fall_speed in cells. "push": Sokoban. "free": no check for playing. "": walk, if all is
# known, else free.
movement = ""
"""
_BY_CHAR = {
    **dict.fromkeys("#█▓XW", "wall"),
    **dict.fromkeys(". _-", "floor"),
    **dict.fromkeys("~≈", "water"),
    **dict.fromkeys("^", "trap"),
    **dict.fromkeys("+D|'", "door"),
    **dict.fromkeys("kK", "key"),
    **dict.fromkeys("@<SP", "start"),
    **dict.fromkeys(">E", "exit"),
    **dict.fromkeys("$*oc", "pickup"),
    **dict.fromkeys("C", "chest"),
    **dict.fromkeys("egmM", "enemy"),
    **dict.fromkeys("B", "boss"),
    **dict.fromkeys("T%♣", "tree"),
    **dict.fromkeys("=", "bridge"),
    **dict.fromkeys("H", "ladder"),
    **dict.fromkeys("!", "lava"),
}
_VIEW = (3, 1)  # cells shown to each side and above and below of where a tile occurs


@dataclass(frozen=True, eq=False)
class Use:
    """Where a part occurs."""

    part: Part
    cells: int
    border: int  # of its cells, those on the outermost ring of a map
    layer: int  # the lowest that it lies on
    where: str  # a map with the column and row of one of its cells
    view: str  # the characters around that cell


def uses_of(reading: Reading) -> list[Use]:
    """Return every part in use, objects last, the most frequent first."""
    vocabulary = shown_vocabulary(reading)
    stacks, parts = reading.stacks, reading.parts
    cells: Counter[str] = Counter()
    border: Counter[str] = Counter()
    layers: dict[str, int] = {}
    first: dict[str, tuple[str, str]] = {}
    by_label: dict[str, Part] = {}
    for drawing, ids in zip(reading.drawings, stacks.maps, strict=True):
        ring = np.ones(ids.shape, np.bool_)
        ring[1:-1, 1:-1] = False
        for stack in np.unique(ids).tolist():
            here = ids == stack
            count, outer = int(here.sum()), int((here & ring).sum())
            y, x = np.argwhere(here)[count // 2].tolist()
            for layer, place in stacks.all[stack]:
                part = parts.all[place]
                by_label.setdefault(part.label, part)
                cells[part.label] += count
                border[part.label] += outer
                layers[part.label] = min(layer, layers.get(part.label, layer))
                first.setdefault(part.label, (f"{drawing.name} ({x}, {y})", _view(ids, vocabulary, y, x)))
    order = sorted(by_label, key=lambda label: (by_label[label].thing is not None, -cells[label], label))
    return [
        Use(by_label[label], cells[label], border[label], layers[label], *first[label]) for label in order
    ]


def shown_vocabulary(reading: Reading) -> Vocabulary:
    """Return a vocabulary of the stacks for showing them: characters and names, no meanings."""
    stacks = reading.stacks.all
    return tiles_named(stacks, reading.parts, [""] * len(stacks), {}, None)


def guess(use: Use, uses: list[Use], parts: Parts) -> str:
    """Return what a part might mean; "" if there is nothing to go by."""
    part = use.part
    if part.char:
        return _BY_CHAR.get(part.char, "")
    if part.thing is not None or part.sheet < 0:
        return ""
    facts = parts.gallery.pages[part.sheet].facts.get(part.tile)
    if facts is not None and facts.shaped:
        return "wall"  # whoever draws a collision shape means it to be run into
    if 3 * use.border >= use.cells:
        return "wall"  # what lies round a map mostly closes it
    if use.layer > 0:
        return "decoration"
    lowest = [one for one in uses if one.layer == 0 and one.part.thing is None]
    layered = any(one.layer > 0 and one.part.thing is None for one in uses)
    return "floor" if layered or use is max(lowest, key=lambda one: one.cells - one.border) else ""


def draft_legend(reading: Reading, legend: OwnLegend, name: str) -> str:
    """Return the text of a legend of TOML, with what ``legend`` says already taken over."""
    uses = uses_of(reading)
    total = sum(reading.stacks.counts)
    meanings = textwrap.fill(f"# Meanings: {', '.join(tiles_of(Walk()))}.", 100, subsequent_indent="# ")
    lines = [_HEAD.format(name=name, meanings=meanings)]
    count = len(reading.stacks.all)
    maps, stacks = counted(len(reading.drawings), "map"), counted(count, "different stack")
    lines.append(f"# {maps}, {counted(total, 'cell')}, {stacks}.\n")
    lines.append(_MOVEMENT)
    named = ", ".join(dict.fromkeys(style.name for style in reading.stacks.layers))
    lines.append(f"# Layers that are no part of the style; the maps have: {named}.")
    lines.append(f"leave_out = [{', '.join(map(_quoted, legend.leave_out))}]\n")
    lines.append('[layers]  # what tiles on a layer mean that say nothing themselves, as Roof = "decoration"')
    lines += [f"{_quoted(key)} = {_quoted(value)}" for key, value in (legend.layers or {}).items()]
    lines.append("\n[tiles]")
    if any(not stack for stack in reading.stacks.all):
        lines.append(f'# {_quoted(EMPTY)} = "void"  # cells without any tile; void unless you say otherwise')
    for use in uses:
        if use.part.thing is None:
            lines += _entry(use, total, legend, guess(use, uses, reading.parts), use.part.label)
    lines.append("\n[objects]  # of object layers; those without a meaning are left out")
    for use in uses:
        if use.part.thing is not None:
            lines += _entry(use, total, legend, "", use.part.label.removeprefix("object:"))
    lines += [f"# left out: {note}" for note in reading.notes if "object" in note]
    return "\n".join(lines) + "\n"


def _entry(use: Use, total: int, legend: OwnLegend, guessed: str, key: str) -> list[str]:
    """Return the lines of one part."""
    said = legend.meaning(use.part.label)
    if said is not None:
        meaning, why = said, "as your legend says"
    elif use.part.said is not None:
        meaning, why = use.part.said, "as the maps say"
    else:
        meaning, why = f"{guessed}{GUESS}", "a guess" if guessed else "no guess"
    share = 100 * use.cells / max(1, total)
    return [
        f"# {use.cells} cells, {share:.1f} %; {why}; at {_plain(use.where)}: {_plain(use.view)}",
        f"{_quoted(key)} = {_quoted(meaning)}",
    ]


def _view(ids: np.ndarray, vocabulary: Vocabulary, y: int, x: int) -> str:
    """Return the cells around a cell as characters, rows parted by " / "."""
    wide, high = _VIEW
    rows = ids[max(0, y - high) : y + high + 1, max(0, x - wide) : x + wide + 1].tolist()
    return " / ".join("".join(vocabulary.tiles[i].char for i in row) for row in rows)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_plain(escaped)}"'


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else "_" for char in text)
