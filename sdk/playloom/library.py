"""The folders in which model packages are found; each package is opened and loaded once, on first use."""

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playloom.errors import KindUnknown, PackageInvalid
from playloom.kind import find_kind
from playloom.manifest import Manifest
from playloom.package import Package, read_manifest

SHIPPED_LEVELS = ("topdown", "sideview", "sokoban")  # one of such a name in PLAYLOOM_MODELS goes before ours
VARIABLE = "PLAYLOOM_MODELS"  # folders, separated like those of PATH
_SHIPPED = Path(__file__).parent / "models"


class Library:
    """Finds packages by name or path. Safe to share between threads.

    Where two packages of a kind have one name, the one in the earlier folder is found.
    """

    def __init__(self, folders: Iterable[str | Path]) -> None:
        """Look in ``folders``; each holds packages or is one."""
        self.folders = tuple(Path(folder) for folder in folders)
        self._lock = threading.RLock()
        self._packages: dict[Path, Package] = {}
        self._generators: dict[tuple[str, str], Any] = {}

    @classmethod
    def default(cls) -> "Library":
        """Return the library of the folders in PLAYLOOM_MODELS, then the packages that we ship."""
        named = [part for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]
        return cls([*named, _SHIPPED])

    def roots(self) -> list[Path]:
        """Return the folder of every package, sound or not, in the order in which names are looked up.

        Raises:
            PackageInvalid: If a folder of the library is not there.
        """
        found = []
        for folder in self.folders:
            if (folder / "manifest.json").exists():
                found.append(folder)
            elif folder.is_dir():
                inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
                found += [path for path in inside if (path / "manifest.json").exists()]
            elif folder != _SHIPPED:
                raise PackageInvalid(f"{folder}: no such folder; correct {VARIABLE} or make it")
        return found

    def packages(self) -> list[Package]:
        """Open every package.

        Raises:
            PackageInvalid: If one is not sound; use `roots` and `open` to go on beyond it.
        """
        return [self.open(root) for root in self.roots()]

    def manifests(self, kind: str) -> list[tuple[Path, Manifest]]:
        """Return folder and manifest of the packages of a kind, one of each name, the sound ones.

        Raises:
            PackageInvalid: If a folder of the library is not there.
        """
        found: dict[str, tuple[Path, Manifest]] = {}
        for root in self.roots():
            try:
                manifest = read_manifest(root, installed=root.resolve().is_relative_to(_SHIPPED.resolve()))
            except PackageInvalid:
                continue  # another package's fault is not this caller's trouble
            if manifest.kind == kind:
                found.setdefault(manifest.name, (root, manifest))
        return list(found.values())

    def open(self, path: str | Path) -> Package:
        """Open the package in a folder, once.

        Raises:
            PackageInvalid: If it is not sound.
        """
        root = Path(path).resolve()
        with self._lock:
            if root not in self._packages:
                self._packages[root] = Package.open(path, installed=root.is_relative_to(_SHIPPED.resolve()))
            return self._packages[root]

    def find(self, name_or_path: str | Path, kind: str | None = None) -> Package:
        """Return a package by its folder (a path, or text with a separator in it), else by its name.

        A name that the library does not know may also be that of a package's folder in the working directory.

        Args:
            name_or_path: For example ``topdown`` or ``./models/topdown``.
            kind: The kind it must have; any if None.

        Raises:
            KindUnknown: If no package has that name.
            PackageInvalid: If it is not sound or of another kind.
        """
        if isinstance(name_or_path, Path) or any(mark in name_or_path for mark in ("/", os.sep)):
            package = self.open(name_or_path)
            if kind is not None and package.manifest.kind != kind:
                raise PackageInvalid(f"{package.root}: kind is {package.manifest.kind!r}, expected {kind!r}")
            return package
        names = []
        for root in self.roots():
            installed = root.resolve().is_relative_to(_SHIPPED.resolve())
            try:
                manifest = read_manifest(root, installed=installed)
            except PackageInvalid:
                if root.name == name_or_path:
                    raise
                continue  # another package's fault is not this caller's trouble
            if kind in (None, manifest.kind):
                if manifest.name == name_or_path:
                    return self.open(root)
                names.append(manifest.name)
        if (Path(name_or_path) / "manifest.json").exists():
            return self.find(Path(name_or_path), kind)
        sort = f"{kind} package" if kind else "model package"
        raise KindUnknown(
            f"no {sort} is called {name_or_path!r}; there are {', '.join(names) or 'none'}; "
            f"give a folder (./{name_or_path}) or set {VARIABLE}"
        )

    def generator(self, kind: str, name_or_path: str | Path) -> Any:
        """Return the loaded generator of a package; the same object on every call.

        Raises:
            KindUnknown: If the kind or the package is not installed.
            PackageInvalid: If the package is not sound or of another kind.
        """
        key = (kind, os.fspath(name_or_path))
        with self._lock:
            if key not in self._generators:
                package = self.find(name_or_path, kind)
                same = (kind, str(package.root.resolve()))
                if same not in self._generators:
                    self._generators[same] = find_kind(kind).load(package)
                self._generators[key] = self._generators[same]
            return self._generators[key]
