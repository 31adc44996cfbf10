"""Walks: from one picture of a figure to the frames of a walk in four directions."""

from pathlib import Path
from typing import TYPE_CHECKING

from playloom.api.packages import default_library
from playloom.api.sprite_files import read_sprite
from playloom.api.sprite_pictures import Picture, kept_of, own_palette_of, side_of
from playloom.errors import RequestInvalid
from playloom.kinds.sprite.content import Animation, Sprite
from playloom.kinds.sprite.request import FREE
from playloom.kinds.walk.generator import MILLISECONDS, Right, WalkRequest

if TYPE_CHECKING:
    from playloom.kinds.walk.generator import WalkGenerator

WALK = "walk"  # the kind
USUAL = "walks"  # the package that is used where none is named


def walk(
    figure: Picture,
    *,
    frames: int = 4,
    right: Right = "mirrored",
    milliseconds: int = MILLISECONDS,
    package: str | Path | None = None,
) -> Animation:
    """Make a walk in four directions of one figure that stands and is seen from the front.

    Its clips are walk_down, walk_left, walk_right and walk_up; `write_sprite` writes them. All frames are in
    the colours of the figure and have passed the check of the pixel contract. Nothing is random.

    Args:
        figure: A sprite, a file, or an RGBA array; 16x16 or 32x32 pixels, transparent around the figure.
        frames: Of each direction: 4 go round (standing, step, standing, other step), 3 are played to and fro
            (step, standing, other step).
        right: "mirrored" is left mirrored; "drawn" is drawn from the mirrored figure, for one whose two sides
            differ.
        milliseconds: Each frame is shown, 10 to 10,000.
        package: Name or folder of a walk package; None: the installed one called ``walks``.

    Raises:
        RequestInvalid: If the figure or the wishes cannot be.
        FileInvalid: If the file cannot be read or has half transparent pixels.
        KindUnknown: If there is no such package.
        GenerationFailed: If a frame does not pass its checks.
    """
    request = WalkRequest(front=front_of(figure), frames=frames, right=right, milliseconds=milliseconds)
    return walk_generator(package).generate(request)


def front_of(figure: Picture) -> Sprite:
    """Return the figure as a sprite in its own palette.

    Raises:
        RequestInvalid: If it is no picture, half transparent, or has too few or too many colours.
        FileInvalid: If the file cannot be read or has half transparent pixels.
    """
    if isinstance(figure, Sprite):
        return figure
    if isinstance(figure, str | Path):
        return read_sprite(figure)
    palette, side = own_palette_of(figure), side_of(figure)
    if palette is None:
        raise RequestInvalid("figure is none; give a Sprite, a file, or a uint8 array (height, width, 4)")
    pixels = kept_of(figure, palette, side)
    pixels[pixels == FREE] = 0
    return Sprite(pixels=pixels, palette=palette, name="figure")


def walk_generator(package: str | Path | None = None) -> "WalkGenerator":
    """Return the generator of a walk package, loaded on first use and kept.

    Args:
        package: Its name or folder; None: the installed one called ``walks``.

    Raises:
        RequestInvalid: If ``package`` is neither text nor a path.
        KindUnknown: If no package has that name.
        PackageInvalid: If it is not sound.
    """
    if not isinstance(package, str | Path | None):
        raise RequestInvalid(f"package is {package!r}; give the name or the folder of a walk package")
    generator: WalkGenerator = default_library().generator(WALK, USUAL if package is None else package)
    return generator
