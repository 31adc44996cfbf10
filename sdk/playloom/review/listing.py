"""The list of items as the page shows it, and which two are compared next."""

from collections import Counter
from typing import Any

from playloom.feedback.events import Said, Standing
from playloom.feedback.keys import Key
from playloom.kernels.counting import counted
from playloom.kinds.level.content import Level
from playloom.kinds.quest.content import Quest
from playloom.review.shelf import Item
from playloom.seeds import Stream


def listed(number: int, item: Item, standing: dict[Key, Standing]) -> dict[str, Any]:
    """Return what the list tells of one item."""
    thinks = standing.get(item.key, Standing())
    title, about, width, height = _told(item)
    return {
        "id": number,
        "kind": item.key.kind,
        "name": item.name,
        "title": title,
        "about": about,
        "seed": item.key.seed if item.key.seed >= 0 else None,
        "width": width,
        "height": height,
        "verdict": thinks.verdict,
        "rating": thinks.rating,
        "note": thinks.note,
    }


def _told(item: Item) -> tuple[str, str, int, int]:
    """Return a title, a line about it, and width and height in cells or pixels."""
    made = item.made
    if isinstance(made, Quest):
        lines = counted(len(made.lines()), "line")
        return made.title, f"{made.tone} · {made.strategy.replace('_', ' ')} · {lines}", 0, 0
    name = item.name.rpartition("/")[2]
    size = f"{made.width}×{made.height}"
    if isinstance(made, Level):
        style = made.evidence.style if made.evidence is not None else ""
        words = [made.theme, style if style != made.theme else "", size]
        return name, " · ".join(word for word in words if word), made.width, made.height
    asked = {} if made.evidence is None else made.evidence.request
    return name, " · ".join(w for w in (str(asked.get("words", "")), size) if w), made.width, made.height


def group_of(item: Item) -> str:
    """Return what two items share that can be compared: a theme, a sort of thing, the kind."""
    made = item.made
    if isinstance(made, Level):
        return made.theme
    if isinstance(made, Quest):
        return ""
    return "" if made.evidence is None else str(made.evidence.request.get("category", ""))


def pair_of(
    items: list[tuple[int, Key, str]], compared: list[Said], stream: Stream
) -> tuple[int, int] | None:
    """Return the numbers of two of one group, compared least and never with each other; None: no such two.

    Args:
        items: Number, key and group of each.
        compared: What was said so far.
        stream: Decides between equals, and who stands left.
    """
    times: Counter[Key] = Counter()
    done: set[frozenset[Key]] = set()
    for said in compared:
        if said.other is not None:
            times.update([said.content.key, said.other.key])
            done.add(frozenset((said.content.key, said.other.key)))
    drawn = stream.bits(len(items)).tolist()
    order = sorted(range(len(items)), key=lambda place: (times[items[place][1]], drawn[place]))
    for place, first in enumerate(order):
        for second in order[place + 1 :]:
            (one, one_key, one_group), (two, two_key, two_group) = items[first], items[second]
            if one_group == two_group and one_key != two_key and frozenset((one_key, two_key)) not in done:
                return (two, one) if stream.below(2) else (one, two)
    return None
