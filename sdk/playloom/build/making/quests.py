"""Makes quests."""

from pathlib import Path
from typing import Any

import msgspec

from playloom.api.packages import default_library
from playloom.api.quest_making import quest, write_quest
from playloom.build.job import Job, Made, Part
from playloom.build.making import check_model, pinned, read_back
from playloom.build.making.worlds import THINGS, world_of
from playloom.errors import RequestInvalid
from playloom.kinds.quest.choose import check_wishes
from playloom.kinds.quest.content import QuestRequest
from playloom.kinds.quest.sources import SOURCES
from playloom.kinds.quest.words import check_rating
from playloom.kinds.quest.world import World
from playloom.provenance import model_of, origin_of


def check(fields: dict[str, Any], seed: int) -> None:
    """Refuse what cannot be asked for wherever a quest is set; the world judges the rest.

    Raises:
        RequestInvalid: Says which field.
    """
    check_rating(fields.get("rating", QuestRequest.rating))
    check_wishes(fields.get("tone"), fields.get("genre"))
    if (source := fields.get("source", QuestRequest.source)) not in SOURCES:
        raise RequestInvalid(f"source is {source!r}; choose {', '.join(SOURCES)}")
    if source == "model" and "package" not in fields:
        raise RequestInvalid("source is 'model': name the package that writes, or choose authored or mixed")


def make(job: Job, folder: Path) -> Made:
    """Make the quest of one seed."""
    world = world_of(job, job.fields["world"], folder)
    given = {name: value for name, value in job.fields.items() if name not in ("world", "package")}
    for name in ("giver", "target"):
        if isinstance(given.get(name), dict):
            given[name] = thing_of(job, world, name, given[name])
    given["scripts"] = [folder / one["folder"] for one in given.pop("scripts", [])]
    package = pinned(job, "quest")
    made = quest(world, **given, seed=job.seed, package=package)
    model = None
    if package is not None:
        used = default_library().find(package, "quest")
        check_model(job, "quest", used.hash)
        model = model_of(used.hash, used.manifest)
    written = write_quest(made, *(folder / path for path in job.outputs))
    origin = origin_of(
        "quest", evidence=msgspec.to_builtins(made.evidence), request=dict(made.request), model=model
    )
    return Made((Part(read_back(written, folder, job.outputs), origin),))


def thing_of(job: Job, world: World, name: str, given: dict[str, Any]) -> str:
    """Return the id of what a reference into a level means; quests side by side take one each.

    Raises:
        RequestInvalid: If the level has no such thing.
    """
    pattern = THINGS[given["things"]]
    names: list[str] = [*(item.id for item in world.items), *(enemy.id for enemy in world.enemies)]
    found = [name for name in names if pattern.fullmatch(name)]
    if not found:
        raise RequestInvalid(
            f"{name} is {given['level']}.{given['things']}, and that level has none; ask for "
            f"{given['things']} there"
        )
    return found[int(given["number"]) % len(found)]
