"""Makes one job in a folder of its own, with the functions that Python and the command line call too.

The folder holds what the job says it is made from and nothing else: what is not told of cannot take part.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from playloom.build.job import Job, Made
from playloom.errors import FileInvalid, GenerationFailed, PackageInvalid, PlayloomError, WriteFailed

Maker = Callable[[Job, Path], Made]

_HOMES = {
    "level": "levels",
    "sprite": "sprites",
    "cast": "casts",
    "walk": "walks",
    "tileset": "tilesets",
    "world": "worlds",
    "quest": "quests",
    "scene": "scenes",
}


class _OtherModel(PackageInvalid):
    """The model that was loaded is not the one that was planned with."""


def make(job: Job) -> Made:
    """Make one job; the same job gives the same bytes, whoever makes it.

    Raises:
        RequestInvalid: If it contradicts itself, the model or the limits.
        GenerationFailed: If no attempt passed its checks.
        FileInvalid: If something that it is made from cannot be read.
        PackageInvalid: If a model package is not the one that it names, or is not sound.
        WriteFailed: If there is no room for what is being made.
    """
    maker: Maker = import_module(f"playloom.build.making.{_HOMES[job.sort]}").make
    with _folder(job) as folder:
        try:
            try:
                return maker(job, folder)
            except _OtherModel:  # this process had loaded the one that was there before
                from playloom.api.packages import default_library

                default_library.cache_clear()
                return maker(job, folder)
        except PlayloomError as error:
            raise _of_project(error, folder) from error


@contextmanager
def _folder(job: Job) -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="playloom-", ignore_cleanup_errors=True) as name:
            folder = Path(name).resolve()
            for path in (*job.files, *job.outputs):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
            for path, data in job.files.items():
                (folder / path).write_bytes(data)
            yield folder
    except OSError as error:
        raise WriteFailed(
            f"no room to make {job.id} in ({error.strerror or error}); make room in {tempfile.gettempdir()}"
        ) from error


def _of_project(error: PlayloomError, folder: Path) -> PlayloomError:
    """Return the error with paths as the project has them."""
    text = str(error).replace(f"{folder}{os.sep}", "").replace(str(folder), ".")
    if isinstance(error, GenerationFailed):
        return GenerationFailed(text, failed=error.failed, advice=error.advice)
    if isinstance(error, FileInvalid) and error.__cause__ and isinstance(error.__cause__, FileNotFoundError):
        text += " (what an asset is made from must be named in playloom.toml)"
    return type(error)(text)


def read_back(paths: list[Path], folder: Path, mains: tuple[str, ...]) -> dict[str, bytes]:
    """Return the bytes of files that were written, by their paths in the project, main files last."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {path: found[path] for path in sorted(found, key=lambda path: (path in mains, path))}


def check_model(job: Job, kind: str, package_hash: str) -> None:
    """Refuse a model that is not the one that was planned with.

    Raises:
        PackageInvalid: Says which.
    """
    pin = next(pin for pin in job.pins if pin.kind == kind)
    if pin.sha256 != package_hash:
        raise _OtherModel(
            f"model {pin.name} changed while the build was running: SHA-256 {pin.sha256[:12]} was planned "
            f"with, {package_hash[:12]} is there; build again"
        )


def pinned(job: Job, kind: str) -> Path | None:
    """Return the folder of the model package of a kind; None: no model of that kind takes part."""
    return next((Path(pin.root) for pin in job.pins if pin.kind == kind), None)
