"""The settings of a level package: its vocabulary, its styles and what its network is told."""

import msgspec

from playloom.errors import PackageInvalid
from playloom.kernels.chance import GRID
from playloom.kinds.level.condition import CONTROLS
from playloom.kinds.level.vocabulary import Tile
from playloom.package import Package


class Style(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One style of a package, as its manifest tells it."""

    name: str
    theme: str
    border: bool  # the outermost cells are not walkable
    controls: dict[str, tuple[float, float, float]]  # 10 %, 50 % and 90 % quantile in the training maps


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the generator must know of a package."""

    vocabulary: tuple[Tile, ...]  # by id
    logits_per_nat: int
    multiple: int  # height and width that the network takes
    condition: tuple[str, ...]
    styles: tuple[Style, ...]


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
    if not 1 <= settings.multiple <= 64 or settings.logits_per_nat != GRID:
        raise PackageInvalid(f"{package.root}: multiple or logits_per_nat is not one this version knows")
    return settings
