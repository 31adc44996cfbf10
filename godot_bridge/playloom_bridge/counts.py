"""What a server counts, as Prometheus reads it."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate

EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds


class Counts:
    """Counts answers by method and outcome, and refused connections by reason."""

    def __init__(self) -> None:
        self._answers: Counter[tuple[str, str]] = Counter()
        self._refused: Counter[str] = Counter()
        self._within = [0] * (len(EDGES) + 1)  # answers from one edge to the next
        self._seconds = 0.0

    def answer(self, method: str, outcome: str, seconds: float) -> None:
        """Count an answer and the time since its request came."""
        self._answers[method, outcome] += 1
        self._seconds += seconds
        self._within[bisect_left(EDGES, seconds)] += 1

    def refuse(self, reason: str) -> None:
        """Count a connection that was not let in, or dropped."""
        self._refused[reason] += 1

    def text(self, gauges: Mapping[str, int]) -> str:
        """Return everything in the text format of Prometheus, version 0.0.4."""
        lines = ["# TYPE playloom_answers_total counter"]
        lines += [
            f'playloom_answers_total{{method="{method}",outcome="{outcome}"}} {count}'
            for (method, outcome), count in sorted(self._answers.items())
        ]
        lines.append("# TYPE playloom_refused_total counter")
        lines += [
            f'playloom_refused_total{{reason="{name}"}} {n}' for name, n in sorted(self._refused.items())
        ]
        total = sum(self._answers.values())
        lines.append("# TYPE playloom_answer_seconds histogram")
        sums = zip(EDGES, accumulate(self._within), strict=False)
        lines += [f'playloom_answer_seconds_bucket{{le="{edge}"}} {count}' for edge, count in sums]
        lines.append(f'playloom_answer_seconds_bucket{{le="+Inf"}} {total}')
        lines += [
            f"playloom_answer_seconds_sum {self._seconds:.6f}",
            f"playloom_answer_seconds_count {total}",
        ]
        for name, value in sorted(gauges.items()):
            lines += [f"# TYPE playloom_{name} gauge", f"playloom_{name} {value}"]
        return "\n".join(lines) + "\n"
