"""From rows and quests to the figures of quests.py."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from record import spread
from rich.progress import track

from playloom.kinds.quest.formats import record
from playloom.kinds.quest.scripts import shipped_scripts

GROUP = 100  # quests whose words are counted together: what a game may hold
EXAMPLES_HIGH = 20  # faults of one count that are told with the request's number
_WORD = re.compile(r"\{\w+\}|[^\W_]+(?:['’][^\W_]+)*")


class Row(Protocol):
    """What is read of a row; see quests.py."""

    number: int
    world: str
    wished: bool
    refused: str
    refused_again: str
    failed: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]
    sha256: str
    ms: float
    cpu_ms: float


def counted(rows: Sequence[Row], path_of: Callable[[int], Path]) -> dict[str, Any]:
    """Return the figures as JSON-ready data.

    Args:
        rows: One of each request, in order.
        path_of: Gives the file of a quest.
    """
    made = [row for row in rows if row.sha256]
    wrong: dict[str, list[str]] = {}
    for row in rows:
        for name, text in row.wrong:
            wrong.setdefault(name, []).append(f"{row.number}: {text}")
    return {
        "requests": len(rows),
        "made": len(made),
        "unlike_files": len({row.sha256 for row in made}),
        "refused": dict(Counter(row.refused for row in rows if row.refused).most_common()),
        "refused_of_strategy_and_tone": [
            sum(bool(row.refused) for row in rows if row.wished),
            sum(row.wished for row in rows),
        ],
        "refused_again": dict(Counter(row.refused_again for row in rows if row.refused_again).most_common()),
        "failed": [f"{row.number}: {', '.join(row.failed)}" for row in rows if row.failed],
        "wrong": {name: len({text.partition(":")[0] for text in some}) for name, some in wrong.items()},
        "wrong_examples": {name: some[:EXAMPLES_HIGH] for name, some in wrong.items()},
        "ms": spread([row.ms for row in made]) if made else {},
        "cpu_ms": spread([row.cpu_ms for row in made]) if made else {},
        **(_words(made, path_of) if made else {}),
    }


def _words(made: Sequence[Row], path_of: Callable[[int], Path]) -> dict[str, Any]:
    """Return what the quests are made of, and how varied their words are."""
    kinds: dict[str, Counter[str]] = {name: Counter() for name in ("strategy", "tone", "world", "endings")}
    scripts, sources, lines = Counter[str](), Counter[str](), Counter[str]()
    groups: list[list[str]] = [[]]
    for place, row in enumerate(track(made, "reading quests")):
        quest = record.read(path_of(row.number))
        assert quest.evidence is not None
        kinds["strategy"][quest.strategy] += 1
        kinds["tone"][quest.tone] += 1
        kinds["world"][row.world] += 1
        kinds["endings"][str(len(quest.evidence.endings))] += 1
        scripts[str(quest.evidence.details["script"])] += 1
        sources.update(quest.evidence.sources)
        if place and place % GROUP == 0:
            groups.append([])
        groups[-1] += (some := [line.template for line in quest.lines()])
        lines.update(some)
    authored = [text for script in shipped_scripts() for text in script.lines.values()]
    whole = [group for group in groups if group is not groups[-1]] or groups
    means = [distinct(group) for group in whole]
    return {
        **{f"by_{name}": dict(sorted(found.items())) for name, found in kinds.items()},
        "scripts_told": [len(scripts), len(shipped_scripts())],
        "lines_by_source": dict(sources.most_common()),
        "lines": lines.total(),
        "unlike_lines": len(lines),
        "distinct": {
            "all_unlike_lines": distinct(lines),
            f"mean_of_{GROUP}_quests": [round(sum(one) / len(means), 4) for one in zip(*means, strict=True)],
            "shipped_scripts": distinct(authored),
        },
    }


def distinct(lines: Iterable[str]) -> list[float]:
    """Return the share of 1-, 2- and 3-grams that are unlike all others; none goes over a line's end."""
    texts = [_WORD.findall(line.lower()) for line in lines]
    shares = []
    for size in (1, 2, 3):
        grams = [tuple(words[n : n + size]) for words in texts for n in range(len(words) - size + 1)]
        shares.append(round(len(set(grams)) / max(1, len(grams)), 4))
    return shares
