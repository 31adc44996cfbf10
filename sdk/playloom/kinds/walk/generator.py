"""The walk kind: draw the frames with a network, mend them, check each against the figure that was given.

Nothing is random: the same figure gives the same walk.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.sprite import measure
from playloom.kinds.sprite.content import Animation, Clip, Evidence, Mend, Pixels, Sprite, Verdict
from playloom.kinds.sprite.contract import OPAQUE, SPECKLE_HIGH, Contract, examine
from playloom.kinds.sprite.generator import read_originals
from playloom.kinds.sprite.mend import mend
from playloom.kinds.sprite.palette import Palette, as_hex
from playloom.kinds.sprite.terms import contract_record
from playloom.kinds.walk.draw import draw_walk
from playloom.kinds.walk.frames import DIRECTIONS, GIVEN, ORDERS, Frame
from playloom.kinds.walk.network import Walker, read_settings
from playloom.package import Package

MILLISECONDS = 150  # a frame is shown
MILLISECONDS_LOW, MILLISECONDS_HIGH = 10, 10_000
BULK = (0.6, 1.5)  # opaque pixels of a frame by those of the front; of the training frames 0.66 to 1.42
# From this distance on a picture is told to be unlike all that was learnt from. With `walks` that is none of
# the 9 two-legged walkers set aside, 6 of the 9 other ones, and of sprites that are no figures 74 % of 233 of
# 16x16 and 99 % of 316 of 32x32.
UNLIKE = 0.5
_ROUNDING = 1e-4  # of shares that were measured

Right = Literal["mirrored", "drawn"]


@dataclass(frozen=True, kw_only=True, eq=False)
class WalkRequest:
    """What is wanted."""

    front: Sprite  # the figure, standing, seen from the front
    frames: int = 4  # of each direction
    right: Right = "mirrored"  # left mirrored, or drawn on its own: whose two sides differ
    milliseconds: int = MILLISECONDS  # each frame is shown

    def __post_init__(self) -> None:
        """Check every field.

        Raises:
            RequestInvalid: Says which field, what was found and what is possible.
        """
        if not isinstance(self.front, Sprite):
            raise RequestInvalid(f"front is {self.front!r:.40}; give a Sprite")
        if type(self.frames) is not int or self.frames not in ORDERS:
            raise RequestInvalid(f"frames is {self.frames!r}; choose {' or '.join(map(str, sorted(ORDERS)))}")
        if self.right not in get_args(Right):
            raise RequestInvalid(f"right is {self.right!r}; choose {' or '.join(get_args(Right))}")
        shown = self.milliseconds
        whole = isinstance(shown, int) and not isinstance(shown, bool)
        if not whole or not MILLISECONDS_LOW <= shown <= MILLISECONDS_HIGH:
            raise RequestInvalid(
                f"milliseconds is {shown!r}; choose a whole number, {MILLISECONDS_LOW} to {MILLISECONDS_HIGH}"
            )
        share = float((self.front.pixels > 0).mean())
        if not OPAQUE[0] <= share <= OPAQUE[1]:
            raise RequestInvalid(
                f"{self.front.name or 'the figure'}: is {share:.1%} opaque; give a figure on a transparent "
                "background (`playloom sprite clean` clears one)"
            )

    def record(self) -> dict[str, Any]:
        """Return the request as JSON-ready data."""
        front = self.front
        return {
            "frames": self.frames,
            "right": self.right,
            "size": [front.width, front.height],
            "palette": [as_hex(colour)[1:] for colour in front.palette.colours],
        }


class WalkGenerator:
    """Walks from one package. Holds no state between requests; safe to share between threads."""

    def __init__(self, package: Package) -> None:
        """Load the network.

        Raises:
            PackageInvalid: If the package's settings or graph are not those of a walk package.
        """
        self.settings = read_settings(package)
        self.package = package
        self.walker = Walker(package, self.settings)
        self.learnt = read_originals(package)

    def generate(self, request: WalkRequest) -> Animation:
        """Return a walk in four directions, every frame of which passes the check of the pixel contract.

        Its clips are walk_down, walk_left, walk_right and walk_up; its first standing frame is the picture
        that was given, pixel by pixel.

        Raises:
            RequestInvalid: If the figure has a size that the package was not trained on.
            GenerationFailed: If a frame does not pass; says which and what to do.
        """
        front = request.front
        if front.width != front.height or front.width not in self.settings.sizes:
            known = ", ".join(f"{size}x{size}" for size in self.settings.sizes)
            raise RequestInvalid(
                f"{front.name or 'the figure'}: is {front.width}x{front.height}; this package takes {known} "
                "(`playloom sprite clean --size` puts a picture on such a canvas)"
            )
        frames = _Figure(self, request).frames()
        order = ORDERS[request.frames]
        shown = tuple(frames[direction, phase] for direction in DIRECTIONS for phase in order)
        clips = tuple(
            Clip(f"walk_{direction}", place * len(order), (place + 1) * len(order) - 1)
            for place, direction in enumerate(DIRECTIONS)
        )
        return Animation(
            frames=shown, clips=clips, milliseconds=request.milliseconds, notes=self._unlike(front)
        )

    def _unlike(self, front: Sprite) -> tuple[str, ...]:
        """Say so if the picture is like no figure that the network learnt from."""
        near = self.learnt.nearest(front.rgba) if self.learnt else None
        if near is None or self.learnt is None or near.distance < UNLIKE:
            return ()
        return (
            f"{front.name or 'the picture'} is like none of the {len(self.learnt)} figures that "
            f"{self.package.manifest.name} learnt from: {near.distance:.0%} of the pixels differ from the "
            "nearest; if it is no figure that stands, seen from the front, the walk is worth nothing",
        )

    def drawn(self, front: Pixels, palette: Palette) -> dict[Frame, Pixels]:
        """Return the frames of a figure as the network draws them, 0 transparent, i colour i - 1.

        It is told only of the colours that the figure has, in an order that depends on nothing else.
        """
        used = sorted(set(np.unique(front).tolist()) - {0}, key=lambda value: palette.colours[value - 1])
        there = np.full(len(palette.colours) + 1, len(used), np.int64)
        there[used] = np.arange(len(used))
        back = np.array([*used, 0], np.uint8)
        colours = np.array([palette.colours[value - 1] for value in used], np.float32)
        return {place: back[grid] for place, grid in draw_walk(self.walker, there[front], colours).items()}


class _Figure:
    """One walk in the making."""

    def __init__(self, generator: WalkGenerator, request: WalkRequest) -> None:
        self.package, self.request, self.front = generator.package, request, request.front
        self.draw = generator.drawn
        self.contract = _contract(self.front)

    def frames(self) -> dict[Frame, Sprite]:
        """Return the frames of all directions.

        Raises:
            GenerationFailed: If one does not pass.
        """
        front = self.front
        drawn = self.draw(front.pixels, front.palette)
        turned = drawn
        if self.request.right == "drawn":
            turned = self.draw(np.ascontiguousarray(front.pixels[:, ::-1]), front.palette)
        right = {("right", phase): grid[:, ::-1] for (view, phase), grid in turned.items() if view == "left"}
        made, broken = {}, dict[str, str]()
        for frame, pixels in (drawn | right).items():
            made[frame], failed = self._finished(frame, np.ascontiguousarray(pixels))
            broken |= {f"{' '.join(frame)}: {name}": detail for name, detail in failed.items()}
        if broken:
            reasons = "; ".join(f"{name}: {detail}" for name, detail in broken.items())
            raise GenerationFailed(
                f"the walk does not keep the pixel contract. {reasons}; draw the figure plainer: standing, "
                "from the front, in one piece",
                failed=tuple(broken),
                advice=reasons,
            )
        return made

    def _finished(self, frame: Frame, pixels: Pixels) -> tuple[Sprite, dict[str, str]]:
        """Return one frame with its evidence, and which checks it breaks."""
        mends: tuple[Mend, ...] = ()
        if frame != GIVEN:
            pixels, mends = self._mended(pixels)
        sprite = Sprite(
            pixels=pixels, palette=self.front.palette, name=f"{self.front.name} {' '.join(frame)}"
        )
        found = examine(sprite.rgba, self.contract)
        checks = (*found.checks, *self._compared(frame, pixels))
        manifest = self.package.manifest
        record = self.request.record() | {"frame": list(frame), "contract": contract_record(self.contract)}
        evidence = Evidence(
            package=manifest.name,
            version=manifest.version,
            package_hash=self.package.hash,
            licence=manifest.card.licence,
            promise=manifest.promise,
            request=record,
            attempts=1,
            checks=checks,
            mends=mends,
            measures=found.measures,
        )
        broken = {check.name: check.detail for check in checks if not check.passed}
        return replace(sprite, evidence=evidence), broken

    def _mended(self, pixels: Pixels) -> tuple[Pixels, tuple[Mend, ...]]:
        """Return a frame without loose pixels, standing where the front stands."""
        mended = mend(pixels, self.front.palette, self.contract)
        if not mended.pixels.any():
            return mended.pixels, mended.mends
        moved = _on_ground(mended.pixels, _ground(self.front.pixels))
        changed = int((moved != mended.pixels).sum())
        told = (Mend("ground", changed, "moved the figure to the ground of the front"),) if changed else ()
        return moved, (*mended.mends, *told)

    def _compared(self, frame: Frame, pixels: Pixels) -> tuple[Verdict, ...]:
        """Judge a frame beside the front."""
        front = self.front.pixels
        if frame == GIVEN:
            wrong = int((pixels != front).sum())
            return (Verdict("given", wrong == 0, f"{wrong} pixels differ from the picture that was given"),)
        bulk = int((pixels > 0).sum()) / int((front > 0).sum())
        strange = set(np.unique(pixels).tolist()) - set(np.unique(front).tolist()) - {0}
        ground = _ground(pixels) if pixels.any() else -1
        return (
            Verdict("ground", ground == _ground(front), f"row {ground}, the front row {_ground(front)}"),
            Verdict("bulk", BULK[0] <= bulk <= BULK[1], f"{bulk:.0%} of the pixels of the front"),
            Verdict("identity", not strange, f"{len(strange)} colours that the front does not have"),
        )


def _contract(front: Sprite) -> Contract:
    """Return what each frame must keep: the usual limits, and of loose parts no more than the front has."""
    found = examine(front.rgba, Contract()).measures
    return Contract(
        size=(front.width, front.height),
        palette=front.palette,
        strays=int(found["strays"]),
        speckle=max(SPECKLE_HIGH, min(1.0, float(found["speckle"]) + _ROUNDING)),
        pieces=(1, int(found["pieces"])),
    )


def _ground(pixels: Pixels) -> int:
    """Return the row of the lowest opaque pixel."""
    return int(pixels.shape[0]) - 1 - measure.margins(pixels > 0)[3]


def _on_ground(pixels: Pixels, ground: int) -> Pixels:
    """Return the figure moved up or down to stand in a row; what leaves the picture at the top is lost."""
    move = ground - _ground(pixels)
    moved = np.zeros_like(pixels)
    if move >= 0:
        moved[move:] = pixels[: len(pixels) - move]
    else:
        moved[:move] = pixels[-move:]
    return moved


class _WalkKind:
    """The entry of the walk kind under `playloom.kinds`."""

    name = "walk"

    def load(self, package: Package) -> WalkGenerator:
        """Return the generator of a walk package."""
        return WalkGenerator(package)


KIND = _WalkKind()
