"""What there is to ask for: themes, words, palettes, worlds, packages."""

from dataclasses import asdict
from typing import Any

import msgspec

from playloom.api.sprite_making import SPRITE, USUAL
from playloom.kind import kind_names
from playloom.kinds.level.settings import read_settings as read_level_settings
from playloom.kinds.sprite.palette import as_hex, known_palettes
from playloom.kinds.sprite.settings import SIZES, read_settings
from playloom.package import Package
from playloom_bridge.answers import Listed
from playloom_bridge.making.blobs import Blobs
from playloom_bridge.making.content import Content
from playloom_bridge.making.quests import Quests
from playloom_bridge.making.shelf import Shelf
from playloom_bridge.protocol import Call


class Lists:
    """Lists what the packages of a shelf can make."""

    def __init__(self, shelf: Shelf, quests: Quests) -> None:
        self.shelf, self.quests = shelf, quests

    def make(self, call: Call) -> Content:
        """Return one list as JSON.

        Raises:
            KindUnknown: If no package has the name that was given.
        """
        what, package = call.params.what, call.params.package
        found: Any
        match what:
            case "themes":
                found = self._themes(package)
            case "words":
                found = self._words(package or USUAL)
            case "palettes":
                found = [
                    {"name": name, "title": known.title, "author": known.author}
                    | {"colours": [as_hex(colour)[1:] for colour in known.palette.colours]}
                    for name, known in known_palettes().items()
                ]
            case "worlds":
                found = self.quests.names
            case _:
                found = [
                    {"kind": kind, "name": manifest.name, "version": manifest.version}
                    | {"promise": manifest.promise, "licence": manifest.card.licence}
                    for kind in kind_names()
                    for _, manifest in self.shelf.manifests(kind)
                ]
        blobs = Blobs()
        blobs.json("list", msgspec.json.encode(found))
        return Content(Listed(what=what, blobs=tuple(blobs.listed)), blobs.payload)

    def _themes(self, package: str | None) -> list[dict[str, Any]]:
        """Return themes and styles of level packages, and their tiles by id; no network is loaded."""
        if package is not None:
            self.shelf.root("level", package)
        found = []
        for root, manifest in self.shelf.manifests("level"):
            if package in (None, manifest.name):
                settings = read_level_settings(Package.open(root))
                styles = [{"theme": style.theme, "style": style.name} for style in settings.styles]
                tiles = [asdict(tile) for tile in settings.vocabulary]
                found.append({"package": manifest.name, "styles": styles, "tiles": tiles})
        return found

    def _words(self, name: str) -> dict[str, Any]:
        """Return what a sprite package knows; its networks are not loaded."""
        settings = read_settings(Package.open(self.shelf.root(SPRITE, name)))
        return {
            "package": name,
            "categories": settings.categories,
            "styles": settings.styles,
            "sizes": SIZES,
            "words": settings.tags,
        }
