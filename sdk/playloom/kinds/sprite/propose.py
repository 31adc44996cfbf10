"""What the networks propose for a request: a picture that is not mended, finished or checked yet."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from playloom.kinds.sprite.decode import PIXEL_PASSES, Drawing, Progress
from playloom.kinds.sprite.networks import Grid, Networks, Told
from playloom.kinds.sprite.request import SpriteRequest
from playloom.kinds.sprite.start import Start, start_of
from playloom.seeds import Stream

GISTS = 4  # drawn where pixels are pinned, of which one is taken
_GIST_SHARE = 2  # of the progress; a pass over codes or pixels counts 1
FAST_GIST_PASSES = 4  # over the gist of a sprite that is painted; guided, as good as 8 that are not
REDRAWN = 0.5  # share of a painted sprite's codes that the hybrid draws anew


def propose(
    networks: Networks,
    request: SpriteRequest,
    told: Told,
    stream: Stream,
    spans: dict[str, float],
    progress: Progress,
) -> Grid:
    """Return a picture (H, W): a colour, or the number of colours where it is transparent.

    Args:
        networks: Those of the package.
        request: What is wanted.
        told: What the networks are told of it.
        stream: The randomness.
        spans: Takes the milliseconds of each level.
        progress: Called with the share done.
    """
    if request.engine == "best":
        with timed(spans, "start"):
            start = start_of(request, told, networks, stream.fork("start"))
        return _drawn(networks, request, told, start, stream, spans, progress)
    painting = stream.fork("painter")
    gist = _gist_to_paint(networks, request, told, painting, spans)
    with timed(spans, "painting"):
        picture = networks.paint(gist, told)
    if request.engine == "fast":
        progress(1.0)
        return picture
    with timed(spans, "start"):
        start = _painted(networks, request, told, gist, picture, painting)
    return _drawn(networks, request, told, start, stream, spans, progress)


def _drawn(
    networks: Networks,
    request: SpriteRequest,
    told: Told,
    start: Start,
    stream: Stream,
    spans: dict[str, float],
    progress: Progress,
) -> Grid:
    """Return the picture (H, W) that the networks make of what is known, level by level."""
    if not start.free(told.tokens).any():
        progress(1.0)
        return start.tokens
    drawing = Drawing(networks, start, told, round(16 * request.guidance))
    # A painted sprite needs fewer looks: half of its codes are known.
    steps = -(-request.steps // 2) if request.engine == "hybrid" else request.steps
    whole = _GIST_SHARE + steps + PIXEL_PASSES
    gist, codes = start.gist, start.codes
    if drawing.gist_open.any():
        several = request.pinned is not None and not drawing.codes_open.all()
        count = GISTS if several else 1
        with timed(spans, "gist"):
            gist = _gist(drawing, count, stream, _part(progress, 0, _GIST_SHARE / whole))
    if drawing.codes_open.any():
        part = _part(progress, _GIST_SHARE / whole, steps / whole)
        with timed(spans, "codes"):
            codes = drawing.codes(gist, steps, stream.fork("codes"), part)
    with timed(spans, "pixels"):
        part = _part(progress, 1 - PIXEL_PASSES / whole, PIXEL_PASSES / whole)
        return drawing.pixels(codes, stream.fork("pixels"), part)


def _gist(drawing: Drawing, count: int, stream: Stream, progress: Progress) -> Grid:
    """Return a gist; of several the one that goes best with the codes that are known."""
    gists = [
        drawing.gist(stream.fork(f"gist {number}"), _part(progress, number / count, 1 / count))
        for number in range(count)
    ]
    return gists[0] if count == 1 else min(gists, key=drawing.fault)


def _part(progress: Progress, first: float, length: float) -> Progress:
    """Return what tells the progress of a part that begins when a share of ``first`` is done."""
    return lambda share: progress(first + share * length)


def _gist_to_paint(
    networks: Networks, request: SpriteRequest, told: Told, stream: Stream, spans: dict[str, float]
) -> Grid:
    """Return a gist, drawn in few passes."""
    with timed(spans, "gist"):
        start = start_of(request, told, networks, stream)
        drawing = Drawing(networks, start, told, round(16 * request.guidance))
        return drawing.gist(stream.fork("gist"), lambda share: None, FAST_GIST_PASSES)


def _painted(
    networks: Networks, request: SpriteRequest, told: Told, gist: Grid, picture: Grid, stream: Stream
) -> Start:
    """Return a painted sprite as one to vary, whose gist is kept."""
    pixels = np.where(picture == told.tokens.transparent, 0, picture + 1).astype(np.uint8)
    start = start_of(replace(request, like=pixels, strength=REDRAWN), told, networks, stream)
    return replace(start, gist=gist)


@contextmanager
def timed(spans: dict[str, float], name: str) -> Iterator[None]:
    """Enter the milliseconds that something takes."""
    before = time.perf_counter()
    yield
    spans[name] = (time.perf_counter() - before) * 1000
