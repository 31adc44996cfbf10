"""The makers of a server, by method; a kind is imported when it is first asked for."""

import threading
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from playloom_bridge.making.content import Content, Maker, Reporter
from playloom_bridge.protocol import Call

if TYPE_CHECKING:
    from playloom_bridge.making.levels import Levels
    from playloom_bridge.making.lists import Lists
    from playloom_bridge.making.quests import Quests
    from playloom_bridge.making.shelf import Shelf
    from playloom_bridge.making.sprites import Sprites


class Makers:
    """Does every request that workers do. Safe to share between threads."""

    def __init__(self, memory: int, worlds: Mapping[str, Path], scripts: tuple[Path, ...] = ()) -> None:
        """Keep model packages of at most ``memory`` bytes, estimated; nothing is loaded or imported yet."""
        self._memory, self._worlds, self._scripts = memory, worlds, scripts
        self._only_one = threading.Lock()
        self._shelf: Shelf | None = None

    @property
    def shelf(self) -> "Shelf":
        """The model packages: one shelf for all kinds, or the budget would count twice."""
        from playloom_bridge.making.shelf import Shelf

        with self._only_one:
            if self._shelf is None:
                self._shelf = Shelf(self._memory)
            return self._shelf

    def by_method(self) -> dict[str, Maker]:
        """Return what does each method."""
        return {
            "level": self._level,
            "chunk": self._chunk,
            "sprite": self._sprite,
            "walk": self._walk,
            "quest": self._quest,
            "check": self._check,
            "list": self._list,
        }

    def _level(self, call: Call, report: Reporter) -> Content:
        return self._levels.level(call, report)

    def _chunk(self, call: Call, report: Reporter) -> Content:
        return self._levels.chunk(call, report)

    def _sprite(self, call: Call, report: Reporter) -> Content:
        return self._sprites.sprite(call, report)

    def _walk(self, call: Call, report: Reporter) -> Content:
        return self._sprites.walk(call, report)

    def _quest(self, call: Call, report: Reporter) -> Content:
        return self._quests.quest(call, report)

    def _list(self, call: Call, report: Reporter) -> Content:
        report.check()
        return self._lists.make(call)

    def _check(self, call: Call, report: Reporter) -> Content:
        report.check()
        return self._levels.check(call) if call.params.kind == "level" else self._sprites.check(call)

    @cached_property
    def _levels(self) -> "Levels":
        from playloom_bridge.making.levels import Levels

        return Levels(self.shelf)

    @cached_property
    def _sprites(self) -> "Sprites":
        from playloom_bridge.making.sprites import Sprites

        return Sprites(self.shelf)

    @cached_property
    def _quests(self) -> "Quests":
        from playloom.kinds.quest.world_file import read_world
        from playloom_bridge.making.quests import Quests

        worlds = {name: read_world(path) for name, path in self._worlds.items()}
        return Quests(self.shelf, worlds, self._scripts)

    @cached_property
    def _lists(self) -> "Lists":
        from playloom_bridge.making.lists import Lists

        return Lists(self.shelf, self._quests)
