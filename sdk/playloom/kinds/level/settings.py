"""The settings of a level package: its vocabulary, its styles and what its network is told."""

import msgspec

from playloom.errors import PackageInvalid
from playloom.kernels.chance import GRID
from playloom.kinds.level.condition import CONTROLS
from playloom.kinds.level.content import SIDE_HIGH, SIDE_LOW
from playloom.kinds.level.movement import WALK, Movement, Platform, Push
from playloom.kinds.level.vocabulary import Tile
from playloom.manifest import Manifest
from playloom.package import Package

_SIZES: dict[type, tuple[int, int]] = {Platform: (48, 24), Push: (10, 10)}


class Style(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One style of a package, as its manifest tells it."""

    name: str
    theme: str
    border: bool  # the outermost cells are not walkable
    controls: dict[str, tuple[float, float, float]]  # 10 %, 50 % and 90 % quantile in the training maps


class Adjacency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which tiles stood side by side in the training maps: pairs of tile ids."""

    right: tuple[tuple[int, int], ...]  # (left tile, right tile)
    down: tuple[tuple[int, int], ...]  # (upper tile, lower tile)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the generator must know of a package."""

    vocabulary: tuple[Tile, ...]  # by id
    logits_per_nat: int
    multiple: int  # height and width that the network takes
    condition: tuple[str, ...]
    styles: tuple[Style, ...]
    movement: Movement = WALK
    sides: tuple[int, int] = (SIDE_LOW, SIDE_HIGH)  # smallest and largest side of a level, cells
    adjacency: Adjacency | None = None
    tiles: str | None = None  # file of the package that holds the developer's own tiles
    legend: str | None = None  # file of the package that holds what the developer said tiles mean
    size: tuple[int, int] | None = None  # (width, height) of a level where none is asked for

    @property
    def usual_size(self) -> tuple[int, int]:
        """The size where none is asked for: the package's, else the movement's, within ``sides``."""
        width, height = self.size or _SIZES.get(type(self.movement), (32, 32))
        low, high = self.sides
        return min(max(width, low), high), min(max(height, low), high)


def read_settings(package: Package) -> Settings:
    """Return the settings of a level package.

    Raises:
        PackageInvalid: If they are not those of a level package that this version knows.
    """
    try:
        settings = msgspec.convert(package.manifest.settings, Settings)
    except msgspec.ValidationError as error:
        raise PackageInvalid(f"{package.root}: settings of a level package: {error}") from error
    names = tuple(f"style:{style.name}" for style in settings.styles)
    if settings.condition != (*names, *CONTROLS) or not names:
        raise PackageInvalid(f"{package.root}: condition is not its styles followed by {', '.join(CONTROLS)}")
    if any(style.controls.keys() != set(CONTROLS) for style in settings.styles):
        raise PackageInvalid(f"{package.root}: a style's controls are not {', '.join(CONTROLS)}")
    low, high = settings.sides
    if not SIDE_LOW <= low <= high <= SIDE_HIGH:
        raise PackageInvalid(
            f"{package.root}: sides are {low} to {high}; {SIDE_LOW} to {SIDE_HIGH} are possible"
        )
    ends = (
        [i for pairs in (settings.adjacency.right, settings.adjacency.down) for pair in pairs for i in pair]
        if settings.adjacency
        else []
    )
    if any(not 0 <= i < len(settings.vocabulary) for i in ends):
        raise PackageInvalid(f"{package.root}: adjacency names a tile id beyond the vocabulary")
    if not 1 <= settings.multiple <= 64 or settings.logits_per_nat != GRID:
        raise PackageInvalid(f"{package.root}: multiple or logits_per_nat is not one this version knows")
    return settings


def named_styles(manifest: Manifest) -> list[tuple[str, str]]:
    """Return (theme, style) of a manifest whose settings nobody has checked yet, in the package's order."""
    styles = manifest.settings.get("styles")
    entries = [style for style in styles if isinstance(style, dict)] if isinstance(styles, list) else []
    return [(str(entry.get("theme", "")), str(entry.get("name", ""))) for entry in entries]
