"""Walkers to learn from: figures with a walk in four directions, from our atlas format.

`anim.jsonl` beside `index.jsonl` names the frames of each animation in their order. Of four frames the first
stands and the second and fourth are steps, of three the second stands, and two are steps, the standing frame
of which is the first of the animation "idle".
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kernels import oklab
from playloom.kinds.sprite.quantise import reduce_colours, tokens_of
from playloom.kinds.walk.frames import DIRECTIONS, DRAWN, GIVEN, PHASES, Frame
from playloom_train.kinds.sprite.reading.atlas import INDEX, SPLITS, AtlasChoice, read_atlas
from playloom_train.kinds.sprite.reading.found import FoundSprite

ANIMATIONS = "anim.jsonl"
BYTES_HIGH = 16 << 20  # of that file
SIDES = (16, 32)  # pixels
COLOURS = 16  # of one walker at most; those of a richer one are reduced
_ORDERS = {4: (0, 1, 3), 3: (1, 0, 2)}  # places of standing, step, counterstep by the number of frames

Tokens = NDArray[np.uint8]  # (h, w): 0 is transparent, i is colour i - 1
Strip = NDArray[np.uint8]  # (h, w, 4)


@dataclass(frozen=True, kw_only=True)
class Walker:
    """One figure with the frames of its walk, in the colours of its front."""

    name: str
    source: str
    licence: str
    category: str
    split: str
    colours: NDArray[np.uint8]  # (K, 3), sRGB, the darkest first; those of the front
    frames: dict[Frame, Tokens]  # of `DRAWN` and `GIVEN`; what walks left, seen so
    mirrored: dict[Frame, Tokens]  # the same of the figure mirrored: its left is what walks right

    @property
    def front(self) -> Tokens:
        """The frame that all others are drawn from."""
        return self.frames[GIVEN]

    @property
    def side(self) -> int:
        """Width and height, pixels."""
        return len(self.front)


@dataclass(frozen=True)
class Walkers:
    """Walkers, and why others were left out."""

    all: tuple[Walker, ...]
    left_out: dict[str, int] = field(default_factory=dict)  # reason -> walkers

    def of(self, *splits: str) -> tuple[Walker, ...]:
        """Return the walkers of some splits."""
        return tuple(one for one in self.all if one.split in splits)


class _Line(msgspec.Struct, frozen=True):
    group: str
    source: str
    licence: str
    tier: str
    size: int
    category: str
    split: str
    clips: dict[str, dict[str, tuple[str, ...]]]


def read_walkers(folder: Path, tiers: tuple[str, ...] = ("cc0",)) -> Walkers:
    """Return the walkers of an atlas.

    Args:
        folder: Holds index.jsonl, anim.jsonl and the pictures.
        tiers: Licences that are taken.

    Raises:
        FileInvalid: If a file is missing or damaged, says the line; or no walker is left.
    """
    for name in (INDEX, ANIMATIONS):
        if not (folder / name).is_file():
            raise FileInvalid(f"{folder}: has no {name}; give a folder of our atlas format with animations")
    lines = _read_lines(folder / ANIMATIONS)
    found = read_atlas(folder, AtlasChoice(tiers=tiers, static=False, synthetic_weight=0.0))
    sprites = {one.name: one for one in found.sprites}
    walkers, reasons = [], Counter[str]()
    for line in lines:
        made = _walker(line, sprites, tiers)
        if isinstance(made, str):
            reasons[made] += 1
        else:
            walkers.append(made)
    if not walkers:
        told = "; ".join(f"{count} {reason}" for reason, count in reasons.items()) or "it is empty"
        raise FileInvalid(f"{folder / ANIMATIONS}: no walker is left ({told})")
    return Walkers(tuple(walkers), dict(reasons))


def _read_lines(path: Path) -> list[_Line]:
    if path.stat().st_size > BYTES_HIGH:
        raise FileInvalid(f"{path}: larger than {BYTES_HIGH >> 20} MiB; split the data")
    decoder, lines = msgspec.json.Decoder(_Line), []
    for number, text in enumerate(path.read_bytes().splitlines(), 1):
        try:
            line = decoder.decode(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise FileInvalid(
                f"{path.name}, line {number}: not an animation ({str(error)[:120]}); see `read_walkers`"
            ) from error
        if line.split not in SPLITS:
            raise FileInvalid(f"{path.name}, line {number}: split is {line.split[:40]!r}; one of {SPLITS}")
        lines.append(line)
    return lines


def _walker(line: _Line, sprites: dict[str, FoundSprite], tiers: tuple[str, ...]) -> Walker | str:
    """Return a walker, or why there is none."""
    if tiers and line.tier not in tiers:
        return "of a licence that is not chosen"
    if line.size not in SIDES:
        return f"not of {' or '.join(map(str, SIDES))} pixels"
    named = {direction: _named(line, direction) for direction in DIRECTIONS}
    if not all(named.values()):
        return "without a walk of 2 to 4 frames in four directions"
    ids = [name for direction in DIRECTIONS for name in named[direction]]
    if not all(name in sprites for name in ids):
        return "with a frame that is not there, half transparent or of another licence"
    pictures = [sprites[name].picture.pixels for name in ids]
    if any(picture.shape != (line.size, line.size, 4) or not picture[..., 3].any() for picture in pictures):
        return "with a frame that is empty or of another size"
    grids, colours = _in_colours_of_the_first(pictures)
    frames = {
        (direction, phase): grids[len(PHASES) * row + column]
        for row, direction in enumerate(DIRECTIONS)
        for column, phase in enumerate(PHASES)
    }
    return Walker(
        name=line.group,
        source=line.source,
        licence=line.licence,
        category=line.category,
        split=line.split,
        colours=colours,
        frames=_stood({place: frames[place] for place in (GIVEN, *DRAWN)}),
        mirrored=_stood(_seen_mirrored(frames)),
    )


def _named(line: _Line, direction: str) -> tuple[str, ...]:
    """Return the frames of a direction in the order of `PHASES`; () if they are not there."""
    walk = line.clips.get("walk", {}).get(direction, ())
    idle = line.clips.get("idle", {}).get(direction, ())
    if len(walk) == 2 and idle:
        return idle[0], *walk
    return tuple(walk[place] for place in _ORDERS[len(walk)]) if len(walk) in _ORDERS else ()


def _in_colours_of_the_first(pictures: list[Strip]) -> tuple[list[Tokens], NDArray[np.uint8]]:
    """Return pictures of one size in at most `COLOURS` colours, all of them used in the first one."""
    strip = np.concatenate(pictures, axis=1)
    tokens, colours = tokens_of(reduce_colours(strip, COLOURS)[0])
    wide = pictures[0].shape[1]
    own = np.unique(tokens[:, :wide])
    own = own[own > 0] - 1
    nearest = oklab.distances(oklab.whole(colours), oklab.whole(colours[own])).argmin(axis=1)
    table = np.concatenate([[0], nearest + 1]).astype(np.uint8)
    return np.split(table[tokens], len(pictures), axis=1), colours[own]


def _seen_mirrored(frames: dict[Frame, Tokens]) -> dict[Frame, Tokens]:
    """Return the frames of the mirrored figure: its feet have changed sides, and its left was its right."""
    other = {"stand": "stand", "step": "counterstep", "counterstep": "step"}
    turned = {
        (view, phase): frames[view, other[phase]][:, ::-1] for view in ("down", "up") for phase in PHASES
    }
    # Some artists count the feet of a figure that walks right from the other one.
    same = sum(int((frames["left", phase] != frames["right", phase][:, ::-1]).sum()) for phase in PHASES)
    swapped = sum(
        int((frames["left", phase] != frames["right", other[phase]][:, ::-1]).sum()) for phase in PHASES
    )
    side = {
        ("left", phase): frames["right", phase if same <= swapped else other[phase]][:, ::-1]
        for phase in PHASES
    }
    return turned | side


def _stood(frames: dict[Frame, Tokens]) -> dict[Frame, Tokens]:
    """Return the frames on the ground of the given one: all have their lowest pixel in one row."""
    ground = _lowest(frames[GIVEN])
    return {place: on_ground(tokens, ground) for place, tokens in frames.items()}


def on_ground(tokens: Tokens, ground: int) -> Tokens:
    """Return the figure moved up or down so that its lowest pixel is in the row ``ground``.

    What would leave the picture at the top is lost.
    """
    move = ground - _lowest(tokens)
    moved = np.zeros_like(tokens)
    if move >= 0:
        moved[move:] = tokens[: len(tokens) - move]
    else:
        moved[:move] = tokens[-move:]
    return moved


def _lowest(tokens: Tokens) -> int:
    return int(np.flatnonzero(tokens.any(axis=1))[-1])
