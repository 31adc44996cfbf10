"""Writing sprites by the suffix of the file name."""

from collections.abc import Callable, Mapping
from inspect import signature
from pathlib import Path
from typing import Any

from playloom.errors import RequestInvalid
from playloom.files import write_all_atomically
from playloom.kinds.sprite.content import Animation, Sprite
from playloom.kinds.sprite.formats import godot, moving, picture, sheet


def _png(animation: Animation, stem: str, *, scale: int = 1) -> dict[str, bytes]:
    """Write the one frame; of several their sheet."""
    if len(animation.frames) == 1:
        return picture.encode(animation.frames[0], stem, scale=scale)
    if scale != 1:
        raise RequestInvalid(f"{stem}.png: a sheet is written at its own size; leave scale out")
    return {f"{stem}.png": sheet.encode(animation, stem)[f"{stem}.png"]}


Encoder = Callable[..., dict[str, bytes]]  # (animation, stem, **options) -> name -> bytes, the main one first

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
    encoded = [_encode(animation, path, options) for path, options in outputs.items()]
    every: dict[Path, bytes] = {}
    for path, data in (item for files in encoded for item in files.items()):
        if every.setdefault(path, data) != data:
            raise RequestInvalid(f"{path}: two outputs want this name; choose another one for one of them")
    # A main file names the others: it comes after them.
    write_all_atomically({path: every[path] for path in sorted(every, key=outputs.__contains__)})
    return list(every)


def _encode(animation: Animation, path: Path, options: Mapping[str, Any]) -> dict[Path, bytes]:
    """Return the contents of the files, the main one first."""
    encode = WRITERS.get(path.suffix.lower())
    if encode is None:
        raise RequestInvalid(
            f"{path}: cannot write {path.suffix or 'no suffix'!r}; use one of {', '.join(sorted(WRITERS))}"
        )
    strange = options.keys() - signature(encode).parameters.keys()
    if strange:
        raise RequestInvalid(
            f"{path}: {path.suffix} has no option {', '.join(sorted(strange))}; leave it out"
        )
    if not path.parent.is_dir():
        raise RequestInvalid(
            f"{path}: the folder {path.parent} does not exist; create it or choose another one"
        )
    (_, main), *others = encode(animation, path.stem, **options).items()
    return {path: main} | {path.parent / name: data for name, data in others}  # the suffix as it was typed
