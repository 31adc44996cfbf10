"""What goes to a worker and what comes back: plain data, for another process or another machine.

A worker needs the package playloom and the model packages, told by their hashes; nothing else of the project.
"""

from typing import Any

import msgspec

from playloom.provenance import Origin

SEED = "{seed}"  # in the name of an output: replaced by the seed
ID = "{id}"  # by the id of somebody or something of a world

Digests = dict[str, str]  # name or path -> SHA-256


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model package: what it is called, where it lies here, and which one it is."""

    kind: str
    name: str
    root: str
    sha256: str  # of its manifest.json, which holds the hashes of all else


class Job(msgspec.Struct, frozen=True):
    """One thing to be made."""

    id: str  # "level.crypt#7"
    sort: str  # "level"
    seed: int
    fields: dict[str, Any]  # of the request; what it refers to is `{"task": id}`, `{"file": path}`, ...
    outputs: tuple[str, ...]  # paths from the project's folder, "/" between the parts
    shared: str | None  # stem of the tileset that the maps of an asset share
    pins: tuple[Pin, ...]
    files: dict[str, bytes]  # what it is made from, by path
    contents: dict[str, dict[str, bytes]]  # of other jobs, by their ids


class Part(msgspec.Struct, frozen=True):
    """Files of one content, and what the ledger says of it."""

    files: dict[str, bytes]  # by path; a main file, which names the others, comes after them
    origin: Origin


class Made(msgspec.Struct, frozen=True):
    """What came of a job."""

    parts: tuple[Part, ...]
    content: dict[str, bytes] = {}  # what other jobs are made from, by a name of their own
    notes: tuple[str, ...] = ()

    def files(self) -> dict[str, bytes]:
        """Return all files by path."""
        return {path: data for part in self.parts for path, data in part.files.items()}
