"""Where levels are written: names of files, the developer's own tiles, the developer's own LDtk project.

What cannot be is refused before a level is made.
"""

from dataclasses import dataclass
from pathlib import Path

import click

from playloom.api import write_level
from playloom.commands.output import check_placeholders, check_places
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import (
    WRITERS,
    LdtkNames,
    LdtkTarget,
    TileSetMapping,
    own_tiles,
    read_ldtk_names,
    read_mapping,
    terrain_notes,
)

SEED = "{seed}"  # in a name: replaced by the seed
_SHARED_TILES = "levels"  # stem of a shared tileset where the maps are named by seed alone


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The options of one run; names as in `playloom level make --help`."""

    files: tuple[str, ...]
    solution: bool
    tileset: Path | None
    tileset_path: str | None  # folder of the developer's own tilesets, as seen from the maps
    ldtk: Path | None  # the developer's own project
    ldtk_names: Path | None
    count: int = 1  # levels of this run: of several each name holds its seed
    placeholders: tuple[str, ...] = ()  # what is replaced in a name

    def places(self, seed: int) -> list[Path]:
        """Return where the level of ``seed`` goes."""
        return [self._place(name, seed) for name in self.files]

    def _place(self, name: str, seed: int) -> Path:
        if self.ldtk is not None and Path(name) == self.ldtk:
            return self.ldtk  # into the developer's own project go all of them
        if SEED in name:
            return Path(name.replace(SEED, str(seed)))
        path = Path(name)
        return path.with_stem(f"{path.stem}-{seed}") if self.count > 1 else path

    def shared_tiles(self) -> str | None:
        """Return the stem of the tileset that the maps of this run share; None: each its own."""
        names = [Path(name) for name in self.files]
        stems = [place.stem for place in names if place.suffix.lower() in (".tmx", ".tmj")]
        if self.count == 1 or not stems:
            return None
        return stems[0].replace(SEED, "").strip("-_. ") or _SHARED_TILES


@dataclass(frozen=True)
class Writer:
    """Outputs whose mapping and project have been opened."""

    outputs: Outputs
    tileset: TileSetMapping | None
    project: LdtkTarget | None

    def write(self, level: Level, seed: int = 0) -> list[Path]:
        """Write the files of a level, all or none, and return them."""
        return write_level(
            level,
            *self.outputs.places(seed),
            tileset=self.tileset,
            solution=self.outputs.solution,
            tiles=self.outputs.shared_tiles(),
            ldtk=self.project,
            art=self.outputs.tileset_path,
        )

    def notes(self, level: Level) -> tuple[str, ...]:
        """Return what is to be said of a level that was written in the developer's own tiles."""
        return () if self.tileset is None else terrain_notes(level, self.tileset)


def open_outputs(outputs: Outputs, seed: int = 0) -> Writer:
    """Check names and options, and open the mapping and the project.

    Raises:
        click.UsageError: If a name cannot be written, or an option has no file that it is for.
        FileInvalid: If the mapping, its tileset, the names or the project cannot be read.
    """
    check_placeholders(outputs.files, outputs.placeholders)
    places = check_places(zip(outputs.files, outputs.places(seed), strict=True), WRITERS)
    suffixes = {place.suffix.lower() for place in places}
    for option, given, fitting in (
        ("--tileset", outputs.tileset, (".tscn", ".tmx", ".tmj")),
        ("--tileset-path", outputs.tileset_path, (".tmx", ".tmj")),
        ("--solution", outputs.solution, (".png",)),
        ("--ldtk", outputs.ldtk, (".ldtk",)),
    ):
        if given and suffixes.isdisjoint(fitting):
            named = " or ".join(fitting)
            raise click.UsageError(f"{option} is for {named} files: ask for one with -o level{fitting[0]}")
    tileset = None if outputs.tileset is None else _open_mapping(outputs.tileset, places)
    return Writer(outputs, tileset, _open_project(outputs))


def _open_mapping(path: Path, places: list[Path]) -> TileSetMapping:
    """Read the mapping, whose tool must be that of an output, and its tileset."""
    mapping = read_mapping(path)
    if not any([own_tiles(mapping, place) for place in places]):  # a list: every place is tried
        tool, suffix = ("Godot", ".tscn") if mapping.is_godot else ("Tiled", ".tmx")
        raise click.UsageError(
            f"{path}: speaks of a tileset of {tool}: ask for a file of its own with -o level{suffix}"
        )
    return mapping


def _open_project(outputs: Outputs) -> LdtkTarget | None:
    if outputs.ldtk is None:
        if outputs.ldtk_names is not None:
            raise click.UsageError("--ldtk-names says what tiles are called in a project: give --ldtk")
        return None
    names = LdtkNames() if outputs.ldtk_names is None else read_ldtk_names(outputs.ldtk_names)
    target = LdtkTarget(outputs.ldtk, names)
    target.check()
    return target
