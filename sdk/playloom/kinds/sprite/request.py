"""What is asked for: `SpriteRequest`."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kinds.sprite.contract import Baseline
from playloom.kinds.sprite.outline import Side
from playloom.kinds.sprite.palette import COLOURS_HIGH, COLOURS_LOW, Palette, as_hex, find_palette
from playloom.kinds.sprite.settings import SIZES
from playloom.seeds import SEED_LIMIT

FREE = 255  # a pinned picture's mark for "not pinned"
WORDS_LENGTH_HIGH = 200  # characters
PIECES_HIGH = 64
STEPS, STEPS_HIGH = 8, 64  # passes over the layout of a sprite: by default, at most
COLOURS = 8  # of a palette, in one sprite
GUIDANCE, GUIDANCE_HIGH = 2.0, 4.0
ATTEMPTS, ATTEMPTS_HIGH = 8, 64
DEFAULT_PALETTE = "sweetie-16"

Engine = Literal["best", "fast", "hybrid"]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, eq=False)  # eq: arrays have no single answer to ==
class SpriteRequest:
    """What the caller wants.

    Two requests are equal only if they are the same object; `record` can be compared.
    """

    words: str = ""  # free words: "goblin with axe"
    category: str | None = None  # None: what the words say
    style: str | None = None  # a set of art of the training data; None: the usual one for category and size
    palette: Palette = field(default_factory=lambda: find_palette(DEFAULT_PALETTE))
    colours: int = COLOURS  # of the palette that it is drawn in, 2 to 32; all where a picture is given
    size: int = 32  # side, pixels: 16, 24, 32 or 48
    seed: int = 0
    engine: Engine = "best"  # "fast": one pass of the painter; "hybrid": a painted sprite, partly drawn anew
    steps: int = (
        STEPS  # quality: passes over the layout (its codes), 1 to 64; other passes are as many as ever
    )
    guidance: float = GUIDANCE  # how strongly words count: 1 as trained, 0 not at all, at most 4
    attempts: int = ATTEMPTS  # tries before GenerationFailed
    margin: int = 0  # pixels that stay empty at each side
    baseline: Baseline = "any"
    pieces: tuple[int, int] | None = None  # connected pieces of the silhouette; None: as usual
    outline: Side | None = None
    shadow: bool = False  # a drop shadow below
    silhouette: NDArray[np.bool_] | None = None  # (size, size): the shape
    pinned: Pixels | None = None  # (size, size) pixel values to keep; FREE where not pinned
    like: Pixels | None = None  # (size, size) pixel values of a sprite to vary, or of a sketch
    strength: float = 0.5  # how far to go from ``like``: 0 gives it back, 1 forgets it

    def __post_init__(self) -> None:
        """Check every field.

        Raises:
            RequestInvalid: Says which field, what was found and what is possible.
        """
        self._check_words()
        if not isinstance(self.palette, Palette):
            raise RequestInvalid(f"palette is {self.palette!r:.40}; give a Palette")
        if type(self.size) is not int or self.size not in SIZES:
            raise RequestInvalid(f"size is {self.size!r}; choose {', '.join(map(str, SIZES))}")
        for name, known in (("engine", get_args(Engine)), ("baseline", get_args(Baseline))):
            _one_of(name, getattr(self, name), known)
        if self.outline is not None:
            _one_of("outline", self.outline, get_args(Side))
        self._check_numbers()
        if self.pieces is not None:
            object.__setattr__(self, "pieces", _pieces(self.pieces))
        if not isinstance(self.shadow, bool):
            raise RequestInvalid(f"shadow is {self.shadow!r}; choose True or False")
        self._take_pictures()

    def _check_words(self) -> None:
        if not isinstance(self.words, str) or len(self.words) > WORDS_LENGTH_HIGH:
            raise RequestInvalid(
                f"words are {self.words!r:.40}; give text of up to {WORDS_LENGTH_HIGH} characters"
            )
        if not self.words.isprintable():
            raise RequestInvalid(f"words are {self.words!a:.80}; give one line of printable text")

    def _check_numbers(self) -> None:
        for name, low, high in (
            ("seed", 0, SEED_LIMIT - 1),
            ("colours", COLOURS_LOW, COLOURS_HIGH),
            ("steps", 1, STEPS_HIGH),
            ("attempts", 1, ATTEMPTS_HIGH),
            ("margin", 0, self.size // 4),
        ):
            _whole(name, getattr(self, name), low, high)
        _number("guidance", self.guidance, GUIDANCE_HIGH)
        _number("strength", self.strength, 1.0)

    def _take_pictures(self) -> None:
        """Put copies that nobody else can change in the place of the pictures."""
        colours = len(self.palette.colours)
        for name in ("pinned", "like"):
            picture = getattr(self, name)
            if picture is not None:
                free = name == "pinned"
                object.__setattr__(self, name, _pixels(name, picture, self.size, colours, free=free))
        if self.silhouette is not None:
            shape = _grid("silhouette", self.silhouette, self.size).astype(np.bool_)
            shape.setflags(write=False)
            object.__setattr__(self, "silhouette", shape)

    @property
    def room(self) -> int:
        """Pixels that the figure itself leaves free at each side: the margin, and what its finish needs."""
        return self.margin + (self.outline == "outside") + self.shadow

    def in_order(self) -> tuple["SpriteRequest", Pixels]:
        """Return the request with its palette in an order that depends on the colours alone, and a way back.

        So the order in which somebody lists the colours of a palette cannot change what is drawn.

        Returns:
            The request, and a table (P + 1,) from its pixel values to those of this one.
        """
        order = sorted(range(len(self.palette.colours)), key=self.palette.colours.__getitem__)
        back = np.array([0, *(place + 1 for place in order)], np.uint8)
        there = np.full(FREE + 1, FREE, np.uint8)
        there[back] = np.arange(len(back), dtype=np.uint8)
        palette = Palette(self.palette.name, tuple(self.palette.colours[place] for place in order))
        pinned, like = (None if part is None else there[part] for part in (self.pinned, self.like))
        return replace(self, palette=palette, pinned=pinned, like=like), back

    def record(self) -> dict[str, Any]:
        """Return the request as JSON-ready data; what was left to the model is absent."""
        plain: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if value is not None and name not in ("palette", "silhouette", "pinned", "like", "strength"):
                plain[name] = list(value) if isinstance(value, tuple) else value
        plain["palette"] = [as_hex(colour)[1:] for colour in self.palette.colours]
        if self.silhouette is not None:
            plain["silhouette_pixels"] = int(self.silhouette.sum())
        if self.pinned is not None:
            plain["pinned_pixels"] = int((self.pinned != FREE).sum())
        if self.like is not None:
            plain["like_pixels"] = int((self.like != 0).sum())
            plain["strength"] = self.strength
        return plain


def _one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise RequestInvalid(f"{name} is {value!r}; choose {' or '.join(known)}")


def _pieces(value: Any) -> tuple[int, int]:
    """Return how few and how many; one number is exactly that many."""
    ends: tuple[Any, Any] = (value, value)
    if isinstance(value, tuple | list) and len(value) == 2:
        ends = value[0], value[1]
    for end in ends:
        _whole("pieces", end, 1, PIECES_HIGH)
    if ends[0] > ends[1]:
        raise RequestInvalid(f"pieces are {ends[0]} to {ends[1]}; give the lower number first")
    return ends


def _whole(name: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        top = "2**63 - 1" if high == SEED_LIMIT - 1 else high
        raise RequestInvalid(f"{name} is {value!r}; choose a whole number, {low} to {top}")


def _number(name: str, value: object, high: float) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= high:
        raise RequestInvalid(f"{name} is {value!r}; choose a number, 0 to {high:g}")


def _grid(name: str, value: object, size: int) -> NDArray[Any]:
    if not isinstance(value, np.ndarray) or value.ndim != 2 or value.dtype.kind not in "biu":
        raise RequestInvalid(f"{name} is not a 2-D NumPy array of whole numbers or booleans")
    if value.shape != (size, size):
        found = "x".join(str(side) for side in reversed(value.shape))
        raise RequestInvalid(f"{name} is {found} pixels; the request is {size}x{size}")
    return value


def _pixels(name: str, value: object, size: int, colours: int, *, free: bool) -> Pixels:
    """Return a copy nobody else can change."""
    grid = _grid(name, value, size)
    known = (grid >= 0) & ((grid <= colours) | (free & (grid == FREE)))
    if not known.all():
        worst = grid[~known].ravel()[0]
        raise RequestInvalid(
            f"{name} holds {worst}; 0 is transparent, 1 to {colours} are the colours of the palette"
            + (f", {FREE} is free" if free else "")
        )
    copy = grid.astype(np.uint8)
    copy.setflags(write=False)
    return copy
