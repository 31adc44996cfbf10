"""From drawings to a vocabulary: every stack of parts that a cell can hold becomes one tile."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.level.columns import distinct_columns
from playloom.kinds.level.content import Cells
from playloom.kinds.level.own.drawing import NOTHING, Drawing, DrawnLayer, Parts
from playloom.kinds.level.own.legend import UNKNOWN, OwnLegend
from playloom.kinds.level.tiles import LAYERS_HIGH, LayerStyle
from playloom.kinds.level.vocabulary import OBJECT_ROLES, Role, Tile

EMPTY = "empty"  # label of the stack of nothing
STACKS_HIGH = 254  # different stacks of a vocabulary
DISTINCT_HIGH = 1 << 16  # different stacks of all maps, before the rarest are folded into others
_NAMED = 6  # things named in a note before it says how many more there are

Stack = tuple[tuple[int, int], ...]  # (layer, part), bottom first


@dataclass(frozen=True, eq=False)
class Stacks:
    """All stacks of a set of maps, the most frequent first, and the maps as places among them."""

    all: tuple[Stack, ...]
    counts: tuple[int, ...]  # cells
    layers: tuple[LayerStyle, ...]  # bottom first
    objects: tuple[bool, ...]  # of each layer: it holds objects, no tiles
    maps: tuple[Cells, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Reading:
    """Maps that were read but not yet given a meaning: what a draft of a legend is made from."""

    drawings: list[Drawing]
    parts: Parts
    stacks: Stacks
    notes: tuple[str, ...]


def label_of(stack: Stack, parts: Parts) -> str:
    """Return what a legend calls a stack: ``ground:5+deco:12``."""
    return "+".join(parts.all[part].full_label for _, part in stack) or EMPTY


def stack_up(drawings: list[Drawing], parts: Parts, legend: OwnLegend, most: int = STACKS_HIGH) -> Stacks:
    """Return the stacks of all cells; beyond ``most`` the rarest become their nearest relatives."""
    notes: list[str] = []
    drawings = [_without(drawing, legend, notes) for drawing in drawings]
    drawings = [_told(drawing, parts, legend, notes) for drawing in drawings]
    layers, objects, levels = _ordered(drawings, notes)
    counted: Counter[Stack] = Counter()
    drawn: list[tuple[list[Stack], np.ndarray]] = []  # the different stacks of each map, and where they are
    for drawing, places in zip(drawings, levels, strict=True):
        grids = [layer.parts for layer in drawing.layers]
        columns, where = distinct_columns(grids, drawing.height * drawing.width)
        _check_distinct(drawing, max(len(columns), len(counted)))
        stacks = [
            tuple((place, part) for place, part in zip(places, column, strict=True) if part != NOTHING)
            for column in columns.tolist()
        ]
        for stack, count in zip(stacks, np.bincount(where, minlength=len(stacks)).tolist(), strict=True):
            counted[stack] += count
        _check_distinct(drawing, len(counted))
        drawn.append((stacks, where))
    # Ties in order of labels, so that the order of files plays no part.
    labels = {stack: label_of(stack, parts) for stack in counted}
    order = sorted(counted, key=lambda stack: (-counted[stack], labels[stack], stack))
    become = _folded(order, counted, parts, most, notes)
    kept = order[:most]
    numbers = {stack: number for number, stack in enumerate(kept)}
    ids = {stack: numbers[become.get(stack, stack)] for stack in order}
    maps = tuple(
        np.array([ids[stack] for stack in stacks], np.uint8)[where].reshape(drawing.height, drawing.width)
        for drawing, (stacks, where) in zip(drawings, drawn, strict=True)
    )
    counts = [0] * len(kept)
    for stack, count in counted.items():
        counts[ids[stack]] += count
    return Stacks(tuple(kept), tuple(counts), layers, objects, maps, tuple(notes))


def _check_distinct(drawing: Drawing, count: int) -> None:
    if count > DISTINCT_HIGH:
        raise FileInvalid(
            f"{drawing.name}: the maps hold over {DISTINCT_HIGH} different stacks of tiles; "
            'leave_out = ["layer"] in a legend leaves a layer of details out'
        )


def _without(drawing: Drawing, legend: OwnLegend, notes: list[str]) -> Drawing:
    """Leave out the layers that the legend leaves out."""
    kept = tuple(layer for layer in drawing.layers if layer.style.name not in legend.leave_out)
    if len(kept) < len(drawing.layers):
        names = sorted({layer.style.name for layer in drawing.layers} & set(legend.leave_out))
        notes.append(f"{drawing.name}: layers {', '.join(names)} were left out, as the legend says")
    return replace(drawing, layers=kept)


def _told(drawing: Drawing, parts: Parts, legend: OwnLegend, notes: list[str]) -> Drawing:
    """Leave out objects that have no meaning: most are triggers and notes to the game."""
    layers = []
    left_out: Counter[str] = Counter()
    for layer in drawing.layers:
        if layer.objects:
            used = np.unique(layer.parts[layer.parts != NOTHING]).tolist()
            unknown = [i for i in used if not (legend.meaning(parts.all[i].label) or parts.all[i].said)]
            unknown += [i for i in used if legend.meaning(parts.all[i].label) == UNKNOWN]
            for part in unknown:
                left_out[parts.all[part].label] += int((layer.parts == part).sum())
            grid = np.where(np.isin(layer.parts, unknown), NOTHING, layer.parts).astype(np.int32)
            if not (grid != NOTHING).any():
                continue
            layers.append(replace(layer, parts=grid))
        else:
            layers.append(layer)
    if left_out:
        notes.append(
            f"{drawing.name}: objects without a known meaning were left out: {_listed(dict(left_out))}; "
            "a legend can give them one under [objects]"
        )
    return replace(drawing, layers=tuple(layers))


def _ordered(
    drawings: list[Drawing], notes: list[str]
) -> tuple[tuple[LayerStyle, ...], tuple[bool, ...], list[list[int]]]:
    """Return one order of the layers of all maps, which hold objects, and each map's layers' places in it.

    Layers are one if they have the same name and the same count of that name below them.
    """
    named = [_numbered(drawing.layers) for drawing in drawings]
    order: list[tuple[str, int, bool]] = []
    styles: dict[tuple[str, int, bool], LayerStyle] = {}
    for keys, drawing in zip(named, drawings, strict=True):
        at = 0
        for key, layer in zip(keys, drawing.layers, strict=True):
            if key not in styles:
                order.insert(at, key)
                styles[key] = layer.style
            at = max(at, order.index(key) + 1)
            if len(order) > LAYERS_HIGH:
                raise FileInvalid(
                    f"{drawing.name}: the maps have over {LAYERS_HIGH} layers, counting those of things "
                    'that share cells; leave_out = ["layer"] in a legend leaves a layer out'
                )
    numbers = {key: number for number, key in enumerate(order)}
    places = [[numbers[key] for key in keys] for keys in named]
    for drawing, where in zip(drawings, places, strict=True):
        if where != sorted(where):
            notes.append(f"{drawing.name}: its layers lie in another order than in maps before it")
    return tuple(styles[key] for key in order), tuple(objects for _, _, objects in order), places


def _numbered(layers: tuple[DrawnLayer, ...]) -> list[tuple[str, int, bool]]:
    seen: Counter[tuple[str, bool]] = Counter()
    keys = []
    for layer in layers:
        name = layer.style.name
        keys.append((name, seen[name, layer.objects], layer.objects))
        seen[name, layer.objects] += 1
    return keys


def _folded(
    order: list[Stack], counted: Counter[Stack], parts: Parts, most: int, notes: list[str]
) -> dict[Stack, Stack]:
    """Return what each stack beyond ``most`` becomes: one with the same ground and most parts in common."""
    kept, rare = order[:most], order[most:]
    become: dict[Stack, Stack] = {}
    places = {pair: number for number, pair in enumerate(dict.fromkeys(pair for s in kept for pair in s))}
    holds = np.zeros((len(kept), len(places)), np.bool_)  # which parts of which layers a kept stack has
    for number, stack in enumerate(kept):
        holds[number, [places[pair] for pair in stack]] = True
    sizes = holds.sum(axis=1)
    grounds = np.array([places[stack[0]] if stack else -1 for stack in kept])
    for stack in rare:
        common = holds[:, [places[pair] for pair in stack if pair in places]].sum(axis=1)
        same_ground = grounds == places.get(stack[0], -2) if stack else np.zeros(len(kept), np.bool_)
        unlike = sizes + len(stack) - 2 * common
        # One number in which the ground counts most, then what they share, then what they do not.
        likeness = (same_ground * (LAYERS_HIGH + 1) + common) * (2 * LAYERS_HIGH + 1) - unlike
        become[stack] = kept[int(likeness.argmax())]  # of equals the most frequent
    if rare:
        cells = sum(counted[stack] for stack in rare)
        named = {label_of(stack, parts): counted[stack] for stack in rare}
        notes.append(
            f"{len(order)} different stacks are more than the {most} that a vocabulary holds: "
            f"the {len(rare)} rarest ({cells} cells) became their nearest relatives: {_listed(named)}; "
            'leave_out = ["layer"] in a legend leaves a layer of details out instead'
        )
    return become


def _listed(counts: dict[str, int]) -> str:
    named = ", ".join(f"{label} x{count}" for label, count in list(counts.items())[:_NAMED])
    return named + (f" and {len(counts) - _NAMED} more" if len(counts) > _NAMED else "")


def meaning_of_stack(
    stack: Stack, stacks: Stacks, parts: Parts, legend: OwnLegend, known: dict[str, Tile]
) -> str:
    """Return what a stack means: what the legend says, else its topmost object, else its topmost ground.

    Scenery (`Role.PROP`) means nothing where something else lies below it.

    Returns:
        The name of a tile of the default vocabularies; "" if any part of it has no known meaning.
    """
    said = legend.meaning(label_of(stack, parts))
    if said is not None:
        return said
    if not stack:
        return "void"
    found = []
    for layer, place in stack:
        part = parts.all[place]
        meaning = legend.meaning(part.full_label)
        if meaning is None:
            meaning = legend.meaning(part.label)
        if meaning is None:
            meaning = part.said or legend.layer_meaning(stacks.layers[layer].name) or UNKNOWN
        if meaning == UNKNOWN or meaning not in known:
            return UNKNOWN
        found.append(meaning)
    things = [name for name in found if known[name].role in OBJECT_ROLES]
    grounds = [name for name in found if known[name].role is not Role.PROP]
    return (things or grounds or found)[-1]
