"""Which files are maps: folders searched through, worlds taken apart, everything in a fixed order."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.level.formats import record
from playloom.kinds.level.formats.bounds import decode_json, read_file
from playloom.kinds.level.own.drawing import Place

SUFFIXES = (".tmx", ".tmj", ".ldtk", ".txt")
MAPS_HIGH = 4096  # files
ENTRIES_HIGH = 100_000  # files and folders looked at below one that was named
_NO_MAPS = ("readme", "license", "licence", "credits", "copying", "notice", "changelog", "todo")


def find_maps(paths: Sequence[Path]) -> tuple[list[Place], list[str]]:
    """Return the map files of ``paths`` in a fixed order, and notes on files that were passed over.

    Links inside a folder are passed over: what they lead to may lie anywhere.

    Raises:
        FileInvalid: If a path does not exist or is no map, or there are none or too many.
        RequestInvalid: If a file is named of a format that is none of maps.
    """
    places: list[Place] = []
    notes: list[str] = []
    for path in paths:
        if path.is_dir():
            places += _inside(path, notes)
        elif path.suffix.lower() == ".world":
            places += _world(path, notes)
        elif path.suffix.lower() in (*SUFFIXES, ".json"):
            if path.suffix.lower() == ".json" and not record.is_tiled(read_file(path), path):
                raise FileInvalid(f"{path}: is not a Tiled map in JSON; give .tmx, .tmj, .ldtk or .txt files")
            places.append(Place(path, ""))
        else:
            known = ", ".join((*SUFFIXES, ".world"))
            raise RequestInvalid(f"{path}: no folder, and not one of {known}; give map files or their folder")
        if len(places) > MAPS_HIGH:
            raise FileInvalid(f"{path}: over {MAPS_HIGH} maps are named; give fewer")
    if not places:
        raise FileInvalid(
            f"{', '.join(map(str, paths))}: holds no maps; expected {', '.join(SUFFIXES)} files"
        )
    return list(dict.fromkeys(places)), notes


def _inside(folder: Path, notes: list[str]) -> list[Place]:
    """Return the maps of a folder and of those in it, by their names; stops where there are too many."""
    places: list[Place] = []
    others: list[str] = []
    links: list[str] = []
    seen = 0
    ahead: list[tuple[Path, tuple[str, ...]]] = [(folder, ())]  # what to look at, the next one last
    while ahead:
        here, inside = ahead.pop()
        if inside and not here.is_dir():
            if _is_map(here):
                places.append(Place(here, inside[0] if len(inside) > 1 else ""))
            else:
                others.append(here.name)
            continue
        entries, seen = _entries(folder, here, seen, links)
        ahead += [(here / name, (*inside, name)) for name in sorted(entries, reverse=True)]
        if len(places) > MAPS_HIGH:
            raise FileInvalid(f"{folder}: holds over {MAPS_HIGH} maps; give fewer")
    for names, why in ((others, "not a map"), (links, "a link")):
        if names:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            notes.append(f"{names[0]}{more} was passed over: it is {why}")
    return places


def _entries(folder: Path, here: Path, seen: int, links: list[str]) -> tuple[list[str], int]:
    """Return the names in ``here`` that matter, and how many were looked at so far; notes links."""
    names = []
    try:
        with os.scandir(here) as found:
            for entry in found:
                seen += 1
                if seen > ENTRIES_HIGH:
                    raise FileInvalid(
                        f"{folder}: holds over {ENTRIES_HIGH} files and folders; name the folder of the maps"
                    )
                if entry.name.startswith("."):
                    continue
                known = Path(entry.name).suffix.lower() in (*SUFFIXES, ".world")
                if entry.is_symlink():
                    if known or entry.is_dir():
                        links.append(entry.name)
                elif entry.is_dir() or (known and entry.is_file()):
                    names.append(entry.name)
    except OSError as error:
        raise FileInvalid(f"{here}: cannot be read ({error.strerror}); check the path") from error
    return names, seen


def _is_map(file: Path) -> bool:
    suffix = file.suffix.lower()
    if suffix == ".txt":
        return not file.stem.lower().startswith(_NO_MAPS)
    return suffix in SUFFIXES


class _WorldMap(msgspec.Struct):
    fileName: str


class _World(msgspec.Struct):
    maps: list[_WorldMap] = []
    patterns: list[msgspec.Raw] = []


def _world(path: Path, notes: list[str]) -> list[Place]:
    """Return the maps that a Tiled world lists."""
    world = decode_json(path, read_file(path), _World)
    if world.patterns:
        notes.append(f"{path.name}: its file name patterns were left out; give the maps' folder")
    if len(world.maps) > MAPS_HIGH:
        raise FileInvalid(f"{path}: lists over {MAPS_HIGH} maps; give fewer")
    places = [Place(path.parent / entry.fileName, "") for entry in world.maps]
    for place in places:
        inside = place.path.resolve().is_relative_to(path.parent.resolve())
        if not inside or place.path.suffix.lower() not in SUFFIXES:
            raise FileInvalid(
                f"{path}: lists {place.path.name[:80]!r}, which is no map inside the world's folder"
            )
    return places


def root_of(paths: Sequence[Path]) -> Path:
    """Return the folder that tilesets may lie in: the one above what was named, where projects keep them."""
    above = [path.resolve().parent if path.is_dir() else path.resolve().parent.parent for path in paths]
    root = above[0]
    for other in above[1:]:
        while not other.is_relative_to(root):
            root = root.parent
    return root
