"""Model packages: a folder that is opened, verified and read once, or written whole.

Opening is the security boundary. In this order: format, plain file names,
sizes, hashes, then every graph from its bytes (see `scan`). The bytes that
were hashed are the bytes that run; no file is opened twice and no link is
followed. Hashes detect damage, not malice: whoever can change a file can
change the manifest, which is why the scan trusts neither.
"""

import hashlib
import io
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from playloom.card import write_card
from playloom.errors import FileInvalid, PackageCorrupt, PackageInvalid, WriteFailed
from playloom.files import fresh_folder
from playloom.manifest import (
    CARD_FILE,
    FILES_MOST,
    FORMAT,
    MANIFEST_BYTES,
    MANIFEST_FILE,
    Card,
    Dataset,
    FileSpec,
    GraphSpec,
    Manifest,
    Metric,
    TensorSpec,
    check_file_name,
    parse_manifest,
)
from playloom.scan import scan_file

__all__ = [
    "Card",
    "Dataset",
    "FileSpec",
    "GraphSpec",
    "Manifest",
    "Metric",
    "Package",
    "TensorSpec",
    "write_package",
]


@dataclass(frozen=True, eq=False)
class Package:
    """A verified model package."""

    root: Path
    manifest: Manifest
    hash: str  # SHA-256 of manifest.json, which holds the hashes of all else
    _contents: Mapping[str, bytes]

    @classmethod
    def open(cls, path: str | Path, *, installed: bool = False) -> "Package":
        """Verify the package in folder ``path``.

        Args:
            path: The folder.
            installed: The folder belongs to an installed distribution: its files may be hard links,
                since uv and conda link from their caches.

        Raises:
            PackageInvalid: If the package breaks a rule.
            PackageCorrupt: If a file is missing or is not the one that the manifest describes.
        """
        root = Path(path)
        manifest, data = _read_manifest(root, installed)
        _check_listing(root, manifest)
        contents = {
            name: _read_promised(root, name, spec, installed) for name, spec in manifest.files.items()
        }
        for name, content in contents.items():
            scan_file(name, content, manifest, str(root / name))
        return cls(root, manifest, hashlib.sha256(data).hexdigest(), contents)

    def read(self, file: str) -> bytes:
        """Return a file's bytes as they were verified on opening.

        Raises:
            PackageInvalid: If the manifest lists no such file.
        """
        if file not in self._contents:
            listed = ", ".join(self._contents)
            raise PackageInvalid(f"{self.root}: no file {file!r}; the manifest lists {listed}")
        return self._contents[file]


def read_manifest(path: str | Path, *, installed: bool = False) -> Manifest:
    """Return the checked manifest of the package in folder ``path``; no other file is looked at.

    Raises:
        PackageInvalid: If there is none or it breaks a rule.
    """
    return _read_manifest(Path(path), installed)[0]


def _read_manifest(root: Path, installed: bool) -> tuple[Manifest, bytes]:
    if not root.is_dir():
        raise PackageInvalid(f"{root}: no such folder; a model package is a folder with a {MANIFEST_FILE}")
    data = _read_plain(root / MANIFEST_FILE, MANIFEST_BYTES, installed)
    return parse_manifest(data, str(root / MANIFEST_FILE)), data


def _check_listing(root: Path, manifest: Manifest) -> None:
    """The folder holds what the manifest lists and nothing else."""
    found = []
    with os.scandir(root) as entries:
        for entry in entries:
            found.append(entry.name)
            if len(found) > FILES_MOST + 1:
                raise PackageInvalid(
                    f"{root}: holds more than {FILES_MOST + 1} files; keep only the package's"
                )
    for name in sorted(found):
        check_file_name(name, str(root))
        if name != MANIFEST_FILE and name not in manifest.files:
            raise PackageInvalid(f"{root}: {name!r} is not listed in {MANIFEST_FILE}; remove it")
    for name in manifest.files:
        if name not in found:
            raise PackageCorrupt(f"{root}: {name!r} is missing; copy or export the package again")


def _read_promised(root: Path, name: str, spec: FileSpec, installed: bool) -> bytes:
    path = root / name
    data = _read_plain(path, spec.size, installed)
    if len(data) != spec.size:
        raise PackageCorrupt(
            f"{path}: {len(data)} bytes, {MANIFEST_FILE} says {spec.size}; copy or export the package again"
        )
    found = hashlib.sha256(data).hexdigest()
    if found != spec.sha256:
        raise PackageCorrupt(
            f"{path}: SHA-256 is {found[:12]}, {MANIFEST_FILE} says {spec.sha256[:12]}; "
            "copy or export the package again"
        )
    return data


def _read_plain(path: Path, most: int, installed: bool) -> bytes:
    """Read a regular file of at most ``most`` bytes, following no link and waiting for no pipe."""
    corrupt = PackageCorrupt(f"{path}: more than {most} bytes; copy or export the package again")
    try:
        _check_plain(path.lstat(), path, installed)  # before opening: opening a device can act on it
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with io.FileIO(handle) as file:
            status = os.fstat(handle)
            _check_plain(status, path, installed)  # what was opened, whatever stood there before
            if status.st_size > most:
                raise corrupt
            data = bytearray()
            while len(data) <= most and (part := file.read(most + 1 - len(data))):
                data += part
    except OSError as problem:
        raise PackageInvalid(
            f"{path}: cannot be read: {problem.strerror or problem}; copy the package again"
        ) from None
    if len(data) > most:
        raise corrupt
    return bytes(data)


def _check_plain(status: os.stat_result, path: Path, installed: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise PackageInvalid(f"{path}: not a regular file (a link, folder or device); copy the file itself")
    if status.st_nlink > 1 and not installed:
        raise PackageInvalid(f"{path}: has {status.st_nlink} hard links; copy the package so that it has one")


def write_package(
    folder: str | Path,
    *,
    kind: str,
    name: str,
    version: str,
    exact: bool,
    graphs: Mapping[str, GraphSpec],
    settings: Mapping[str, Any],
    card: Card,
    files: Mapping[str, bytes],
    assets: Mapping[str, str] | None = None,
) -> None:
    """Write a whole package with its manifest and CARD.md, or nothing; replaces a package that is there.

    Args:
        folder: The package's folder.
        kind: The kind that can load it.
        name: How it is found.
        version: For people and evidence.
        exact: Whether its outputs are the same bytes on every machine.
        graphs: Name -> signature; each file of it must be in ``files``.
        settings: The kind's own, JSON-ready.
        card: Licence, data, training, metrics.
        files: File name -> bytes; CARD.md and manifest.json are added.
        assets: Role -> file name.

    Raises:
        PackageInvalid: If what was written would not open again.
        FileInvalid: If ``folder`` is there and is no package.
        WriteFailed: If the system refuses (rights, disk full).
    """
    target = Path(folder)
    check_target(target)
    manifest = Manifest(
        format=FORMAT,
        kind=kind,
        name=name,
        version=version,
        exact=exact,
        graphs=dict(graphs),
        settings=dict(settings),
        assets=dict(assets or {}),
        files={},
        card=card,
    )
    contents = {CARD_FILE: write_card(manifest).encode(), **files}
    specs = {file: _describe(contents[file]) for file in sorted(contents)}
    manifest = msgspec.structs.replace(manifest, files=specs)
    plain = msgspec.to_builtins(manifest)
    contents[MANIFEST_FILE] = (json.dumps(plain, indent=1, ensure_ascii=False) + "\n").encode()
    for file in contents:
        check_file_name(file, str(target))
    try:
        _replace_folder(target, contents)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteFailed(
            f"{target}: cannot be written ({reason}); choose another place or make room"
        ) from error


def check_target(folder: Path) -> None:
    """Refuse a place that holds something else than a model package; to be asked before a long training.

    Raises:
        FileInvalid: If ``folder`` is there and is no package.
    """
    package = (folder / MANIFEST_FILE).is_file()
    if folder.exists() and not package and (not folder.is_dir() or any(folder.iterdir())):
        raise FileInvalid(f"{folder}: is there and is no model package; choose another folder or remove it")


def _describe(content: bytes) -> FileSpec:
    return FileSpec(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def _replace_folder(target: Path, contents: Mapping[str, bytes]) -> None:
    """Write beside ``target``, prove that it opens, then swap."""
    with fresh_folder(target) as fresh:
        for file, content in contents.items():
            with (fresh / file).open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        Package.open(fresh)
