"""Making sprites: one, or several by seed."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from playloom.api.packages import default_library
from playloom.api.sprite_pictures import Picture, kept_of, like_of, own_palette_of, shape_of, side_of
from playloom.errors import RequestInvalid
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.contract import Baseline
from playloom.kinds.sprite.formats.palette_file import load_palette
from playloom.kinds.sprite.outline import Side
from playloom.kinds.sprite.palette import Palette, find_palette, parse_colour
from playloom.kinds.sprite.request import (
    ATTEMPTS,
    COLOURS,
    DEFAULT_PALETTE,
    FREE,
    GUIDANCE,
    STEPS,
    Engine,
    SpriteRequest,
)
from playloom.package import Package

if TYPE_CHECKING:
    from playloom.kinds.sprite.generator import SpriteGenerator

SPRITE = "sprite"  # the kind
USUAL = "pixels"  # the package that is used where none is named
SIZE = 32  # pixels, where no picture says another
SPRITES_HIGH = 1_000_000
Rectangle = tuple[int, int, int, int]  # left, top, width, height, in pixels
PaletteLike = Palette | str | Path | Sequence[str]  # also a name, a file, or colours like "ff004d"


def sprite(
    words: str = "",
    *,
    palette: PaletteLike | None = None,
    colours: int = COLOURS,
    size: int | None = None,
    seed: int = 0,
    category: str | None = None,
    style: str | None = None,
    engine: Engine = "best",
    steps: int = STEPS,
    guidance: float = GUIDANCE,
    attempts: int = ATTEMPTS,
    margin: int = 0,
    baseline: Baseline = "any",
    pieces: int | tuple[int, int] | None = None,
    outline: Side | None = None,
    shadow: bool = False,
    like: Picture | None = None,
    strength: float | None = None,
    redo: Sequence[Rectangle] = (),
    partial: Picture | None = None,
    silhouette: Picture | None = None,
    package: str | Path | None = None,
) -> Sprite:
    """Make one sprite that has passed the independent check of the pixel contract.

    Args:
        words: What it is, such as ``"goblin with axe"``. `Sprite.notes` says which words were not known.
        palette: A `Palette`, the name of a known one, a palette file, or colours like ``"ff004d"``; None: the
            colours of ``like`` or ``partial``, else Sweetie 16.
        colours: Of the palette that one sprite is drawn in, 2 to 32: the darkest, and two ramps of about
            one hue each. A sprite that starts from a picture may use all.
        size: Side in pixels: 16, 24, 32 or 48; None: that of a picture that was given, else 32.
        seed: Same package, request and seed give the same sprite.
        category: What sort of thing it is; None: as the words say.
        style: One of the sets of art that the package was trained on; None: the usual one for the category.
        engine: "best" draws level by level. Where the package has a painter, 32 pixels from words alone
            are also made by "fast", which paints at once, and "hybrid", which draws half of that anew.
        steps: Passes over the layout of the sprite, 1 to 64; more look better and take longer.
        guidance: How strongly the words count: 0 not at all, 1 as trained, at most 4.
        attempts: Tries before giving up, 1 to 64.
        margin: Pixels that stay empty at each side.
        baseline: "ground" stands on the lower margin, "float" does not touch it.
        pieces: Connected pieces of the silhouette, exact or ``(low, high)``; None: 1 to 3.
        outline: One pixel of the darkest colour, "outside" or "inside" of the figure.
        shadow: Whether it gets a drop shadow, one pixel to the right and down.
        like: A sprite to vary, or a sketch.
        strength: How far to go from ``like``: 0 gives it back, 1 forgets it; None: 0.5, with ``redo`` 1.
        redo: Parts of ``like`` that alone are drawn anew.
        partial: A picture whose opaque pixels stay as they are; its transparent ones are free.
        silhouette: A picture whose opaque pixels are the shape.
        package: Name or folder of a sprite package; None: the installed one called ``pixels``.

    Raises:
        RequestInvalid: If the request contradicts itself, the package or the limits.
        FileInvalid: If a picture or a palette file cannot be read.
        KindUnknown: If there is no such package.
        GenerationFailed: If no attempt passed its checks.
    """
    request = sprite_request(
        words,
        palette=palette,
        colours=colours,
        size=size,
        like=like,
        strength=strength,
        redo=redo,
        partial=partial,
        silhouette=silhouette,
        seed=seed,
        category=category,
        style=style,
        engine=engine,
        steps=steps,
        guidance=guidance,
        attempts=attempts,
        margin=margin,
        baseline=baseline,
        pieces=pieces,
        outline=outline,
        shadow=shadow,
    )
    return sprite_generator(package).generate(request)


def sprites(words: str = "", count: int = 1, *, seed: int = 0, **wishes: Any) -> list[Sprite]:
    """Make several sprites, of the seeds from ``seed`` upwards.

    Args:
        words: As for `sprite`.
        count: How many, 1 or more.
        seed: The first seed.
        **wishes: Anything else that `sprite` takes.

    Raises:
        RequestInvalid: If the request or the count cannot be.
        GenerationFailed: If one of them cannot be made.
    """
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= SPRITES_HIGH:
        raise RequestInvalid(f"count is {count!r}; choose a whole number, 1 to {SPRITES_HIGH}")
    return [sprite(words, seed=seed + number, **wishes) for number in range(count)]


def sprite_request(
    words: str,
    *,
    palette: PaletteLike | None = None,
    size: int | None = None,
    like: Picture | None = None,
    strength: float | None = None,
    redo: Sequence[Rectangle] = (),
    partial: Picture | None = None,
    silhouette: Picture | None = None,
    **wishes: Any,
) -> SpriteRequest:
    """Return the request of `sprite`, its pictures read.

    Raises:
        RequestInvalid: If it contradicts itself or the limits.
        FileInvalid: If a picture or a palette file cannot be read.
    """
    if redo and like is None:
        raise RequestInvalid("redo names parts of a sprite: give the sprite as like")
    if redo and partial is not None:
        raise RequestInvalid("redo and partial both say what stays; leave one of them out")
    if strength is not None and like is None:
        raise RequestInvalid("strength is how far to go from a sprite: give the sprite as like")
    colours = _palette(palette) if palette is not None else own_palette_of(like, partial)
    colours = colours or find_palette(DEFAULT_PALETTE)
    pictures = [picture for picture in (like, partial, silhouette) if picture is not None]
    side: Any = size if size is not None else next(map(side_of, pictures), SIZE)
    base = None if like is None else like_of(like, colours, side)
    pinned = None if partial is None else kept_of(partial, colours, side)
    if base is not None and redo:
        pinned = base.copy()
        for part in redo:
            pinned[_inside(part, side)] = FREE
    usual = 1.0 if redo else SpriteRequest.strength
    return SpriteRequest(
        words=words,
        palette=colours,
        size=side,
        like=base,
        strength=usual if strength is None else strength,
        pinned=pinned,
        silhouette=None if silhouette is None else shape_of(silhouette, side),
        **wishes,
    )


def sprite_generator(package: str | Path | None = None) -> "SpriteGenerator":
    """Return the generator of a sprite package, loaded on first use and kept; see `sprite_package`."""
    generator: SpriteGenerator = default_library().generator(SPRITE, _named(package))
    return generator


def sprite_package(package: str | Path | None = None) -> Package:
    """Return a sprite package; no network of it is loaded.

    Args:
        package: Its name or folder; None: the installed one called ``pixels``.

    Raises:
        RequestInvalid: If ``package`` is neither text nor a path.
        KindUnknown: If no package has that name.
        PackageInvalid: If it is not sound.
    """
    return default_library().find(_named(package), SPRITE)


def _named(package: str | Path | None) -> str | Path:
    """Return how the library finds a package."""
    if not isinstance(package, str | Path | None):
        raise RequestInvalid(f"package is {package!r}; give the name or the folder of a sprite package")
    return USUAL if package is None else package


def _palette(given: PaletteLike) -> Palette:
    if isinstance(given, Palette):
        return given
    if isinstance(given, str | Path):
        return load_palette(str(given)).palette
    if not isinstance(given, Sequence) or not all(isinstance(colour, str) for colour in given):
        raise RequestInvalid(f"palette is {given!r:.60}; give a name, a file, or colours like 'ff004d'")
    return Palette("own", tuple(parse_colour(colour) for colour in given))


def _inside(part: Rectangle, side: int) -> tuple[slice, slice]:
    whole = isinstance(part, tuple | list) and len(part) == 4 and all(type(one) is int for one in part)
    left, top, width, height = part if whole else (0, 0, 0, 0)
    if min(left, top) < 0 or min(width, height) < 1 or max(left + width, top + height) > side:
        raise RequestInvalid(
            f"part to redo is {part!r}; give left, top, width, height within {side}x{side} pixels"
        )
    return np.s_[top : top + height, left : left + width]
