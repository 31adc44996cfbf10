"""Palettes: 2 to 32 distinct colours, by name or the user's own."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels import oklab

COLOURS_LOW = 2
COLOURS_HIGH = 32
NAME_HIGH = 80  # characters

Colour = tuple[int, int, int]  # sRGB, 0 to 255 each

_HEX = re.compile(r"#?([0-9a-fA-F]{6})", re.ASCII)


@dataclass(frozen=True)
class Palette:
    """Distinct colours with the name they go by; two palettes of the same colours are the same art."""

    name: str
    colours: tuple[Colour, ...]

    def __post_init__(self) -> None:
        """Refuse what is no palette.

        Raises:
            RequestInvalid: If there are too few or too many colours, or one is given twice or is none.
        """
        if not 1 <= len(self.name) <= NAME_HIGH or not self.name.isprintable():
            raise RequestInvalid(
                f"a palette's name is {self.name[:NAME_HIGH]!r}; give 1 to {NAME_HIGH} printable characters"
            )
        count = len(self.colours)
        if not COLOURS_LOW <= count <= COLOURS_HIGH:
            hint = "; extract fewer from the picture" if count > COLOURS_HIGH else ""
            raise RequestInvalid(
                f"palette {self.name!r} has {count} colours; choose {COLOURS_LOW} to {COLOURS_HIGH}{hint}"
            )
        for place, colour in enumerate(self.colours):
            if len(colour) != 3 or not all(type(part) is int and 0 <= part <= 255 for part in colour):
                raise RequestInvalid(
                    f"palette {self.name!r}: colour {place + 1} is {colour!r}; give red, green and blue, "
                    "each 0 to 255"
                )
            if colour in self.colours[:place]:
                raise RequestInvalid(
                    f"palette {self.name!r}: {as_hex(colour)} is colour {self.colours.index(colour) + 1} and "
                    f"{place + 1}; give each once"
                )

    @cached_property
    def array(self) -> NDArray[np.uint8]:
        """Shape (P, 3)."""
        return np.array(self.colours, np.uint8)

    @cached_property
    def by_lightness(self) -> tuple[int, ...]:
        """Places of the colours from the darkest to the lightest."""
        lab = oklab.whole(self.array)
        return tuple(sorted(range(len(self.colours)), key=lambda place: (*lab[place].tolist(), place)))

    @property
    def darkest(self) -> int:
        """Place of the darkest colour: that of outlines."""
        return self.by_lightness[0]

    def place(self, colour: Colour) -> int:
        """Return the place of a colour.

        Raises:
            RequestInvalid: If it is not in the palette; names the nearest that is.
        """
        if colour in self.colours:
            return self.colours.index(colour)
        near = self.colours[int(oklab.nearest(np.array([colour], np.uint8), self.array)[0])]
        raise RequestInvalid(
            f"{as_hex(colour)} is no colour of palette {self.name!r}; the nearest is {as_hex(near)}"
        )


@dataclass(frozen=True)
class KnownPalette:
    """A well-known palette with its credit."""

    palette: Palette
    title: str
    author: str
    permission: str


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    title: str
    author: str
    permission: str
    colours: str


class _Book(msgspec.Struct, forbid_unknown_fields=True):
    palettes: list[_Entry]


@cache
def known_palettes() -> dict[str, KnownPalette]:
    """Return the palettes that ship with Playloom, by name."""
    text = resources.files(__package__).joinpath("palettes", "known.toml").read_bytes()
    return {
        entry.name: KnownPalette(
            Palette(entry.name, tuple(parse_colour(part) for part in entry.colours.split())),
            entry.title,
            entry.author,
            entry.permission,
        )
        for entry in msgspec.toml.decode(text, type=_Book).palettes
    }


def find_palette(name: str) -> Palette:
    """Return a known palette by its name or title; case, blanks and dashes do not matter.

    Raises:
        RequestInvalid: If none goes by it; names the nearest.
    """
    known = known_palettes()
    by_key = {_key(entry.title): each for each, entry in known.items()} | {_key(each): each for each in known}
    if _key(name) in by_key:
        return known[by_key[_key(name)]].palette
    near = difflib.get_close_matches(_key(name), by_key, n=1)
    hint = f"; did you mean {by_key[near[0]]!r}?" if near else ";"
    raise RequestInvalid(
        f"no palette is called {name[:NAME_HIGH]!r}{hint} known are {', '.join(known)}; "
        "or give a file: .hex, .gpl, .pal or .png"
    )


def _key(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def parse_colour(text: str) -> Colour:
    """Return the colour of ``ff004d`` or ``#ff004d``.

    Raises:
        RequestInvalid: If the text is another.
    """
    found = _HEX.fullmatch(text)
    if not found:
        raise RequestInvalid(f"colour is {text[:40]!r}; give six hexadecimal digits, such as ff004d")
    red, green, blue = bytes.fromhex(found[1])
    return red, green, blue


def as_hex(colour: Iterable[int]) -> str:
    """Return a colour as ``#ff004d``."""
    return "#" + "".join(f"{part:02x}" for part in colour)
