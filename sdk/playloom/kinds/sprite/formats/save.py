"""Writing sprites by the suffix of the file name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playloom.errors import RequestInvalid
from playloom.kinds.sprite.content import Animation, Sprite
from playloom.kinds.sprite.formats import godot, moving, picture, sheet
from playloom.outputs import Encoder, write_outputs


def _png(animation: Animation, stem: str, *, scale: int = 1) -> dict[str, bytes]:
    """Write the one frame; of several their sheet."""
    if len(animation.frames) == 1:
        return picture.encode(animation.frames[0], stem, scale=scale)
    if scale != 1:
        raise RequestInvalid(f"{stem}.png: a sheet is written at its own size; leave scale out")
    return {f"{stem}.png": sheet.encode(animation, stem)[f"{stem}.png"]}


WRITERS: dict[str, Encoder] = {
    ".png": _png,
    ".json": sheet.encode,
    ".tres": godot.encode,
    ".gif": moving.encode,
}


def write(made: Sprite | Animation, path: str | Path, **options: Any) -> list[Path]:
    """Write a sprite or an animation in the format of the suffix, each file whole or not at all.

    Args:
        made: What to write.
        path: The main file; the picture of a sheet is put beside its .json and named after it.
        options: Handed to the format, such as ``scale=4`` for ``.png`` and ``.gif``.

    Returns:
        The files, the main one first.

    Raises:
        RequestInvalid: If the suffix is unknown, the folder is missing, or an option is wrong.
        WriteFailed: If the system refuses.
    """
    return write_each(made, {Path(path): options})


def write_each(made: Sprite | Animation, outputs: Mapping[Path, Mapping[str, Any]]) -> list[Path]:
    """Write to several main files, each with its options, all of them or none; see `write`."""
    animation = Animation(frames=(made,)) if isinstance(made, Sprite) else made
    return write_outputs(animation, outputs, WRITERS)
