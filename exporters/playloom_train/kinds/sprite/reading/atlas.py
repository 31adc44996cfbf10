"""Our atlas format: index.jsonl, one sprite a line, beside pictures that hold many sprites each.

Category, tags, group, split and licence are given there, and sprites are in true size.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.sprite.clean import SOFT, Cleaned, harden, is_soft
from playloom.kinds.sprite.reading import Pixels, read_picture
from playloom_train.kinds.sprite.keywords import CATEGORIES
from playloom_train.kinds.sprite.reading.found import Findings, FoundSprite, Given, LeftOut

INDEX = "index.jsonl"
BYTES_HIGH = 64 << 20  # of the index
SPRITES_HIGH = 200_000
SPLITS = ("train", "val", "heldout")


@dataclass(frozen=True, kw_only=True)
class AtlasChoice:
    """Which sprites of an atlas are taken."""

    tiers: tuple[str, ...] = ("cc0",)  # () for all
    static: bool = True  # only one frame of each animation and what does not move
    synthetic_weight: float = 0.25  # of sprites that a program put together; 0 leaves them out
    shadows: bool = False  # the shadows that are drawn into sprites stay


class _Line(msgspec.Struct, frozen=True):
    id: str
    atlas: str
    x: int
    y: int
    w: int
    h: int
    source: str
    licence: str
    tier: str
    category: str
    tags: tuple[str, ...]
    static: bool
    synthetic: bool
    group: str
    split: str


def is_atlas(given: Path) -> bool:
    """Whether a path is a folder of our atlas format, or its index."""
    return (given / INDEX).is_file() or (given.name == INDEX and given.is_file())


def read_atlas(given: Path, choice: AtlasChoice) -> Findings:
    """Return the chosen sprites of an atlas.

    Raises:
        FileInvalid: If the index or an atlas is damaged; says the line.
    """
    index = given if given.name == INDEX else given / INDEX
    if index.stat().st_size > BYTES_HIGH:
        raise FileInvalid(f"{index}: larger than {BYTES_HIGH >> 20} MiB; split the data")
    decoder = msgspec.json.Decoder(_Line)
    findings = Findings()
    atlases: dict[str, Pixels] = {}
    for number, text in enumerate(index.read_bytes().splitlines(), 1):
        where = f"{index.name}, line {number}"
        try:
            line = decoder.decode(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise FileInvalid(f"{where}: not a sprite ({str(error)[:120]}); see `AtlasChoice`") from error
        if number > SPRITES_HIGH:
            raise FileInvalid(f"{index}: has over {SPRITES_HIGH} sprites; split the data")
        reason = _left_out(line, choice)
        if reason:
            findings.left_out.append(LeftOut(line.id, reason))
            continue
        if line.atlas not in atlases:
            atlases[line.atlas] = _read_page(where, index.parent, line.atlas)
            findings.pictures += 1
        sprite = _sprite(where, line, atlases[line.atlas], choice)
        if isinstance(sprite, LeftOut):
            findings.left_out.append(sprite)
        else:
            findings.sprites.append(sprite)
    return findings


def _left_out(line: _Line, choice: AtlasChoice) -> str:
    if choice.tiers and line.tier not in choice.tiers:
        return "licence not chosen"
    if choice.static and not line.static:
        return "a further frame of an animation"
    return "synthetic" if line.synthetic and not choice.synthetic_weight else ""


def _read_page(where: str, folder: Path, name: str) -> Pixels:
    if Path(name).name != name or name in ("", ".", ".."):
        raise FileInvalid(f"{where}: the atlas is {name[:60]!r}; it must lie beside the index")
    return read_picture(folder / name).frames[0]


def _sprite(where: str, line: _Line, page: Pixels, choice: AtlasChoice) -> FoundSprite | LeftOut:
    height, width = page.shape[:2]
    if not (0 <= line.x < line.x + line.w <= width and 0 <= line.y < line.y + line.h <= height):
        raise FileInvalid(
            f"{where}: {line.w}x{line.h} at {line.x},{line.y} is not inside {line.atlas}, {width}x{height}"
        )
    if line.category not in CATEGORIES or line.split not in SPLITS:
        raise FileInvalid(
            f"{where}: category {line.category[:40]!r}, split {line.split[:40]!r}; one is unknown"
        )
    pixels = page[line.y : line.y + line.h, line.x : line.x + line.w]
    hard, softened = harden(pixels)
    if is_soft(pixels):
        return LeftOut(line.id, SOFT)
    given = Given(
        category=line.category,
        tags=line.tags,
        style=line.source,
        group=line.group,
        split=line.split,
        licence=line.licence,
        weight=choice.synthetic_weight if line.synthetic else 1.0,
    )
    picture = Cleaned(pixels=np.ascontiguousarray(hard), softened=softened)
    return FoundSprite(name=line.id, picture=picture, style=line.source, given=given)
