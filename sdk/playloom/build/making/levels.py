"""Makes levels."""

from pathlib import Path
from typing import Any

from playloom.api.level_files import write_level
from playloom.api.level_making import control_range, level
from playloom.api.packages import level_generator
from playloom.api.spelling import counts_in, shares_in, size_in
from playloom.build.job import Job, Made, Part
from playloom.build.making import check_model, pinned, read_back
from playloom.build.making.tilesets import lay_out
from playloom.errors import RequestInvalid
from playloom.kinds.level.content import CONTROLS, LevelRequest
from playloom.kinds.level.controls import SHARES
from playloom.kinds.level.formats import record, terrain_notes
from playloom.provenance import model_of, origin_of

CONTENT = "level.json"
_WRITING = ("tileset", "solution")


def wishes(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of `playloom.level` that a table of the project gives.

    Raises:
        RequestInvalid: If a size or a range is not written as one.
    """
    found = {name: value for name, value in fields.items() if name not in (*_WRITING, "package")}
    for name, value in found.items():
        if isinstance(value, list):
            found[name] = tuple(value)
        elif isinstance(value, str) and name in ("size", *CONTROLS):
            read: Any = size_in if name == "size" else shares_in if name in SHARES else counts_in
            try:
                found[name] = read(value)
            except ValueError as error:
                raise RequestInvalid(f"{name} is {value[:60]!r}; write it like {error}") from None
    return found


def check(fields: dict[str, Any], seed: int) -> None:
    """Refuse what cannot be asked for, before a network is loaded; theme and style are the plan's business.

    Raises:
        RequestInvalid: Says which field.
    """
    given = wishes(fields)
    width, height = given.pop("size", (LevelRequest.width, LevelRequest.height))
    controls = {name: control_range(name, given.pop(name)) for name in CONTROLS if name in given}
    LevelRequest(width=width, height=height, seed=seed, **{"theme": "", **given}, **controls)


def make(job: Job, folder: Path) -> Made:
    """Make the level of one seed."""
    package = pinned(job, "level")
    made = level(**wishes(job.fields), seed=job.seed, package=package)
    generator = level_generator(package)
    check_model(job, "level", generator.package.hash)
    mapping = None if "tileset" not in job.fields else lay_out(job, job.fields["tileset"], folder)
    notes = () if mapping is None else terrain_notes(made, mapping)
    written = write_level(
        made,
        *(folder / path for path in job.outputs),
        tileset=mapping,
        solution=job.fields.get("solution", False),
        tiles=job.shared,
    )
    origin = origin_of(
        "level",
        evidence=made.record(),
        model=model_of(generator.package.hash, generator.package.manifest),
    )
    files = read_back(written, folder, job.outputs)
    # Tiles are drawn by a program; and what maps share has one origin, whichever of them came last.
    tiles = {path: data for path, data in files.items() if path not in job.outputs}
    maps = {path: files[path] for path in job.outputs}
    parts = [Part(tiles, origin_of("tileset"))] if tiles else []
    content = {CONTENT: record.encode(made, "level")["level.json"]}
    return Made((*parts, Part(maps, origin)), content, notes)
