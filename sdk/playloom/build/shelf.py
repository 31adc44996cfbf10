"""Which model package makes what, and whether it is the one that the project pins."""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any

from playloom.api.packages import check_theme, choices, default_library, level_themes
from playloom.api.sprite_making import USUAL as SPRITES
from playloom.api.sprite_walking import USUAL as WALKS
from playloom.build.job import Pin
from playloom.build.project import Project
from playloom.errors import KindUnknown, PackageInvalid, RequestInvalid
from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.settings import named_styles
from playloom.manifest import MANIFEST_FILE, Manifest
from playloom.package import read_manifest
from playloom.provenance import model_of

_KINDS = {"level": "level", "sprite": "sprite", "cast": "sprite", "walk": "walk", "quest": "quest"}
_USUAL = {"sprite": SPRITES, "cast": SPRITES, "walk": WALKS}


class Shelf:
    """Finds the model packages of one project, by their manifests; no network is loaded."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.folder = folder
        self.pinned = {one.name: one.given for one in project.assets.values() if one.sort == "model"}
        self._opened: dict[Path, tuple[Manifest, str]] = {}

    def pins(self, sort: str, given: dict[str, Any]) -> tuple[Pin, ...]:
        """Return the model that an asset is made with, if one takes part; its theme is checked too.

        Raises:
            KindUnknown: If no package has the name.
            PackageInvalid: If it is not sound, has no card, or is not the one that is pinned.
            RequestInvalid: If it has no such theme or style.
        """
        kind = _KINDS.get(sort)
        named: str | Path | None = given.get("package") or _USUAL.get(sort)
        if sort == "level" and named is None:
            named = self._home_of(given.get("theme"))
        if kind is None or named is None:
            return ()
        root = self._root(kind, named)
        manifest, found = self._open(root)
        if manifest.kind != kind:
            raise PackageInvalid(f"package is {named}: a model of {manifest.kind}s, expected one of {kind}s")
        wanted = self.pinned.get(manifest.name, {}).get("sha256")
        if wanted is not None and wanted != found:
            raise PackageInvalid(
                f"model {manifest.name}: SHA-256 is {found}, the project pins {wanted}; get that model back, "
                "or pin the new one"
            )
        model_of(found, manifest)
        if sort == "level":
            _check_theme(given, manifest)
        return (Pin(kind, manifest.name, str(root.resolve()), found),)

    def _home_of(self, theme: str | None) -> str | Path:
        if theme is None:
            raise RequestInvalid(f"has no theme; give one of {', '.join(level_themes())}")
        homes = level_themes()
        if theme not in homes:
            raise RequestInvalid(f"no theme is called {theme!r}; {choices(theme, homes)}")
        return homes[theme]

    def _root(self, kind: str, named: str | Path) -> Path:
        table = self.pinned.get(str(named), {})
        if "path" in table:
            return self.folder / str(table["path"])
        if isinstance(named, Path):
            return named
        if "/" in named:
            return self.folder / named
        for root, manifest in self._packages:
            if (manifest.kind, manifest.name) == (kind, named):
                return root
        there = sorted(manifest.name for _, manifest in self._packages if manifest.kind == kind)
        raise KindUnknown(
            f"no {kind} package is called {named!r}; there are {', '.join(there) or 'none'}; "
            f'give its folder in the project: [model.{named}] with path = "models/{named}"'
        )

    @cached_property
    def _packages(self) -> list[tuple[Path, Manifest]]:
        kinds = sorted(set(_KINDS.values()))
        return [one for kind in kinds for one in default_library().manifests(kind)]

    def _open(self, root: Path) -> tuple[Manifest, str]:
        if root not in self._opened:
            inside = any(root == other for other, _ in self._packages)
            manifest = read_manifest(root, installed=inside)
            data = (root / MANIFEST_FILE).read_bytes()
            self._opened[root] = manifest, hashlib.sha256(data).hexdigest()
        return self._opened[root]


def _check_theme(given: dict[str, Any], manifest: Manifest) -> None:
    themes: dict[str, tuple[str, ...]] = {}
    for theme, style in named_styles(manifest):
        themes[theme] = (*themes.get(theme, ()), style)
    if "theme" not in given and len(themes) > 1:
        raise RequestInvalid(f"has no theme; give one of {', '.join(themes)}")
    theme = given.get("theme") or next(iter(themes))
    check_theme(LevelRequest(theme=theme, style=given.get("style")), themes)
