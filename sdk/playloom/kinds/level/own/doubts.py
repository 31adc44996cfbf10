"""What maps leave in doubt, said in notes: one look with two meanings, legends that meet nothing."""

import hashlib

from playloom.kinds.level.own.drawing import Parts
from playloom.kinds.level.own.legend import OwnLegend
from playloom.kinds.level.own.stacks import EMPTY, Reading, label_of
from playloom.kinds.level.tiles import TileBook
from playloom.kinds.level.vocabulary import Vocabulary

_SHOWN = 6  # things named in one note


def disputes(parts: Parts) -> list[str]:
    """Return a note where maps give one tile or object several meanings: what was read first counts."""
    said = [
        f"{label!r} is {' and '.join(repr(one) if one else 'nothing known' for one in meanings)}"
        for label, meanings in parts.disputed.items()
    ]
    if not said:
        return []
    return [
        f"one look has several meanings: {_listed(said)}; the first one counts everywhere: give tiles that "
        "mean different things pictures, or objects classes, of their own"
    ]


def twins(book: TileBook, vocabulary: Vocabulary) -> list[str]:
    """Return a note where tiles look the same to the last pixel and mean different things to a player."""
    pictures: dict[tuple[int, int, int], bytes] = {}

    def shown(sheet: int, tile: int, flip: int) -> bytes:
        """Return what stands for a picture; nothing, for one that is clear."""
        place = sheet, tile, flip
        if place not in pictures:
            found = book.picture(*place) if sheet >= 0 else None
            seen = repr(place).encode() if found is None else repr(found.shape).encode() + found.tobytes()
            clear = found is not None and not found[:, :, 3].any()
            pictures[place] = b"" if clear else hashlib.sha256(seen).digest()
        return pictures[place]

    looks: dict[tuple[object, ...], dict[tuple[str, str], str]] = {}
    for tile, stack, things in zip(vocabulary.tiles, book.stacks, book.things, strict=True):
        drawn = [(shown(e.sheet, e.tile, e.flip), book.layers[e.layer]) for e in stack]
        stands = [(t.layer, t.name, t.kind, shown(t.sheet, t.tile, t.flip)) for t in things]
        look = *((picture, style.opacity, style.offset) for picture, style in drawn if picture), *stands
        looks.setdefault(look, {}).setdefault((tile.role.value, tile.passability.value), tile.name)
    pairs = [
        " and ".join(f"{name!r} ({role}, {passability})" for (role, passability), name in found.items())
        for found in looks.values()
        if len(found) > 1
    ]
    if not pairs:
        return []
    return [f"these look the same and mean different things, which no player can see: {_listed(pairs)}"]


def unmet(legend: OwnLegend, reading: Reading) -> list[str]:
    """Return a note on what a legend names that is not in the maps: mostly words mistyped."""
    parts = reading.parts.all
    known = {EMPTY, *(part.label for part in parts), *(part.full_label for part in parts)}
    known |= {label_of(stack, reading.parts) for stack in reading.stacks.all}
    layers = {layer.style.name for drawing in reading.drawings for layer in drawing.layers}
    strange = [
        f"{label.removeprefix('object:')!r}"
        for label in legend.tiles or {}
        if label not in known and not all(one in known for one in label.split("+"))
    ]
    strange += [
        f"layer {name!r}" for name in [*(legend.layers or {}), *legend.leave_out] if name not in layers
    ]
    if not strange:
        return []
    return [f"{legend.where}: names what is not in the maps: {_listed(strange)}"]


def _listed(words: list[str]) -> str:
    return "; ".join(words[:_SHOWN]) + (f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else "")
