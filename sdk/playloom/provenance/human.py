"""Which files people made: patterns in provenance.toml or in the table [human] of playloom.toml."""

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import cache
from pathlib import Path

import msgspec

from playloom.errors import FileInvalid
from playloom.files import read_regular

HUMAN_FILE, PROJECT_FILE = "provenance.toml", "playloom.toml"
BYTES_HIGH = 1 << 20
PATTERNS_HIGH, PATTERN_HIGH = 1000, 256  # patterns; characters of one


class HumanFiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files that people made, as they declare it."""

    files: tuple[str, ...] = ()  # patterns: * in a name, ** across folders; a folder's ends in /
    by: str = ""  # who

    def covers(self, path: str) -> bool:
        """Return whether a path, relative to the file of the declaration, is declared."""
        return any(_matches(pattern, path) for pattern in self.files)


class _Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of provenance.toml."""

    human: HumanFiles


class _Project(msgspec.Struct, frozen=True):
    """What playloom.toml says of people; the rest is the build's."""

    human: HumanFiles = HumanFiles()


def read_human(folder: Path) -> HumanFiles:
    """Return what a folder's provenance.toml and playloom.toml declare together.

    Raises:
        FileInvalid: If one of them cannot be read; says what is wrong.
    """
    found = [
        _read(folder / name, sort)
        for name, sort in ((HUMAN_FILE, _Declaration), (PROJECT_FILE, _Project))
        if (folder / name).exists()
    ]
    names = dict.fromkeys(one.by for one in found if one.by)
    return HumanFiles(tuple(pattern for one in found for pattern in one.files), ", ".join(names))


def check_patterns(patterns: Iterable[str], where: str) -> None:
    """Refuse patterns that would be slow or mean nothing.

    Raises:
        FileInvalid: Names the pattern.
    """
    patterns = list(patterns)
    if len(patterns) > PATTERNS_HIGH:
        raise FileInvalid(f"{where}: {len(patterns)} patterns; at most {PATTERNS_HIGH} are read")
    for pattern in patterns:
        odd = not pattern or len(pattern) > PATTERN_HIGH or not pattern.isprintable()
        if odd or "\\" in pattern or pattern.startswith("/") or ".." in pattern.split("/"):
            raise FileInvalid(
                f"{where}: pattern {ascii(pattern)[:80]}; write one like 'src/**' or '*.gd', relative to "
                "this file, with / between"
            )


def _read(path: Path, sort: type[_Declaration] | type[_Project]) -> HumanFiles:
    data = read_regular(path, BYTES_HIGH + 1, "a declaration")
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{path}: larger than {BYTES_HIGH >> 20} MiB; a declaration is smaller")
    try:
        human = msgspec.toml.decode(data, type=sort).human
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise FileInvalid(
            f'{path}: cannot be read ({str(error)[:200]}); write a table [human] with files = ["src/**"]'
        ) from error
    check_patterns(human.files, str(path))
    return human


@cache
def _parts(pattern: str) -> tuple[re.Pattern[str] | None, ...]:
    """Return what each folder and the name must match, None for any number of folders."""
    if "/" not in pattern:
        pattern = f"**/{pattern}"  # holds in every folder
    if pattern.endswith(("/", "/**")):
        pattern = f"{pattern.removesuffix('**')}**/*"  # what is in the folder, not a file of its name
    # fnmatch's expressions never go back over a star, so that none is slow.
    return tuple(None if part == "**" else re.compile(translate(part)) for part in pattern.split("/"))


def _matches(pattern: str, path: str) -> bool:
    names = path.split("/")
    places = {0}  # how many names may be used up
    for part in _parts(pattern):
        if not places:
            break
        if part is None:
            places = set(range(min(places), len(names) + 1))
        else:
            places = {at + 1 for at in places if at < len(names) and part.match(names[at])}
    return len(names) in places
