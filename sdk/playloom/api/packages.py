"""The model packages of this process: the library, and for each kind the generator that makes its content."""

import difflib
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from playloom.errors import RequestInvalid
from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.settings import named_styles
from playloom.library import SHIPPED_LEVELS, Library
from playloom.manifest import Manifest

if TYPE_CHECKING:
    from playloom.kinds.level.generator import LevelGenerator

KIND = "level"


@functools.cache
def default_library() -> Library:
    """Return the library of this process: shipped packages and the folders of PLAYLOOM_MODELS."""
    return Library.default()


def level_generator(package: str | Path | None = None, theme: str | None = None) -> "LevelGenerator":
    """Return the generator of a level package, loaded on first use and kept.

    Args:
        package: Its name or folder; None: the package that has the theme.
        theme: A theme; None: of the first shipped package.

    Raises:
        RequestInvalid: If ``package`` is neither text nor a path, or no package has the theme.
        KindUnknown: If no package has that name.
        PackageInvalid: If it is not sound.
    """
    if not isinstance(package, str | Path | None):
        raise RequestInvalid(f"package is {package!r}; give the name or the folder of a level package")
    if package is None and theme is not None:
        homes = level_themes()
        if not isinstance(theme, str) or theme not in homes:
            raise RequestInvalid(f"no theme is called {theme!r}; {choices(theme, homes)}")
        package = homes[theme]
    generator: LevelGenerator = default_library().generator(KIND, package or SHIPPED_LEVELS[0])
    return generator


@functools.cache
def _homes() -> Mapping[str, tuple[str | Path, Manifest]]:
    """Return every theme with its package and that one's manifest: the shipped first, then the others."""
    homes: dict[str, tuple[str | Path, Manifest]] = {}
    manifests = default_library().manifests(KIND)
    shipped = {name: m for name in SHIPPED_LEVELS for _, m in manifests if m.name == name}
    placed: list[tuple[str | Path, Manifest]] = [*shipped.items(), *manifests]
    for home, manifest in placed:
        for theme, _ in named_styles(manifest):
            homes.setdefault(theme, (home, manifest))
    return homes


def level_themes() -> Mapping[str, str | Path]:
    """Return every theme of the library with its package: the shipped ones first, then other packages.

    Raises:
        PackageInvalid: If a folder of the library is not there.
    """
    return {theme: home for theme, (home, _) in _homes().items()}


def has_open_border(theme: str) -> bool:
    """Return whether a style of the theme lets ways lead over the edge; no for an unknown theme."""
    if theme not in _homes():
        return False
    styles = _homes()[theme][1].settings["styles"]
    return any(style.get("theme") == theme and style.get("border") is False for style in styles)


def check_theme(request: LevelRequest, themes: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a theme or style that is not among ``themes`` (theme to its styles).

    Raises:
        RequestInvalid: With the names there are, and the nearest.
    """
    if request.theme not in themes:
        raise RequestInvalid(f"no theme is called {request.theme!r}; {choices(request.theme, themes)}")
    styles = themes[request.theme]
    if request.style is not None and request.style not in styles:
        where = f"theme {request.theme!r} has no style {request.style!r}"
        raise RequestInvalid(f"{where}; {choices(request.style, styles)}")


def choices(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """Return the advice for a name that is not among ``known``: all of them, and the nearest."""
    near = difflib.get_close_matches(name, known, n=1)
    nearest = f"; did you mean {near[0]!r}?" if near else ""
    return f"choose one of {', '.join(sorted(known))}{nearest}"


def only_theme(generator: "LevelGenerator") -> str:
    """Return the theme of a package that has one alone, as those of a developer's own maps do.

    Raises:
        RequestInvalid: If it has several; names them.
    """
    if len(generator.themes) > 1:
        raise RequestInvalid(f"give a theme of the package: one of {', '.join(generator.themes)}")
    return next(iter(generator.themes))
