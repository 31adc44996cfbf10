"""Paths in a project: which can be used, and which the build keeps for itself."""

from pathlib import Path

from playloom.errors import WriteFailed
from playloom.provenance import LEDGER_FILE

PROJECT_FILE, LOCK_FILE = "playloom.toml", "playloom.lock"
STATE = ".playloom"  # folder beside the project file: the cache, and what was planned last
_OWN = (PROJECT_FILE, LOCK_FILE, LEDGER_FILE, "provenance.toml")
_LENGTH_HIGH = 240  # characters of one part, so that names made from it still fit a file system


def shown(name: str) -> str:
    """Return a name as messages have it: short, and without what could steer a terminal."""
    return ascii(name)[1:-1][:80]


def unfit(name: str) -> str | None:
    """Return why a path of the project cannot be used, or None if it can."""
    parts = name.split("/")
    if not name.isprintable() or "\\" in name or ":" in name:
        return "write it with / between its parts, without \\ and :"
    if name.startswith("/") or any(part in ("", ".", "..") for part in parts):
        return "give a path from the project's folder, without . and .."
    if any(len(part) > _LENGTH_HIGH or part.endswith((" ", ".")) for part in parts):
        return f"a part of it is longer than {_LENGTH_HIGH} characters, or ends in a dot or space"
    if parts[0].casefold() == STATE or name.casefold() in _OWN:
        return "the build keeps that for itself"
    return None


def is_inside(folder: Path, path: str) -> bool:
    """Return whether a path of a project stays in its folder, links followed."""
    return (folder / path).resolve().is_relative_to(folder.resolve())


def remove(place: Path) -> None:
    """Remove a file.

    Raises:
        WriteFailed: If the system refuses.
    """
    try:
        place.unlink()
    except OSError as error:
        raise WriteFailed(
            f"{place}: cannot be removed ({error.strerror or error}); give yourself the right to"
        ) from error
