"""Drawings of figures as SVG, without a script."""

import math
from html import escape

from playloom_train.kinds.level.evaluation.figures import Spread, TimeRow

_BINS = 12
_WIDTH, _HEIGHT, _FOOT = 240, 90, 16  # units of the picture


def histogram(name: str, spread: Spread) -> str:
    """Return the frequencies of a measure: bars of the generated levels, a line of the held-out maps."""
    low = min((*spread.made, *spread.held))
    high = max((*spread.made, *spread.held))
    bins = min(_BINS, int(high - low) + 1) if _whole(spread) else _BINS
    made, held = (_shares(values, low, high, bins) for values in (spread.made, spread.held))
    most = max((*made, *held, 1e-9))
    step = _WIDTH / bins
    bars = "".join(
        f'<rect x="{i * step + 1:.1f}" y="{_HEIGHT * (1 - share / most):.1f}" width="{step - 2:.1f}" '
        f'height="{_HEIGHT * share / most:.1f}"><title>{_span(i, low, high, bins)}: generated '
        f"{share * 100:.0f} %</title></rect>"
        for i, share in enumerate(made)
        if share
    )
    points = [
        f"{x:.1f},{_HEIGHT * (1 - share / most):.1f}"
        for i, share in enumerate(held)
        for x in (i * step, (i + 1) * step)
    ]
    line = f'<polyline class="held" points="{" ".join(points)}"/>' if spread.held else ""
    return (
        f'<figure class="chart"><figcaption>{escape(name)}</figcaption>'
        f'<svg viewBox="0 -2 {_WIDTH} {_HEIGHT + _FOOT + 2}" role="img" aria-label="{escape(name)}">'
        f'<g class="bars">{bars}</g>{line}'
        f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{_HEIGHT}" y2="{_HEIGHT}"/>'
        f'<text x="0" y="{_HEIGHT + 13}">{low:g}</text>'
        f'<text x="{_WIDTH}" y="{_HEIGHT + 13}" text-anchor="end">{high:g}</text></svg></figure>'
    )


def time_chart(rows: tuple[TimeRow, ...]) -> str:
    """Return median milliseconds against cells, both by powers of ten."""
    across = [math.log10(row.side**2) for row in rows]
    up = [math.log10(max(row.median_ms, 0.1)) for row in rows]
    left, right = min(across), max(across)
    floor, top = math.floor(min(up)), math.ceil(max(up))
    top += top == floor

    def place(x: float, y: float) -> tuple[float, float]:
        return 60 + 420 * (x - left) / max(right - left, 0.1), 170 - 150 * (y - floor) / (top - floor)

    points = [place(x, y) for x, y in zip(across, up, strict=True)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{row.median_ms:g} ms</title></circle>'
        f'<text x="{x:.1f}" y="190" text-anchor="middle">{row.side}²</text>'
        for (x, y), row in zip(points, rows, strict=True)
    )
    grid = "".join(
        f'<line class="axis" x1="60" x2="480" y1="{place(left, n)[1]:.1f}" y2="{place(left, n)[1]:.1f}"/>'
        f'<text x="52" y="{place(left, n)[1] + 4:.1f}" text-anchor="end">{10**n:g} ms</text>'
        for n in range(floor, top + 1)
    )
    return (
        '<figure class="chart wide"><svg viewBox="0 0 500 196" role="img" aria-label="time against area">'
        f'{grid}<polyline class="held" points="{line}"/><g class="bars">{dots}</g></svg></figure>'
    )


def _whole(spread: Spread) -> bool:
    return all(value == int(value) for value in (*spread.made, *spread.held))


def _shares(values: tuple[float, ...], low: float, high: float, bins: int) -> list[float]:
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int((value - low) / max(high - low, 1e-9) * bins))] += 1
    return [count / max(1, len(values)) for count in counts]


def _span(i: int, low: float, high: float, bins: int) -> str:
    step = (high - low) / bins
    return f"{low + i * step:.3g} to {low + (i + 1) * step:.3g}"
