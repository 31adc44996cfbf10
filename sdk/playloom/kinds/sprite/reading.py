"""Reading pictures of unknown origin as RGBA frames, within bounds that hold before anything is decoded.

PNG, GIF, BMP and WebP only: a lossy or layered format is no place for pixel art.
The size is taken from the file's first bytes by code of our own, since a decoder
may set memory aside before it says how large a picture is.
"""

import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.files import read_regular

Pixels = NDArray[np.uint8]  # (H, W, 4), RGBA, colour 0 where alpha is 0

BYTES_HIGH = 16 << 20  # of one file
SIDE_HIGH = 16_384  # pixels
PIXELS_HIGH = 16 << 20  # of all frames together
FRAMES_HIGH = 256
SUFFIXES = (".png", ".apng", ".gif", ".bmp", ".webp")

_HEADER = 40  # bytes, which hold the size in every format
_OTHERS = {
    b"\xff\xd8\xff": "a JPEG, whose colours are only nearly those that were drawn",
    b"8BPS": "a Photoshop document",
    b"%PDF": "a PDF",
    b"<svg": "an SVG drawing",
    b"<?xml": "an XML file",
    b"II*\0": "a TIFF",
    b"MM\0*": "a TIFF",
    b"PK\x03\x04": "an archive, perhaps of an editor's own format",
}


@dataclass(frozen=True)
class Picture:
    """What a picture file holds."""

    frames: tuple[Pixels, ...]  # at least one, all of one size
    durations_milliseconds: tuple[int, ...]  # of each frame; 0 where the file does not say
    notes: tuple[str, ...] = ()  # what of the file is not in the frames


def read_picture(path: Path) -> Picture:
    """Return all frames of a picture file.

    Raises:
        FileInvalid: If it is missing, no picture of these formats, damaged, or beyond the bounds.
    """
    data = read_regular(path, BYTES_HIGH + 1, "a picture")
    return decode_picture(str(path), data)


def decode_picture(where: str, data: bytes) -> Picture:
    """Return all frames of the picture in ``data``; ``where`` names it in messages.

    Raises:
        FileInvalid: If it is no picture of these formats, damaged, or beyond the bounds.
    """
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{where}: larger than {BYTES_HIGH >> 20} MiB; split the picture")
    form, width, height = _announced(where, data)
    _check_size(where, width, height)
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=(form,)) as image:
            frames, durations = _frames(where, image, data)
            promised = int(getattr(image, "n_frames", 1)) if form != "GIF" else len(frames)
            deep = image.mode.startswith("I") or _is_deep_png(form, data)
            profile = bool(image.info.get("icc_profile"))
    except FileInvalid:
        raise
    except MemoryError as error:
        raise FileInvalid(f"{where}: {width}x{height} does not fit into memory; split the picture") from error
    except Exception as error:  # Pillow raises nearly anything on a damaged file
        raise FileInvalid(
            f"{where}: damaged {form} ({type(error).__name__}: {str(error)[:80]}); save it again as PNG"
        ) from error
    if promised > len(frames) or (form == "GIF" and not data.rstrip(b"\0").endswith(b";")):
        of = f" of {promised}" if promised > len(frames) else ""
        raise FileInvalid(f"{where}: ends early, after {len(frames)}{of} frames; save it again")
    notes = ["16 bits a channel became 8"] if deep else []
    notes += ["its colour profile was left out; colours are taken as sRGB"] if profile else []
    return Picture(tuple(frames), tuple(durations), tuple(notes))


def _announced(where: str, data: bytes) -> tuple[str, int, int]:
    """Return format, width and height as the first bytes give them."""
    head = data[:_HEADER].ljust(_HEADER, b"\0")
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return "PNG", *struct.unpack(">II", head[16:24])
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF", *struct.unpack("<HH", head[6:10])
    if head[:2] == b"BM":
        core = struct.unpack("<I", head[14:18])[0] == 12  # the header of OS/2 is a shorter one
        width, height = struct.unpack("<HH" if core else "<ii", head[18:22] if core else head[18:26])
        return "BMP", width, abs(height)  # negative: rows from the top down
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP", *_announced_webp(head)
    for magic, what in _OTHERS.items():
        if head.lstrip()[: len(magic)].lower() == magic.lower():
            raise FileInvalid(f"{where}: is {what}; save the original as PNG")
    what = "is empty" if not data else "is no PNG, GIF, BMP or WebP picture"
    raise FileInvalid(f"{where}: {what}; save it as PNG")


def _announced_webp(head: bytes) -> tuple[int, int]:
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", head[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _check_size(where: str, width: int, height: int, frames: int = 1) -> None:
    if not (1 <= width <= SIDE_HIGH and 1 <= height <= SIDE_HIGH and width * height <= PIXELS_HIGH):
        raise FileInvalid(
            f"{where}: picture is {width}x{height}; a side can be 1 to {SIDE_HIGH} pixels and the whole "
            f"{PIXELS_HIGH >> 20} million: split it"
        )
    if frames > FRAMES_HIGH or width * height * frames > PIXELS_HIGH:
        raise FileInvalid(
            f"{where}: has {frames} frames of {width}x{height} or more; "
            f"at most {FRAMES_HIGH} frames and {PIXELS_HIGH >> 20} million pixels in all: split it"
        )


def _is_deep_png(form: str, data: bytes) -> bool:
    return form == "PNG" and data[24] == 16


def _frames(where: str, image: Any, data: bytes) -> tuple[list[Pixels], list[int]]:
    """Decode frame after frame; the size is checked before each, as a frame of a GIF may enlarge it."""
    frames: list[Pixels] = []
    durations: list[int] = []
    while True:
        width, height = image.size
        _check_size(where, width, height, len(frames) + 1)
        frames.append(_rgba(image, data))
        durations.append(max(0, int(image.info.get("duration", 0) or 0)))
        if not getattr(image, "is_animated", False):
            return frames, durations
        try:
            image.seek(len(frames))
        except EOFError:
            break
    height = max(frame.shape[0] for frame in frames)
    width = max(frame.shape[1] for frame in frames)
    _check_size(where, width, height, len(frames))
    return [_padded(frame, height, width) for frame in frames], durations


def _padded(frame: Pixels, height: int, width: int) -> Pixels:
    if frame.shape[:2] == (height, width):
        return frame
    whole = np.zeros((height, width, 4), np.uint8)
    whole[: frame.shape[0], : frame.shape[1]] = frame
    return whole


def _rgba(image: Any, data: bytes) -> Pixels:
    """Return the present frame; a colour that a PNG names as clear is clear at any bit depth."""
    clear = image.info.get("transparency")
    depth = data[24] if image.format == "PNG" else 8
    if image.mode in ("1", "L", "I;16"):
        colours, alpha = _grey(np.array(image), clear, depth)
    elif image.mode == "RGB":
        colours = np.array(image, np.uint8)
        alpha = np.ones(colours.shape[:2], np.bool_)
        if isinstance(clear, tuple):
            named = np.array(clear) >> 8 if depth == 16 else np.array(clear)  # the high bytes are compared
            alpha = (colours != named).any(axis=2)
    else:  # palettes with alpha included
        pixels = np.array(image.convert("RGBA"), np.uint8)
        pixels *= (pixels[:, :, 3:] > 0).view(np.uint8)  # in place: a large picture is held once
        return pixels
    pixels = np.dstack([colours, alpha.view(np.uint8) * np.uint8(255)])
    pixels *= alpha.view(np.uint8)[:, :, None]
    return pixels


def _grey(raw: NDArray[Any], clear: object, depth: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return the colours of grey levels, and which are not ``clear``, a level of ``depth`` bits."""
    levels = raw.astype(np.int64) * (255 if raw.dtype == np.bool_ else 1)
    shown = np.ones(raw.shape, np.bool_)
    if isinstance(clear, int):  # of one bit, Pillow says 0 or 255; of 2 and 4 bits, the file's own number
        shown = levels != (clear * 255 // ((1 << depth) - 1) if depth in (2, 4) else clear)
    grey = (levels >> 8 if depth == 16 else levels).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2), shown
