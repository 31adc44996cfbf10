"""What the commands of sprites print: a sprite in the terminal, in one line, as JSON; swatches; checks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

from playloom.commands.output import mark
from playloom.kernels.counting import counted
from playloom.kinds.sprite.content import Sprite, Verdict
from playloom.kinds.sprite.palette import Palette, as_hex
from playloom.kinds.sprite.request import SpriteRequest

CHARACTERS = ".0123456789abcdefghijklmnopqrstuvwxyz"  # of pixel values, where there is no colour
_UPPER, _LOWER = "▀", "▄"


def print_preview(sprite: Sprite, *, err: bool = False) -> None:
    """Draw the sprite: half blocks of colour in a terminal, characters elsewhere or with NO_COLOR."""
    console = Console(stderr=err, highlight=False)
    if not console.is_terminal or console.no_color:
        click.echo("\n".join(rows_of(sprite)), err=err)
        return
    for line in half_blocks(sprite.rgba):
        console.print(line, no_wrap=True, overflow="crop")


def rows_of(sprite: Sprite) -> list[str]:
    """Return one character a pixel: . is transparent, then the colours of the palette."""
    return ["".join(CHARACTERS[value] for value in row) for row in sprite.pixels.tolist()]


def half_blocks(rgba: NDArray[np.uint8]) -> list[Text]:
    """Return two rows of pixels a line; what is transparent shows the terminal's own ground."""
    height, width = rgba.shape[:2]
    even = np.zeros((height + height % 2, width, 4), np.uint8)
    even[:height] = rgba
    lines = []
    for upper, lower in zip(even[::2].tolist(), even[1::2].tolist(), strict=True):
        line = Text()
        for top, bottom in zip(upper, lower, strict=True):
            if top[3] and bottom[3]:
                line.append(_UPPER, Style(color=_colour(top), bgcolor=_colour(bottom)))
            elif top[3]:
                line.append(_UPPER, Style(color=_colour(top)))
            elif bottom[3]:
                line.append(_LOWER, Style(color=_colour(bottom)))
            else:
                line.append(" ")
        lines.append(line)
    return lines


def swatches(palette: Palette) -> Text:
    """Return one patch a colour."""
    line = Text()
    for red, green, blue in palette.colours:
        line.append("██", Style(color=Color.from_rgb(red, green, blue)))
    return line


def has_colour() -> bool:
    """Whether stdout shows colours."""
    console = Console()
    return console.is_terminal and not console.no_color


def verdict_table(verdicts: Sequence[Verdict], indent: str = "  ") -> str:
    """Return one line a check: mark, name, finding."""
    width = max((len(verdict.name) for verdict in verdicts), default=0)
    return "\n".join(f"{indent}{mark(v.passed)} {v.name:<{width}}  {v.detail}".rstrip() for v in verdicts)


def sprite_document(sprite: Sprite, request: SpriteRequest, files: list[Path]) -> dict[str, Any]:
    """Return what --json prints of a sprite."""
    colours = [as_hex(colour) for colour in sprite.palette.colours]
    return {
        "words": request.words,
        "seed": request.seed,
        "width": sprite.width,
        "height": sprite.height,
        "palette": colours,
        "pixels": sprite.pixels.tolist(),
        "evidence": sprite.record(),
        "notes": list(sprite.notes),
        "files": [str(file) for file in files],
    }


def summary(sprite: Sprite, request: SpriteRequest) -> str:
    """Return one line about a sprite and why it may be trusted."""
    head = f"{request.words or 'sprite'} {sprite.width}x{sprite.height}, seed {request.seed}"
    evidence = sprite.evidence
    if evidence is None:
        return head
    told = evidence.request
    what = " ".join(part for part in (told.get("category"), told.get("style")) if part)
    mended = sum(one.pixels for one in evidence.mends)
    colours = int(evidence.measures.get("colours", 0))
    return (
        f"{head}: {what}, {counted(colours, 'colour')}, "
        f"{counted(len(evidence.checks), 'check')} passed, {counted(mended, 'pixel')} mended"
    )


def _colour(pixel: list[int]) -> Color:
    return Color.from_rgb(*pixel[:3])
