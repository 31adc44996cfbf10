"""Finding picture files: in folders however deep, never outside them, and never without end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from playloom.errors import FileInvalid
from playloom.kinds.sprite.reading import SUFFIXES
from playloom_train.folders import walk

FILES_HIGH = 50_000  # looked at
DEPTH_HIGH = 32  # folders in folders
_ADVICE = "give the folders of sprites alone"
_PROJECTS = {".aseprite", ".ase", ".psd", ".kra", ".xcf", ".pyxel", ".piskel", ".jpg", ".jpeg", ".svg"}


@dataclass(frozen=True)
class Files:
    """The files below one path that was given, in the order of their names."""

    root: Path  # names are told from here
    pictures: tuple[Path, ...]
    sheets: tuple[Path, ...]  # JSON files, which may describe sheets
    notes: tuple[str, ...]

    def name(self, path: Path) -> str:
        """Return the path from the root, with slashes."""
        return path.relative_to(self.root).as_posix()


def find_files(given: Path) -> Files:
    """Return the pictures and JSON files of a folder, or the one file that was given.

    Links are not followed: what they lead to may lie anywhere, and may lead back.

    Raises:
        FileInvalid: If nothing is there, or far too much.
    """
    if given.is_file():
        is_sheet = given.suffix.lower() == ".json"
        return Files(given.parent, () if is_sheet else (given,), (given,) if is_sheet else (), ())
    if not given.is_dir():
        raise FileInvalid(f"{given}: not there; give a folder of pictures, or a picture")
    pictures: list[Path] = []
    sheets: list[Path] = []
    links = 0
    unread: Counter[str] = Counter()
    for entry in walk(given, deep=DEPTH_HIGH, advice=_ADVICE):
        suffix = entry.suffix.lower()
        if entry.is_symlink():
            links += 1
        elif suffix in SUFFIXES:
            pictures.append(entry)
        elif suffix == ".json":
            sheets.append(entry)
        elif suffix in _PROJECTS:
            unread[suffix] += 1
        if links + len(pictures) + len(sheets) + unread.total() > FILES_HIGH:
            raise FileInvalid(f"{given}: has over {FILES_HIGH} files; {_ADVICE}")
    notes = [f"{links} links were not followed"] if links else []
    notes += [
        f"{count} {suffix} {'file was' if count == 1 else 'files were'} not read; export PNG"
        for suffix, count in sorted(unread.items())
    ]
    return Files(given, tuple(pictures), tuple(sheets), tuple(notes))


def common(names: Iterable[str], most: int = 3) -> str:
    """Return the first few of some names, and how many more there are."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
