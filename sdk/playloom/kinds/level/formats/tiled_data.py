"""The numbers of a tile layer, in each of the ways in which Tiled stores them."""

import binascii
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import inflate

_CSV = re.compile(r"[0-9,\s]*", re.ASCII)
_GID_END = 1 << 32


def from_numbers(where: Path, numbers: list[int], width: int, height: int) -> NDArray[np.int64]:
    """Return (height, width) tile numbers."""
    if len(numbers) != width * height:
        raise FileInvalid(
            f"{where}: a layer of {width}x{height} cells has {len(numbers)} tiles; save the map again"
        )
    if min(numbers) < 0 or max(numbers) >= _GID_END:
        raise FileInvalid(f"{where}: a tile number is not in 0 … 2**32 - 1; save the map again in Tiled")
    return np.array(numbers, np.int64).reshape(height, width)


def from_csv(where: Path, text: str, width: int, height: int) -> NDArray[np.int64]:
    """Return (height, width) tile numbers from comma-separated text."""
    count = text.count(",") + 1
    if count != width * height:  # before anything is taken apart
        raise FileInvalid(f"{where}: a layer of {width}x{height} cells has {count} tiles; save the map again")
    try:
        if not _CSV.fullmatch(text):
            raise ValueError("something other than digits")
        numbers = [int(item) for item in text.split(",")]
    except ValueError as error:
        raise FileInvalid(f"{where}: layer data is not whole numbers between commas; save again") from error
    return from_numbers(where, numbers, width, height)


def from_base64(where: Path, text: str, compression: str, width: int, height: int) -> NDArray[np.int64]:
    """Return (height, width) tile numbers from base64, plain or compressed ("zlib", "gzip")."""
    size = 4 * width * height
    try:
        data = binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except ValueError as error:
        raise FileInvalid(f"{where}: layer data is not base64; save the map again in Tiled") from error
    if compression:
        data = inflate(where, data, compression, size)
    if len(data) != size:
        raise FileInvalid(f"{where}: layer data has {len(data)} bytes, expected {size}; save the map again")
    return np.frombuffer(data, "<u4").astype(np.int64).reshape(height, width)


def read_data(
    where: Path, text: str, encoding: str, compression: str, width: int, height: int
) -> NDArray[np.int64]:
    """Return (height, width) tile numbers from text in a named encoding.

    Raises:
        FileInvalid: If the encoding is unknown or the data does not fit the size.
    """
    if encoding == "csv":
        return from_csv(where, text, width, height)
    if encoding == "base64":
        return from_base64(where, text, compression, width, height)
    raise FileInvalid(
        f"{where}: layer encoding is {encoding[:40]!r}; set the Tile Layer Format to CSV in Tiled"
    )
