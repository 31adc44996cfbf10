"""What a shell is offered after TAB: packages, themes and styles of levels, words of sprites.

Reads manifests alone: no package is opened, no network loaded. Whatever cannot
be read offers nothing, since a complaint would land in the middle of what is typed.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from playloom.errors import PlayloomError

if TYPE_CHECKING:
    from playloom.manifest import Manifest

_LEVEL, _SPRITE, _WALK = "level", "sprite", "walk"
_USUAL_SPRITES = "pixels"  # the package of sprites that is used where none is named


def offer_packages(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of all packages, or folders once a path is typed."""
    return _offer_packages(incomplete, None)


def offer_level_packages(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of level packages, or folders once a path is typed."""
    return _offer_packages(incomplete, _LEVEL)


def offer_themes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the themes of the typed package, else of every one."""
    themes = [theme for theme, _ in _styles(ctx)]
    return _matching(themes, incomplete)


def offer_styles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the styles of the typed theme, of every theme if none is typed."""
    # With the option's value still to come, click leaves the theme among the arguments.
    wanted = ctx.params.get("theme") or next(iter(ctx.args), None)
    return _matching([style for theme, style in _styles(ctx) if wanted in (None, theme)], incomplete)


def offer_sprite_packages(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the names of sprite packages, or folders once a path is typed."""
    return _offer_packages(incomplete, _SPRITE)


def offer_walk_packages(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of walk packages, or folders once a path is typed."""
    return _offer_packages(incomplete, _WALK)


def offer_words(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the categories and words of the typed sprite package, else of the usual one."""
    return _matching([*_sprite_names(ctx, "categories"), *_sprite_names(ctx, "tags")], incomplete)


def offer_categories(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the categories of the typed sprite package, else of the usual one."""
    return _matching(_sprite_names(ctx, "categories"), incomplete)


def offer_sprite_styles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the styles of the typed sprite package, else of the usual one."""
    return _matching(_sprite_names(ctx, "styles"), incomplete)


def offer_palettes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the known palettes, then files."""
    from playloom.kinds.sprite.palette import known_palettes

    return _matching([*known_palettes()], incomplete) or [CompletionItem(incomplete, type="file")]


def _sprite_names(ctx: click.Context, field: str) -> list[str]:
    typed = ctx.params.get("package") or _USUAL_SPRITES
    folder = typed if os.sep in typed else None
    manifests = [one for one in _manifests(folder) if one.kind == _SPRITE]
    found = next((one for one in manifests if folder is not None or one.name == typed), None)
    names = [] if found is None else found.settings.get(field, [])
    return [name for name in names if isinstance(name, str)]


def _offer_packages(incomplete: str, kind: str | None) -> list[CompletionItem]:
    if os.sep in incomplete:
        return [CompletionItem(incomplete, type="dir")]
    return _matching([m.name for m in _manifests() if kind in (None, m.kind)], incomplete)


def _matching(names: list[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in dict.fromkeys(names) if name.startswith(incomplete)]


def _styles(ctx: click.Context) -> list[tuple[str, str]]:
    """Return theme and style of the typed package, else of every one, in the packages' order."""
    from playloom.kinds.level.settings import named_styles

    typed = ctx.params.get("package")
    folder = typed if typed and os.sep in typed else None
    manifests = [one for one in _manifests(folder) if one.kind == _LEVEL]
    return [
        style
        for manifest in manifests
        if typed is None or folder is not None or manifest.name == typed
        for style in named_styles(manifest)
    ]


def _manifests(folder: str | None = None) -> "Iterator[Manifest]":
    """Yield the manifest of the package in ``folder``, else of every package of the library."""
    from pathlib import Path

    from playloom.library import Library
    from playloom.package import read_manifest

    try:
        roots = Library.default().roots() if folder is None else [Path(folder)]
    except (PlayloomError, OSError):
        return
    seen = set()
    for root in roots:
        try:
            # As lenient as for an installed one: nothing but names is taken from it.
            manifest = read_manifest(root, installed=True)
        except (PlayloomError, OSError):
            continue
        if manifest.name not in seen:  # of two packages with one name the first is found by it
            yield manifest
        seen.add(manifest.name)
