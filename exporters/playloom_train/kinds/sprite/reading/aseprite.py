"""Sheets with a JSON file of Aseprite (or TexturePacker) beside them, frames as a hash or as an array.

Format: https://www.aseprite.org/docs/cli/#format and what Aseprite 1.3 writes.
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

import msgspec
import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.sprite.reading import SIDE_HIGH, Pixels

BYTES_HIGH = 8 << 20  # of the JSON file
FRAMES_HIGH = 16_384
PIXELS_HIGH = 16 << 20  # of all frames with their clear margins


class _Box(msgspec.Struct, frozen=True):
    x: int
    y: int
    w: int
    h: int


class _Size(msgspec.Struct, frozen=True):
    w: int
    h: int


class _Frame(msgspec.Struct, frozen=True, rename="camel"):
    frame: _Box
    filename: str = ""
    rotated: bool = False
    trimmed: bool = False
    sprite_source_size: _Box | None = None
    source_size: _Size | None = None


class _Tag(msgspec.Struct, frozen=True):
    name: str
    first: int = msgspec.field(name="from")
    last: int = msgspec.field(name="to")


class _Meta(msgspec.Struct, frozen=True, rename="camel"):
    image: str
    frame_tags: list[_Tag] = []


class _File(msgspec.Struct, frozen=True):
    frames: dict[str, _Frame] | list[_Frame]
    meta: _Meta


@dataclass(frozen=True)
class SheetFrame:
    """Where one frame lies on the sheet, and where in its own untrimmed picture."""

    name: str
    tag: str  # of the animation; "" for none
    box: tuple[int, int, int, int]  # on the sheet: x, y, width, height
    at: tuple[int, int]  # x and y in the frame's own picture
    size: tuple[int, int]  # of that: width, height
    rotated: bool

    @property
    def title(self) -> str:
        """The name without its number: frames of one title are one sprite in motion."""
        stem = re.sub(r"\.(aseprite|ase|png)$", "", self.name, flags=re.IGNORECASE)
        return re.sub(r"[\s_.-]*\d+$", "", stem)

    def lies_on(self, sheet: Pixels) -> bool:
        """Whether the sheet is large enough for the frame."""
        x, y, width, height = self.box
        return bool(x + width <= sheet.shape[1] and y + height <= sheet.shape[0])

    def cut(self, sheet: Pixels) -> Pixels:
        """Return the frame in its own picture, clear where it was trimmed."""
        x, y, width, height = self.box
        whole = np.zeros((self.size[1], self.size[0], 4), np.uint8)
        whole[self.at[1] : self.at[1] + height, self.at[0] : self.at[0] + width] = sheet[
            y : y + height, x : x + width
        ]
        return whole


@dataclass(frozen=True)
class SheetFile:
    """What a JSON file says."""

    image: Path
    frames: tuple[SheetFrame, ...]


def read_sheet_file(path: Path) -> SheetFile | None:
    """Read a JSON file; None if it is JSON but describes no sheet.

    Raises:
        FileInvalid: If it is too large or no JSON, or names a picture outside its own folder.
    """
    with path.open("rb") as file:
        data = file.read(BYTES_HIGH + 1)
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{path}: larger than {BYTES_HIGH >> 20} MiB; split the sheet")
    try:
        found = msgspec.json.decode(data, type=_File)
    except msgspec.ValidationError:  # JSON of another kind
        return None
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise FileInvalid(f"{path}: no JSON ({str(error)[:80]}); export the sheet again") from error
    name = found.meta.image
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    # Older versions of Aseprite write the whole path: the file's name is what counts.
    short = windows.name if windows.anchor or "\\" in name else posix.name if posix.is_absolute() else name
    image = path.parent / short
    if not short or "\0" in short or ".." in PurePosixPath(short).parts or image.is_symlink():
        raise FileInvalid(f"{path}: its picture is {name[:80]!r}; it must lie in the folder of the JSON file")
    entries = found.frames
    named = list(entries.items()) if isinstance(entries, dict) else [(one.filename, one) for one in entries]
    if len(named) > FRAMES_HIGH:
        raise FileInvalid(f"{path}: has {len(named)} frames; at most {FRAMES_HIGH}, split the sheet")
    frames = tuple(_frame(path, n, key, one, found.meta.frame_tags) for n, (key, one) in enumerate(named))
    if sum(one.size[0] * one.size[1] for one in frames if not one.rotated) > PIXELS_HIGH:
        raise FileInvalid(f"{path}: its frames hold over {PIXELS_HIGH >> 20} million pixels; split the sheet")
    return SheetFile(image, frames)


def _frame(path: Path, number: int, name: str, entry: _Frame, tags: list[_Tag]) -> SheetFrame:
    box = entry.frame
    source = entry.sprite_source_size or _Box(0, 0, box.w, box.h)
    size = entry.source_size or _Size(box.w, box.h)
    at_x, at_y = (source.x, source.y) if entry.trimmed else (0, 0)
    wide, tall = (size.w, size.h) if entry.trimmed else (box.w, box.h)
    sound = (
        min(box.x, box.y, at_x, at_y) >= 0
        and min(box.w, box.h) >= 1
        and max(wide, tall) <= SIDE_HIGH
        and at_x + box.w <= wide
        and at_y + box.h <= tall
    )
    if not sound and not entry.rotated:
        raise FileInvalid(
            f"{path}: frame {name[:60]!r} is {box.w}x{box.h} at {at_x},{at_y} of {wide}x{tall}; "
            "it does not fit, export the sheet again"
        )
    tag = next((tag.name for tag in tags if tag.first <= number <= tag.last), "")
    return SheetFrame(
        name or str(number), tag, (box.x, box.y, box.w, box.h), (at_x, at_y), (wide, tall), entry.rotated
    )
