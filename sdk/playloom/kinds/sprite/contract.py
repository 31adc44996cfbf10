"""The pixel contract: what makes a picture pixel art that a game can use.

`examine` asks nothing of how a picture came about and works on anybody's. Limits that are not given by the
request were chosen on 2,270 sprites of the training data that have at most 32 colours and are no tiles:
97.3 % have no stray pixel, 89.7 % are one piece and 96.6 % at most two; of a sprite's opaque pixels the
median has 0 % speckle, 95 % of the sprites have at most 4.2 % and 99 % at most 9.6 %; 99 % fill at least
3.8 % of their square. Of 512 figures held out of training 3.7 % are nearer than `COPY_BELOW` to one of the
10,131 in it: artists draw variations, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels import oklab
from playloom.kernels.counting import counted
from playloom.kinds.sprite import measure
from playloom.kinds.sprite.content import SIDE_HIGH, Examination, Finding, Verdict
from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.palette import COLOURS_HIGH, Palette, as_hex

SPECKLE_HIGH = 0.1  # of the opaque pixels
SPECKLE_FREE = 2  # pixels that are always allowed: the eyes of a small face
OPAQUE = (0.02, 0.98)  # share of the square
COPY_BELOW = 0.1  # distance to the nearest training sprite
FINDINGS_HIGH = 8  # places named of each check

Baseline = Literal["any", "ground", "float"]


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What is to hold; None where anything goes."""

    size: tuple[int, int] | None = None  # width, height in pixels
    palette: Palette | None = None  # None: any colours, at most ``colours`` of them
    colours: int = COLOURS_HIGH
    strays: int = 0  # opaque pixels that no other one touches
    speckle: float = SPECKLE_HIGH  # share of pixels unlike all their neighbours
    margin: int = 0  # pixels that stay empty at each side
    baseline: Baseline = "any"  # "ground": stands on the lower margin; "float": does not touch it
    pieces: tuple[int, int] | None = (1, 1)  # connected pieces of the silhouette, both included
    opaque: tuple[float, float] = OPAQUE  # share of the square
    seam: float | None = None  # of a tile: how much its edges may break when it is repeated
    copy_below: float = COPY_BELOW  # a sprite nearer than that to one of the training is a copy

    def __post_init__(self) -> None:
        """Refuse what contradicts itself.

        Raises:
            RequestInvalid: Says which field.
        """
        if self.size and not all(1 <= side <= SIDE_HIGH for side in self.size):
            raise RequestInvalid(f"size is {self.size}; a side can be 1 to {SIDE_HIGH} pixels")
        if self.size and not 0 <= 2 * self.margin < min(self.size):
            raise RequestInvalid(f"margin is {self.margin}; nothing is left of {self.size[0]}x{self.size[1]}")
        if self.margin < 0 or self.strays < 0 or not 0 <= self.speckle <= 1:
            raise RequestInvalid(
                f"margin {self.margin}, strays {self.strays}, speckle {self.speckle}: give 0 or more, "
                "speckle at most 1"
            )
        if self.baseline not in ("any", "ground", "float"):
            raise RequestInvalid(f"baseline is {self.baseline!r}; choose any, ground or float")
        if self.pieces and not 1 <= self.pieces[0] <= self.pieces[1]:
            raise RequestInvalid(f"pieces are {self.pieces}; give at least 1, the lower number first")
        if not 0 <= self.opaque[0] <= self.opaque[1] <= 1:
            raise RequestInvalid(f"opaque is {self.opaque}; give two shares of 0 to 1, the lower first")


def tile_contract(size: tuple[int, int], palette: Palette | None = None) -> Contract:
    """Return the contract of a seamless tile: filled, and no break where it meets itself.

    No tile counts as a copy: of the tiles held out of training 64 % are nearer than `COPY_BELOW` to one in
    it, as plain ground looks like plain ground. The distance is measured all the same.
    """
    return Contract(
        size=size,
        palette=palette,
        speckle=1.0,
        pieces=None,
        opaque=(1.0, 1.0),
        seam=measure.SEAM_HIGH,
        copy_below=0.0,
    )


def examine(rgba: NDArray[np.uint8], contract: Contract, training: Index | None = None) -> Examination:
    """Hold a picture against a contract.

    Args:
        rgba: (H, W, 4), of any size.
        contract: What is to hold.
        training: The sprites that it must not be a copy of; None leaves that check out.

    Raises:
        RequestInvalid: If ``rgba`` is no picture.
    """
    if rgba.dtype != np.uint8 or rgba.ndim != 3 or rgba.shape[2] != 4 or not rgba.size:
        raise RequestInvalid(
            f"picture is {rgba.dtype} {rgba.shape}; give uint8 (height, width, 4), not empty"
        )
    work = _Work(contract, rgba)
    work.size()
    work.alpha()
    work.colours()
    if work.filling():
        work.silhouette()
        work.surface()
        if training is not None:
            work.originality(training)
    if contract.seam is not None:
        work.seam(contract.seam)
    return Examination(tuple(work.checks), tuple(work.findings), work.measures)


class _Work:
    """One examination as it goes on."""

    def __init__(self, contract: Contract, rgba: NDArray[np.uint8]) -> None:
        self.contract = contract
        self.rgba = rgba
        self.opaque = rgba[:, :, 3] > 0
        self.pieces = measure.pieces(self.opaque)
        self.checks: list[Verdict] = []
        self.findings: list[Finding] = []
        self.measures: dict[str, float | int | str] = {}

    def size(self) -> None:
        height, width = self.opaque.shape
        wanted = self.contract.size
        self.measures |= {"width": width, "height": height}
        passed = wanted is None or wanted == (width, height)
        self._check("size", passed, f"{width}x{height}")
        if not passed and wanted:
            self._find(
                "size", f"is {width}x{height}, not {wanted[0]}x{wanted[1]}; crop or pad it, never scale it"
            )

    def alpha(self) -> None:
        half = (self.rgba[:, :, 3] > 0) & (self.rgba[:, :, 3] < 255)
        self._places("alpha", half, 0, "is half transparent; make it 0 or 255", "half transparent pixel")

    def colours(self) -> None:
        number = self.rgba[:, :, :3].astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
        used = np.unique(number[self.opaque])
        self.measures["colours"] = len(used)
        palette = self.contract.palette
        if palette is None:
            most = self.contract.colours
            self._check("palette", len(used) <= most, f"{counted(len(used), 'colour')}, at most {most}")
            if len(used) > most:
                self._find("palette", f"has {len(used)} colours, {most} are allowed; map it to a palette")
            return
        strange = set(used.tolist()) - {r << 16 | g << 8 | b for r, g, b in palette.colours}
        outside = self.opaque & np.isin(number, list(strange)) if strange else np.zeros_like(self.opaque)
        self._check(
            "palette",
            not strange,
            f"{len(strange)} of {len(used)} colours are not in {palette.name!r}"
            if strange
            else f"{counted(len(used), 'colour')} of {palette.name!r}",
        )
        for y, x in np.argwhere(outside)[:FINDINGS_HIGH].tolist():
            colour = self.rgba[y, x, :3]
            near = palette.colours[int(oklab.nearest(colour[None], palette.array)[0])]
            self._find(
                "palette", f"{as_hex(colour)} is not in the palette; the nearest is {as_hex(near)}", x, y
            )

    def filling(self) -> bool:
        """Judge how much is opaque; return whether anything is."""
        share = float(self.opaque.mean())
        low, high = self.contract.opaque
        self.measures["opaque"] = round(share, 4)
        self._check("filling", low <= share <= high, f"{share:.1%} opaque, wanted {low:.0%} to {high:.0%}")
        if share < low:
            what = "empty" if share == 0 else f"only {share:.1%} opaque"
            self._find("filling", f"is {what}; draw at least {low:.0%} of the square")
        elif share > high:
            self._find(
                "filling",
                f"is {share:.1%} opaque; make its background transparent, or check it as a tile (--tile)",
            )
        return share > 0

    def silhouette(self) -> None:
        contract = self.contract
        left, top, right, bottom = measure.margins(self.opaque)
        height, width = self.opaque.shape
        self.measures |= {"left": left, "top": top, "right": right, "bottom": bottom}
        frame = self.opaque.copy()
        frame[contract.margin : height - contract.margin, contract.margin : width - contract.margin] = False
        self._places(
            "margin",
            frame,
            0,
            "is in the margin; move the figure or clear it",
            "pixel in the margin",
            "pixels in the margin",
        )
        if contract.baseline != "any":
            stands = bottom == contract.margin
            passed = stands == (contract.baseline == "ground")
            self._check("baseline", passed, f"{bottom} empty rows below, margin {contract.margin}")
            if not passed:
                x = int(np.flatnonzero(self.opaque[height - 1 - bottom])[0])
                move = bottom - contract.margin
                text = (
                    f"its lowest pixel is {bottom} rows above the edge, not {contract.margin}; "
                    f"move it {'down' if move > 0 else 'up'} by {abs(move)}"
                    if contract.baseline == "ground"
                    else "it touches the ground; move it up by 1 or more"
                )
                self._find("baseline", text, x, height - 1 - bottom)
        labels, sizes = self.pieces
        self.measures["pieces"] = len(sizes)
        if contract.pieces is None:
            return
        low, high = contract.pieces
        wanted = str(low) if low == high else f"{low} to {high}"
        self._check(
            "pieces", low <= len(sizes) <= high, f"{counted(len(sizes), 'connected piece')}, wanted {wanted}"
        )
        if len(sizes) < low:
            self._find("pieces", f"has {counted(len(sizes), 'piece')}, wanted are {wanted}")
        for piece in np.argsort(-sizes, kind="stable")[high : high + FINDINGS_HIGH].tolist():
            y, x = np.argwhere(labels == piece + 1)[0].tolist()
            self._find(
                "pieces", f"a loose piece of {counted(int(sizes[piece]), 'pixel')}; join it or clear it", x, y
            )

    def surface(self) -> None:
        lone = measure.strays_among(*self.pieces)
        self.measures["strays"] = int(lone.sum())
        self._places("strays", lone, self.contract.strays, "stands alone; clear it or join it", "lone pixel")
        speckle = measure.speckle(oklab.whole(self.rgba[:, :, :3]), self.opaque)
        count = int(self.opaque.sum())
        self.measures["speckle"] = round(float(speckle.sum()) / count, 4)
        limit = max(SPECKLE_FREE, int(self.contract.speckle * count))
        self._places(
            "speckle",
            speckle,
            limit,
            "is unlike all pixels around; give it a neighbour's colour",
            f"of {count} pixels is unlike all around",
            f"of {count} pixels are unlike all around",
        )

    def originality(self, training: Index) -> None:
        near = training.nearest(self.rgba)
        if near is None:
            return
        self.measures |= {"nearest": near.name, "nearest_distance": round(near.distance, 4)}
        passed = near.distance >= self.contract.copy_below
        how = ", mirrored" if near.mirrored else ""
        self._check(
            "original",
            passed,
            f"{near.distance:.1%} of the pixels differ from {near.name!r}{how}, the nearest",
        )
        if not passed:
            self._find(
                "original",
                f"{1 - near.distance:.0%} of its pixels are those of training sprite {near.name!r}{how}; "
                "take another seed",
            )

    def seam(self, limit: float) -> None:
        score = measure.seam(self.rgba)
        self.measures["seam"] = round(score, 3)
        self._check(
            "seam", score <= limit, f"breaks {score:.2f} times as much as inside, at most {limit:.2f}"
        )
        if score > limit:
            self._find(
                "seam", f"its opposite edges do not meet (score {score:.2f}); offset and mend it", 0, 0
            )

    def _places(
        self, name: str, at: NDArray[np.bool_], limit: int, advice: str, thing: str, things: str = ""
    ) -> None:
        """Judge a count of pixels, and name the first of them if they are too many."""
        count = int(at.sum())
        self._check(name, count <= limit, f"{counted(count, thing, things)}, at most {limit}")
        if count > limit:
            for y, x in _first(at):
                self._find(name, advice, x, y)

    def _check(self, name: str, passed: bool, detail: str) -> None:
        self.checks.append(Verdict(name, bool(passed), detail))

    def _find(self, name: str, text: str, x: int = -1, y: int = -1) -> None:
        self.findings.append(Finding(name, text, x, y))


def _first(at: NDArray[np.bool_]) -> Iterable[tuple[int, int]]:
    return [(int(y), int(x)) for y, x in np.argwhere(at)[:FINDINGS_HIGH]]
