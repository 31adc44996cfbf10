"""What was made before, found by what it was made from; every byte is checked when it is read.

Blobs are files named by their own SHA-256. An entry, named by its key, says which blobs came of a job. An
entry or blob that is not what its name says is taken away, told, and made anew.
"""

import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from playloom.build.digests import digest
from playloom.build.job import Digests, Made, Part
from playloom.errors import FileInvalid, PlayloomError, RequestInvalid, WriteFailed
from playloom.files import PART, read_regular, write_all_atomically
from playloom.provenance import Origin

_ENTRY_HIGH, _BLOB_HIGH = 64 << 20, 256 << 20  # bytes
_OLD_SECONDS = 3600  # nobody takes longer to write a file of the cache


class _StoredPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    files: Digests
    origin: Origin


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry: what came of a job, its bytes by their hashes."""

    key: str
    parts: tuple[_StoredPart, ...]
    content: Digests
    notes: tuple[str, ...]


class Cache:
    """A folder of blobs and entries. Several builds may use one at the same time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.damaged: list[str] = []  # names of blobs and entries that were not what they should be

    def has_blob(self, sha256: str) -> bool:
        """Return whether bytes with this hash were made before."""
        return self._blob(sha256).is_file()

    def has_entry(self, key: str) -> bool:
        """Return whether something was made with this key before, sound or not."""
        return self._entry(key).is_file()

    def load(self, key: str) -> Made | None:
        """Return what was made with a key; None if nothing was, or not all of it is sound."""
        data = self._read(self._entry(key), _ENTRY_HIGH)
        if data is None:
            return None
        seal, _, body = data.partition(b"\n")
        try:
            stored = (
                msgspec.json.decode(body, type=_Stored)
                if seal.decode("ascii", "replace") == digest(body)
                else None
            )
        except (msgspec.MsgspecError, ValueError, RecursionError):
            stored = None
        if stored is None or stored.key != key:
            self._drop(self._entry(key))
            return None
        blobs = {sha: self._sound(sha) for part in stored.parts for sha in part.files.values()}
        blobs |= {sha: self._sound(sha) for sha in stored.content.values() if sha not in blobs}
        found = {sha: blob for sha, blob in blobs.items() if blob is not None}
        if len(found) < len(blobs):
            return None
        return Made(
            tuple(
                Part({path: found[sha] for path, sha in part.files.items()}, part.origin)
                for part in stored.parts
            ),
            {name: found[sha] for name, sha in stored.content.items()},
            stored.notes,
        )

    def store(self, key: str, made: Made) -> None:
        """Keep what was made.

        Raises:
            WriteFailed: If the system refuses.
        """
        blobs: dict[str, bytes] = {}

        def keep(files: Mapping[str, bytes]) -> Digests:
            names = {name: digest(data) for name, data in files.items()}
            blobs.update({names[name]: data for name, data in files.items()})
            return names

        parts = tuple(_StoredPart(keep(part.files), part.origin) for part in made.parts)
        body = msgspec.json.encode(_Stored(key, parts, keep(made.content), made.notes))
        every = {self._blob(sha): data for sha, data in blobs.items()}
        every[self._entry(key)] = digest(body).encode() + b"\n" + body  # last: it names the others
        try:
            for path in every:
                path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WriteFailed(
                f"{self.root}: cannot be written ({error.strerror or error}); choose another folder with "
                "--cache"
            ) from error
        try:
            # Not flushed to the disk: what a power cut leaves half is found by its hash.
            write_all_atomically(every, durable=False)
        except RequestInvalid as error:  # somebody removed a folder meanwhile
            raise WriteFailed(str(error)) from error

    def sweep(self) -> None:
        """Remove what writers that were killed have left; not what one may be writing now."""
        for path in self.root.glob(f"*/*/{PART.format('*')}"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _OLD_SECONDS:
                    path.unlink()

    def empty(self) -> None:
        """Remove everything in it.

        Raises:
            WriteFailed: If the system refuses.
        """
        for name in ("blobs", "entries"):
            try:
                shutil.rmtree(self.root / name)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise WriteFailed(
                    f"{self.root / name}: cannot be removed ({error.strerror or error})"
                ) from error

    def _blob(self, sha256: str) -> Path:
        return self.root / "blobs" / sha256[:2] / sha256

    def _entry(self, key: str) -> Path:
        return self.root / "entries" / key[:2] / key

    def _sound(self, sha256: str) -> bytes | None:
        path = self._blob(sha256)
        data = self._read(path, _BLOB_HIGH)
        if data is None or digest(data) == sha256:
            return data
        self._drop(path)
        return None

    def _read(self, path: Path, most: int) -> bytes | None:
        """Return the bytes of a file of the cache; None if there is none that can be read."""
        try:
            return read_regular(path, most, "an entry of the cache")
        except FileInvalid as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                self._drop(path)
            return None
        except PlayloomError:
            return None

    def _drop(self, path: Path) -> None:
        """Take away what is not sound, and remember to tell it."""
        self.damaged.append(path.name)
        with suppress(OSError):
            path.unlink()
