"""The expressive range as a picture: a histogram of two measures a set, with the levels at its ends."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import png
from playloom.kernels.counting import counted
from playloom.kinds.level.content import Level
from playloom.kinds.level.expressive_range import MEASURES
from playloom.kinds.level.formats.preview import preview

_BINS = 20  # a side
_CELL = 20  # pixels of a bin
_SIDE = _BINS * _CELL
_LEFT, _TOP, _THUMB, _GAP = 84, 74, 132, 16
_COLOURS = ((203, 219, 238), (124, 164, 209), (46, 104, 168), (11, 42, 92))  # few to many


@dataclass(frozen=True, eq=False)  # eq: levels have no single answer to ==
class Sample:
    """One level of a set: where it comes from, and its measures."""

    name: str
    level: Level
    measures: dict[str, float]


@dataclass(frozen=True)
class Batch:
    """Levels of one theme or one folder that have both measures."""

    name: str
    samples: tuple[Sample, ...]


def picture(batches: Sequence[Batch], across: str, up: str) -> str:
    """Return the SVG file: one panel a batch, on the same axes.

    Args:
        batches: None of them empty.
        across: The measure of the horizontal axis.
        up: That of the vertical one.
    """
    samples = [sample for batch in batches for sample in batch.samples]
    spans = [_span([sample.measures[name] for sample in samples]) for name in (across, up)]
    most = max(int(_counts(batch, across, up, spans).max()) for batch in batches)
    width = _LEFT + _SIDE + _GAP * 2 + 2 * (_THUMB + _GAP)
    height = _TOP + _SIDE + 96
    panels = "".join(
        f'<g transform="translate(0 {i * height})">{_panel(batch, across, up, spans, most)}</g>\n'
        for i, batch in enumerate(batches)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height * len(batches)}" '
        f'viewBox="0 0 {width} {height * len(batches)}" '
        'font-family="sans-serif" font-size="12" fill="#222">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{panels}</svg>\n'
    )


def _span(values: list[float]) -> tuple[float, float]:
    """Return an axis that holds all of ``values``, its ends rounded outwards to a tenth of its size."""
    low, high = min(values), max(values)
    step = 10.0 ** np.floor(np.log10(max(high - low, 0.1)))
    low, high = float(np.floor(low / step) * step), float(np.ceil(high / step) * step)
    return low, high if high > low else low + float(step)


def _bin(value: float, span: tuple[float, float]) -> int:
    return min(_BINS - 1, int((value - span[0]) / (span[1] - span[0]) * _BINS))


def _counts(batch: Batch, across: str, up: str, spans: list[tuple[float, float]]) -> NDArray[np.int64]:
    counts = np.zeros((_BINS, _BINS), np.int64)
    for sample in batch.samples:
        counts[_bin(sample.measures[up], spans[1]), _bin(sample.measures[across], spans[0])] += 1
    return counts


def _panel(batch: Batch, across: str, up: str, spans: list[tuple[float, float]], most: int) -> str:
    parts = [
        f'<text x="{_LEFT}" y="28" font-size="18" font-weight="bold">{escape(batch.name)}</text>',
        f'<text x="{_LEFT}" y="50" fill="#555">{counted(len(batch.samples), "level")}; '
        f"squares: how many fall there, darkest {most}</text>",
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="#fafafa" stroke="#999"/>',
    ]
    for (row, column), count in np.ndenumerate(_counts(batch, across, up, spans)):
        if count:
            x, y = _LEFT + column * _CELL, _TOP + _SIDE - (row + 1) * _CELL
            parts.append(
                f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" fill="{_shade(int(count), most)}">'
                f"<title>{count}</title></rect>"
            )
    parts += _axes(across, up, spans)
    parts += _thumbs(batch, across, up, spans)
    return "\n".join(parts)


def _shade(count: int, most: int) -> str:
    place = (count - 1) / max(1, most - 1) * (len(_COLOURS) - 1)
    first = min(int(place), len(_COLOURS) - 2)
    ends = zip(_COLOURS[first], _COLOURS[first + 1], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (place - first)):02x}" for a, b in ends)


def _axes(across: str, up: str, spans: list[tuple[float, float]]) -> list[str]:
    parts = []
    for fifth in range(6):
        x, y = _LEFT + _SIDE * fifth // 5, _TOP + _SIDE - _SIDE * fifth // 5
        values = [low + (high - low) * fifth / 5 for low, high in spans]
        parts += [
            f'<path d="M{x} {_TOP + _SIDE}v5M{_LEFT} {y}h-5" stroke="#999"/>',
            f'<text x="{x}" y="{_TOP + _SIDE + 19}" text-anchor="middle">{values[0]:.3g}</text>',
            f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{values[1]:.3g}</text>',
        ]
    middle = _TOP + _SIDE // 2
    turned = f"translate(24 {middle}) rotate(-90)"
    parts += [
        f'<text x="{_LEFT + _SIDE // 2}" y="{_TOP + _SIDE + 42}" text-anchor="middle">'
        f"{escape(MEASURES[across])}</text>",
        f'<text transform="{turned}" text-anchor="middle">{escape(MEASURES[up])}</text>',
    ]
    return parts


def ends(batch: Batch, across: str, up: str) -> list[tuple[str, Sample]]:
    """Return the levels at the ends of both measures, and those nearest to the middle, each once."""
    samples = batch.samples
    middle = [float(np.median([s.measures[name] for s in samples])) for name in (across, up)]
    size = [max(1e-9, float(np.ptp([s.measures[name] for s in samples]))) for name in (across, up)]

    def off(sample: Sample) -> float:
        return sum(
            abs(sample.measures[n] - m) / s for n, m, s in zip((across, up), middle, size, strict=True)
        )

    chosen = [
        (f"least {across}", min(samples, key=lambda s: s.measures[across])),
        (f"most {across}", max(samples, key=lambda s: s.measures[across])),
        (f"least {up}", min(samples, key=lambda s: s.measures[up])),
        (f"most {up}", max(samples, key=lambda s: s.measures[up])),
    ]
    chosen += [("typical", sample) for sample in sorted(samples, key=off)]
    titles: dict[str, list[str]] = {}
    for title, sample in chosen:
        if title != "typical" or sample.name not in titles:
            titles.setdefault(sample.name, []).append(title)
    named = {sample.name: sample for _, sample in chosen}
    return [(", ".join(titles[name]), named[name]) for name in titles][:6]


def _thumbs(batch: Batch, across: str, up: str, spans: list[tuple[float, float]]) -> list[str]:
    parts = []
    for number, (title, sample) in enumerate(ends(batch, across, up), 1):
        column, row = (number - 1) % 2, (number - 1) // 2
        x = _LEFT + _SIDE + 2 * _GAP + column * (_THUMB + _GAP)
        y = _TOP - 34 + row * (_THUMB + _GAP + 32)
        shot = _image(sample.level)
        here = [sample.measures[name] for name in (across, up)]
        at_x = _LEFT + _SIDE * (here[0] - spans[0][0]) / (spans[0][1] - spans[0][0])
        at_y = _TOP + _SIDE - _SIDE * (here[1] - spans[1][0]) / (spans[1][1] - spans[1][0])
        parts += [
            f'<image x="{x}" y="{y}" width="{_THUMB}" height="{_THUMB}" '
            f'href="data:image/png;base64,{shot}"/>',
            f'<text x="{x}" y="{y + _THUMB + 14}"><tspan font-weight="bold">{number}</tspan> '
            f"{escape(_shorter(title, 22))}</text>",
            f'<text x="{x}" y="{y + _THUMB + 28}" fill="#555">{escape(_shorter(sample.name, 12))}: '
            f"{here[0]:g}, {here[1]:g}</text>",
            f'<circle cx="{at_x:.1f}" cy="{at_y:.1f}" r="9" fill="#fff" stroke="#c2185b"/>',
            f'<text x="{at_x:.1f}" y="{at_y + 4:.1f}" text-anchor="middle" font-weight="bold">'
            f"{number}</text>",
        ]
    return parts


def _shorter(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _image(level: Level) -> str:
    """Return a level's picture, every tile a few pixels, as Base64."""
    pixels = preview(level)
    factor = max(1, max(pixels.shape[:2]) // (2 * _THUMB))
    height, width = (side // factor * factor for side in pixels.shape[:2])
    blocks = pixels[:height, :width].reshape(height // factor, factor, width // factor, factor, 3)
    small = (blocks.astype(np.int64).sum(axis=(1, 3)) // factor**2).astype(np.uint8)
    return base64.b64encode(png.encode(small)).decode()
