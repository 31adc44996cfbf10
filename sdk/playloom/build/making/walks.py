"""Makes walks."""

from pathlib import Path
from typing import Any

import msgspec

from playloom.api.sprite_files import write_sprite
from playloom.api.sprite_walking import walk, walk_generator
from playloom.build.job import Job, Made, Part
from playloom.build.making import check_model, pinned, read_back
from playloom.build.making.sprites import picture_of
from playloom.provenance import model_of, origin_of


def make(job: Job, folder: Path) -> Made:
    """Make the walk of one figure."""
    given: dict[str, Any] = {name: value for name, value in job.fields.items() if name != "package"}
    figure = picture_of(job, given.pop("figure"), folder)
    package = pinned(job, "walk")
    made = walk(figure, **given, package=package)
    used = walk_generator(package).package
    check_model(job, "walk", used.hash)
    written = write_sprite(made, *(folder / path for path in job.outputs))
    evidence = msgspec.to_builtins(made.frames[0].evidence)
    origin = origin_of("walk", evidence=evidence, model=model_of(used.hash, used.manifest))
    return Made((Part(read_back(written, folder, job.outputs), origin),), {}, made.notes)
