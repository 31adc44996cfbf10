"""The sprite kind: propose with a network, mend, finish, and check; again until the check is passed.

The request's seed becomes one stream an attempt; nothing else is random.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.sprite.content import Evidence, Mend, Sprite, Verdict
from playloom.kinds.sprite.contract import Contract, examine
from playloom.kinds.sprite.decode import Progress
from playloom.kinds.sprite.finishing import finished
from playloom.kinds.sprite.networks import PAINTER_SIZE, Grid, Networks, Told
from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.palette import Palette
from playloom.kinds.sprite.propose import propose, timed
from playloom.kinds.sprite.ramps import chosen
from playloom.kinds.sprite.request import SpriteRequest
from playloom.kinds.sprite.settings import read_settings
from playloom.kinds.sprite.terms import check_terms, contract_of, contract_record, given_kept, is_tile
from playloom.kinds.sprite.words import Understood, understand
from playloom.npz import read_npz
from playloom.package import Package
from playloom.seeds import Stream

ORIGINALS = "originals"


@dataclass(frozen=True)
class _Meant:
    """What a request means to this package."""

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
        self.networks = Networks(package, self.settings)
        self.originals = read_originals(package)

    def check(self, request: SpriteRequest) -> None:
        """Look whether this package takes a request.

        Raises:
            RequestInvalid: If words, category or style are unknown here, or the package has no painter.
        """
        self._meant(request)

    def generate(self, request: SpriteRequest, progress: Callable[[float], None] | None = None) -> Sprite:
        """Return a sprite that passes the independent check of the pixel contract.

        Args:
            request: What is wanted.
            progress: Called with the share done, 0..1, of an attempt; starts anew with a further attempt.

        Raises:
            RequestInvalid: If words, category or style are unknown here, or the package has no painter.
            GenerationFailed: If no attempt passed; says which checks failed and what to loosen.
        """
        meant = self._meant(request)
        ordered, back = request.in_order()
        contract = contract_of(ordered, meant.understood.category)
        stream = Stream(request.seed, "sprite")
        failed: dict[str, str] = {}
        for number in range(request.attempts):
            draw = stream.fork(f"attempt {number}")
            spans: dict[str, float] = {}
            grid = self._propose(ordered, meant, draw, spans, progress or (lambda share: None))
            with timed(spans, "finish"):
                sprite, mends = finished(ordered, grid, contract)
            with timed(spans, "check"):
                found = examine(sprite.rgba, contract, self.originals)
                checks = (*found.checks, *given_kept(ordered, sprite.pixels))
            broken = {check.name: check.detail for check in checks if not check.passed}
            if not broken:
                evidence = self._evidence(request, meant, contract, number + 1, checks, mends, found.measures)
                pixels = back[sprite.pixels]
                return replace(
                    sprite,
                    pixels=pixels,
                    palette=request.palette,
                    evidence=evidence,
                    timings=spans,
                    notes=meant.understood.notes,
                )
            failed |= broken
        reasons = "; ".join(f"{name}: {detail}" for name, detail in failed.items())
        raise GenerationFailed(
            f"no sprite in {request.attempts} attempts. {reasons}; take another seed, or ask for less",
            failed=tuple(failed),
            advice=reasons,
        )

    def _propose(
        self,
        request: SpriteRequest,
        meant: _Meant,
        stream: Stream,
        spans: dict[str, float],
        progress: Progress,
    ) -> Grid:
        """Return a picture in the palette of the request, drawn in some of its colours."""
        places = np.arange(len(request.palette.colours))
        if request.like is None and request.pinned is None:
            words = meant.understood.tags
            places = chosen(request.palette, request.colours, words, stream.fork("colours"))
        colours = tuple(request.palette.colours[place] for place in places)
        small = replace(request, palette=Palette(request.palette.name, colours))
        # What comes after the colours is transparent.
        back = np.append(places, len(request.palette.colours))
        return back[propose(self.networks, small, self._told(small, meant), stream, spans, progress)]

    def _meant(self, request: SpriteRequest) -> _Meant:
        settings = self.settings
        understood = understand(request.words, settings)
        category = request.category or understood.category
        if request.category is not None and request.category not in settings.categories:
            known = ", ".join(settings.categories)
            raise RequestInvalid(f"category is {request.category!r}; this package has {known}")
        if request.style is not None and request.style not in settings.styles:
            known = ", ".join(settings.styles)
            raise RequestInvalid(f"style is {request.style!r}; this package has {known}")
        if request.engine != "best":
            self._check_painter(request)
        style = request.style or settings.usual_style(category, request.size)
        check_terms(request, category)
        return _Meant(replace(understood, category=category), style)

    def _told(self, request: SpriteRequest, meant: _Meant) -> Told:
        understood, size = meant.understood, request.size
        return Told(
            request.palette.array.astype(np.float32),
            self.settings.condition(understood.category, meant.style, size, understood.tags),
            self.settings.condition(None, None, size, ()),
            is_tile(understood.category),
        )

    def _check_painter(self, request: SpriteRequest) -> None:
        named = f"engine is {request.engine}"
        if not self.networks.paints:
            raise RequestInvalid(f"{named}, but this package has no painter; leave it at best")
        if request.size != PAINTER_SIZE:
            raise RequestInvalid(
                f"{named}, which paints {PAINTER_SIZE}x{PAINTER_SIZE}, not {request.size}x{request.size}; "
                "leave it at best"
            )
        if any(part is not None for part in (request.silhouette, request.pinned, request.like)):
            raise RequestInvalid(
                f"{named}, which starts from nothing; leave it at best to go on from a picture"
            )

    def _evidence(
        self,
        request: SpriteRequest,
        meant: _Meant,
        contract: Contract,
        attempts: int,
        checks: tuple[Verdict, ...],
        mends: tuple[Mend, ...],
        measures: dict[str, float | int | str],
    ) -> Evidence:
        manifest = self.package.manifest
        asked = request.record() | {
            "category": meant.understood.category,
            "style": meant.style,
            "tags": list(meant.understood.tags),
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


def read_originals(package: Package) -> Index | None:
    """Return the index of what a package was trained on, if it has one."""
    name = package.manifest.assets.get(ORIGINALS)
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
