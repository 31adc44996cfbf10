"""Worlds for tests: the smallest in which something can be asked for, and changes to it."""

from typing import Any

import msgspec

from playloom.kinds.quest.content import QuestRequest
from playloom.kinds.quest.plan import plan
from playloom.kinds.quest.plan_parts import Plan
from playloom.kinds.quest.world import Enemy, Item, Person, Place, World
from playloom.seeds import Stream

SMALL = """
name = "Tiny"

[[people]]
id = "ada"
name = "Ada"
role = "smith"
home = "forge"

[[people]]
id = "bo"
name = "Bo"
role = "miller"
home = "mill"

[[places]]
id = "forge"
name = "the forge"
connections = ["mill"]

[[places]]
id = "mill"
name = "the mill"
"""


def small(**more: Any) -> World:
    """Return a world of two people at two places, with other tables as given."""
    tables: dict[str, Any] = {
        "people": (
            Person(id="ada", name="Ada", role="smith", home="forge"),
            Person(id="bo", name="Bo", role="miller", home="mill"),
        ),
        "places": (
            Place(id="forge", name="the forge", connections=("mill",)),
            Place(id="mill", name="the mill"),
        ),
    }
    return World(name="Tiny", **{**tables, **more})


def locked(keys: int) -> World:
    """Return a world with wolves in a crypt behind so many locked places, each key before its lock."""
    rooms = tuple(
        Place(
            id=f"room_{n}",
            name=f"the room {n}",
            needs=f"key_{n}",
            connections=(f"room_{n - 1}" if n else "mill",),
        )
        for n in range(keys)
    )
    last = rooms[-1].id if rooms else "mill"
    places = (*small().places, *rooms, Place(id="crypt", name="the crypt", connections=(last,), danger=2))
    items = tuple(
        Item(id=f"key_{n}", name=f"key {n}", where=f"room_{n - 1}" if n else "mill") for n in range(keys)
    )
    return small(places=places, items=items, enemies=(Enemy(id="wolf", name="wolf", where="crypt", count=3),))


def planned(world: World, seed: int = 0, **wishes: Any) -> Plan:
    return plan(world, QuestRequest(seed=seed, **wishes), Stream(seed, "quest"))


def changed(entry: msgspec.Struct, **more: Any) -> Any:
    return msgspec.structs.replace(entry, **more)
