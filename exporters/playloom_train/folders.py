"""Walking the folders that a developer gives: however deep, never outside them, and never without end."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from playloom.errors import FileInvalid


def walk(root: Path, *, deep: int, advice: str, skipped: Collection[str] = ()) -> Iterator[Path]:
    """Yield files and links below a folder by name, without hidden ones and what a Mac adds to archives.

    Args:
        root: The folder.
        deep: Folders in folders, at most.
        advice: What to do where there are more.
        skipped: Names that are passed over as well.

    Raises:
        FileInvalid: If folders lie deeper.
    """
    yield from _below(root, root, 0, deep, advice, frozenset(("__MACOSX", *skipped)))


def _below(
    root: Path, folder: Path, depth: int, deep: int, advice: str, skipped: frozenset[str]
) -> Iterator[Path]:
    if depth > deep:
        raise FileInvalid(f"{root}: has folders deeper than {deep}; {advice}")
    with os.scandir(folder) as entries:
        shown = [one for one in entries if not one.name.startswith(".") and one.name not in skipped]
    for entry in sorted(shown, key=lambda one: one.name):
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _below(root, path, depth + 1, deep, advice, skipped)
        elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
            yield path
