"""From a project file to a plan: references followed, models found, seeds counted, every request checked."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from playloom.build.checking import check_request
from playloom.build.job import Pin
from playloom.build.naming import check_outputs, place_of, shared_stem
from playloom.build.project import Asset, Project
from playloom.build.references import Referred, Resolver
from playloom.build.rejections import spared
from playloom.build.shelf import Shelf
from playloom.build.tasks import MANY, Plan, Task
from playloom.errors import PlayloomError

TASKS_HIGH = 100_000
_BESIDE = ("count", "seed", "seeds", "outputs")  # keys of a table that are no part of a request
_NOT_MADE = ("model", "palette")


def plan(project: Project, folder: Path, left_out: Mapping[str, Collection[int]] | None = None) -> Plan:
    """Return the plan of a project.

    Args:
        project: As read.
        folder: In which it lies; paths in it are from there.
        left_out: By table, seeds that were rejected: the next ones take their place.

    Raises:
        FileInvalid: If something in the file cannot be; lists all of it with lines.
        PackageInvalid: If a folder of PLAYLOOM_MODELS is not there.
    """
    _check_count(project)
    planner = _Planner(project, folder, left_out or {})
    for asset in project.assets.values():
        if asset.sort not in _NOT_MADE:
            planner.add(asset)
    project.faults.raise_any()
    tasks = {task.id: task for task in planner.tasks}
    order = TopologicalSorter({name: task.needs for name, task in tasks.items()})
    try:
        ordered = tuple(tasks[name] for name in order.static_order())
    except CycleError as error:
        way = " -> ".join(error.args[1])
        first = str(error.args[1][0]).partition("#")[0]
        project.faults.add(tuple(first.split(".")), f"is made from itself: {way}; leave one reference out")
        project.faults.raise_any()
        raise
    check_outputs(ordered, project.faults)
    project.faults.raise_any()
    return Plan(project.head.name, ordered, ())


@dataclass
class _Planner:
    project: Project
    folder: Path
    left_out: Mapping[str, Collection[int]]
    tasks: list[Task] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.project, self.folder)
        self.resolver = Resolver(
            self.project, self.folder, lambda asset: [*self._seeds(asset)], self.left_out
        )

    def add(self, asset: Asset) -> None:
        """Add the tasks of one table, or note why there can be none."""
        faults, before = self.project.faults, len(self.project.faults.found)
        path = (asset.sort, asset.name)
        if "seeds" in asset.given and ("seed" in asset.given or "count" in asset.given):
            faults.add((*path, "seeds"), "stands beside seed or count; give the one or the others")
        listed = asset.given.get("seeds", [])
        if len(set(listed)) < len(listed):
            faults.add((*path, "seeds"), "holds one twice; leave one out")
        for seed in self.left_out.get(asset.id, ()):
            if seed in listed:
                faults.add((*path, "seeds"), f"{seed} was rejected in a review; put another in its place")
        seeds = self._seeds(asset)
        given = {name: value for name, value in asset.given.items() if name not in _BESIDE}
        first = self.resolver.resolve(asset, given, 0)
        pins = self._pins(asset, given)
        if len(faults.found) > before or first is None:
            return
        for seed in dict.fromkeys((min(seeds), max(seeds))):
            try:
                check_request(asset.sort, first.fields, seed, self.folder, pins)
            except PlayloomError as error:
                faults.add((*path, *_key_in(str(error), given)), str(error))
                return
        self.tasks += self._tasks(asset, given, seeds, pins)

    def _pins(self, asset: Asset, given: dict[str, Any]) -> tuple[Pin, ...]:
        try:
            return self.shelf.pins(asset.sort, given)
        except PlayloomError as error:
            key = "package" if "package" in given else "theme" if "theme" in given else ""
            self.project.faults.add((asset.sort, asset.name, *([key] if key else [])), str(error))
            return ()

    def _tasks(
        self, asset: Asset, given: dict[str, Any], seeds: dict[int, tuple[int, ...]], pins: tuple[Pin, ...]
    ) -> Iterator[Task]:
        names = tuple(asset.given.get("outputs", ()))
        shared = shared_stem(names) if asset.sort == "level" and len(seeds) > 1 else None
        for number, seed in enumerate(seeds):
            found = self.resolver.resolve(asset, given, number)
            assert isinstance(found, Referred)
            yield Task(
                id=f"{asset.id}#{seed}" if asset.sort in MANY else asset.id,
                sort=asset.sort,
                seed=seed,
                fields=found.fields,
                outputs=tuple(place_of(name, seed, len(seeds)) for name in names),
                shared=shared,
                pins=pins,
                files=tuple(sorted(found.files)),
                needs=tuple(sorted(found.needs)),
                left_out=seeds[seed],
            )

    def _seeds(self, asset: Asset) -> dict[int, tuple[int, ...]]:
        """Return the seeds of a table, listed or from ``seed`` on, each with those left out before it."""
        if asset.given.get("seeds"):
            return dict.fromkeys(asset.given["seeds"], ())
        first, count = asset.given.get("seed", 0), asset.given.get("count", 1)
        return spared(first, count, self.left_out.get(asset.id, ()))


def _check_count(project: Project) -> None:
    """Refuse a project that nobody could wait for, before its tasks are laid out."""
    total = 0
    for asset in project.assets.values():
        total += len(asset.given.get("seeds", ())) or asset.given.get("count", 1)
        if total > TASKS_HIGH:
            project.faults.add((asset.sort, asset.name), f"asks for more than {TASKS_HIGH} things; split it")
            break
    project.faults.raise_any()


def _key_in(text: str, given: dict[str, Any]) -> tuple[str, ...]:
    """Return the key that a message begins with, as those of requests do."""
    word = text.partition(" ")[0]
    word = {"width": "size", "height": "size"}.get(word, word)
    return (word,) if word in given else ()
