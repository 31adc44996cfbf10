"""What is reviewed: the levels, sprites and quests of a folder, each read once, each with its key.

Of a level that lies there in several formats one is taken. A picture is a sprite if it says so itself or is
as small as sprites are; pictures of levels and tile images are left out.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from playloom.api.level_files import read_level
from playloom.api.sprite_files import read_sprite
from playloom.errors import FileInvalid, PlayloomError, RequestInvalid
from playloom.feedback.events import Content
from playloom.feedback.keys import NO_SEED, Key, request_key
from playloom.files import read_regular
from playloom.kinds.level import formats
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.evidence import fingerprint
from playloom.kinds.quest.content import Quest
from playloom.kinds.quest.formats.record import FORMAT as QUEST
from playloom.kinds.quest.formats.record import read as read_quest
from playloom.kinds.sprite.content import Sprite
from playloom.review.level_features import of_level
from playloom.review.quest_features import of_quest
from playloom.review.sprite_features import of_sprite

ITEMS_HIGH = 20_000
FILES_HIGH = 200_000  # looked at in a folder
SIDE_HIGH = 64  # pixels, of a picture that does not say itself that it is a sprite
_BYTES_HIGH = 64 << 20
_LEVELS = (".tmx", ".tmj", ".json", ".ldtk", ".xsb")  # in this order one is taken; .txt only by name
_HIDDEN = "."


@dataclass(frozen=True, eq=False)
class Item:
    """One piece of content under review."""

    path: Path  # of its file; "game.ldtk#Level_0" is one level of a project
    name: str  # as it is shown
    key: Key
    made: Level | Sprite | Quest

    @cached_property
    def content(self) -> Content:
        """What feedback is entered under."""
        match self.made:
            case Level():
                features = of_level(self.made)
            case Sprite():
                features = of_sprite(self.made)
            case Quest():
                features = of_quest(self.made)
        return Content(self.key, self.name, features)


@dataclass(frozen=True)
class Shelf:
    """Everything under review, and what was left out of a folder, with the reason."""

    items: tuple[Item, ...]
    left_out: tuple[str, ...]


def open_shelf(
    paths: Sequence[Path], home: Path, listed: Mapping[Path, Sequence[Path]] | None = None
) -> Shelf:
    """Read what is to be reviewed.

    Args:
        paths: Folders and files. A file must be readable; what cannot be read in a folder is left out.
        home: The folder of the database: names are as seen from there.
        listed: Of folders in which these files alone are to be looked at, such as what a build made.

    Raises:
        FileInvalid: If a file that was named cannot be read.
        RequestInvalid: If there is nothing to review, or too much.
    """
    items: list[Item] = []
    left_out: list[str] = []
    seen: set[str] = set()
    for path, named in _candidates(paths, listed or {}):
        try:
            found = item_of(path, home, named=named)
        except PlayloomError as error:
            if named:
                raise
            left_out.append(str(error))
            continue
        if found is None:
            continue
        same = _sameness(found)
        if same not in seen or named:
            items.append(found)
            seen.add(same)
        if len(items) > ITEMS_HIGH:
            raise RequestInvalid(f"more than {ITEMS_HIGH} to review; name a part of the folder")
    if not items:
        why = f" ({left_out[0]})" if left_out else ""
        raise RequestInvalid(
            f"{', '.join(map(str, paths)):.200}: nothing to review{why}; give levels (.tmx, .tmj, .ldtk, "
            ".json, .xsb), sprites (.png) or quests (.json)"
        )
    return Shelf(tuple(items), tuple(left_out))


def item_of(path: Path, home: Path, *, named: bool = True) -> Item | None:
    """Read one file; None for a picture that is no sprite, unless it was named.

    Raises:
        FileInvalid: If it cannot be read.
    """
    file = Path(str(path).partition("#")[0])
    data = read_regular(file, _BYTES_HIGH + 1, "content")
    if len(data) > _BYTES_HIGH:
        raise FileInvalid(f"{file}: larger than {_BYTES_HIGH >> 20} MiB; content is smaller")
    suffix = file.suffix.lower()
    made: Level | Sprite | Quest
    if suffix == ".png":
        if not named and not _may_be_sprite(data):
            return None
        made = read_sprite(path)
        if not named and made.evidence is None and max(made.width, made.height) > SIDE_HIGH:
            return None
    elif suffix == ".json" and QUEST.encode() in data[:200]:
        made = read_quest(path)
    else:
        made = read_level(path)
    return Item(path, _shown(path, home), _key(made, hashlib.sha256(data).hexdigest()), made)


def _key(made: Level | Sprite | Quest, file: str) -> Key:
    if isinstance(made, Quest):
        seed = made.request.get("seed", NO_SEED)
        model = (made.evidence.details.get("model") or {}) if made.evidence else {}
        package = hashlib.sha256(str(model["package"]).encode()).hexdigest() if "package" in model else ""
        whole = isinstance(seed, int) and not isinstance(seed, bool) and seed >= 0
        request = request_key({**made.request, "world": made.world}) if whole else ""
        return Key("quest", package, request, seed if whole else NO_SEED, file)
    kind = "level" if isinstance(made, Level) else "sprite"
    evidence = made.evidence
    seed = NO_SEED if evidence is None else evidence.request.get("seed", NO_SEED)
    if evidence is None or seed == NO_SEED:
        return Key(kind, "", "", NO_SEED, file)
    return Key(kind, evidence.package_hash, request_key(evidence.request), seed, file)


def _candidates(paths: Sequence[Path], listed: Mapping[Path, Sequence[Path]]) -> list[tuple[Path, bool]]:
    """Return the files to read in a fixed order, each with whether it was named itself."""
    found: list[tuple[Path, bool]] = []
    for path in paths:
        if path.is_dir():
            files = (
                _files(path) if path not in listed else sorted(filter(_may_hold, listed[path]), key=_order)
            )
            found += [(one, False) for file in files for one in formats.every_level(file)]
        else:
            found += [(one, True) for one in formats.every_level(path)]
    return found


def _files(folder: Path) -> list[Path]:
    """Return the files that may be content, those of levels by format, so that the first one is taken."""
    found: list[Path] = []
    for number, path in enumerate(folder.rglob("*")):
        if number > FILES_HIGH:
            raise RequestInvalid(f"{folder}: holds more than {FILES_HIGH} files; name a part of it")
        hidden = any(part.startswith(_HIDDEN) for part in path.relative_to(folder).parts)
        if not hidden and _may_hold(path):
            found.append(path)
    return sorted(found, key=_order)


def _may_hold(path: Path) -> bool:
    return path.suffix.lower() in (*_LEVELS, ".png") and path.is_file()


def _order(path: Path) -> tuple[object, ...]:
    """Order names as people count: crypt-2 before crypt-10; of one name the format that is taken first."""
    suffix = path.suffix.lower()
    parts = []
    digits = ""
    for char in f"{path.with_suffix('')}\0":
        if char.isdecimal() and char.isascii():
            digits += char
            continue
        if digits:
            parts.append((0, int(digits), ""))
            digits = ""
        parts.append((1, 0, char))
    return (tuple(parts), _LEVELS.index(suffix) if suffix in _LEVELS else len(_LEVELS))


def _may_be_sprite(data: bytes) -> bool:
    """Whether a PNG is as small as sprites are, by its first bytes, or has evidence of one of ours."""
    wide, high = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return max(wide, high) <= SIDE_HIGH or b"playloom_evidence" in data[:4096]


def _sameness(item: Item) -> str:
    """Return what two files of the same content share."""
    if isinstance(item.made, Level):
        return f"{item.key.seed}/{item.key.request}/{fingerprint(item.made)}"
    return item.key.file


def _shown(path: Path, home: Path) -> str:
    """Return the path as seen from ``home`` where it lies in it, in printable characters, its end if long."""
    try:
        name = path.resolve().relative_to(home.resolve()).as_posix()
    except ValueError:
        name = path.name
    return "".join(char if char.isprintable() else "?" for char in name)[-250:]
