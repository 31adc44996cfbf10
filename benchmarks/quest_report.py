"""The tables that quests.py shows."""

from collections.abc import Mapping
from typing import Any

from record import console, show

COUNTS = {
    "graph": "invalid graphs, by an independent walk",
    "names": "quests with a name outside the world",
    "slots": "with a slot left open",
    "blocked": "with a blocked term",
    "repeated": "with a line said twice",
    "ink": "that inkjs does not compile and play as they are",
    "yarn": "that the Yarn runtime does not",
    "twee": "that extwee does not",
    "file": "not read back as written",
}


def report(results: Mapping[str, Any]) -> None:
    """Print what was measured."""
    asked, of = results["refused_of_strategy_and_tone"]
    console.print(
        f"{results['requests']} requests, {results['made']} quests, {results['unlike_files']} unlike; "
        f"refused with a strategy and a tone: {asked} of {of}"
    )
    for title, found in (
        ("refused as asked", results["refused"]),
        ("and with the tone left open", results["refused_again"]),
    ):
        console.print(f"{title}: {', '.join(f'{why} {count}' for why, count in found.items()) or 'none'}")
    console.print(f"no attempt passed: {len(results['failed'])} {results['failed'][:5]}")
    show(
        "What is wrong",
        ("count", "quests"),
        [(text, results["wrong"].get(name, 0)) for name, text in COUNTS.items()],
    )
    for name, some in results["wrong_examples"].items():
        for text in some[:5]:
            console.print(f"{name} {text}", markup=False, style="red")
    again = results["again"]
    console.print(f"made again: {again['made_again']}, of them with other bytes: {len(again['differ'])}")
    if not results["made"]:
        return
    show(
        "Words",
        ("lines", "distinct-1", "distinct-2", "distinct-3"),
        [(name.replace("_", " "), *values) for name, values in results["distinct"].items()],
    )
    told, shipped = results["scripts_told"]
    console.print(
        f"{results['lines']:,} lines, of {results['unlike_lines']:,} templates, {told} of {shipped} scripts; "
        + ", ".join(f"{name} {count:,}" for name, count in results["lines_by_source"].items())
    )
    for name in ("world", "tone", "strategy", "endings"):
        each = results[f"by_{name}"]
        console.print(f"by {name}: " + ", ".join(f"{key} {count}" for key, count in each.items()))
    ms, cpu = results["ms"], results["cpu_ms"]
    show(
        "Time of a quest, this machine, ms",
        ("", "median", "p95", "most"),
        [
            ("wall", ms["median"], ms["p95"], ms["most"]),
            ("processor", cpu["median"], cpu["p95"], cpu["most"]),
        ],
    )
