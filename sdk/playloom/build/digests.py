"""Hashes that decide whether something is up to date: of files, of requests, of the code that takes part.

Nothing here loads a kind: a build that has nothing to do is over before NumPy would be loaded.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from playloom.build.tasks import KINDS
from playloom.errors import FileInvalid

_ROOT = Path(__file__).parents[1]  # of the package playloom
# What takes part in making whatever kind, from the package's folder.
_SHARED = (
    "build/job.py",
    "build/making",
    "kernels",
    "api/packages.py",
    "api/spelling.py",
    "graph.py",
    "kind.py",
    "npz.py",
    "outputs.py",
    "package.py",
    "provenance",
    "seeds.py",
    "strict_json.py",
)
_OF_KIND = {
    "level": ("kinds/level", "api/level_files.py", "api/level_making.py"),
    "sprite": (
        "kinds/sprite",
        "api/sprite_files.py",
        "api/sprite_making.py",
        "api/sprite_pictures.py",
        "api/sprite_tiles.py",
        "api/world_sprites.py",
    ),
    "walk": ("kinds/walk", "api/sprite_walking.py"),
    "quest": ("kinds/quest", "api/quest_making.py"),
}


def digest(data: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_of(document: Any) -> str:
    """Return the SHA-256 of a document as JSON with sorted keys."""
    return digest(msgspec.json.encode(document, order="sorted"))


def digest_of_file(path: Path) -> str | None:
    """Return the SHA-256 of a regular file; None if there is none.

    Raises:
        FileInvalid: If it cannot be read.
    """
    try:
        with path.open("rb", buffering=0) as file:
            return digest(file.readall())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise FileInvalid(f"{path}: cannot be read ({error.strerror or error}); check its rights") from error


@cache
def code_of(sort: str) -> str:
    """Return the version of the code that makes a sort of asset: the SHA-256 of its source and data files."""
    return digest("".join([_shared(), *(_code(_OF_KIND[kind]) for kind in KINDS[sort])]).encode())


@cache
def planning_code() -> str:
    """Return the version of the code that reads and checks a project."""
    return _code(("build", "library.py", "manifest.py"))


@cache
def _shared() -> str:
    return _code(_SHARED)


@cache
def _code(parts: tuple[str, ...]) -> str:
    files: dict[str, Path] = {}
    for part in parts:
        place = _ROOT / part
        found = place.rglob("*") if place.is_dir() else [place]
        files |= {path.relative_to(_ROOT).as_posix(): path for path in found if path.suffix != ".pyc"}
    lines = (f"{name} {digest_of_file(path)}\n" for name, path in sorted(files.items()) if path.is_file())
    return digest("".join(lines).encode())
