"""Removing what builds made, and nothing that somebody changed."""

from pathlib import Path

from playloom.build.digests import digest_of_file
from playloom.build.lock import read_lock
from playloom.build.paths import LOCK_FILE, is_inside, remove


def clean(folder: Path) -> tuple[list[str], list[str]]:
    """Remove what the lock says was made and is as it was made, and folders that are then empty.

    Returns:
        What was removed, and what was changed by hand and stays.

    Raises:
        FileInvalid: If the lock is damaged.
        WriteFailed: If the system refuses.
    """
    removed, kept, folders = [], [], set[Path]()
    lines = read_lock(folder / LOCK_FILE).values()
    for path, sha in {path: sha for line in lines for path, sha in line.outputs.items()}.items():
        there = digest_of_file(folder / path)
        if there == sha and is_inside(folder, path):
            remove(folder / path)
            removed.append(path)
            folders.add((folder / path).parent)
        elif there is not None:
            kept.append(path)
    for place in sorted(folders, key=lambda one: len(one.parts), reverse=True):
        for empty in (place, *place.parents):
            if empty == folder or any(empty.iterdir()):
                break
            empty.rmdir()
    return removed, kept
