"""Makes terrain sets, and lays them out for levels that are drawn in them."""

from pathlib import Path, PurePosixPath
from typing import Any

from playloom.api.sprite_tiles import Tiling, write_tiles
from playloom.build.job import Job, Made, Part
from playloom.build.making import read_back
from playloom.build.making.sprites import palette_of, picture_of
from playloom.kinds.level.formats import TileSetMapping, read_mapping
from playloom.kinds.sprite.palette import Palette, parse_colour
from playloom.kinds.sprite.tiles import Border
from playloom.provenance import origin_of

_BORDER = ("depth", "roughness", "outline", "shadow")
_PROJECT = "project.godot"  # marks the folder that res:// means


def make(job: Job, folder: Path) -> Made:
    """Make a terrain set with its mapping, which is a file of the project where the table names one."""
    fields = job.fields
    over = picture_of(job, fields["over"], folder)
    under = picture_of(job, fields["under"], folder) if "under" in fields else None
    mapping = fields.get("mapping") or str(PurePosixPath(job.outputs[0]).with_suffix(".toml"))
    (folder / mapping).parent.mkdir(parents=True, exist_ok=True)
    notes: list[str] = []
    written = write_tiles(
        Tiling(
            over=over,
            under=under,
            kind=fields.get("kind", "blob"),
            names=(
                fields.get("under_name") or _name(fields.get("under"), "nothing"),
                fields.get("over_name") or _name(fields["over"], "ground"),
            ),
            palette=_palette(fields, folder),
            border=Border(seed=job.seed, **{name: fields[name] for name in _BORDER if name in fields}),
            places=tuple(folder / path for path in job.outputs),
            mapping=folder / mapping,
            drawn=list(fields.get("drawn", {}).items()),
            tileset_path=fields.get("tileset_path") or _path_of(job.outputs[0], mapping),
            objects=[
                (name, picture_of(job, given, folder)) for name, given in fields.get("objects", {}).items()
            ],
        ),
        lambda note: notes.append(note.replace(f"{folder}/", "")),
    )
    files = read_back(written, folder, (*job.outputs, mapping))
    content = {**files, "mapping": mapping.encode()}
    if "mapping" not in fields:
        del files[mapping]
    origin = origin_of("tileset", request={**fields, "seed": job.seed})
    return Made((Part(files, origin),), content, tuple(notes))


def _name(given: dict[str, str] | None, usual: str) -> str:
    """Return what a terrain is called that the table gives no name: as its picture is."""
    if given is None:
        return usual
    if "file" in given:
        return PurePosixPath(given["file"]).stem
    return given["task"].partition(".")[2].partition("#")[0]


def _path_of(main: str, mapping: str) -> str:
    """Return where the mapping says that the tileset lies."""
    if main.endswith(".tres"):
        return f"res://{main}"
    up = [".."] * (len(PurePosixPath(mapping).parts) - 1)
    return main if not up else str(PurePosixPath(*_beside(main, mapping)))


def _beside(main: str, mapping: str) -> tuple[str, ...]:
    """Return the way from the folder of one path to another path."""
    to, start = PurePosixPath(main).parts, PurePosixPath(mapping).parts[:-1]
    same = 0
    while same < min(len(to) - 1, len(start)) and to[same] == start[same]:
        same += 1
    return (*[".."] * (len(start) - same), *to[same:])


def _palette(fields: dict[str, Any], folder: Path) -> Palette | str | None:
    if "palette" not in fields:
        return None
    found = palette_of(fields["palette"], folder)
    if isinstance(found, list):
        return Palette("own", tuple(parse_colour(colour) for colour in found))
    return str(found)


def lay_out(job: Job, given: dict[str, str], folder: Path) -> TileSetMapping:
    """Put a tileset where the project has it, and return its mapping."""
    (folder / _PROJECT).touch()
    if "file" in given:
        return read_mapping(folder / given["file"])
    content = dict(job.contents[given["task"]])
    mapping = content.pop("mapping").decode()
    for path, data in content.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return read_mapping(folder / mapping)
