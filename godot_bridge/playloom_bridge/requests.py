"""Every request a client can send: its fields and their bounds.

Strict: unknown fields, numbers of another sort and names with strange characters are refused before anything
else sees them. What contradicts itself or a package is refused later, by the kind itself.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

PATH_HIGH = 4 << 20  # moves of a solution
PRIORITY = 5  # where none is given; 9 goes first

Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9._:-]{1,64}\Z")]
SessionName = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{16,64}\Z")]
Nonce = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32,128}\Z")]
Proof = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Name = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,62}\Z")]  # of a package: never a path
FileName = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.[a-z]{3,8}\Z")]
Word = Annotated[str, Meta(min_length=1, max_length=80)]
Seed = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Side = Annotated[int, Meta(ge=8, le=1024)]
Pixels = Annotated[int, Meta(ge=1, le=256)]
Place = Annotated[int, Meta(ge=-(2**48), le=2**48)]
Count = Annotated[int, Meta(ge=0, le=PATH_HIGH)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Few = Annotated[int, Meta(ge=1, le=64)]
_TWO = Meta(min_length=2, max_length=2)
# One number, or both ends of which null is open. Ends are a tuple of any length with bounds: beside a number
# with bounds msgspec 0.23 takes the length of a fixed tuple from memory that is not its own.
Counts = Count | Annotated[tuple[Count | None, ...], _TWO] | None
Shares = Share | Annotated[tuple[Share | None, ...], _TWO] | None


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """No field that is not named here."""


class Hello(_Strict, frozen=True, kw_only=True):
    """The first message: who is there, and what the server is to prove itself with."""

    protocol: Annotated[int, Meta(ge=0, le=1 << 20)]
    client: Annotated[str, Meta(min_length=1, max_length=80)]  # for nobody but a reader of the wire
    session: SessionName  # random, kept over reconnects: ids are unique within it
    nonce: Nonce


class Login(_Strict, frozen=True, kw_only=True):
    """The second message: the client's own proof."""

    proof: Proof


class Ping(_Strict, frozen=True, kw_only=True):
    """Asks for nothing."""


class Cancel(_Strict, frozen=True, kw_only=True):
    """Ends another request of this session."""

    target: Id


class Asked(_Strict, frozen=True, kw_only=True):
    """Fields of everything that a worker does."""

    priority: Annotated[int, Meta(ge=0, le=9)] = PRIORITY
    deadline_ms: Annotated[int, Meta(ge=1, le=600_000)] | None = None  # from its arrival


class Made(Asked, frozen=True, kw_only=True):
    """Fields of everything that is made with a model package."""

    seed: Seed = 0
    package: Name | None = None
    files: Annotated[tuple[FileName, ...], Meta(max_length=8)] = ()  # also wanted as these


class _Peopled(Made, frozen=True, kw_only=True):
    theme: Word | None = None
    style: Word | None = None
    enemies: Counts = None
    common: Counts = None
    strong: Counts = None
    bosses: Counts = None
    treasure: Counts = None
    people: Counts = None


class Level(_Peopled, frozen=True, kw_only=True):
    """A level; fields as those of `playloom.level`. With ``pinned`` the payload holds the cells to keep."""

    size: tuple[Side, Side] | None = None  # width, height in cells
    keys: Counts = None
    locks: Counts = None
    openness: Shares = None
    path: Counts = None
    crates: Counts = None
    pushes: Counts = None
    difficulty: Shares = None
    steps: Few | None = None
    attempts: Few | None = None
    pinned: bool = False  # u16le, row by row; 65535 where the model may choose


class Chunk(_Peopled, frozen=True, kw_only=True):
    """A chunk of an endless level; fields as those of `playloom.endless`."""

    x: Place
    y: Place
    chunk: tuple[Annotated[int, Meta(ge=16, le=128)], Annotated[int, Meta(ge=16, le=128)]] = (32, 32)
    steps: Few | None = None


class Sprite(Made, frozen=True, kw_only=True):
    """A sprite; fields as those of `playloom.sprite`. With ``like`` the payload is a picture, RGBA."""

    words: Annotated[str, Meta(max_length=200)] = ""
    palette: Word | Annotated[tuple[Word, ...], Meta(min_length=2, max_length=32)] | None = None
    colours: Annotated[int, Meta(ge=2, le=32)] | None = None
    size: Literal[16, 24, 32, 48] | None = None
    category: Word | None = None
    style: Word | None = None
    engine: Literal["best", "fast", "hybrid"] = "best"
    steps: Few | None = None
    guidance: Annotated[float, Meta(ge=0.0, le=4.0)] | None = None
    attempts: Few | None = None
    margin: Annotated[int, Meta(ge=0, le=12)] = 0
    baseline: Literal["any", "ground", "float"] = "any"
    pieces: Few | Annotated[tuple[Few, ...], _TWO] | None = None
    outline: Literal["inside", "outside"] | None = None
    shadow: bool = False
    like: Literal[16, 24, 32, 48] | None = None  # side of the picture in the payload
    strength: Share | None = None


class Walk(Asked, frozen=True, kw_only=True):
    """A walk of the figure in the payload, RGBA; fields as those of `playloom.walk`."""

    side: Literal[16, 32]
    frames: Literal[3, 4] = 4
    right: Literal["mirrored", "drawn"] = "mirrored"
    milliseconds: Annotated[int, Meta(ge=10, le=10_000)] | None = None
    package: Name | None = None
    files: Annotated[tuple[FileName, ...], Meta(max_length=8)] = ()


class Quest(Made, frozen=True, kw_only=True):
    """A quest; fields as those of `playloom.quest`. The payload may be a world as TOML."""

    world: Name | None = None  # one that the server knows; null: of the payload, or the first example
    giver: Word | None = None
    target: Word | None = None
    motivation: Word | None = None
    strategy: Word | None = None
    tone: Word | None = None
    genre: Word | None = None
    player: Word | None = None
    depth: Annotated[int, Meta(ge=0, le=3)] | None = None
    rating: Literal["everyone", "teen", "mature"] = "everyone"
    attempts: Few | None = None
    source: Literal["authored", "mixed", "model"] = "authored"
    candidates: Annotated[int, Meta(ge=1, le=16)] | None = None
    stream: bool = False  # lines come as they are written


class Check(Asked, frozen=True, kw_only=True):
    """Judges what is in the payload: cells of a level (u16le) or pixels of a sprite (RGBA)."""

    kind: Literal["level", "sprite"]
    size: tuple[Annotated[int, Meta(ge=1, le=1024)], Annotated[int, Meta(ge=1, le=1024)]]
    theme: Word | None = None  # of a level
    palette: Word | Annotated[tuple[Word, ...], Meta(min_length=2, max_length=32)] | None = (
        None  # of a sprite
    )
    package: Name | None = None


class List(Asked, frozen=True, kw_only=True):
    """Asks what there is to ask for."""

    what: Literal["themes", "words", "palettes", "worlds", "packages"]
    package: Name | None = None


METHODS: dict[str, type[Any]] = {
    "hello": Hello,
    "login": Login,
    "ping": Ping,
    "cancel": Cancel,
    "level": Level,
    "chunk": Chunk,
    "sprite": Sprite,
    "walk": Walk,
    "quest": Quest,
    "check": Check,
    "list": List,
}
PAYLOADS = frozenset({"level", "sprite", "walk", "quest", "check"})  # that may come with one
