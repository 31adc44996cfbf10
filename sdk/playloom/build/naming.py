"""Names of outputs: what is replaced in them, and which of them cannot be."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import PurePosixPath

from playloom.build.job import ID, SEED
from playloom.build.paths import shown, unfit
from playloom.build.project import Faults
from playloom.build.tasks import MANY, Task
from playloom.kinds.level.formats import save as levels
from playloom.kinds.quest import formats as quests
from playloom.kinds.sprite.formats import save as sprites

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_SHARED = "levels"  # stem of a shared tileset where the maps are named by seed alone


def place_of(name: str, seed: int, count: int) -> str:
    """Return where the content of ``seed`` goes; of several each name holds its seed."""
    if SEED in name:
        return name.replace(SEED, str(seed))
    path = PurePosixPath(name)
    return str(path.with_stem(f"{path.stem}-{seed}")) if count > 1 and path.name else name


def shared_stem(names: Sequence[str]) -> str | None:
    """Return the stem of the tileset that the maps of one table share; None: they write none."""
    stems = [path.stem for path in map(PurePosixPath, names) if path.suffix.lower() in (".tmx", ".tmj")]
    return (stems[0].replace(SEED, "").strip("-_. ") or _SHARED) if stems else None


def check_outputs(tasks: Iterable[Task], faults: Faults) -> None:
    """Note names that cannot be written, and two outputs of one name."""
    owners: dict[str, str] = {}
    for task in tasks:
        path = (*task.asset.split(".", 1), "outputs")
        named = [*task.outputs, *([task.fields["mapping"]] if "mapping" in task.fields else [])]
        for name in named:
            if (why := _wrong(task, name)) is not None:
                faults.add(path, f"{shown(name)}: {why}")
            elif (other := owners.setdefault(name.casefold(), task.id)) != task.id:
                faults.add(path, f"{name}: is written by {other} too; choose another name")
        twice = [name for name, often in Counter(map(str.casefold, named)).items() if often > 1]
        if twice:
            faults.add(path, f"{shown(twice[0])}: is given twice; leave one out")


def _wrong(task: Task, name: str) -> str | None:
    """Return why a task cannot write a file of this name, or None if it can."""
    known = {ID} if task.sort == "cast" else {SEED} if task.sort in MANY else set[str]()
    strange = [one for one in _PLACEHOLDER.findall(name) if one not in known]
    suffixes = (".toml",) if name == task.fields.get("mapping") else _suffixes(task.sort)
    if (why := unfit(name)) is not None:
        return why
    if strange:
        there = f"known here: {', '.join(known)}" if known else "nothing is replaced here"
        return f"{strange[0]} is no placeholder; {there}"
    if PurePosixPath(name).suffix.lower() not in suffixes:
        found = PurePosixPath(name).suffix or "no suffix"
        return f"cannot write {found!r}; use one of {', '.join(suffixes)}"
    return None


@cache
def _suffixes(sort: str) -> tuple[str, ...]:
    """Return the formats of a sort of asset."""
    of = {
        "level": (*levels.WRITERS,),
        "sprite": (*sprites.WRITERS,),
        "walk": (*sprites.WRITERS,),
        "quest": (*quests.WRITERS,),
        "tileset": (".tsx", ".tres"),
        "cast": (".png",),
        "world": (".toml",),
        "scene": (".tscn", ".json"),
    }
    return of[sort]
