"""Arrays from a stranger's .npz: no pickle, nothing evaluated, sizes known before anything is unpacked."""

import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid

ARRAYS_MOST = 512
UNPACKED_BYTES = 64 << 20
_DIRECTORY_BYTES = 256 << 10
_HEADER_BYTES = 1024

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._/-]{0,250}\.npy", re.ASCII)
_HEADER = re.compile(
    r"\{'descr': '((?:\|[biu]1)|(?:<[iuf][248]))', 'fortran_order': (True|False), "
    r"'shape': \(((?:\d{1,12}, ?)*(?:\d{1,12})?)\), \} *\n",
    re.ASCII,
)


def check_npz(data: bytes, where: str) -> None:
    """Refuse an archive that `read_npz` would not read; looks at its headers only.

    Raises:
        PackageInvalid: Says what is wrong.
    """
    for _ in _entries(data, where):
        pass


def read_npz(data: bytes, where: str) -> dict[str, NDArray[Any]]:
    """Return the arrays by name.

    Raises:
        PackageInvalid: If the archive is damaged, too large, or holds anything but plain numbers.
    """
    arrays = {}
    for name, stream, dtype, shape, fortran in _entries(data, where):
        try:
            raw = stream.read(math.prod(shape) * dtype.itemsize)
        except (zipfile.BadZipFile, zlib.error, EOFError) as problem:
            raise PackageInvalid(f"{where}: {name}: {problem}; export the package again") from None
        if len(raw) != math.prod(shape) * dtype.itemsize:
            raise PackageInvalid(f"{where}: {name} ends early; export the package again")
        arrays[name] = np.frombuffer(raw, dtype).reshape(shape, order="F" if fortran else "C")
    return arrays


def write_npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return an uncompressed archive; same arrays, same bytes on every machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            held = io.BytesIO()
            np.lib.format.write_array(held, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy")  # dated 1980, as the format demands a date
            entry.create_system = 3
            archive.writestr(entry, held.getvalue())
    return buffer.getvalue()


_Entry = tuple[str, "zipfile.ZipExtFile", np.dtype[Any], tuple[int, ...], bool]


def _entries(data: bytes, where: str) -> Iterator[_Entry]:
    """Yield each array's name, stream behind its header, dtype, shape and order."""
    end = data[-22:]
    plain_end = end[:4] == b"PK\5\6" and end[20:] == b"\0\0" and data[-42:-38] != b"PK\6\7"
    if not plain_end or int.from_bytes(end[12:16], "little") > _DIRECTORY_BYTES:
        raise PackageInvalid(
            f"{where}: no archive of arrays, or one with too large a directory; export again"
        )
    total, names = 0, set()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > ARRAYS_MOST:
                raise PackageInvalid(f"{where}: more than {ARRAYS_MOST} arrays; store fewer")
            for entry in archive.infolist():
                total += entry.file_size
                if not _NAME.fullmatch(entry.filename) or entry.filename in names:
                    found = ascii(entry.filename)[:80]
                    raise PackageInvalid(
                        f"{where}: holds {found}; expected distinct plain names of .npy files"
                    )
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise PackageInvalid(f"{where}: packed by method {entry.compress_type}; use numpy.savez")
                names.add(entry.filename)
                if total > UNPACKED_BYTES:
                    raise PackageInvalid(f"{where}: unpacks to more than {UNPACKED_BYTES} bytes; store less")
                with archive.open(entry) as stream:
                    name = entry.filename.removesuffix(".npy")
                    yield name, stream, *_header(stream, entry.file_size, f"{where}: {name}")  # type: ignore[misc]
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as problem:
        raise PackageInvalid(f"{where}: damaged archive: {str(problem)[:120]}; export again") from None


def _header(stream: Any, size: int, where: str) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    start = stream.read(10)
    length = int.from_bytes(start[8:10], "little")
    if start[:8] != b"\x93NUMPY\1\0" or length > _HEADER_BYTES:
        raise PackageInvalid(f"{where}: not a NumPy array of format 1.0; export again")
    found = _HEADER.fullmatch(stream.read(length).decode("latin-1"))
    if not found:
        raise PackageInvalid(f"{where}: its header is not that of a plain array of numbers; export again")
    dtype = np.dtype(found[1])
    shape = tuple(int(part) for part in found[3].split(",") if part.strip())
    if len(shape) > 8 or math.prod(shape) * dtype.itemsize != size - 10 - length:
        raise PackageInvalid(f"{where}: its header promises shape {shape}, its size differs; export again")
    return dtype, shape, found[2] == "True"
