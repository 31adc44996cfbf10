"""Proves that a pack hangs together, from its files alone: whatever refers to something finds it.

Nothing of what made the pack takes part: the level is read from its scene, its solution is walked by rules
written here, and names are looked up in the files that define them.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playloom.errors import FileInvalid, PlayloomError
from playloom.kinds.level.formats.godot import own_picture
from playloom.kinds.level.vocabulary import CORE
from playloom.packing.reading import (
    Index,
    Map,
    Section,
    Spot,
    read_bytes,
    read_index,
    read_json,
    read_map,
    read_sections,
    read_text,
    read_toml,
)
from playloom.packing.walking import Broken, reach, walk
from playloom.provenance import read_ledger

_RES = "res://"
_PNG = b"\x89PNG\r\n\x1a\n"
_VECTOR = re.compile(r"Vector2\((-?[0-9]+), (-?[0-9]+)\)")
_TABLES = ("people", "items", "enemies", "places")


@dataclass(frozen=True)
class Finding:
    """What was found out about one file."""

    file: str
    text: str
    passed: bool
    count: int = 0  # references that lead somewhere


def check_pack(folder: Path) -> list[Finding]:
    """Return what was found, file by file; nothing is raised for what is wrong with a pack."""
    found: list[Finding] = []

    def look(file: str, check: Callable[[], tuple[int, str]]) -> bool:
        try:
            count, text = check()
        except (Broken, PlayloomError) as problem:
            found.append(Finding(file, str(problem).removeprefix(f"{file}: "), False))
            return False
        found.append(Finding(file, text, True, count))
        return True

    look("project.godot", lambda: _project(folder))
    try:
        index = read_index(folder)
        level = read_map(folder, _path(index.level))
    except (FileInvalid, Broken) as problem:
        name, _, text = str(problem).partition(": ")
        return [*found, Finding(name, text or str(problem), False)]
    look("world.toml", lambda: _world(folder, index))
    look("pack.json", lambda: _sprites(folder, index))
    look(_path(index.level), lambda: _level(index, level))
    look("main.tscn", lambda: _scene(folder, index, level))
    for quest in index.quests:
        name = quest.removeprefix(_RES)
        look(name, lambda name=name: _quest(folder, name, index, level))  # type: ignore[misc]
    look("provenance.jsonl", lambda: _ledger(folder, index))
    return found


def _path(text: str) -> str:
    if not text.startswith(_RES):
        raise Broken(f"pack.json: {text[:80]!r} does not begin with res://")
    return text.removeprefix(_RES)


def _there(folder: Path, text: str, who: str) -> str:
    """Return the path of a file that is there.

    Raises:
        Broken: If it is not; names who refers to it.
    """
    name = _path(text)
    try:
        read_bytes(folder, name)
    except FileInvalid as problem:
        raise Broken(f"{who} refers to {problem}") from problem
    return name


def _project(folder: Path) -> tuple[int, str]:
    names = re.findall(r'"\*?(res://[^"]+)"', read_text(folder, "project.godot"))
    for name in names:
        _there(folder, name, "it")
    if f"{_RES}main.tscn" not in names:
        raise Broken("its main scene is not res://main.tscn")
    return len(names), "main scene and addon are there"


def _world(folder: Path, index: Index) -> tuple[int, str]:
    """Everything of the world is in the pack, and the world refers to nothing that is not in it."""
    world = read_toml(folder, "world.toml")
    count = 0
    known = {str(one.get("id")) for table in (*_TABLES, "factions") for one in _rows(world, table)}
    for table in _TABLES:
        has: dict[str, Any] = getattr(index, table)
        ids = {str(one.get("id")): one for one in _rows(world, table)}
        if strange := {*ids} ^ {*has}:
            raise Broken(f"{table}: {min(strange)} is in only one of world.toml and pack.json")
        for key, one in ids.items():
            if has[key].name != one.get("name"):
                raise Broken(f"{table}.{key}: is called {one.get('name')!r}, in pack.json {has[key].name!r}")
            needs = [one.get(name) for name in ("where", "home", "owner", "needs", "made_of", "faction")]
            for other in (*filter(None, needs), *one.get("connections", ()), *one.get("relations", ())):
                count += 1
                if other not in known:
                    raise Broken(f"{table}.{key}: refers to {other!r}, which nothing is called")
        count += len(ids)
    return count, f"{count} names lead to something of the world"


def _rows(world: dict[str, Any], table: str) -> list[dict[str, Any]]:
    rows = world.get(table, [])
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []


def _sprites(folder: Path, index: Index) -> tuple[int, str]:
    things = {**index.people, **index.items, **index.enemies}
    for key, thing in things.items():
        if thing.sprite is None:
            raise Broken(f"{key} has no sprite")
        if not read_bytes(folder, _there(folder, thing.sprite, key)).startswith(_PNG):
            raise Broken(f"{key} refers to {thing.sprite}, which is no PNG")
    return len(things), f"{len(things)} people, items and enemies have their sprites"


def _level(index: Index, level: Map) -> tuple[int, str]:
    """Everything in the level is somebody or something of the world; the solution holds and needs the key."""
    roles = {"enemy": index.enemies, "boss": index.enemies, "person": index.people}
    roles |= dict.fromkeys(("key", "chest", "pickup"), index.items)
    count = 0
    for spot, role in level.objects.items():
        if role not in roles:
            continue
        if not any(spot in thing.spots() for thing in roles[role].values()):
            raise Broken(f"the {role} at column {spot[0]}, row {spot[1]} is nothing of the world")
        count += 1
    for key, thing in (*index.people.items(), *index.items.items(), *index.enemies.items()):
        for spot in thing.spots():
            if level.objects.get(spot) not in roles:
                raise Broken(f"{key} lies at column {spot[0]}, row {spot[1]}, where the level has nothing")
    if level.picture:
        _fits(index, level)
    passed = walk(level)
    return count + len(
        passed
    ), f"{count} things are of the world; the solution of {len(level.solution)} moves holds"


def _fits(index: Index, level: Map) -> None:
    """See that the tiles are those of the theme."""
    if level.tiles != [tile.name for tile in CORE.tiles]:
        raise Broken("its tiles are not those of levels seen from above")
    if level.picture != own_picture(CORE, index.theme).tobytes():
        raise Broken(f"its tileset is not that of the theme {index.theme!r}")


def _scene(folder: Path, index: Index, level: Map) -> tuple[int, str]:
    """The scene shows the level, and on every cell of somebody that somebody's sprite."""
    sections = read_sections(folder, "main.tscn")
    resources = {
        one.attributes.get("id", ""): one.attributes.get("path", "") for one in _of(sections, "ext_resource")
    }
    for path in resources.values():
        _there(folder, path, "it")
    shown: set[tuple[str, Spot]] = set()
    for node in _of(sections, "node"):
        key = node.values.get("metadata/playloom_id", "").strip('"')
        if not key or key == "hero":
            continue
        place = _VECTOR.fullmatch(node.values.get("position", ""))
        thing = index.things().get(key)
        picture = resources.get(node.values.get("texture", "")[13:-2])
        if thing is None or place is None or picture is None or picture != thing.sprite:
            raise Broken(
                f"node {node.attributes.get('name')}: {key!r} is nobody of pack.json with that sprite"
            )
        shown.add((key, (int(place[1]) // index.tile_pixels, int(place[2]) // index.tile_pixels - 1)))
    wanted = {
        (key, spot)
        for table in (index.people, index.enemies)
        for key, one in table.items()
        for spot in one.spots()
    }
    if shown != wanted:
        key, spot = min(shown ^ wanted)
        raise Broken(f"{key} at column {spot[0]}, row {spot[1]} is only in one of main.tscn and pack.json")
    if index.level not in resources.values():
        raise Broken(f"does not show {index.level}")
    return len(resources) + len(shown), f"{len(shown)} figures stand where the level has them"


def _of(sections: Iterable[Section], sort: str) -> list[Section]:
    return [one for one in sections if one.sort == sort]


def _quest(folder: Path, name: str, index: Index, level: Map) -> tuple[int, str]:
    """Whatever a quest names is in the world; a key that it is about lies in reach and on the solution."""
    document = read_json(folder, name)
    try:
        quest = document["quest"]
        objectives, scenes = quest["objectives"], {one["id"]: one for one in quest["scenes"]}
        about = {key for one in objectives for key in one["about"]}
        places = {one["place"] for one in (*objectives, *scenes.values()) if one["place"]}
        speakers = {line["speaker"] for one in scenes.values() for line in one["lines"]}
        ways = [one["to"] for scene in scenes.values() for one in (scene, *scene["choices"]) if one["to"]]
        giver, names = quest["giver"], quest["names"]
    except (KeyError, TypeError, AttributeError) as problem:
        raise Broken(f"is no quest ({type(problem).__name__}: {str(problem)[:80]})") from problem
    known = index.things()
    factions = {key for key in names if str(key).startswith("faction")}
    for key in (
        giver,
        *about,
        *places,
        *(speakers - {"player", "narrator"}),
        *({*names} - {"player"} - factions),
    ):
        if key not in known:
            raise Broken(f"names {str(key)[:60]!r}, which is nothing of the world")
    for way in ways:
        if way not in scenes:
            raise Broken(f"leads to the scene {str(way)[:60]!r}, which it does not have")
    if not known[giver].at:
        raise Broken(f"{giver} gives it, and stands nowhere in the level")
    passed, reached = {*walk(level)}, reach(level)
    keys = [
        key
        for key in about
        if key in index.items and any(level.objects.get(s) == "key" for s in known[key].spots())
    ]
    for key in keys:
        spot = known[key].spots()[0]
        if spot not in reached or spot not in passed:
            where = "out of reach" if spot not in reached else "off the solution"
            raise Broken(f"is about {key}, which lies {where} at column {spot[0]}, row {spot[1]}")
    if name.endswith("/keys.json") and not keys:
        raise Broken("is about no key that lies in the level")
    said = f"; {', '.join(keys)} lies in reach and on the solution" if keys else ""
    return len(known) and len({giver, *about, *places, *speakers, *names}) + len(
        ways
    ), f"{quest['title']!r} holds{said}"


def _ledger(folder: Path, index: Index) -> tuple[int, str]:
    """Every file of the pack is in the ledger as it is."""
    records = read_ledger(folder / "provenance.jsonl")
    things = index.things().values()
    named = {thing.sprite for thing in things if thing.sprite} | {index.level, *index.quests}
    names = {_path(name) for name in named} | {"main.tscn", "pack.json", "world.toml"}
    for name in sorted(names):
        if name not in records:
            raise Broken(f"has no record of {name}")
        if hashlib.sha256(read_bytes(folder, name)).hexdigest() != records[name].sha256:
            raise Broken(f"{name} is not as it was made; `playloom provenance declare` tells of edits")
    return len(names), f"{len(names)} files are as they were made"
