"""The plan of the last build, so that one that has nothing to do need not check everything anew.

It holds as long as all that was read for it is as it was: the project file, the files that assets are made
from, the model packages that can be found, and our own code.
"""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec

from playloom.build.digests import code_of, digest, digest_of, digest_of_file, planning_code
from playloom.build.job import Digests
from playloom.build.paths import PROJECT_FILE, STATE
from playloom.build.tasks import KINDS, Plan
from playloom.errors import FileInvalid, PlayloomError
from playloom.files import read_regular, write_all_atomically

_FILE = "plan.json"
_MANIFEST = "manifest.json"
_BYTES_HIGH = 256 << 20
_VARIABLE = "PLAYLOOM_MODELS"
_SHIPPED = Path(__file__).parents[1] / "models"


class _Remembered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stamp: str
    files: Digests  # that assets are made from
    folders: dict[str, tuple[str, ...]]  # of scripts: what is in them
    plan: Plan


def plan_of(folder: Path, left_out: Mapping[str, Collection[int]]) -> Plan:
    """Return the plan of a project: the remembered one where it holds, else a new one, which is remembered.

    Args:
        folder: With the project file.
        left_out: By table, seeds that were rejected.

    Raises:
        FileInvalid: If the project file cannot be; lists all that is wrong.
        PackageInvalid: If a folder of PLAYLOOM_MODELS is not there.
    """
    place = folder / STATE / _FILE
    try:
        known = _recall(place)
    except (FileInvalid, msgspec.MsgspecError, ValueError, RecursionError):
        known = None
    if known is not None and known.stamp == _stamp(folder, left_out) and _holds(known, folder):
        return known.plan
    from playloom.build.planning import plan
    from playloom.build.project import parse_project, read_project

    made = plan(parse_project(read_project(folder / PROJECT_FILE), PROJECT_FILE), folder, left_out)
    _remember(place, made, folder, left_out)
    return made


def _recall(place: Path) -> _Remembered | None:
    data = read_regular(place, _BYTES_HIGH, "a remembered plan")
    seal, _, body = data.partition(b"\n")
    return msgspec.json.decode(body, type=_Remembered) if seal.decode() == digest(body) else None


def _holds(known: _Remembered, folder: Path) -> bool:
    pins = {(pin.root, pin.sha256) for task in known.plan.tasks for pin in task.pins}
    return (
        all(digest_of_file(Path(root) / _MANIFEST) == sha for root, sha in pins)
        and all(digest_of_file(folder / path) == sha for path, sha in known.files.items())
        and all(_inside(folder / name) == inside for name, inside in known.folders.items())
    )


def _remember(place: Path, plan: Plan, folder: Path, left_out: Mapping[str, Collection[int]]) -> None:
    """Keep a plan; where nothing can be written, the next build plans again."""
    paths = {path for task in plan.tasks for path in task.files}
    folders = {one["folder"] for task in plan.tasks for one in task.fields.get("scripts", ())}
    known = _Remembered(
        stamp=_stamp(folder, left_out),
        files={path: digest_of_file(folder / path) or "" for path in sorted(paths)},
        folders={name: _inside(folder / name) for name in sorted(folders)},
        plan=plan,
    )
    body = msgspec.json.encode(known)
    try:
        write_all_atomically({place: digest(body).encode() + b"\n" + body}, durable=False, mark="build-")
    except PlayloomError:
        return


def _inside(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")))


def _stamp(folder: Path, left_out: Mapping[str, Collection[int]]) -> str:
    """Return the hash of what decides a plan besides the files that assets are made from."""
    named = [part for part in os.environ.get(_VARIABLE, "").split(os.pathsep) if part]
    models = [found for part in (*map(Path, named), _SHIPPED) for found in _manifests(part)]
    code = [planning_code(), *(code_of(sort) for sort in KINDS)]
    without = {asset: sorted(seeds) for asset, seeds in left_out.items()}
    return digest_of([digest_of_file(folder / PROJECT_FILE), named, models, code, without])


def _manifests(folder: Path) -> list[tuple[str, str | None]]:
    """Return the manifest of every model package in a folder of packages, or that is one, with its hash."""
    paths = [folder / _MANIFEST, *sorted(folder.glob(f"*/{_MANIFEST}"))]
    return [(str(path), digest_of_file(path)) for path in paths]
