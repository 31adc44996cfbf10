"""Where in a project's text a level goes; the rest of the text stays as it is, byte for byte."""

import hashlib
from dataclasses import dataclass, field

import msgspec

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import beside
from playloom.kinds.level.formats.ldtk.project import Opened
from playloom.kinds.level.formats.ldtk.schema import SEED_HIGH, LayerInstance, Level
from playloom.kinds.level.formats.ldtk.splice import Span, elements, members, replaced

LEVEL_SUFFIX = ".ldtkl"  # of the file of one level


@dataclass(frozen=True, kw_only=True)
class Spot:
    """The place of a level in a project, and what stays of the level that it replaces."""

    name: str
    uid: int
    iid: str
    x: int  # pixels in the world
    y: int
    world_depth: int = 0
    file: str = ""  # of the level, where the project keeps levels in files of their own
    before: dict[int, LayerInstance] = field(default_factory=dict)  # the layers of the level that it replaces
    gap: Span  # what its text replaces
    joint: tuple[str, str] = ("", "")  # what its text stands between
    tabs: int  # in front of its text's lines


def find_spot(opened: Opened, text: str, name: str) -> Spot:
    """Return the place of the level called ``name``: its old one, or one to the right of all others.

    Raises:
        FileInvalid: If there is such a level and its layers cannot be read.
    """
    root = members(opened.where, text, text.index("{"))
    worlds = elements(opened.where, text, root["worlds"][0]) if "worlds" in root else []
    arrays = [(root["levels"], 2)] + [
        (members(opened.where, text, first)["levels"], 4) for first, _ in worlds
    ]
    for array, tabs in arrays:
        for gap in elements(opened.where, text, array[0]):
            level = msgspec.json.decode(text[slice(*gap)], type=_Old)
            if level.identifier == name:
                file = level.externalRelPath or ""
                return Spot(
                    name=name,
                    uid=level.uid,
                    iid=level.iid,
                    x=level.worldX,
                    y=level.worldY,
                    world_depth=level.worldDepth,
                    file=_file(opened, file or _file_name(name)),
                    before={one.layerDefUid: one for one in opened.level(name).layerInstances or []},
                    gap=gap,
                    tabs=tabs,
                )
    # A project of several worlds has no levels outside of them.
    array, tabs = (
        arrays[1] if len(arrays) > 1 and not elements(opened.where, text, root["levels"][0]) else arrays[0]
    )
    return _new_spot(opened, text, name, array, tabs)


class _Old(Level, frozen=True, kw_only=True):
    """A level that is there already."""

    iid: str = ""
    worldDepth: int = 0


def _new_spot(opened: Opened, text: str, name: str, array: Span, tabs: int) -> Spot:
    items = elements(opened.where, text, array[0])
    others = [msgspec.json.decode(text[slice(*item)], type=Level) for item in items]
    uid = max([opened.project.nextUid, *(level.uid + 1 for level in opened.project.every_level())])
    x = max((level.worldX + level.pxWid for level in others), default=0)
    if max(uid, x) >= SEED_HIGH:
        raise FileInvalid(
            f"{opened.where}: its levels have uids to {uid - 1} and lie as far out as {x} pixels; those of "
            f"the new one would pass {SEED_HIGH}; repair the project in LDtk"
        )
    inner, outer = "\n" + "\t" * tabs, "\n" + "\t" * (tabs - 1)
    return Spot(
        name=name,
        uid=uid,
        iid=instance_id(name, str(uid)),
        x=x,
        y=min((level.worldY for level in others), default=0),
        file=_file(opened, _file_name(name)),
        gap=(items[-1][1], items[-1][1]) if items else array,
        joint=(f",{inner}", "") if items else (f"[{inner}", f"{outer}]"),
        tabs=tabs,
    )


def _file_name(name: str) -> str:
    return f"{name}{LEVEL_SUFFIX}"


def _file(opened: Opened, name: str) -> str:
    """Return the name of a level's own file as it is to be written; "" where the project has none such."""
    if not opened.project.externalLevels:
        return ""
    if not beside(opened.where, name).name.endswith(LEVEL_SUFFIX):
        raise FileInvalid(
            f"{opened.where}: keeps a level in {name[:80]!r}, which is no {LEVEL_SUFFIX} file; "
            "save the project again in LDtk"
        )
    return name.replace("\\", "/")


def put(opened: Opened, text: str, spot: Spot, entry: str) -> str:
    """Return the project's text with a level's text at its place."""
    root = members(opened.where, text, text.index("{"))
    edits = {spot.gap: spot.joint[0] + entry + spot.joint[1]}
    if "nextUid" in root and spot.uid >= opened.project.nextUid:
        edits[root["nextUid"]] = str(spot.uid + 1)
    return replaced(text, edits)


def instance_id(*parts: str) -> str:
    """Return an instance id that follows from what it stands for, in the form of a UUID."""
    digest = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))
