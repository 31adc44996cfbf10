"""Reading ``playloom.toml``: every fault with its line and column, and the nearest name to a misspelt one."""

import difflib
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from playloom.build.fields import Name, Sha256, tables
from playloom.build.positions import Positions
from playloom.errors import FileInvalid
from playloom.files import read_text
from playloom.provenance import HumanFiles
from playloom.provenance.human import check_patterns

_FAULTS_SHOWN = 12
_AT = re.compile(r"\s+- at `\$?([^`]*)`$")
_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_TABLES_OWN = ("project", "human")

Where = tuple[str, ...]


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `[project]` says."""

    name: str = ""  # of the game, for reports


@dataclass(frozen=True)
class Asset:
    """One table: `[level.crypt]`."""

    sort: str
    name: str
    given: dict[str, Any]  # what the file says, types checked

    @property
    def id(self) -> str:
        """How others refer to it: "level.crypt"."""
        return f"{self.sort}.{self.name}"


@dataclass
class Faults:
    """What is wrong with a file, gathered so that all of it is told at once."""

    where: str
    positions: Positions
    found: list[tuple[tuple[int, int], str]] = field(default_factory=list)

    def add(self, path: Where, text: str) -> None:
        """Note a fault of the table or key at ``path``."""
        self.found.append((self.positions.find(path), f"{'.'.join(path)}: {text}" if path else text))

    def raise_any(self) -> None:
        """Raise what was noted.

        Raises:
            FileInvalid: If anything was.
        """
        if not self.found:
            return
        lines = [f"line {line}, column {column}: {text}" for (line, column), text in sorted(self.found)]
        more = len(lines) - _FAULTS_SHOWN
        shown = lines[:_FAULTS_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        head = f"{self.where}: " if len(lines) == 1 else f"{self.where}: {len(lines)} things to mend\n  "
        raise FileInvalid(head + "\n  ".join(shown))


@dataclass(frozen=True)
class Project:
    """A project file whose tables and types are in order."""

    head: Head
    assets: dict[str, Asset]  # by id, in the order of the file
    faults: Faults  # to which whoever reads on adds


def read_project(path: Path) -> str:
    """Return the text of a project file.

    Raises:
        FileInvalid: If it cannot be read, is too large or no UTF-8.
    """
    return read_text(path, 4, "a project file", "split the project").replace("\r\n", "\n")


def parse_project(text: str, where: str) -> Project:
    """Read a project from its text.

    Args:
        text: Of the file.
        where: Names it in messages.

    Raises:
        FileInvalid: If it is no TOML, or a table or key is not what it can be; lists all of those.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileInvalid(f"{where}: {_not_toml(error)}") from error
    faults = Faults(where, Positions(text))
    head = _struct(Head, document.get("project", {}), ("project",), faults) or Head()
    human = _struct(HumanFiles, document.get("human", {}), ("human",), faults)
    if human is not None:
        check_patterns(human.files, f"{where}: human.files")
    assets: dict[str, Asset] = {}
    for sort, entries in document.items():
        if sort in _TABLES_OWN:
            continue
        if sort not in tables():
            faults.add((sort,), f"no such table; {near(sort, [*tables(), *_TABLES_OWN])}")
        elif not isinstance(entries, dict):
            faults.add((sort,), f"give each {sort} a name: [{sort}.crypt]")
        else:
            for name, given in entries.items():
                if asset := _asset(sort, name, given, faults):
                    assets[asset.id] = asset
    faults.raise_any()
    return Project(head, assets, faults)


def _not_toml(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "is nested too deeply; flatten it"
    text = str(error)
    if (found := _LINE.search(text)) is not None:
        return f"line {found[1]}, column {found[2]}: not TOML: {ascii(text[: found.start()])[1:-1]}"
    return f"not TOML: {ascii(text)[1:201]}"


def _asset(sort: str, name: str, given: Any, faults: Faults) -> Asset | None:
    path = (sort, name)
    try:
        msgspec.convert(name, Name)
    except msgspec.ValidationError:
        faults.add(path, "give a name of a-z, 0-9, _ and - that begins with a letter, at most 40 long")
        return None
    if sort == "model" and isinstance(given, str):  # topdown = "9f2c..." is short for the table
        given = {"sha256": given}
    if not isinstance(given, dict):
        shape = 'topdown = "SHA-256"' if sort == "model" else f"[{sort}.{name}]"
        faults.add(path, f"expected a table {shape}, got {_called(given)}")
        return None
    return Asset(sort, name, given) if _struct(tables()[sort], given, path, faults) is not None else None


def _struct(sort: type[Any], given: Any, path: Where, faults: Faults) -> Any:
    """Return the structure, or None after noting every key that is wrong."""
    if not isinstance(given, dict):
        faults.add(path, f"expected a table, got {_called(given)}")
        return None
    before = len(faults.found)
    fields = {one.name: one for one in msgspec.structs.fields(sort)}
    for key, value in given.items():
        if key not in fields:
            faults.add((*path, key), f"no such key; {near(key, fields)}")
            continue
        try:
            msgspec.convert(value, fields[key].type, strict=True)
        except msgspec.ValidationError as error:
            faults.add((*path, key), _said(str(error), fields[key].type))
    for name, one in fields.items():
        if one.required and name not in given:
            faults.add(path, f"has no {name}; add it")
    return msgspec.convert(given, sort) if len(faults.found) == before else None


def _said(text: str, hint: Any) -> str:
    """Return what msgspec says, in words for whoever wrote the file."""
    if "matching regex" in text and hint in (Sha256, Sha256 | msgspec.UnsetType):
        return "expected a SHA-256 of 64 digits 0-9 and a-f; `playloom model show` prints it"
    at = _AT.search(text)
    inside = f" ({at[1].lstrip('.')})" if at and at[1] else ""
    plain = _AT.sub("", text).replace("`array`", "a list").replace("array", "list")
    return plain[:1].lower() + plain[1:].replace("`object`", "a table") + inside


def _called(value: Any) -> str:
    return {dict: "a table", list: "a list", str: "a text", bool: "true or false"}.get(
        type(value), "a number"
    )


def near(name: str, known: Collection[str]) -> str:
    """Return the advice for a name that is not among ``known``: the nearest, else all of them."""
    found = difflib.get_close_matches(name, known, n=1)
    if found:
        return f"did you mean {found[0]!r}?"
    names = sorted(known)
    few = ", ".join(names[:24]) + (", ..." if len(names) > 24 else "")
    return f"there are {few}" if few else "there is none"
