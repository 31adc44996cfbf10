"""The networks of a sprite package, arrays in and whole numbers out.

A sprite is proposed on three levels: a gist of a few numbers, a grid of codes of a quarter of the resolution,
and pixels; `encode` and `gist_of` lead back up.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid
from playloom.graph import Graph
from playloom.kinds.sprite.settings import Settings
from playloom.manifest import GraphSpec, TensorSpec
from playloom.package import Package

CELL = 4  # pixels a side of what one code stands for
COARSE = 8  # cells a side of the grid on which a silhouette is told to the gist's prior
PAINTER_SIZE = 32  # pixels a side of what the fast engine paints
_AROUND = 2  # cells of a tile itself that the networks see beyond each edge of it

Grid = NDArray[np.int64]
Logits = NDArray[np.int32]
_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True)
class Tokens:
    """The tokens beyond the colours, which are 0 to ``colours`` - 1."""

    colours: int

    @property
    def transparent(self) -> int:
        """Nothing is there."""
        return self.colours

    @property
    def solid(self) -> int:
        """Something is there, of a colour not known yet."""
        return self.colours + 1

    @property
    def unknown(self) -> int:
        """Nothing is known."""
        return self.colours + 2


@dataclass(frozen=True, eq=False)
class Told:
    """What is the same at every pass of a sprite."""

    palette: NDArray[np.float32]  # (P, 3), 0..255
    full: NDArray[np.float32]  # (1, conditions), as asked
    weak: NDArray[np.float32]  # (1, conditions), with no words, for guidance
    tile: bool

    @property
    def tokens(self) -> Tokens:
        """The tokens of this palette."""
        return Tokens(len(self.palette))

    @property
    def both(self) -> NDArray[np.float32]:
        """The condition (2, conditions) with the words and without."""
        return np.concatenate([self.full, self.weak])


class Networks:
    """The networks of one package; safe to share between threads."""

    def __init__(self, package: Package, settings: Settings) -> None:
        """Load them.

        Raises:
            PackageInvalid: If one is missing or has another signature than its settings ask for.
        """
        self.settings = settings
        self.package = package
        there = package.manifest.graphs
        signatures = _signatures(settings) | (_painter(settings) if "painter" in there else {})
        graphs = {name: _load(package, name, spec) for name, spec in signatures.items()}
        self._graphs = tuple(graphs.values())
        self._encoder, self._gist_encoder = graphs["encoder"], graphs["gist_encoder"]
        self._gist_prior, self._layout = graphs["gist_prior"], graphs["layout"]
        self._denoiser, self._painter = graphs["denoiser"], graphs.get("painter")

    @property
    def runs(self) -> int:
        """How often one of the networks has run."""
        return sum(graph.runs for graph in self._graphs)

    @property
    def paints(self) -> bool:
        """Whether there is a painter."""
        return self._painter is not None

    def encode(self, tokens: Grid, told: Told) -> Grid:
        """Return the codes (H/4, W/4) of a picture (H, W) of colours and transparent pixels."""
        codes = self._encoder.run({"tokens": tokens[None], "palette": told.palette})["codes"][0]
        return self._checked("encoder", codes, self.settings.codes)

    def gist_of(self, codes: Grid) -> Grid:
        """Return the gist (G,) of codes (h, w), all known."""
        gist = self._gist_encoder.run({"codes": codes[None]})["gist"][0]
        return self._checked("gist_encoder", gist, self.settings.levels)

    def gist_logits(
        self, gist: Grid, shape: NDArray[np.float32], told: Told, conditions: NDArray[np.float32]
    ) -> Logits:
        """Return logits (B, G, levels) of a gist (G,) of which some is known.

        Args:
            gist: 0..levels - 1, or levels where unknown.
            shape: (65,), see `coarse_shape`.
            told: The rest.
            conditions: (B, conditions), one or more for which the logits are wanted.
        """
        feeds: dict[str, NDArray[Any]] = {
            "gist": _each(gist, conditions),
            "palette": told.palette,
            "condition": conditions,
            "shape": _each(shape, conditions),
        }
        logits: Logits = self._gist_prior.run(feeds)["logits"].astype(np.int32)
        return logits

    def code_logits(
        self, codes: Grid, gists: Grid, tokens: Grid, told: Told, conditions: NDArray[np.float32]
    ) -> Logits:
        """Return logits (B, h, w, codes) of codes (h, w) of which some are known.

        Args:
            codes: 0..codes - 1, or codes where unknown.
            gists: (B, G), of each all is known or nothing (levels).
            tokens: (4 h, 4 w), the silhouette as far as it is known.
            told: The rest.
            conditions: (B, conditions), one beside each gist.
        """
        feeds: dict[str, NDArray[Any]] = {
            "codes": _each(_around(codes, 1, told), conditions),
            "gist": gists,
            "tokens": _each(_around(tokens, CELL, told), conditions),
            "palette": told.palette,
            "condition": conditions,
        }
        return _inner(self._layout.run(feeds)["logits"], codes.shape, 1, told)

    def pixel_logits(
        self, codes: Grid, tokens: Grid, told: Told, condition: NDArray[np.float32]
    ) -> tuple[Logits, Logits]:
        """Return logits of alpha (H, W, 2: transparent, solid) and of colours (H, W, P)."""
        feeds: dict[str, NDArray[Any]] = {
            "codes": _around(codes, 1, told)[None],
            "tokens": _around(tokens, CELL, told)[None],
            "palette": told.palette,
            "condition": condition,
        }
        made = self._denoiser.run(feeds)
        alpha, colour = (_inner(made[name], tokens.shape, CELL, told)[0] for name in ("alpha", "colour"))
        return alpha, colour

    def paint(self, gist: Grid, told: Told) -> Grid:
        """Return what the painter makes of a gist (G,), all known: colours or transparent (32, 32)."""
        assert self._painter is not None  # whoever asks has looked at `paints`
        feeds: dict[str, NDArray[Any]] = {
            "gist": gist[None],
            "palette": told.palette,
            "condition": told.full,
        }
        made = self._painter.run(feeds)
        alpha, colour = made["alpha"][0], made["colour"][0]
        solid = (alpha[1] > alpha[0]) | told.tile
        return np.where(solid, colour.argmax(0), told.tokens.transparent).astype(np.int64)

    def _checked(self, name: str, made: Grid, limit: int) -> Grid:
        if made.min() < 0 or made.max() >= limit:
            raise PackageInvalid(
                f"{self.package.root}: {name} makes {made.min()}..{made.max()}; expected 0..{limit - 1}; "
                "export the package again"
            )
        return made


def coarse_shape(tokens: Grid, told: Told) -> NDArray[np.float32]:
    """Return how solid each cell of an 8x8 grid is, row by row, 0..127, then 127; (65,).

    All 65 are 0 if what is known (H, W) does not say of every pixel whether it is transparent.
    """
    row = np.zeros(COARSE * COARSE + 1, np.float32)
    if (tokens == told.tokens.unknown).any():
        return row
    edges = [np.arange(COARSE + 1) * side // COARSE for side in tokens.shape]
    sums = np.pad((tokens != told.tokens.transparent).astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    solid = np.diff(np.diff(sums[np.ix_(*edges)], axis=0), axis=1)
    area = np.diff(edges[0])[:, None] * np.diff(edges[1])
    row[:-1], row[-1] = (127 * solid // area).ravel(), 127
    return row


def _around(grid: Grid, cell: int, told: Told) -> Grid:
    """Return what the networks see: a tile sees itself beyond its edges."""
    return np.pad(grid, _AROUND * cell, mode="wrap") if told.tile else grid


def _inner(made: NDArray[np.float32], shape: tuple[int, ...], cell: int, told: Told) -> Logits:
    """Return logits (B, H, W, V) of the picture itself."""
    around = _AROUND * cell if told.tile else 0
    inner = (slice(None), *(slice(around, around + side) for side in shape))
    logits: Logits = np.moveaxis(made.astype(np.int32), 1, -1)[inner]
    return logits


def _each(array: NDArray[_Number], conditions: NDArray[np.float32]) -> NDArray[_Number]:
    """Return an array once for each condition."""
    return np.repeat(array[None], len(conditions), axis=0)


def _signatures(settings: Settings) -> dict[str, GraphSpec]:
    """Return what each graph must take and give; its file is not looked at."""
    fine, rough = ("height", "width"), (f"height/{CELL}", f"width/{CELL}")
    palette, condition = _given(settings)
    tokens, codes = TensorSpec("tokens", "int64", (1, *fine)), TensorSpec("codes", "int64", (1, *rough))
    gist = TensorSpec("gist", "int64", (1, settings.gist))
    shape = TensorSpec("shape", "float32", (1, COARSE * COARSE + 1))
    codes_, gist_, tokens_, condition_, shape_ = map(_batched, (codes, gist, tokens, condition, shape))

    def logits(*sides: int | str) -> TensorSpec:
        return TensorSpec("logits", "float32", ("batch", *sides))

    signatures = {
        "encoder": ((tokens, palette), (codes,)),
        "gist_encoder": ((codes,), (gist,)),
        "gist_prior": ((gist_, palette, condition_, shape_), (logits(settings.gist, settings.levels),)),
        "layout": ((codes_, gist_, tokens_, palette, condition_), (logits(settings.codes, *rough),)),
        "denoiser": ((codes, tokens, palette, condition), _pixels(*fine)),
    }
    return {name: GraphSpec("", inputs, outputs) for name, (inputs, outputs) in signatures.items()}


def _batched(one: TensorSpec) -> TensorSpec:
    """Return the same for any number of pictures."""
    return TensorSpec(one.name, one.dtype, ("batch", *one.shape[1:]))


def _painter(settings: Settings) -> dict[str, GraphSpec]:
    """Return the same of the painter, which a package may lack."""
    gist = TensorSpec("gist", "int64", (1, settings.gist))
    return {"painter": GraphSpec("", (gist, *_given(settings)), _pixels(PAINTER_SIZE, PAINTER_SIZE))}


def _given(settings: Settings) -> tuple[TensorSpec, TensorSpec]:
    """Return what says the palette and the condition."""
    palette = TensorSpec("palette", "float32", ("colours", 3))
    return palette, TensorSpec("condition", "float32", (1, settings.conditions))


def _pixels(*sides: int | str) -> tuple[TensorSpec, TensorSpec]:
    """Return what says alpha and colours."""
    alpha = TensorSpec("alpha", "float32", (1, 2, *sides))
    return alpha, TensorSpec("colour", "float32", (1, "colours", *sides))


def _load(package: Package, name: str, expected: GraphSpec) -> Graph:
    graph = Graph.load(package, name)
    for role, found, wanted in (
        ("inputs", graph.spec.inputs, expected.inputs),
        ("outputs", graph.spec.outputs, expected.outputs),
    ):
        if {*found} != {*wanted}:
            raise PackageInvalid(
                f"{package.root}: {role} of {name} are {_words(found)}; its settings ask for "
                f"{_words(wanted)}; export the package again"
            )
    return graph


def _words(tensors: tuple[TensorSpec, ...]) -> str:
    return ", ".join(f"{one.name} {one.dtype} {list(one.shape)}" for one in tensors)
