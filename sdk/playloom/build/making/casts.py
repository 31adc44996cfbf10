"""Makes a sprite for each person, item and enemy of a world, and a sheet of them all."""

from pathlib import Path

from playloom.api.sprite_files import write_sprite
from playloom.api.world_sprites import make_world_sprites, world_sprites
from playloom.build.job import ID, Job, Made, Part
from playloom.build.making import check_model, pinned, read_back
from playloom.build.making.sprites import origin_of_sprite, palette_of
from playloom.build.making.worlds import world_of
from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.formats import contact
from playloom.provenance import Origin, origin_of

TABLES = ("people", "items", "enemies")


def make(job: Job, folder: Path) -> Made:
    """Make all sprites of a world."""
    package = pinned(job, "sprite")
    wanted = world_sprites(
        world_of(job, job.fields["world"], folder),
        size=job.fields.get("size", 32),
        palette=_palette(job, folder),
        seed=job.seed,
        package=package,
    )
    tables = job.fields.get("tables", TABLES)
    wanted = [one for one in wanted if one.table in tables]
    parts, shown = [], list[tuple[str, Sprite]]()
    for one, made in make_world_sprites(wanted, package, job.fields.get("candidates", 1)):
        if isinstance(made, GenerationFailed):
            raise GenerationFailed(f"sprite of {one.id}: {made}", failed=made.failed, advice=made.advice)
        assert made.evidence is not None
        check_model(job, "sprite", made.evidence.package_hash)
        places = [path.replace(ID, one.id) for path in job.outputs if ID in path]
        written = write_sprite(made, *(folder / path for path in places))
        parts.append(Part(read_back(written, folder, tuple(places)), origin_of_sprite(made, package)))
        shown.append((one.name, made))
    if not shown:
        raise RequestInvalid(f"{job.id}: the world has none of {', '.join(tables)}; leave the cast out")
    request = {"world": job.fields["world"], "tables": list(tables)}
    for path in job.outputs:
        if ID not in path:
            (data,) = contact.encode([(name, made.rgba) for name, made in shown], Path(path).stem).values()
            parts.append(Part({path: data}, _sheet_origin(parts[0], request)))
    return Made(tuple(parts))


def _sheet_origin(first: Part, request: dict[str, object]) -> Origin:
    return origin_of("sheet", request=request, model=first.origin.model)


def _palette(job: Job, folder: Path) -> str | None:
    return str(palette_of(job.fields["palette"], folder)) if "palette" in job.fields else None
