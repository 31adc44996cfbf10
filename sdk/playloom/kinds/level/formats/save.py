"""Writing and reading levels by the suffix of the file name."""

from collections.abc import Callable, Mapping
from inspect import signature
from pathlib import Path
from typing import Any

from playloom.errors import FileInvalid, RequestInvalid
from playloom.files import write_all_atomically
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import godot, preview, record, text, tmj, tmx
from playloom.kinds.level.formats.bounds import read_file
from playloom.kinds.level.formats.legend import Legend
from playloom.kinds.level.vocabulary import CORE, Vocabulary

Encoder = Callable[
    ..., dict[str, bytes]
]  # (level, stem, **options) -> file name -> bytes, the main one first
Decoder = Callable[[bytes, Path, Vocabulary, Legend | None], Level]


def _text(data: bytes, path: Path, vocabulary: Vocabulary, legend: Legend | None) -> Level:
    return text.decode(data, path, vocabulary)


def _json(data: bytes, path: Path, vocabulary: Vocabulary, legend: Legend | None) -> Level:
    """Read a level of ours, or a Tiled map that was exported with this suffix."""
    if record.is_tiled(data, path):
        return tmj.decode(data, path, vocabulary, legend)
    return record.decode(data, path)


WRITERS: dict[str, Encoder] = {
    ".tmx": tmx.encode,
    ".tmj": tmj.encode,
    ".tscn": godot.encode,
    ".txt": text.encode,
    ".json": record.encode,
    ".png": preview.encode,
}
READERS: dict[str, Decoder] = {".tmx": tmx.decode, ".tmj": tmj.decode, ".txt": _text, ".json": _json}


def write(level: Level, path: str | Path, **options: Any) -> list[Path]:
    """Write ``level`` in the format of the suffix, each file whole or not at all.

    Args:
        level: What to write.
        path: The main file; others (tileset, tile image) are put beside it and named after it.
        options: Handed to the format, such as ``solution=True`` for ``.png``.

    Returns:
        The files, the main one first.

    Raises:
        RequestInvalid: If the suffix is unknown, the folder is missing, or an option is wrong.
        WriteFailed: If the system refuses.
    """
    return write_each(level, {Path(path): options})


def write_each(level: Level, outputs: Mapping[Path, Mapping[str, Any]]) -> list[Path]:
    """Write ``level`` to several main files, each with its options, all of them or none; see `write`."""
    encoded = [_encode(level, path, options) for path, options in outputs.items()]
    every: dict[Path, bytes] = {}
    for path, data in (item for files in encoded for item in files.items()):
        if every.setdefault(path, data) != data:
            raise RequestInvalid(f"{path}: two outputs want this name; choose another one for one of them")
    # A main file names the others: it comes after them.
    write_all_atomically({path: every[path] for path in sorted(every, key=outputs.__contains__)})
    return list(every)


def _encode(level: Level, path: Path, options: Mapping[str, Any]) -> dict[Path, bytes]:
    """Return the contents of the files, the main one first."""
    encode = WRITERS.get(path.suffix.lower())
    if encode is None:
        raise RequestInvalid(
            f"{path}: cannot write {path.suffix or 'no suffix'!r}; use one of {_list(WRITERS)}"
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
    (_, main), *others = encode(level, path.stem, **options).items()
    return {path: main} | {path.parent / name: data for name, data in others}  # the suffix as it was typed


def read(path: str | Path, vocabulary: Vocabulary = CORE, *, legend: Legend | None = None) -> Level:
    """Return the level in a file, by its suffix; what was written by `write` comes back as it was.

    Args:
        path: A .tmx, .tmj, .txt or .json file.
        vocabulary: What tiles can mean; .json files bring their own.
        legend: For Tiled maps whose tiles do not say what they mean: tile number in the map, or "tileset:id",
            to tile name; "" leaves a tile out, 0 stands for empty cells. `read_legend` reads one from a file.

    Raises:
        FileInvalid: If the file is missing, damaged, hostile, not supported or not understood.
        RequestInvalid: If the legend names no tile of the vocabulary.
    """
    path = Path(path)
    decode = READERS.get(path.suffix.lower())
    if decode is None:
        raise FileInvalid(f"{path}: cannot read {path.suffix or 'no suffix'!r}; give one of {_list(READERS)}")
    return decode(read_file(path), path, vocabulary, legend)


def _list(formats: dict[str, Any]) -> str:
    return ", ".join(sorted(formats))
