"""Payloads: pieces one after another, and arrays out of a request's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.outputs import Encoder
from playloom_bridge.answers import Blob
from playloom_bridge.protocol import Call


@dataclass
class Blobs:
    """Collects the pieces of a payload."""

    listed: list[Blob] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)

    def array(self, name: str, array: NDArray[Any]) -> None:
        """Add an array: bytes as they are, whole numbers as u16le."""
        small = array.dtype == np.uint8
        data = np.ascontiguousarray(array, np.uint8 if small else "<u2").tobytes()
        shape = tuple(int(side) for side in array.shape)
        self.listed.append(Blob(name=name, type="u8" if small else "u16le", size=len(data), shape=shape))
        self.data.append(data)

    def json(self, name: str, data: bytes) -> None:
        """Add JSON."""
        self.listed.append(Blob(name=name, type="json", size=len(data)))
        self.data.append(data)

    def files(self, content: object, names: Sequence[str], writers: Mapping[str, Encoder]) -> None:
        """Add content in the formats of file names that were checked, with the files that belong to them.

        Raises:
            RequestInvalid: If two formats want one name.
        """
        found: dict[str, bytes] = {}
        for name in names:
            path = PurePath(name)
            for other, data in writers[path.suffix](content, path.stem).items():
                if found.setdefault(other, data) != data:
                    raise RequestInvalid(f"files: two formats want {other!r}; choose another name for one")
        for other, data in found.items():
            self.listed.append(Blob(name=other, type="file", size=len(data)))
            self.data.append(data)

    @property
    def payload(self) -> bytes:
        """All pieces one after another."""
        return b"".join(self.data)


def check_files(names: Sequence[str], writers: Mapping[str, Encoder]) -> None:
    """Refuse what cannot be written before anything is made.

    Raises:
        RequestInvalid: If a suffix is of no known format; names those that are.
    """
    for suffix in {PurePath(name).suffix for name in names} - writers.keys():
        raise RequestInvalid(f"files: cannot write {suffix!r}; use one of {', '.join(sorted(writers))}")


def payload_grid(call: Call, shape: tuple[int, ...], dtype: str, what: str) -> NDArray[Any]:
    """Return the payload of a request as an array.

    Raises:
        RequestInvalid: If it has another size; says which.
    """
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    if len(call.payload) != size:
        raise RequestInvalid(f"payload has {len(call.payload)} bytes; {what} takes {size}")
    return np.frombuffer(call.payload, dtype).reshape(shape)
