"""What the fields of a table refer to: other tables, files of the project, examples and known names."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playloom.api.sprite_making import SIZE
from playloom.build.making.worlds import THINGS
from playloom.build.naming import place_of
from playloom.build.paths import shown, unfit
from playloom.build.project import Asset, Project, near
from playloom.build.tasks import MANY
from playloom.kinds.quest.world_file import EXAMPLES

_REFERENCE = re.compile(
    r"(?P<sort>world|level|sprite|palette|tileset|walk|quest|cast|scene)\.(?P<name>[a-z][a-z0-9_-]*)"
    r"(?:#(?P<seed>[0-9]{1,19}))?(?:\.(?P<things>[a-z]+))?"
)
_FILES = (".toml", ".png", ".gif", ".bmp", ".webp", ".hex", ".gpl", ".pal")  # "world.toml" is a file
_NAMED = re.compile(rb"""(?:source|"source"|"image"|tileset|path)\s*[=:]\s*"(?:res://)?([^"\n]{1,300})\"""")
_ELSEWHERE = re.compile(rb'"([^"\n]{1,300}\.(?:tsx|tsj)):[0-9]+"')
_SCRIPTS_HIGH = 10_000  # files in folders of scripts

# Which fields refer to something, and how.
_PICTURES = dict.fromkeys(("like", "partial", "silhouette", "figure", "over", "under"), "picture")
_FIELDS: dict[str, dict[str, str]] = {
    "level": {"tileset": "tileset"},
    "sprite": {**_PICTURES, "palette": "palette"},
    "cast": {"world": "world", "palette": "palette"},
    "walk": _PICTURES,
    "tileset": {**_PICTURES, "palette": "palette", "objects": "pictures"},
    "world": {"file": "file", "level": "level"},
    "scene": {
        "world": "world",
        **dict.fromkeys(("level", "cast", "hero", "quests"), "written"),
    },
    "quest": {"world": "world", "scripts": "folders", "giver": "thing", "target": "thing"},
}


@dataclass
class Referred:
    """A request whose references have been followed."""

    fields: dict[str, Any]
    files: set[str] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)


class Unresolved(Exception):
    """What a field refers to is not there; says what is."""


class Resolver:
    """Follows the references of the tables of one project."""

    def __init__(
        self,
        project: Project,
        folder: Path,
        seeds_of: Callable[[Asset], list[int]],
        left_out: Mapping[str, Collection[int]],
    ) -> None:
        self.assets, self.faults, self.folder = project.assets, project.faults, folder
        self.seeds_of, self.left_out = seeds_of, left_out

    def resolve(self, asset: Asset, given: dict[str, Any], number: int) -> Referred | None:
        """Return the request of the ``number``-th content of a table; None after noting what is not there."""
        found, sound = Referred(dict(given)), True
        if asset.sort == "quest":
            found.fields.setdefault("world", EXAMPLES[0])
        for name, how in _FIELDS[asset.sort].items():
            if name not in found.fields:
                continue
            try:
                found.fields[name] = getattr(self, f"_{how}")(found.fields[name], found, asset, number)
            except Unresolved as problem:
                self.faults.add((asset.sort, asset.name, name), str(problem))
                sound = False
        if asset.sort == "world" and len({"file", "example", "level"} & given.keys()) > 1:
            self.faults.add((asset.sort, asset.name), "give one of file, example and level")
            sound = False
        return found if sound else None

    def _reference(self, text: str, sorts: tuple[str, ...]) -> re.Match[str] | None:
        """Return the parts of a reference, or None if the text is none."""
        found = _REFERENCE.fullmatch(text)
        if found is None or (f".{found['name']}" in _FILES and found["seed"] is None):
            return None
        key = f"{found['sort']}.{found['name']}"
        if found["sort"] not in sorts:
            raise Unresolved(f"{text}: expected a {' or a '.join(sorts)}, not a {found['sort']}")
        if key not in self.assets:
            known = [one for one, asset in self.assets.items() if asset.sort in sorts]
            raise Unresolved(f"no table is called {key}; {near(key, known)}")
        return found

    def _task(self, found: re.Match[str], referred: Referred) -> str:
        """Return the id of the task that a reference means, which becomes a need."""
        key = f"{found['sort']}.{found['name']}"
        if found["sort"] in MANY:
            seeds = self.seeds_of(self.assets[key])
            if found["seed"] is None and len(seeds) > 1:
                raise Unresolved(f"{key} has {len(seeds)} seeds; say which, such as {key}#{seeds[0]}")
            seed = seeds[0] if found["seed"] is None else int(found["seed"])
            if seed in self.left_out.get(key, ()):
                near_by = min(seeds, key=lambda other: abs(other - seed))
                raise Unresolved(f"{key}#{seed} was rejected in a review; take another: {key}#{near_by}")
            if seed not in seeds:
                raise Unresolved(f"{key} has no seed {seed}; its first is {seeds[0]}, its last {seeds[-1]}")
            key = f"{key}#{seed}"
        elif found["seed"] is not None:
            raise Unresolved(f"there is one {key} only; leave #{found['seed']} out")
        referred.needs.add(key)
        return key

    def _file(self, text: str, referred: Referred, asset: Asset, number: int) -> dict[str, Any]:
        if (why := unfit(text)) is not None:
            raise Unresolved(f"{shown(text)}: {why}; copy the file into the project")
        if not (self.folder / text).is_file():
            raise Unresolved(f"{text}: there is no such file in the project")
        referred.files.add(text)
        return {"file": text}

    def _picture(self, text: str, referred: Referred, asset: Asset, number: int) -> dict[str, Any]:
        if found := self._reference(text, ("sprite",)):
            return {"task": self._task(found, referred)}
        return self._file(text, referred, asset, number)

    def _pictures(
        self, given: dict[str, str], referred: Referred, asset: Asset, number: int
    ) -> dict[str, Any]:
        return {name: self._picture(text, referred, asset, number) for name, text in given.items()}

    def _palette(self, given: Any, referred: Referred, asset: Asset, number: int) -> dict[str, Any]:
        if not isinstance(given, str):
            return {"colours": [*given]}
        if found := self._reference(given, ("palette",)):
            table = self.assets[f"palette.{found['name']}"].given
            if len(table) != 1:
                there = " and ".join(table) or "nothing"
                raise Unresolved(f"{given} has {there}; give it one of name, file and colours")
            ((how, value),) = table.items()
            if how == "file":
                return self._file(value, referred, asset, number)
            return {"colours": [*value]} if how == "colours" else {"palette": value}
        if given.lower().endswith(_FILES):
            return self._file(given, referred, asset, number)
        return {"palette": given}

    def _world(self, text: str, referred: Referred, asset: Asset, number: int) -> dict[str, Any]:
        if found := self._reference(text, ("world",)):
            return {"task": self._task(found, referred)}
        if text in EXAMPLES:
            return {"example": text}
        if "/" not in text and "." not in text:
            known = [one for one, other in self.assets.items() if other.sort == "world"]
            raise Unresolved(f"no world is called {text!r}; {near(text, [*EXAMPLES, *known])}")
        return self._file(text, referred, asset, number)

    def _level(self, text: str, referred: Referred, asset: Asset, number: int) -> dict[str, Any]:
        if (found := self._reference(text, ("level",))) is None or found["things"]:
            raise Unresolved(f"{text[:60]!r} is no level of the project; write level.NAME")
        return {"task": self._task(found, referred)}

    def _written(self, given: Any, referred: Referred, asset: Asset, number: int) -> Any:
        """Return which files other tasks write: what a scene instances, shows or reads."""
        if not isinstance(given, str):
            return [self._written(text, referred, asset, number) for text in given]
        if (found := self._reference(given, ("level", "cast", "sprite", "quest"))) is None or found["things"]:
            raise Unresolved(
                f"{given[:60]!r} is nothing of the project; write level.NAME, cast.NAME, quest.NAME"
            )
        task = self._task(found, referred)
        table = self.assets[task.partition("#")[0]]
        seeds = self.seeds_of(table)
        seed = int(task.partition("#")[2] or 0)
        names = [place_of(name, seed, len(seeds)) for name in table.given.get("outputs", ())]
        more = {"tileset": "tileset" in table.given, "size": table.given.get("size", SIZE)}
        return {"task": task, "outputs": names} | (more if table.sort != "quest" else {})

    def _tileset(self, text: str, referred: Referred, asset: Asset, number: int) -> dict[str, Any]:
        if found := self._reference(text, ("tileset",)):
            return {"task": self._task(found, referred)}
        given = self._file(text, referred, asset, number)
        self._take_along(text, referred)
        return given

    def _take_along(self, text: str, referred: Referred) -> None:
        """Add the files of the project that a mapping, and the tilesets it names, speak of."""
        data = (self.folder / text).read_bytes()
        for found in (*_NAMED.findall(data), *_ELSEWHERE.findall(data)):
            name = found.decode("utf-8", "replace")
            for place in (Path(text).parent / name, Path(name)):
                path = place.as_posix()
                if unfit(path) is None and path not in referred.files and (self.folder / path).is_file():
                    referred.files.add(path)
                    self._take_along(path, referred)

    def _folders(self, given: Any, referred: Referred, asset: Asset, number: int) -> list[dict[str, Any]]:
        names = [given] if isinstance(given, str) else [*given]
        for name in names:
            if (why := unfit(name)) is not None or not (self.folder / name).is_dir():
                raise Unresolved(f"{shown(name)}: {why or 'there is no such folder in the project'}")
            inside = [path for path in sorted((self.folder / name).rglob("*")) if path.is_file()]
            if len(inside) > _SCRIPTS_HIGH:
                raise Unresolved(
                    f"{name}: holds over {_SCRIPTS_HIGH} files; give the folder of scripts alone"
                )
            referred.files.update(path.relative_to(self.folder).as_posix() for path in inside)
        return [{"folder": name} for name in names]

    def _thing(self, text: str, referred: Referred, asset: Asset, number: int) -> Any:
        """Return what a reference into a level means: the things of a world that is drafted around it."""
        found = self._reference(text, ("level",))
        if found is None:
            return text
        if found["things"] not in THINGS:
            raise Unresolved(f"{text}: write level.{found['name']}.keys, or one of {', '.join(THINGS)}")
        key = f"level.{found['name']}"
        world = self.assets.get(str(asset.given.get("world")))
        drafted = "" if world is None else str(world.given.get("level", ""))
        if drafted.partition("#")[0] != key:
            raise Unresolved(
                f'{text}: the world of the quest is not drafted around {key}; give it world = "world.NAME" '
                f'where [world.NAME] has level = "{key}"'
            )
        return {"level": drafted, "things": found["things"], "number": number}
