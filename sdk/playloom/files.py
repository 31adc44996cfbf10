"""Writing files so that a reader sees the old bytes or the new ones, and reading them within bounds.

Each file is written in full beside its place under a name nobody else uses,
flushed to the disk, and then moved over the place in one step.
"""

import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from playloom.errors import FileInvalid, PlayloomError, RequestInvalid, WriteFailed

PART = ".playloom-{}.part"  # name of a temporary file


def read_regular(path: Path, most: int, what: str) -> bytes:
    """Return the first ``most`` bytes of a regular file.

    Args:
        path: Of the file.
        most: Bytes; one more than may be lets the caller see that there are too many.
        what: "a map file", for the message.

    Raises:
        FileInvalid: If there is no such file, or it is something else.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would hang, a device never end
            raise FileInvalid(f"{path}: not a file; give the path of {what}")
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise FileInvalid(f"{path}: cannot be read ({reason}); check the path") from error


def read_text(path: Path, mebibytes: int, what: str, too_large: str) -> str:
    """Return the text of a UTF-8 file.

    Args:
        path: Of the file.
        mebibytes: It may have.
        what: "a map file", for messages.
        too_large: What to do where it has more.

    Raises:
        FileInvalid: If it cannot be read, is too large or no UTF-8.
    """
    data = read_regular(path, (mebibytes << 20) + 1, what)
    if len(data) > mebibytes << 20:
        raise FileInvalid(f"{path}: is larger than {mebibytes} MiB; {too_large}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileInvalid(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from error


def write_atomically(path: Path, data: bytes) -> None:
    """Write one file whole or not at all; see `write_all_atomically`."""
    write_all_atomically({path: data})


def write_all_atomically(files: Mapping[Path, bytes], *, durable: bool = True, mark: str = "") -> None:
    """Write files that belong together; the last one is the main file, which names the others.

    All of them are complete on the disk before the first is moved into place,
    and the main file is moved last: it never names a file that is not there.
    On failure, Ctrl-C included, temporary files and files that were not there before are
    removed. A file that already holds the wanted bytes is left untouched. A symbolic link
    stays: the file it leads to is written.

    Args:
        files: What to write, by place.
        durable: Whether a power cut right after leaves the new files; without, it may leave them half.
        mark: Put into the names of temporary files, so that whoever knows that no writer with this mark is
            running can remove what a killed one left.

    Raises:
        RequestInvalid: If a folder is missing, or two names lead to one file and want different bytes.
        WriteFailed: If the system refuses (rights, disk full, a folder in the file's place).
    """
    files = _resolved(files)
    waiting: dict[Path, Path] = {}  # temporary -> place
    fresh: list[Path] = []  # places that were empty before
    try:
        for place, data in files.items():
            if not _holds(place, data):
                temporary = place.parent / PART.format(mark + secrets.token_hex(8))
                waiting[temporary] = place
                _write_through(temporary, data, durable)
        for temporary, place in waiting.items():
            if not os.path.lexists(place):
                fresh.append(place)
            temporary.replace(place)
        for folder in {place.parent for place in waiting.values()} if durable else ():
            _flush_folder(folder)
    except BaseException as error:
        for leftover in (*waiting, *fresh):
            with suppress(OSError):
                leftover.unlink()
        if isinstance(error, OSError):
            raise _refusal(place, error) from error
        raise


@contextmanager
def fresh_folder(target: Path) -> Iterator[Path]:
    """Hand out an empty folder that takes the place of ``target`` once the block has filled it.

    What was there stays until then, and for good if the block fails or is interrupted. The parent is made
    if it is missing.

    Raises:
        OSError: If the system refuses.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        fresh, old = beside / target.name, beside / "old"
        fresh.mkdir()
        yield fresh
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except BaseException:
            if old.exists():
                old.rename(target)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _resolved(files: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """Return the bytes by the file that each name leads to; the last one stays the last."""
    resolved: dict[str, tuple[Path, bytes]] = {}
    for name, data in files.items():
        real = os.path.realpath(name)
        link = os.path.islink(name)  # noqa: PTH114  # Path.is_symlink raises where rights are missing
        place = Path(real) if link else name
        if resolved.pop(real, (place, data))[1] != data:
            raise RequestInvalid(f"{name}: leads to {real}, which another output writes; choose another one")
        resolved[real] = place, data
    return dict(resolved.values())


def _holds(place: Path, data: bytes) -> bool:
    if not place.is_file() or place.stat().st_size != len(data):
        return False
    try:
        return place.read_bytes() == data
    except PermissionError:  # may still be replaced
        return False


def _write_through(path: Path, data: bytes, durable: bool) -> None:
    with path.open("xb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the moves survive a power cut, where the system can."""
    if os.name == "nt":  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refusal(place: Path, error: OSError) -> PlayloomError:
    folder = place.parent
    if isinstance(error, FileNotFoundError | NotADirectoryError) and not folder.is_dir():
        return RequestInvalid(f"{place}: the folder {folder} does not exist; create it or choose another one")
    reason = error.strerror or str(error)
    return WriteFailed(f"{place}: cannot be written ({reason}); choose another place or make room for it")
