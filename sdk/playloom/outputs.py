"""Writing content in the format that a file's suffix names: all files of all outputs, or none."""

from collections.abc import Callable, Mapping
from inspect import signature
from pathlib import Path
from typing import Any

from playloom.errors import RequestInvalid
from playloom.files import write_all_atomically

Encoder = Callable[..., dict[str, bytes]]  # (content, stem, **options) -> name -> bytes, the main file first


def write_outputs(
    content: object, outputs: Mapping[Path, Mapping[str, Any]], writers: Mapping[str, Encoder]
) -> list[Path]:
    """Write ``content`` to several main files, each with the options of its format, all of them or none.

    Args:
        content: What the writers encode.
        outputs: Main file -> options; other files are put beside it and named after it.
        writers: Suffix -> encoder.

    Returns:
        The files, those of each output together, its main one first.

    Raises:
        RequestInvalid: If a suffix is unknown, a folder is missing, an option is wrong, or two outputs want
            different files of one name.
        WriteFailed: If the system refuses.
    """
    encoded = [_encode(content, path, options, writers) for path, options in outputs.items()]
    every: dict[Path, bytes] = {}
    for path, data in (item for files in encoded for item in files.items()):
        if every.setdefault(path, data) != data:
            raise RequestInvalid(f"{path}: two outputs want this name; choose another one for one of them")
    # A main file names the others: it comes after them.
    write_all_atomically({path: every[path] for path in sorted(every, key=outputs.__contains__)})
    return list(every)


def _encode(
    content: object, path: Path, options: Mapping[str, Any], writers: Mapping[str, Encoder]
) -> dict[Path, bytes]:
    """Return the contents of the files, the main one first."""
    encode = writers.get(path.suffix.lower())
    if encode is None:
        known = ", ".join(sorted(writers))
        raise RequestInvalid(f"{path}: cannot write {path.suffix or 'no suffix'!r}; use one of {known}")
    strange = options.keys() - signature(encode).parameters.keys()
    if strange:
        raise RequestInvalid(
            f"{path}: {path.suffix} has no option {', '.join(sorted(strange))}; leave it out"
        )
    if not path.parent.is_dir():
        raise RequestInvalid(
            f"{path}: the folder {path.parent} does not exist; create it or choose another one"
        )
    (_, main), *others = encode(content, path.stem, **options).items()
    return {path: main} | {path.parent / name: data for name, data in others}  # the suffix as it was typed
