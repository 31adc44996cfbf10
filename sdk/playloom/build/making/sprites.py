"""Makes sprites."""

from pathlib import Path
from typing import Any

from playloom.api.sprite_files import write_sprite
from playloom.api.sprite_making import sprite, sprite_generator, sprite_request
from playloom.build.job import Job, Made, Part
from playloom.build.making import check_model, pinned, read_back
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.formats import picture
from playloom.provenance import Origin, model_of, origin_of

CONTENT = "sprite.png"
_PICTURES = ("like", "partial", "silhouette")


def palette_of(given: Any, folder: Path) -> Any:
    """Return the palette that a field of the plan means, as `playloom.sprite` takes it."""
    if "file" in given:
        return folder / given["file"]
    return given["colours"] if "colours" in given else given["palette"]


def picture_of(job: Job, given: dict[str, str], folder: Path) -> Path:
    """Return the file of a picture: one of the project's own, or another asset's."""
    if "file" in given:
        return folder / given["file"]
    place = folder / ".made" / f"{given['task'].replace('#', '-')}.png"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(job.contents[given["task"]][CONTENT])
    return place


def check(fields: dict[str, Any], seed: int, folder: Path) -> None:
    """Refuse what cannot be asked for, before a network is loaded; pictures are read when they are used.

    Raises:
        RequestInvalid: Says which field.
        FileInvalid: If a palette file cannot be read.
    """
    left = ("package", "scale", *(_PICTURES if any(name in fields for name in _PICTURES) else ()))
    if any(name in fields for name in _PICTURES):
        left = (*left, "redo", "strength")
    given = {name: value for name, value in fields.items() if name not in left}
    if "palette" in given:
        given["palette"] = palette_of(given["palette"], folder)
    sprite_request(**{"words": "", **_tuples(given)}, seed=seed)


def make(job: Job, folder: Path) -> Made:
    """Make the sprite of one seed."""
    given = {name: value for name, value in job.fields.items() if name not in ("package", "scale")}
    if "palette" in given:
        given["palette"] = palette_of(given["palette"], folder)
    for name in _PICTURES:
        if name in given:
            given[name] = picture_of(job, given[name], folder)
    package = pinned(job, "sprite")
    made = sprite(**_tuples(given), seed=job.seed, package=package)
    generator = sprite_generator(package)
    check_model(job, "sprite", generator.package.hash)
    written = write_sprite(made, *(folder / path for path in job.outputs), scale=job.fields.get("scale"))
    part = Part(read_back(written, folder, job.outputs), origin_of_sprite(made, package))
    return Made((part,), {CONTENT: picture.encode(made, "sprite")[CONTENT]}, made.notes)


def origin_of_sprite(made: Sprite, package: Path | None) -> Origin:
    """Return where a sprite comes from, for the ledger."""
    used = sprite_generator(package).package
    return origin_of("sprite", evidence=made.record(), model=model_of(used.hash, used.manifest))


def _tuples(given: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with the tuples that Python takes where a file has lists."""
    if "redo" in given:
        given = given | {"redo": [tuple(part) for part in given["redo"]]}
    if isinstance(given.get("pieces"), list):
        given = given | {"pieces": tuple(given["pieces"])}
    return given
