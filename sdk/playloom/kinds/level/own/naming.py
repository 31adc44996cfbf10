"""Names, characters and colours of the tiles of an own vocabulary."""

from collections import Counter

import numpy as np

from playloom.kinds.level.own.drawing import Parts
from playloom.kinds.level.own.gallery import plain
from playloom.kinds.level.own.stacks import Stack, label_of
from playloom.kinds.level.tiles import TileBook
from playloom.kinds.level.vocabulary import Passability, Role, Tile, Vocabulary

# "?" marks free cells of a sketch.
_CHARS = "".join(map(chr, (*range(0x21, 0x3F), *range(0x40, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180))))
_UNKNOWN = Tile(name="", char=" ", role=Role.PROP, passability=Passability.OPEN, colour="#808080")


def tiles_named(
    stacks: tuple[Stack, ...],
    parts: Parts,
    meanings: list[str],
    known: dict[str, Tile],
    book: TileBook | None,
) -> Vocabulary:
    """Return the vocabulary: a tile a stack.

    Args:
        stacks: In the order of ids.
        parts: Of the stacks.
        meanings: Of each stack, the name of one of ``known``; "" where unknown.
        known: Meanings.
        book: For the colours, where there are pictures.
    """
    names = _names(stacks, parts, meanings)
    chars = _chars(stacks, parts, meanings, known)
    tiles = []
    for number, meaning in enumerate(meanings):
        tile = known.get(meaning, _UNKNOWN)
        colour = _colour(number, stacks[number], parts, book) or (tile.colour if meaning else _shade(number))
        tiles.append(
            Tile(
                name=names[number],
                char=chars[number],
                role=tile.role,
                passability=tile.passability,
                colour=colour,
                tier=tile.tier,
            )
        )
    return Vocabulary(tuple(tiles))


def _names(stacks: tuple[Stack, ...], parts: Parts, meanings: list[str]) -> list[str]:
    """Return a readable name of each: the author's own or the meaning where it is the only such one."""
    labels = [plain(label_of(stack, parts)) for stack in stacks]
    titles = [_title(stack, parts) or meaning for stack, meaning in zip(stacks, meanings, strict=True)]
    common = Counter(titles)
    names: list[str] = []
    for label, title in zip(labels, titles, strict=True):
        if title and common[title] == 1 and title not in labels:
            name = title
        else:
            name = f"{title} {label}" if len(label) == 1 and title else label  # a character alone says little
        while name in names:  # labels that differed beyond what is kept of them
            name = f"{name}'"
        names.append(name)
    return names


def _title(stack: Stack, parts: Parts) -> str:
    return parts.all[stack[0][1]].title if len(stack) == 1 else ""


def _chars(stacks: tuple[Stack, ...], parts: Parts, meanings: list[str], known: dict[str, Tile]) -> list[str]:
    """Return a character for each: its own, else that of its meaning if free, else one of a long row."""
    chars: list[str] = [parts.all[s[0][1]].char if len(s) == 1 else "" for s in stacks]
    taken = set(chars) - {""}
    for number, meaning in enumerate(meanings):
        char = known[meaning].char if meaning in known else " " if not stacks[number] else ""
        if not chars[number] and char and char not in taken:
            chars[number] = char
            taken.add(char)
    free = iter([char for char in _CHARS if char not in taken and char.isprintable()])
    return [char or next(free) for char in chars]


def _colour(number: int, stack: Stack, parts: Parts, book: TileBook | None) -> str:
    """Return the mean colour of a tile's pictures, the upper over the lower; "" without pictures."""
    given = [parts.all[part].colour for _, part in stack if parts.all[part].colour]
    if book is None:
        return given[-1] if given else ""
    red = green = blue = 0
    seen = False
    for entry in book.stacks[number]:
        picture = book.picture(entry.sheet, entry.tile, entry.flip)
        if picture is None:
            continue
        pixels = picture.reshape(-1, 4).astype(np.int64)
        weight = int(pixels[:, 3].sum())
        if not weight:
            continue
        mean = (pixels[:, :3] * pixels[:, 3:]).sum(axis=0) // weight
        share = weight * 256 // (255 * len(pixels))  # of 256
        red, green, blue = (
            (old * (256 - share) + int(m) * share) >> 8
            for old, m in zip((red, green, blue), mean, strict=True)
        )
        seen = True
    return f"#{red:02x}{green:02x}{blue:02x}" if seen else given[-1] if given else ""


def _shade(number: int) -> str:
    """Return one of many colours that are easy to tell apart, for tiles of which nothing is known."""
    turn = number * 97 % 255  # golden steps round a wheel of whole numbers
    up, down = turn % 85 * 3, 255 - turn % 85 * 3
    wheel = ((down, up, 40), (40, down, up), (up, 40, down))[turn // 85 % 3]
    red, green, blue = (72 + part * 104 // 255 for part in wheel)  # calm enough to look at for long
    return f"#{red:02x}{green:02x}{blue:02x}"
