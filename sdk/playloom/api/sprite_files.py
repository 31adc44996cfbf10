"""Sprite files: reading, writing and checking them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from playloom.api.sprite_pictures import Picture, rgba_of
from playloom.errors import RequestInvalid
from playloom.kinds.sprite.content import Animation, Evidence, Examination, Sprite
from playloom.kinds.sprite.contract import Contract, examine
from playloom.kinds.sprite.enlargement import find_enlargement
from playloom.kinds.sprite.formats import picture, save
from playloom.kinds.sprite.formats.evidence import read_evidence
from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.palette import Palette, parse_colour
from playloom.kinds.sprite.reading import BYTES_HIGH
from playloom.kinds.sprite.terms import PIECES_USUAL

USUAL_CONTRACT = Contract(pieces=PIECES_USUAL)


def read_sprite(path: str | Path, palette: Palette | None = None) -> Sprite:
    """Read a picture of one frame, with its evidence where it is one of ours and unchanged.

    Args:
        path: .png, .gif, .bmp or .webp.
        palette: That of the sprite; None: its own colours, from the darkest.

    Raises:
        FileInvalid: If it cannot be read, is too large, has half transparent pixels, or colours that are too
            many or not in the palette.
    """
    return picture.read(Path(path), palette)


def write_sprite(made: Sprite | Animation, *paths: str | Path, scale: int | None = None) -> list[Path]:
    """Write a sprite or an animation to each of ``paths``, the format by suffix; return all files written.

    Each file is written atomically: it is the old one or the whole new one.

    Args:
        made: What to write.
        paths: .png (of several frames a sheet), .json (Aseprite's, with its .png), .tres (SpriteFrames of
            Godot), .gif.
        scale: For .png and .gif: pixels a pixel; a larger .png is a preview, without evidence.

    Raises:
        RequestInvalid: If a suffix is of no known format, a folder is missing, the scale is wrong, or the
            picture of a .json would replace one that does not belong to it.
        WriteFailed: If the system refuses.
    """
    return save.write_each(made, {Path(path): _options(Path(path), scale) for path in paths})


def check_sprite(
    given: Picture, contract: Contract | None = None, *, training: Index | None = None
) -> Examination:
    """Hold anybody's picture against a pixel contract.

    Args:
        given: A sprite, a file, or an RGBA array.
        contract: What is to hold; None: what the evidence of a sprite of ours says was asked for, else the
            usual limits.
        training: Sprites that it must not be a copy of.

    Raises:
        FileInvalid: If a file cannot be read.
    """
    rgba = rgba_of(given)
    if contract is None:
        evidence = given.evidence if isinstance(given, Sprite) else None
        if isinstance(given, str | Path):
            evidence, _ = read_evidence(Path(given).read_bytes()[:BYTES_HIGH], rgba)
        contract = USUAL_CONTRACT if evidence is None else stored_contract(evidence)
    return examine(rgba, contract, training)


def stored_contract(evidence: Evidence) -> Contract:
    """Return the contract that a sprite was made to keep.

    Raises:
        RequestInvalid: If somebody changed it into something that cannot be.
    """
    try:
        record: Mapping[str, Any] = evidence.request["contract"]
        contract = msgspec.convert(record, Contract)
        colours = tuple(parse_colour(colour) for colour in evidence.request["palette"])
        return replace(contract, palette=Palette("its own", colours))
    except (KeyError, TypeError, msgspec.ValidationError) as problem:
        raise RequestInvalid(f"evidence holds no contract that can be read: {problem}") from problem


def enlarged_by(given: Picture) -> int:
    """Return how many times as large as it was drawn a picture surely is; 1 if nothing says so."""
    found = find_enlargement(rgba_of(given))
    return found.factor if found.sure else 1


def _options(path: Path, scale: int | None) -> dict[str, int]:
    return {"scale": scale} if scale is not None and path.suffix.lower() in (".png", ".gif") else {}
