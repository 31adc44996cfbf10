"""The sprite kind: propose with a network, mend, finish, and check; again until the check is passed.

The request's seed becomes one stream an attempt; nothing else is random.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.graph import Graph
from playloom.kinds.sprite.content import Evidence, Mend, Sprite, Verdict
from playloom.kinds.sprite.contract import Contract, examine
from playloom.kinds.sprite.decode import Grid, paint
from playloom.kinds.sprite.finishing import finished
from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.request import SpriteRequest
from playloom.kinds.sprite.settings import read_settings
from playloom.kinds.sprite.start import start_of
from playloom.kinds.sprite.terms import check_terms, contract_of, contract_record, given_kept, is_tile
from playloom.kinds.sprite.words import Understood, understand
from playloom.npz import read_npz
from playloom.package import Package
from playloom.seeds import Stream

_DENOISER, _PAINTER, _ORIGINALS = "denoiser", "painter", "originals"
PAINTER_SIZE = 32  # pixels a side of what the fast engine paints
_AROUND = 8  # pixels of the tile itself that the network sees beyond each edge of it
_SILHOUETTE_SHARE = 3  # one pass in so many goes to the silhouette


@dataclass(frozen=True)
class _Told:
    """What the network is told: as asked, and with no words for guidance."""

    full: NDArray[np.float32]
    weak: NDArray[np.float32]
    understood: Understood
    style: str


class SpriteGenerator:
    """Sprites from one package. Holds no state between requests; safe to share between threads."""

    def __init__(self, package: Package) -> None:
        """Load the networks.

        Raises:
            PackageInvalid: If the package's settings or assets are not those of a sprite package.
        """
        self.settings = read_settings(package)
        self.package = package
        self._denoiser = Graph.load(package, _DENOISER)
        self._painter = Graph.load(package, _PAINTER) if self.settings.noise else None
        self.originals = _read_originals(package)

    def generate(self, request: SpriteRequest, progress: Callable[[float], None] | None = None) -> Sprite:
        """Return a sprite that passes the independent check of the pixel contract.

        Args:
            request: What is wanted.
            progress: Called with the share done, 0..1, of an attempt; starts anew with a further attempt.

        Raises:
            RequestInvalid: If words, category or style are unknown here, or the package has no fast engine.
            GenerationFailed: If no attempt passed; says which checks failed and what to loosen.
        """
        told = self._told(request)
        check_terms(request, told.understood.category)
        ordered, back = request.in_order()
        contract = contract_of(ordered, told.understood.category)
        stream = Stream(request.seed, "sprite")
        failed: dict[str, str] = {}
        for number in range(request.attempts):
            draw = stream.fork(f"attempt {number}")
            spans: dict[str, float] = {}
            before = time.perf_counter()
            grid = self._propose(ordered, told, draw, progress or (lambda share: None))
            spans["propose"] = (time.perf_counter() - before) * 1000
            before = time.perf_counter()
            sprite, mends = finished(ordered, grid, contract)
            spans["finish"] = (time.perf_counter() - before) * 1000
            before = time.perf_counter()
            found = examine(sprite.rgba, contract, self.originals)
            checks = (*found.checks, *given_kept(ordered, sprite.pixels))
            spans["check"] = (time.perf_counter() - before) * 1000
            broken = {check.name: check.detail for check in checks if not check.passed}
            if not broken:
                evidence = self._evidence(request, told, contract, number + 1, checks, mends, found.measures)
                pixels = back[sprite.pixels]
                return replace(
                    sprite,
                    pixels=pixels,
                    palette=request.palette,
                    evidence=evidence,
                    timings=spans,
                    notes=told.understood.notes,
                )
            failed |= broken
        reasons = "; ".join(f"{name}: {detail}" for name, detail in failed.items())
        raise GenerationFailed(
            f"no sprite in {request.attempts} attempts. {reasons}; take another seed, or ask for less",
            failed=tuple(failed),
            advice=reasons,
        )

    def _told(self, request: SpriteRequest) -> _Told:
        settings = self.settings
        understood = understand(request.words, settings)
        category = request.category or understood.category
        if request.category is not None and request.category not in settings.categories:
            known = ", ".join(settings.categories)
            raise RequestInvalid(f"category is {request.category!r}; this package has {known}")
        if request.style is not None and request.style not in settings.styles:
            known = ", ".join(settings.styles)
            raise RequestInvalid(f"style is {request.style!r}; this package has {known}")
        if request.engine == "fast":
            self._check_fast(request)
        style = request.style or settings.usual_style(category, request.size)
        return _Told(
            settings.condition(category, style, request.size, understood.tags),
            settings.condition(None, style, request.size, ()),
            replace(understood, category=category),
            style,
        )

    def _check_fast(self, request: SpriteRequest) -> None:
        if self._painter is None:
            raise RequestInvalid("this package has no fast engine; leave it at best")
        if request.size != PAINTER_SIZE:
            raise RequestInvalid(
                f"the fast engine paints {PAINTER_SIZE}x{PAINTER_SIZE}, not {request.size}x{request.size}; "
                "leave it at best"
            )
        if any(part is not None for part in (request.silhouette, request.pinned, request.like)):
            raise RequestInvalid(
                "the fast engine starts from nothing; leave it at best to go on from a picture"
            )

    def _propose(
        self, request: SpriteRequest, told: _Told, stream: Stream, progress: Callable[[float], None]
    ) -> Grid:
        """Return the picture (H, W): a colour, or the number of colours where it is transparent."""
        palette = request.palette.array.astype(np.float32)
        colours = len(palette)
        if request.engine == "fast":
            return self._painted(told, palette, stream)
        tile = is_tile(told.understood.category)
        start = start_of(request, tile, stream.fork("start"))
        guidance = round(16 * request.guidance)
        silhouette = max(1, request.steps // _SILHOUETTE_SHARE)

        def network(tokens: Grid) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
            full = self._run(tokens, palette, told.full, tile)
            if guidance == 16:
                return full
            weak = self._run(tokens, palette, told.weak, tile)
            alpha, colour = (w + (guidance * (f - w)) // 16 for f, w in zip(full, weak, strict=True))
            return alpha, colour

        steps = (silhouette, max(1, request.steps - silhouette))
        return paint(network, start, colours, steps, stream, progress=progress)

    def _run(
        self, tokens: Grid, palette: NDArray[np.float32], told: NDArray[np.float32], tile: bool
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return logits of alpha (H, W, 2) and of colours (H, W, P); a tile sees itself beyond its edges."""
        around = _AROUND if tile else 0
        seen = np.pad(tokens, around, mode="wrap") if tile else tokens
        outputs = self._denoiser.run({"tokens": seen[None], "palette": palette, "condition": told})
        inner = slice(around, around + tokens.shape[0]), slice(around, around + tokens.shape[1])
        alpha, colour = (
            np.moveaxis(outputs[name][0].astype(np.int32), 0, -1)[inner] for name in ("alpha", "colour")
        )
        return alpha, colour

    def _painted(self, told: _Told, palette: NDArray[np.float32], stream: Stream) -> Grid:
        """Return what the painter makes in one pass."""
        assert self._painter is not None  # `_check` has refused
        bits = stream.fork("noise").bits(self.settings.noise)
        noise = (bits >> np.uint64(32)) * np.uint64(self.settings.hot + 1) >> np.uint64(32)
        feeds = {"noise": noise[None].astype(np.float32), "palette": palette, "condition": told.full}
        outputs = self._painter.run(feeds)
        alpha, colour = outputs["alpha"][0], outputs["colour"][0]
        solid = (alpha[1] > alpha[0]) | is_tile(told.understood.category)
        return np.where(solid, colour.argmax(0), len(palette)).astype(np.int64)

    def _evidence(
        self,
        request: SpriteRequest,
        told: _Told,
        contract: Contract,
        attempts: int,
        checks: tuple[Verdict, ...],
        mends: tuple[Mend, ...],
        measures: dict[str, float | int | str],
    ) -> Evidence:
        manifest = self.package.manifest
        asked = request.record() | {
            "category": told.understood.category,
            "style": told.style,
            "tags": list(told.understood.tags),
            "contract": contract_record(contract),
        }
        return Evidence(
            package=manifest.name,
            version=manifest.version,
            package_hash=self.package.hash,
            licence=manifest.card.licence,
            promise=manifest.promise,
            request=asked,
            attempts=attempts,
            checks=checks,
            mends=mends,
            measures=measures,
        )


def _read_originals(package: Package) -> Index | None:
    name = package.manifest.assets.get(_ORIGINALS)
    if name is None:
        return None
    where = str(package.root / name)
    return Index.read(read_npz(package.read(name), where), where)


class _SpriteKind:
    """The entry of the sprite kind under `playloom.kinds`."""

    name = "sprite"

    def load(self, package: Package) -> SpriteGenerator:
        """Return the generator of a sprite package."""
        return SpriteGenerator(package)


KIND = _SpriteKind()
