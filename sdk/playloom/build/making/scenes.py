"""Makes a Godot scene of a level: people and enemies of its world stand where the level has them.

Beside the scene goes a JSON document that says what belongs to what; the game reads it, and so does whoever
checks that everything in it is there.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playloom.build.job import ID, Job, Made, Part
from playloom.build.making.worlds import level_of, world_of
from playloom.errors import RequestInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.grounds import SIDE
from playloom.kinds.level.formats.notation import godot_text
from playloom.kinds.quest.world import World
from playloom.kinds.quest.world_level import Spot, spots_of
from playloom.provenance import origin_of

FORMAT = "playloom.pack/1"
_TABLES = ("people", "items", "enemies", "places")


@dataclass(frozen=True)
class _Figure:
    """A sprite that stands on a cell."""

    id: str
    picture: str  # "res://..."
    size: int  # pixels
    at: Spot


def make(job: Job, folder: Path) -> Made:
    """Make the scene and its document."""
    level = level_of(job, job.fields["level"], folder)
    world = world_of(job, job.fields["world"], folder)
    document = _document(job, level, world)
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    files = {
        path: (_scene(job, document) if path.endswith(".tscn") else text).encode() for path in job.outputs
    }
    return Made((Part(files, origin_of("scene", request=job.fields)),))


def _document(job: Job, level: Level, world: World) -> dict[str, Any]:
    """Return what is where, by the ids of the world, and the file of everything."""
    if job.fields["level"]["tileset"]:
        raise RequestInvalid(f"{job.id}: its level is drawn in a tileset of yours; leave the tileset out")
    pictures = _pattern(job, "cast", ID)
    spots = spots_of(level)
    people = spots.pop("people", [])
    if people:
        spots[_somebody(world)] = people
    tables: dict[str, dict[str, Any]] = {}
    for table in _TABLES:
        tables[table] = {}
        for one in getattr(world, table):
            entry: dict[str, Any] = {"name": one.name}
            if table != "places":
                entry |= {"sprite": _res(pictures.replace(ID, one.id)), "place": world.place_of(one.id)}
            tables[table][one.id] = entry | {"at": [list(spot) for spot in spots.get(one.id, [])]}
    return {
        "format": FORMAT,
        "world": world.name,
        "currency": world.currency,
        "theme": level.theme,
        "level": _res(_pattern(job, "level", ".tscn")),
        "tile_pixels": SIDE,
        **tables,
        "quests": [_res(_of(one["outputs"], ".json", one["task"])) for one in job.fields.get("quests", [])],
    }


def _somebody(world: World) -> str:
    """Return the id of whom the level shows: the first person who is not where they live."""
    return next((person.id for person in world.people if person.where is not None), world.people[0].id)


def _pattern(job: Job, field: str, part: str) -> str:
    given = job.fields[field]
    return _of(given["outputs"], part, given["task"])


def _of(names: list[str], part: str, task: str) -> str:
    """Return the output that has a part in its name."""
    for name in names:
        if part in name:
            return name
    raise RequestInvalid(f"{task} has no output with {part}, which a scene of it needs; add one")


def _res(path: str) -> str:
    return f"res://{path}"


def _scene(job: Job, document: dict[str, Any]) -> str:
    """Return the text of the scene."""
    figures = [
        _Figure(key, one["sprite"], job.fields["cast"]["size"], (at[0], at[1]))
        for table in ("people", "enemies")
        for key, one in document[table].items()
        for at in one["at"]
    ]
    hero = "" if "hero" not in job.fields else _res(_pattern(job, "hero", ".png"))
    pictures = {path: f"picture{number}" for number, path in enumerate(_each(figures, hero), 1)}
    lines = [
        "[gd_scene format=3]",
        f'[ext_resource type="PackedScene" path={godot_text(document["level"])} id="level"]',
    ]
    lines += [
        f'[ext_resource type="Texture2D" path={godot_text(path)} id="{name}"]'
        for path, name in pictures.items()
    ]
    script = job.fields.get("script")
    root = ['[node name="Game" type="Node2D"]', "texture_filter = 1"]
    if script is not None:
        lines.append(f'[ext_resource type="Script" path={godot_text(_res(script))} id="script"]')
        root.append('script = ExtResource("script")')
    lines += ["\n".join(root), '[node name="Level" parent="." instance=ExtResource("level")]']
    lines.append('[node name="Figures" type="Node2D" parent="."]\ny_sort_enabled = true')
    lines += [_node(figure, number, pictures[figure.picture]) for figure, number in _numbered(figures)]
    if hero:
        start = document["places"]["part_1"]["at"][0]
        lines.append(
            _node(_Figure("hero", hero, job.fields["hero"]["size"], (start[0], start[1])), 0, pictures[hero])
        )
    return "\n\n".join(lines) + "\n"


def _each(figures: list[_Figure], hero: str) -> dict[str, None]:
    return dict.fromkeys([*(figure.picture for figure in figures), *([hero] if hero else [])])


def _numbered(figures: list[_Figure]) -> list[tuple[_Figure, int]]:
    """Return each figure with its number among those of its id."""
    counts: dict[str, int] = {}
    found = []
    for figure in figures:
        counts[figure.id] = counts.get(figure.id, 0) + 1
        found.append((figure, counts[figure.id]))
    return found


def _node(figure: _Figure, number: int, picture: str) -> str:
    """Return a node whose feet stand on the lower edge of its cell."""
    x, y = figure.at
    name = "".join(word.capitalize() for word in figure.id.split("_")) + (f"_{number}" if number else "")
    return (
        f'[node name="{name}" type="Sprite2D" parent="Figures"]\n'
        f"position = Vector2({x * SIDE + SIDE // 2}, {(y + 1) * SIDE})\n"
        f'texture = ExtResource("{picture}")\n'
        f"offset = Vector2(0, -{figure.size // 2})\n"
        f'metadata/playloom_id = "{figure.id}"'
    )
