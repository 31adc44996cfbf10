"""GIF files, also moving ones, whose bytes depend on the pictures alone.

Source: CompuServe, "Graphics Interchange Format, Version 89a", 1990.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid

COLOURS_HIGH = 256
_CODES = 4096  # of LZW: 12 bits
_BLOCK = 255  # bytes
_CLEAR_BEFORE_NEXT = 2  # disposal: the place of a frame is cleared before the next, as it may be transparent


def encode(
    frames: Sequence[NDArray[np.uint8]],
    palette: NDArray[np.uint8],
    *,
    clear: int | None,
    centiseconds: int,
    comment: str = "",
) -> bytes:
    """Return the GIF file of pictures that follow one another for ever; of one alone, a still one.

    Args:
        frames: Each (H, W), places in the palette; all of one size.
        palette: (N, 3), 2 to 256 colours.
        clear: The place that is transparent; None: none is.
        centiseconds: How long each is shown. Browsers show less than 2 as 10.
        comment: What the file says besides; at most 255 characters of ASCII.

    Raises:
        RequestInvalid: If sizes or types are others, or a pixel has no colour.
    """
    if not frames or frames[0].ndim != 2 or any(f.shape != frames[0].shape or not f.size for f in frames):
        raise RequestInvalid("frames of a GIF are not all (height, width) of one size, not empty")
    height, width = frames[0].shape
    if not 2 <= len(palette) <= COLOURS_HIGH or max(int(frame.max()) for frame in frames) >= len(palette):
        raise RequestInvalid(
            f"palette of a GIF has {len(palette)} colours; give 2 to {COLOURS_HIGH}, one for each pixel"
        )
    if max(height, width, centiseconds) > 65_535 or centiseconds < 0:
        raise RequestInvalid(
            f"GIF is {width}x{height} at {centiseconds}/100 s; at most 65535 each is possible"
        )
    bits = max(1, (len(palette) - 1).bit_length())
    table = palette.astype(np.uint8).tobytes().ljust(3 << bits, b"\0")
    parts = [b"GIF89a", struct.pack("<HHBBB", width, height, 0xF0 | bits - 1, 0, 0), table]
    if comment:
        parts.append(b"\x21\xfe" + bytes([len(comment)]) + comment.encode("ascii") + b"\0")
    if len(frames) > 1:
        parts.append(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0")
    for frame in frames:
        flags = _CLEAR_BEFORE_NEXT << 2 | (clear is not None)
        parts.append(b"\x21\xf9\x04" + struct.pack("<BHBB", flags, centiseconds, clear or 0, 0))
        parts.append(b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0))
        parts.append(_packed(frame.tobytes(), max(2, bits)))
    return b"".join([*parts, b"\x3b"])


def _packed(data: bytes, bits: int) -> bytes:
    """Return the image data: LZW, first bits lowest, in blocks."""
    clear, end = 1 << bits, (1 << bits) + 1
    stream, filled = 0, 0  # bits that make no byte yet
    codes: list[tuple[int, int]] = [(clear, bits + 1)]
    known = {bytes([value]): value for value in range(clear)}
    size, after, word = bits + 1, end + 1, b""
    for value in data:
        longer = word + bytes([value])
        if longer in known:
            word = longer
            continue
        codes.append((known[word], size))
        if after < _CODES:
            known[longer] = after
            size += after >> size  # the reader is one entry behind
            after += 1
        else:
            codes.append((clear, size))
            known = {bytes([value]): value for value in range(clear)}
            size, after = bits + 1, end + 1
        word = bytes([value])
    codes += [(known[word], size)]
    codes += [(end, size + (after >> size if after < _CODES else 0))]
    body = bytearray()
    for code, length in codes:
        stream |= code << filled
        filled += length
        whole = filled // 8
        body += (stream & (1 << 8 * whole) - 1).to_bytes(whole, "little")
        stream, filled = stream >> 8 * whole, filled - 8 * whole
    body += stream.to_bytes(1, "little") if filled else b""
    blocks = [body[at : at + _BLOCK] for at in range(0, len(body), _BLOCK)]
    return bytes([bits]) + b"".join(bytes([len(block)]) + bytes(block) for block in blocks) + b"\0"
