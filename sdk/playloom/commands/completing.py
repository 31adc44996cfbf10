"""What a shell is offered after TAB: packages, themes and styles.

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

_LEVEL = "level"


def offer_packages(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of all packages, or folders once a path is typed."""
    return _offer_packages(incomplete, None)


def offer_level_packages(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of level packages, or folders once a path is typed."""
    return _offer_packages(incomplete, _LEVEL)


def offer_themes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the themes of the typed package, else of the default one."""
    themes = [theme for theme, _ in _styles(ctx)]
    return _matching(themes, incomplete)


def offer_styles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the styles of the typed theme, of every theme if none is typed."""
    # With the option's value still to come, click leaves the theme among the arguments.
    wanted = ctx.params.get("theme") or next(iter(ctx.args), None)
    return _matching([style for theme, style in _styles(ctx) if wanted in (None, theme)], incomplete)


def _offer_packages(incomplete: str, kind: str | None) -> list[CompletionItem]:
    if os.sep in incomplete:
        return [CompletionItem(incomplete, type="dir")]
    return _matching([m.name for m in _manifests() if kind in (None, m.kind)], incomplete)


def _matching(names: list[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in dict.fromkeys(names) if name.startswith(incomplete)]


def _styles(ctx: click.Context) -> list[tuple[str, str]]:
    """Return theme and style, in the package's order."""
    from playloom.library import DEFAULT_LEVELS

    typed = ctx.params.get("package") or DEFAULT_LEVELS
    for manifest in _manifests(typed if os.sep in typed else None):
        if manifest.kind == _LEVEL and (os.sep in typed or manifest.name == typed):
            # Nobody has checked the settings yet.
            styles = manifest.settings.get("styles")
            entries = [s for s in styles if isinstance(s, dict)] if isinstance(styles, list) else []
            return [(str(entry.get("theme", "")), str(entry.get("name", ""))) for entry in entries]
    return []


def _manifests(folder: str | None = None) -> "Iterator[Manifest]":
    """Yield the manifest of the package in ``folder``, else of every package of the library."""
    from pathlib import Path

    from playloom.library import Library
    from playloom.package import read_manifest

    try:
        roots = Library.default().roots() if folder is None else [Path(folder)]
    except (PlayloomError, OSError):
        return
    for root in roots:
        try:
            # As lenient as for an installed one: nothing but names is taken from it.
            yield read_manifest(root, installed=True)
        except (PlayloomError, OSError):
            continue
