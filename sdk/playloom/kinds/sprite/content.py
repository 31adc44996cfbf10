"""What comes back: `Sprite` with its `Evidence`, `Animation`, and what a check finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.sprite.palette import Palette

SIDE_HIGH = 256  # pixels, of one sprite
FRAMES_HIGH = 1024
MILLISECONDS_HIGH = 65_535  # of one frame

Pixels = NDArray[np.uint8]


class Verdict(msgspec.Struct, frozen=True):
    """One check and what it found."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True)
class Finding:
    """One place where a picture breaks the contract, and what to do."""

    check: str
    text: str
    x: int = -1  # pixel, -1: the picture as a whole
    y: int = -1

    def __str__(self) -> str:
        place = f" at {self.x},{self.y}" if self.x >= 0 else ""
        return f"{self.check}{place}: {self.text}"


@dataclass(frozen=True)
class Examination:
    """What holding a picture against a contract found."""

    checks: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    measures: dict[str, float | int | str]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that did not."""
        return tuple(check.name for check in self.checks if not check.passed)


class Mend(msgspec.Struct, frozen=True):
    """One thing that was put right before the check, and how many pixels it changed."""

    action: str
    pixels: int
    detail: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Why a sprite may be trusted. Holds no clock, host or path."""

    package: str
    version: str
    package_hash: str  # SHA-256 of manifest.json
    licence: str
    promise: str  # "exact": same bytes on every machine; "machine": on the same machine and runtime
    request: dict[str, Any]
    attempts: int
    checks: tuple[Verdict, ...]
    mends: tuple[Mend, ...]
    measures: dict[str, float | int | str]  # what the independent check counted


@dataclass(frozen=True, kw_only=True, eq=False)  # eq: arrays have no single answer to ==
class Sprite:
    """One picture: 0 is transparent, i is colour i - 1 of the palette."""

    pixels: Pixels  # (height, width), row 0 on top
    palette: Palette
    name: str = ""
    evidence: Evidence | None = None
    timings: Mapping[str, float] = field(default_factory=dict)  # ms; never written to a file
    notes: tuple[str, ...] = ()  # never written to a file

    def __post_init__(self) -> None:
        """Take a copy of the pixels that nobody can change, for the evidence speaks of them.

        Raises:
            RequestInvalid: If they are no picture, or one has no colour in the palette.
        """
        pixels = self.pixels
        if (
            pixels.ndim != 2
            or pixels.dtype.kind not in "iu"
            or not all(1 <= side <= SIDE_HIGH for side in pixels.shape)
        ):
            raise RequestInvalid(
                f"pixels are {pixels.dtype} {pixels.shape}; give whole numbers (height, width), "
                f"each side 1 to {SIDE_HIGH}"
            )
        if pixels.min() < 0 or pixels.max() > len(self.palette.colours):
            raise RequestInvalid(
                f"pixels hold {pixels.min()}..{pixels.max()}; 0 is transparent, 1 to "
                f"{len(self.palette.colours)} are the colours of palette {self.palette.name!r}"
            )
        copy = pixels.astype(np.uint8)
        copy.setflags(write=False)
        object.__setattr__(self, "pixels", copy)

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @cached_property
    def table(self) -> NDArray[np.uint8]:
        """Shape (P + 1, 4): RGBA of each pixel value."""
        table = np.zeros((len(self.palette.colours) + 1, 4), np.uint8)
        table[1:, :3], table[1:, 3] = self.palette.array, 255
        return table

    @cached_property
    def rgba(self) -> NDArray[np.uint8]:
        """Shape (H, W, 4); transparent pixels are (0, 0, 0, 0)."""
        return self.table[self.pixels]

    def record(self) -> dict[str, Any] | None:
        """Return the evidence as JSON-ready data, the same on every run; None without evidence."""
        plain: dict[str, Any] | None = msgspec.to_builtins(self.evidence)
        return plain


@dataclass(frozen=True)
class Clip:
    """A run of frames with a name: "walk down"."""

    name: str
    first: int  # place of its first frame
    last: int  # and of its last, included
    loop: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Animation:
    """Sprites of one size and palette that follow one another."""

    frames: tuple[Sprite, ...]
    clips: tuple[Clip, ...] = ()  # () is one clip of all frames
    milliseconds: int = 150  # each frame is shown
    notes: tuple[str, ...] = ()  # never written to a file

    def __post_init__(self) -> None:
        """Refuse frames that do not belong together.

        Raises:
            RequestInvalid: If they differ in size or palette, or a clip names a frame that is not there.
        """
        if not 1 <= len(self.frames) <= FRAMES_HIGH:
            raise RequestInvalid(f"an animation has {len(self.frames)} frames; give 1 to {FRAMES_HIGH}")
        if not 1 <= self.milliseconds <= MILLISECONDS_HIGH:
            raise RequestInvalid(
                f"frames are shown {self.milliseconds} ms each; choose 1 to {MILLISECONDS_HIGH}"
            )
        first = self.frames[0]
        for place, frame in enumerate(self.frames):
            if frame.pixels.shape != first.pixels.shape:
                raise RequestInvalid(
                    f"frame {place} is {frame.width}x{frame.height}, frame 0 {first.width}x{first.height}; "
                    "give frames of one size"
                )
            if frame.palette.colours != first.palette.colours:
                raise RequestInvalid(f"frame {place} has another palette than frame 0; recolour one of them")
        for clip in self.clips:
            if not 0 <= clip.first <= clip.last < len(self.frames):
                raise RequestInvalid(
                    f"clip {clip.name!r} goes from frame {clip.first} to {clip.last}; "
                    f"frames are 0 to {len(self.frames) - 1}"
                )
        names = [clip.name for clip in self.clips]
        if len(set(names)) != len(names):
            raise RequestInvalid("two clips have the same name; rename one")

    @property
    def named_clips(self) -> tuple[Clip, ...]:
        """The clips; one of all frames if none is named."""
        return self.clips or (Clip("default", 0, len(self.frames) - 1),)
