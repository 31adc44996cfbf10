"""PNG files whose bytes depend on the picture alone.

The compressor is our own (deflate with fixed Huffman codes), because those of
zlib's builds differ in their output. It is meant for pixel art, which repeats:
matches are looked for where a repeat is likely and nowhere else.
"""

import re
import struct
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid

_KEY = 4  # bytes that must agree before a match is tried
_LONGEST = 258  # bytes, of one match
_WINDOW = 32768  # bytes a match may reach back
_REMEMBERED = 1 << 16  # positions, before the look-up starts anew: bounds memory
_PALETTE_HIGH = 256
_BAND = 1 << 18  # pixels whose colours are looked through at a time
_KEYWORD = re.compile(r"[!-~](?:[ -~]{0,77}[!-~])?", re.ASCII)

# RFC 1951, 3.2.5: the first length and distance of each symbol.
_LENGTH_FIRST = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31]
_LENGTH_FIRST += [35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
_DISTANCE_FIRST = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769]
_DISTANCE_FIRST += [1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577]


def encode(pixels: NDArray[np.uint8], *, text: Mapping[str, str] | None = None) -> bytes:
    """Return the PNG file of a picture; one of at most 256 colours is stored with a palette.

    Args:
        pixels: (H, W, 3) RGB or (H, W, 4) RGBA, at least one pixel.
        text: Notes to embed by their keyword, in that order.

    Raises:
        RequestInvalid: If the shape or type is another, or a keyword cannot be one.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or not pixels.size:
        raise RequestInvalid(
            f"picture is {pixels.dtype} {pixels.shape}; give uint8 (height, width, 3 or 4), not empty"
        )
    found = _find_palette(pixels)
    if found:
        return encode_indexed(*found, text=text)
    return _file(pixels, colour_type=2 if pixels.shape[2] == 3 else 6, palette=None, text=text or {})


def _find_palette(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]] | None:
    """Return indices and palette, sorted by colour; None if the picture has too many colours."""
    height, width, channels = pixels.shape
    rows = max(1, _BAND // width)  # a band of rows at a time bounds memory
    bands = [slice(top, top + rows) for top in range(0, height, rows)]
    colours = np.zeros(0, np.uint32)
    for band in bands:
        colours = np.union1d(colours, _as_numbers(pixels[band]))
        if len(colours) > _PALETTE_HIGH:
            return None
    indices = np.empty((height, width), np.uint8)
    for band in bands:
        indices[band] = np.searchsorted(colours, _as_numbers(pixels[band]))
    return indices, colours.astype(">u4").view(np.uint8).reshape(-1, 4)[:, :channels]


def _as_numbers(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return (H, W): each colour as one number, red highest."""
    wide = np.zeros((*pixels.shape[:2], 4), np.uint8)
    wide[:, :, : pixels.shape[2]] = pixels
    return wide.view(">u4")[:, :, 0].astype(np.uint32)


def encode_indexed(
    indices: NDArray[np.uint8], palette: NDArray[np.uint8], *, text: Mapping[str, str] | None = None
) -> bytes:
    """Return the PNG file of a picture given as places in a palette.

    Args:
        indices: (H, W), at least one pixel, each below N.
        palette: (N, 3) RGB or (N, 4) RGBA, 1 to 256 colours.
        text: Notes to embed by their keyword, in that order.

    Raises:
        RequestInvalid: If a shape or type is another, an index has no colour, or a keyword cannot be one.
    """
    if indices.dtype != np.uint8 or indices.ndim != 2 or not indices.size:
        raise RequestInvalid(
            f"indexed picture is {indices.dtype} {indices.shape}; give uint8 (height, width), not empty"
        )
    if palette.dtype != np.uint8 or palette.ndim != 2 or palette.shape[1] not in (3, 4):
        raise RequestInvalid(f"palette is {palette.dtype} {palette.shape}; give uint8 (colours, 3 or 4)")
    if not int(indices.max()) < len(palette) <= _PALETTE_HIGH:
        raise RequestInvalid(
            f"palette has {len(palette)} colours and the highest index is {indices.max()}; "
            f"give up to {_PALETTE_HIGH} colours, one for every index"
        )
    return _file(indices[:, :, None], colour_type=3, palette=palette, text=text or {})


def _file(
    samples: NDArray[np.uint8],
    *,
    colour_type: int,
    palette: NDArray[np.uint8] | None,
    text: Mapping[str, str],
) -> bytes:
    height, width, channels = samples.shape
    # Each row begins with its filter's number: 0, as filters would hide the repeats of pixel art.
    rows = np.zeros((height, 1 + width * channels), np.uint8)
    rows[:, 1:] = samples.reshape(height, -1)
    chunks = [_chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, colour_type, 0, 0, 0))]
    chunks += [_chunk(b"iTXt", _note(keyword, note)) for keyword, note in text.items()]
    if palette is not None:
        chunks.append(_chunk(b"PLTE", palette[:, :3].tobytes()))
        if palette.shape[1] == 4:
            chunks.append(_chunk(b"tRNS", palette[:, 3].tobytes()))
    chunks += [_chunk(b"IDAT", compress(rows.tobytes(), row_bytes=rows.shape[1])), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _note(keyword: str, note: str) -> bytes:
    """Return the body of an iTXt chunk: not compressed, of no language."""
    if not _KEYWORD.fullmatch(keyword) or "\0" in note:
        raise RequestInvalid(
            f"note {keyword[:80]!r}: a keyword has 1 to 79 letters of ASCII, and a note no NUL; rename it"
        )
    try:
        return keyword.encode("ascii") + b"\0\0\0\0\0" + note.encode()
    except UnicodeEncodeError as error:
        raise RequestInvalid(f"note {keyword!r} holds half a character; remove it") from error


def read_notes(data: bytes) -> dict[str, str]:
    """Return the notes in a PNG file by keyword, the first of each; {} where none can be read.

    Nothing is unpacked: compressed notes are other programs' and left out, as are damaged ones.
    """
    notes: dict[str, str] = {}
    at = 8
    while data.startswith(b"\x89PNG\r\n\x1a\n") and at + 12 <= len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        if name == b"iTXt" and len(body) == size:
            keyword, _, rest = body.partition(b"\0")
            if rest[:4] == b"\0\0\0\0" and len(keyword) <= 79:
                notes.setdefault(keyword.decode("latin-1"), rest[4:].decode("utf-8", "replace"))
        at += 12 + size
    return notes


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def compress(data: bytes, *, row_bytes: int = 1) -> bytes:
    """Return ``data`` as a zlib stream, the same bytes on every machine.

    Args:
        data: Anything; what repeats gets small.
        row_bytes: Distance at which a repeat is likely: the length of a picture's row.
    """
    tokens, distances = _matches(data, row_bytes)
    body = _pack(np.array(tokens, np.int64), np.array(distances, np.int64))
    return b"\x78\x01" + body + struct.pack(">I", zlib.adler32(data))


def _matches(data: bytes, row_bytes: int) -> tuple[list[int], list[int]]:
    """Split into literals (byte, distance 0) and matches (256 + length, distance), greedily."""
    tokens: list[int] = []
    distances: list[int] = []
    seen: dict[bytes, int] = {}
    at, end, misses, last = 0, len(data), 0, 1
    while at < end:
        key = data[at : at + _KEY]
        length = distance = 0
        for candidate in (at - seen.get(key, at), row_bytes, last):
            back = at - candidate
            if not 0 < candidate <= _WINDOW or back < 0 or data[back : back + _KEY] != key:
                continue
            same = _same(data, back, at)
            if same > length:
                length, distance = same, candidate
        seen[key] = at
        if len(seen) > _REMEMBERED:
            seen.clear()
        if length >= _KEY:
            tokens.append(256 + length)
            distances.append(distance)
            at, misses, last = at + length, 0, distance
        else:  # where nothing repeats, look less and less often
            misses += 1
            literals = data[at : at + 1 + (misses >> 5)]
            tokens.extend(literals)
            distances.extend([0] * len(literals))
            at += len(literals)
    return tokens, distances


def _same(data: bytes, first: int, second: int) -> int:
    """Count the bytes that agree from two places on; ``first`` is the earlier one."""
    later = data[second : second + _LONGEST]
    earlier = data[first : first + len(later)]
    differing = int.from_bytes(earlier, "little") ^ int.from_bytes(later, "little")
    return ((differing & -differing).bit_length() - 1) >> 3 if differing else len(later)


def _pack(tokens: NDArray[np.int64], distances: NDArray[np.int64]) -> bytes:
    """Write one block with fixed Huffman codes (RFC 1951, 3.2.6)."""
    matched = distances > 0
    symbols, extra, extra_bits = tokens.copy(), np.zeros_like(tokens), np.zeros_like(tokens)
    first = np.array(_LENGTH_FIRST)
    place = np.searchsorted(first, tokens[matched] - 256, side="right") - 1
    symbols[matched] = 257 + place
    extra[matched] = tokens[matched] - 256 - first[place]
    extra_bits[matched] = np.where(place == 28, 0, np.maximum(0, (place - 4) // 4))
    codes, code_bits = _fixed_codes()
    values = codes[symbols] | extra << code_bits[symbols]
    sizes = code_bits[symbols] + extra_bits

    first = np.array(_DISTANCE_FIRST)
    place = np.searchsorted(first, distances, side="right") - 1  # -1 for literals, masked out below
    far_values = _reversed(np.maximum(place, 0), 5) | (distances - first[place]) << 5
    far_sizes = 5 + np.maximum(0, (place - 2) // 2)
    # A token may take two fields. Three header bits (last block, fixed codes) lead; the end symbol follows.
    pairs = np.stack([values, np.where(matched, far_values, 0)], 1).ravel()
    pair_sizes = np.stack([sizes, np.where(matched, far_sizes, 0)], 1).ravel()
    return _join_bits(
        np.concatenate([[0b011], pairs, codes[256:257]]),
        np.concatenate([[3], pair_sizes, code_bits[256:257]]),
    )


def _fixed_codes() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the code of each of the 288 symbols, first bit lowest, and its length in bits."""
    symbol = np.arange(288)
    ranges = [symbol < 144, symbol < 256, symbol < 280]
    bits = np.select(ranges, [8, 9, 7], 8)
    code = symbol + np.select(ranges, [48, 400 - 144, -256], 192 - 280)
    return _reversed(code, bits), bits


def _reversed(values: NDArray[np.int64], bits: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Turn the lowest ``bits`` (at most 9) of each value round."""
    turned = np.zeros_like(values)
    for bit in range(9):
        turned = turned << 1 | values >> bit & 1
    return turned >> 9 - bits


def _join_bits(values: NDArray[np.int64], sizes: NDArray[np.int64]) -> bytes:
    """Concatenate fields of up to 18 bits, the lowest bit first."""
    ends = np.cumsum(sizes)
    starts = ends - sizes
    shifted = values << (starts & 7)  # up to 25 bits: four bytes
    total = np.zeros(int(ends[-1] + 7) // 8 + 4)
    for byte in range(4):  # fields share bytes but no bits, so sums are exact and at most 255
        part = (shifted >> 8 * byte & 255).astype(np.float64)
        total += np.bincount((starts >> 3) + byte, weights=part, minlength=len(total))
    return total[:-4].astype(np.uint8).tobytes()
