"""The work of `playloom sprite sheet`: files become an animation in one palette."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.api.sprite_files import read_sprite
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.sprite.content import Animation, Clip, Sprite
from playloom.kinds.sprite.formats.palette_file import load_palette
from playloom.kinds.sprite.palette import COLOURS_HIGH, Palette
from playloom.kinds.sprite.quantise import colours_of
from playloom.kinds.sprite.reading import Picture, read_picture
from playloom.kinds.sprite.recolour import to_palette


def animation_of(
    files: Sequence[Path], clips: Sequence[tuple[str, int]], milliseconds: int | None, palette: str | None
) -> tuple[Animation, tuple[str, ...]]:
    """Return the frames of all files as one animation, and what is to be said about the files.

    Raises:
        FileInvalid: If a picture cannot be read, is half transparent or has colours beyond the palette.
        RequestInvalid: If they differ in size, have too many colours, or the clips are not all frames.
    """
    pictures = [(path, read_picture(path)) for path in files]
    colours = _common(pictures) if palette is None else load_palette(palette).palette
    frames: list[Sprite] = []
    notes: list[str] = []
    for path, picture in pictures:
        if len(picture.frames) == 1:  # with its evidence, where it has one
            one = read_sprite(path, colours)
            frames.append(one)
            notes += [f"{path}: {note}" for note in one.notes]
        else:
            frames += [_frame(path, number, rgba, colours) for number, rgba in enumerate(picture.frames)]
            notes += [f"{path}: {note}" for note in picture.notes]
    shown = next((ms for _, picture in pictures for ms in picture.durations_milliseconds if ms), 150)
    duration = shown if milliseconds is None else milliseconds
    named = _clips(clips, len(frames))
    return Animation(frames=tuple(frames), clips=named, milliseconds=duration), tuple(notes)


def _common(pictures: Sequence[tuple[Path, Picture]]) -> Palette:
    """Return the palette of all colours that are used, from the darkest."""
    shown = [rgba[rgba[:, :, 3] > 0][:, :3] for _, picture in pictures for rgba in picture.frames]
    strip = np.concatenate([*shown, np.zeros((0, 3), np.uint8)])
    opaque = np.concatenate([strip, np.full((len(strip), 1), 255, np.uint8)], axis=1)
    found = colours_of(opaque[None])[0]
    if len(found) > COLOURS_HIGH:
        raise RequestInvalid(
            f"the pictures have {len(found)} colours together, a sheet at most {COLOURS_HIGH}; recolour them "
            "to one palette (`playloom sprite finish --palette`)"
        )
    own = Palette("own", tuple((int(red), int(green), int(blue)) for red, green, blue in found))
    return Palette("own", tuple(own.colours[place] for place in own.by_lightness))


def _frame(path: Path, number: int, rgba: NDArray[np.uint8], palette: Palette) -> Sprite:
    made = to_palette(rgba, palette)
    wrong = np.argwhere((made.rgba != rgba).any(axis=2))
    if len(wrong):
        y, x = wrong[0].tolist()
        raise FileInvalid(
            f"{path}: frame {number}, pixel {x},{y} is half transparent or not in the palette; "
            "clean or recolour it"
        )
    return made


def _clips(clips: Sequence[tuple[str, int]], frames: int) -> tuple[Clip, ...]:
    if clips and sum(count for _, count in clips) != frames:
        said = " + ".join(str(count) for _, count in clips)
        raise RequestInvalid(f"clips are {said} frames, the pictures {frames}; give every frame a clip")
    made, first = [], 0
    for name, count in clips:
        made.append(Clip(name, first, first + count - 1))
        first += count
    return tuple(made)
