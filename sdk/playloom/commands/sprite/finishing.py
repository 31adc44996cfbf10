"""The work of `playloom sprite finish`: a picture in another palette, touched up, and what became of it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playloom.api.sprite_files import read_sprite, write_sprite
from playloom.api.sprite_pictures import own_palette_of, rgba_of
from playloom.commands.output import print_json
from playloom.commands.sprite.options import say_written
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kernels.counting import counted
from playloom.kinds.sprite.clean import harden
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.formats.palette_file import load_palette
from playloom.kinds.sprite.outline import outlined, shadowed
from playloom.kinds.sprite.palette import COLOURS_HIGH, Palette
from playloom.kinds.sprite.quantise import colours_of
from playloom.kinds.sprite.recolour import recolour, to_palette
from playloom.kinds.sprite.seamless import seamless


@dataclass(frozen=True, kw_only=True)
class Finishing:
    """The options of one run; names as in `playloom sprite finish --help`."""

    source: Path
    palette: str | None
    match: str
    pad: int
    outline: Literal["outside", "inside"] | None
    shadow: bool
    seamless: bool
    scale: int | None


def finish_picture(finishing: Finishing, places: list[Path], *, as_json: bool, quiet: bool) -> None:
    """Do what the options say, write the files and tell.

    Raises:
        FileInvalid: If the picture cannot be read, or is no sprite and no palette is named.
        RequestInvalid: If it cannot be done, such as an outline without room.
        WriteFailed: If the system refuses.
    """
    made, hardened = _in_palette(finishing)
    if finishing.seamless:
        made = seamless(made)
    if finishing.pad:
        made = replace(made, pixels=np.pad(made.pixels, finishing.pad), evidence=None)
    if finishing.outline is not None:
        made = outlined(made, side=finishing.outline)
    if finishing.shadow:
        made = shadowed(made)
    written = write_sprite(made, *places, scale=finishing.scale)
    if as_json:
        document = {"file": str(finishing.source), "width": made.width, "height": made.height}
        document |= {
            "hardened": hardened,
            "notes": list(made.notes),
            "files": [str(path) for path in written],
        }
        print_json(document)
    else:
        said = [f"{finishing.source}: {note}" for note in made.notes]
        say_written(written, said, quiet=quiet)


def _in_palette(finishing: Finishing) -> tuple[Sprite, int]:
    """Return the sprite in its new palette, and how many half transparent pixels were hardened."""
    if finishing.palette is None:
        return read_sprite(finishing.source), 0
    palette = load_palette(finishing.palette).palette
    hardened = 0
    try:
        sprite = read_sprite(finishing.source)
    except FileInvalid:  # too many colours, or half transparent
        hard, hardened = harden(rgba_of(finishing.source))
        notes = [f"{counted(hardened, 'half transparent pixel')} made opaque or clear"] if hardened else []
        own = _own_palette(hard)
        if own is None:
            count = len(colours_of(hard)[0])
            if count > COLOURS_HIGH and finishing.match != "nearest":
                notes.append(
                    f"has {count} colours, --match {finishing.match} is for {COLOURS_HIGH} or fewer: each "
                    "became its nearest"
                )
            return replace(to_palette(hard, palette), notes=tuple(notes)), hardened
        sprite = replace(to_palette(hard, own), notes=tuple(notes))
    how = {"distinct": finishing.match == "distinct", "ordered": finishing.match != "nearest"}
    return recolour(sprite, palette, **how).sprite, hardened


def _own_palette(hard: NDArray[np.uint8]) -> Palette | None:
    """Return the colours of a picture; None if they are too few or too many for a palette."""
    try:
        return own_palette_of(hard)
    except RequestInvalid:
        return None
