"""Writing content in the format that a file's suffix names: all files of all outputs, or none.

A file that the user named is written over. A companion, which nobody named (the picture of a sheet, the
tileset of a map), is written over only where it belongs to files that are replaced.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from inspect import signature
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

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
        RequestInvalid: If a suffix is unknown, a folder is missing, an option is wrong, two outputs want
            different files of one name, or a companion would replace a file of somebody else's.
        WriteFailed: If the system refuses.
    """
    encoded = [_encode(content, path, options, writers) for path, options in outputs.items()]
    every: dict[Path, bytes] = {}
    for path, data in (item for files in encoded for item in files.items()):
        if every.setdefault(path, data) != data:
            raise RequestInvalid(f"{path}: two outputs want this name; choose another one for one of them")
    check_companions(encoded)
    # A main file names the others: it comes after them.
    write_all_atomically({path: every[path] for path in sorted(every, key=outputs.__contains__)})
    return list(every)


def check_companions(outputs: Sequence[Mapping[Path, bytes]]) -> None:
    """Refuse to replace a file that nobody named and that none of the files to be replaced refers to.

    Args:
        outputs: Of each output its files, the main one, which was named, first.

    Raises:
        RequestInvalid: Says which file, and for which main file it would be replaced.
    """
    every = {path: data for files in outputs for path, data in files.items()}
    named = {os.path.realpath(next(iter(files))) for files in outputs}
    for files in outputs:
        main = next(iter(files))
        for path, data in files.items():
            if os.path.realpath(path) in named or not os.path.lexists(path) or _content(path) == data:
                continue
            if not any(_refers(_content(other), path, other) for other in every if other != path):
                raise RequestInvalid(
                    f"{path}: is there already and does not belong to {main.name}, which would replace it; "
                    f"move it away, or choose another name than {main.name}"
                )


def _content(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes() if path.is_file() else b""
    return b""


def _refers(text: bytes, path: Path, source: Path) -> bool:
    """Whether what ``source`` holds names ``path``, as JSON, XML and TOML write the name of a file."""
    if not text or not path.is_relative_to(source.parent):
        return False
    name = path.relative_to(source.parent).as_posix()
    written = {json.dumps(name), json.dumps(name, ensure_ascii=False), f'"{escape(name)}"'}
    return any(word.encode("utf-8", "surrogatepass") in text for word in written)


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
