"""Makes worlds: a file of the developer's own, an example, or a draft around a level."""

import re
from pathlib import Path
from typing import Any

from playloom.api.level_files import read_level
from playloom.build.job import Job, Made, Part
from playloom.kinds.level.content import Level
from playloom.kinds.quest.world import World
from playloom.kinds.quest.world_draft import draft_world, words_of
from playloom.kinds.quest.world_file import example_text, example_world, parse_world, read_world_text
from playloom.kinds.quest.world_level import wild_of
from playloom.kinds.quest.world_text import world_toml
from playloom.provenance import origin_of

CONTENT = "world.toml"
LEVEL = "level.json"

# What a draft calls the things of a level, by what a reference asks for.
THINGS = {
    "keys": re.compile(r"key_[0-9]+"),
    "treasure": re.compile(r"treasure|coin"),
    "enemies": re.compile(r"pest|foes|beast"),
    "bosses": re.compile(r"beast"),
}


def make(job: Job, folder: Path) -> Made:
    """Make the text of a world."""
    if "file" in job.fields:
        text = read_world_text(folder / job.fields["file"]["file"])
        parse_world(text, job.fields["file"]["file"])
    elif "example" in job.fields:
        text = example_text(job.fields["example"])
    else:
        genre = job.fields.get("genre", "fantasy")
        wild = None
        if "level" in job.fields:
            wild = wild_of(level_of(job, job.fields["level"], folder), words_of(genre))
        text = world_toml(draft_world(genre, job.seed, wild))
    data = text.encode("utf-8")
    origin = origin_of("world", request={**job.fields, "seed": job.seed})
    return Made((Part(dict.fromkeys(job.outputs, data), origin),), {CONTENT: data})


def level_of(job: Job, given: dict[str, str], folder: Path) -> Level:
    """Return the level of another job."""
    place = folder / ".made" / LEVEL
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(job.contents[given["task"]][LEVEL])
    return read_level(place)


def world_of(job: Job, given: dict[str, Any], folder: Path) -> World:
    """Return the world that a field of the plan means."""
    if "file" in given:
        return parse_world(read_world_text(folder / given["file"]), given["file"])
    if "example" in given:
        return example_world(given["example"])
    return parse_world(job.contents[given["task"]][CONTENT].decode("utf-8"), given["task"])
