"""A plan as plain data: what is to be made, from what, into which files, in an order that works."""

from typing import Any

import msgspec

from playloom.build.job import Pin

KINDS = {  # of a sort of asset: the kinds whose code takes part in making it
    "level": ("level", "sprite"),  # terrain sets draw levels
    "sprite": ("sprite",),
    "cast": ("quest", "sprite"),
    "walk": ("sprite", "walk"),
    "tileset": ("level", "sprite"),
    "world": ("level", "quest"),
    "quest": ("quest",),
    "scene": ("level", "quest"),
}
MANY = ("level", "sprite", "quest")  # of which a table can ask for several, by seeds


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to be made: an asset of one seed."""

    id: str  # "level.crypt#7"; what there is one of has no seed: "tileset.ruins"
    sort: str
    seed: int
    fields: dict[str, Any]
    outputs: tuple[str, ...]
    shared: str | None
    pins: tuple[Pin, ...]
    files: tuple[str, ...]  # of the developer's own, from the project's folder
    needs: tuple[str, ...]  # ids of other tasks
    left_out: tuple[int, ...] = ()  # seeds that were rejected, right before this one

    @property
    def asset(self) -> str:
        """The table that it comes from: "level.crypt"."""
        return self.id.partition("#")[0]


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All tasks; each comes after those that it needs."""

    name: str
    tasks: tuple[Task, ...]
    settings: tuple[str, ...]  # files that were read to plan: who changes one changes the plan
