"""The network of a walk package: what it must be, and pictures in, whole numbers out."""

from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid
from playloom.graph import Graph
from playloom.kernels.chance import GRID
from playloom.kinds.walk.frames import CONDITIONS, Frame, places
from playloom.manifest import GraphSpec, TensorSpec
from playloom.package import Package

WALKER = "walker"  # the graph
PASSES_HIGH = 16

Tokens = NDArray[np.int64]  # (H, W): 0 to P - 1 a colour, P transparent, P + 2 unknown
Logits = NDArray[np.int32]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a walk package says to the generator."""

    sizes: tuple[int, ...]  # sides of the figures it was trained on, pixels
    hot: int  # what a condition that holds is told as; one that does not is 0
    logits_per_nat: int
    passes: int  # in which a frame is drawn
    network: dict[str, Any]  # its sizes, for who goes on training


def read_settings(package: Package) -> Settings:
    """Return the settings of a walk package.

    Raises:
        PackageInvalid: If they are not those of a walk package that this version knows.
    """
    where = f"{package.root}: settings of a walk package"
    try:
        settings = msgspec.convert(package.manifest.settings, Settings)
    except msgspec.ValidationError as error:
        raise PackageInvalid(f"{where}: {error}") from error
    faults = {
        "sizes are none, or one is no multiple of 8 up to 64": not settings.sizes
        or not all(0 < size <= 64 and size % 8 == 0 for size in settings.sizes),
        "hot is not within 1..127": not 1 <= settings.hot <= 127,
        f"logits_per_nat is not {GRID}, the one this version knows": settings.logits_per_nat != GRID,
        f"passes is not within 1..{PASSES_HIGH}": not 1 <= settings.passes <= PASSES_HIGH,
    }
    fault = next((fault for fault, holds in faults.items() if holds), "")
    if fault:
        raise PackageInvalid(f"{where}: {fault}")
    return settings


@dataclass(frozen=True, eq=False)
class Shown:
    """What the network sees of one frame."""

    front: Tokens
    standing: Tokens  # the figure as it stands, seen from the side that is drawn
    palette: NDArray[np.float32]  # (P, 3), 0..255
    frame: Frame

    @property
    def transparent(self) -> int:
        """The token where nothing is."""
        return len(self.palette)

    @property
    def unknown(self) -> int:
        """The token where nothing is known."""
        return len(self.palette) + 2

    def of(self, frame: Frame, standing: Tokens | None = None) -> "Shown":
        """Return the same for another frame; without ``standing``, that is what is drawn."""
        nothing = np.full_like(self.front, self.unknown)
        return replace(self, frame=frame, standing=nothing if standing is None else standing)


class Walker:
    """The network of one package; safe to share between threads."""

    def __init__(self, package: Package, settings: Settings) -> None:
        """Load it.

        Raises:
            PackageInvalid: If it is missing or has another signature than this version knows.
        """
        self.settings = settings
        self._graph = Graph.load(package, WALKER)
        wanted = _signature()
        for role in ("inputs", "outputs"):
            found, asked = getattr(self._graph.spec, role), getattr(wanted, role)
            if {*found} != {*asked}:
                raise PackageInvalid(
                    f"{package.root}: {role} of {WALKER} are {_words(found)}; expected {_words(asked)}; "
                    "export the package again"
                )

    def logits(self, shown: Shown, drawn: Tokens) -> tuple[Logits, Logits]:
        """Return logits of alpha (2, H, W: transparent, solid) and of colours (P, H, W) of a frame.

        Args:
            shown: What it is drawn from.
            drawn: What is drawn already, (H, W), unknown where nothing is.
        """
        condition = np.zeros((1, CONDITIONS), np.float32)
        condition[0, list(places(*shown.frame))] = self.settings.hot
        feeds: dict[str, NDArray[Any]] = {
            "front": shown.front[None],
            "standing": shown.standing[None],
            "drawn": drawn[None],
            "palette": shown.palette,
            "condition": condition,
        }
        made = self._graph.run(feeds)
        return made["alpha"][0].astype(np.int32), made["colour"][0].astype(np.int32)


def _signature() -> GraphSpec:
    pictures = tuple(
        TensorSpec(name, "int64", (1, "height", "width")) for name in ("front", "standing", "drawn")
    )
    palette = TensorSpec("palette", "float32", ("colours", 3))
    condition = TensorSpec("condition", "float32", (1, CONDITIONS))
    alpha = TensorSpec("alpha", "float32", (1, 2, "height", "width"))
    colour = TensorSpec("colour", "float32", (1, "colours", "height", "width"))
    return GraphSpec("", (*pictures, palette, condition), (alpha, colour))


def _words(tensors: tuple[TensorSpec, ...]) -> str:
    return ", ".join(f"{one.name} {one.dtype} {list(one.shape)}" for one in tensors)
