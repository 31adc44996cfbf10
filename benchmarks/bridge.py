"""The bridge under load and over bad lines: how fast, how many at once, and what callers get when it breaks.

Server and callers are processes of their own on this machine; the server is the one of `playloom serve` with
makers that do nothing, so that what is measured is the bridge alone.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bridge_conformance import conformance
from bridge_trials import cancels, kills, open_loop, round_trips, toxics
from record import console, machine_record, save, show

RATE = 1000  # answers a second that must be reached
MEMORY_KIB = 2048  # by which the server may grow under load once it is warm

Verdict = tuple[str, object, str, bool]  # what, found, wanted, whether it holds


def main() -> None:
    """Measure, print, save; the exit code is 1 if something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trips", type=int, default=2000, help="round trips of each; default: 2000")
    parser.add_argument("--clients", type=int, default=50, help="under load; default: 50")
    parser.add_argument("--rate", type=float, default=1.1 * RATE, help="requests a second; default: 1100")
    parser.add_argument("--seconds", type=float, default=30.0, help="of load; default: 30")
    parser.add_argument("--cancels", type=int, default=1000, help="default: 1000")
    parser.add_argument("--toxics", type=int, default=20, help="lines that each toxic hits; default: 20")
    parser.add_argument("--kills", type=int, default=200, help="of the server; default: 200")
    parser.add_argument("--no-conformance", action="store_true", help="leave the protocol's test suite out")
    parser.add_argument("--to", type=Path, help="a file for the results; default: results/bridge.json")
    given = parser.parse_args()
    results: dict[str, Any] = {"machine": machine_record() | {"websockets": version("websockets")}}
    for name, trial in (
        ("round_trips", round_trips(given.trips)),
        ("load", open_loop(given.clients, given.rate, given.seconds)),
        ("cancels", cancels(given.cancels)),
        ("toxics", toxics(given.toxics)),
        ("kills", kills(given.kills)),
    ):
        console.print(f"{name} ...")
        results[name] = asyncio.run(trial) | {"load": round(os.getloadavg()[0], 1)}
    if not given.no_conformance:
        results["conformance"] = conformance()
    verdicts = judged(results)
    report(results, verdicts)
    if given.to is None:
        save("bridge", results)
    else:
        given.to.write_text(json.dumps(results, indent=1) + "\n")
    sys.exit(0 if all(holds for *_, holds in verdicts) else 1)


def judged(results: Mapping[str, Any]) -> list[Verdict]:
    """Return what must hold and whether it does."""
    trips, load, stops = results["round_trips"], results["load"], results["cancels"]
    lines, ends = results["toxics"], results["kills"]
    once = [sum(line[name] for line in lines["each"]) for name in ("ended_once", "requests")]
    hurt = lines["bystanders_lost"] + sum(line["bystanders_errors"] for line in lines["each"])
    rate = load["answered_a_second"]
    verdicts = [
        _at_most("empty round trip, times the bare echo's", trips["times"], 1.5),
        ("answers a second", rate, f">= {RATE}", rate >= RATE),
        _at_most("of these p99, ms", load["ms"]["p99"], 50),
        _at_most("of these errors", load["errors"] + load["answered_twice"], 0),
        _at_most("memory grown, KiB", load["memory_grown_kib"], MEMORY_KIB),
        _at_most("longest cancel, ms", stops["ms"]["most"], 200),
        _at_most("cancels that ended otherwise", stops["strange"] + (not stops["free_afterwards"]), 0),
        _all("over bad lines ended once", *once),
        _at_most("errors or losses of others meanwhile", hurt, 0),
        _all("over kills ended once", ends["ended_once"], ends["requests"]),
        _at_most("longest away after a kill, ms", ends["away_ms"]["most"], 2000),
    ]
    suite = {case["server"]: case["failed"] for case in results.get("conformance", ())}
    if suite:
        more = sorted(set(suite["bridge echo"]) - set(suite["bare echo"]))
        verdicts.append(_at_most("cases that the bare library passes and we do not", len(more), 0))
    return verdicts


def _at_most(what: str, found: float, most: float) -> Verdict:
    return what, found, f"<= {most:g}", found <= most


def _all(what: str, some: int, every: int) -> Verdict:
    return what, f"{some}/{every}", "all", some == every


def report(results: Mapping[str, Any], verdicts: Sequence[Verdict]) -> None:
    """Print what was measured."""
    trips, load, stops, ends = (results[name] for name in ("round_trips", "load", "cancels", "kills"))
    rows = [
        *((f"empty round trip ({name})", *_three(trips[name])) for name in ("bridge", "bare echo")),
        (f"{load['answered']} requests of {load['clients']} clients", *_three(load["ms"])),
        (f"{stops['count']} cancels", *_three(stops["ms"])),
        (f"away after {ends['kills']} kills", *_three(ends["away_ms"])),
    ]
    rows += [
        (f"others beside {line['times']} lines with {line['toxic']}", *_three(line["bystanders_ms"]))
        for line in results["toxics"]["each"]
    ]
    show("Milliseconds", ("", "median", "p95", "most"), rows)
    for case in results.get("conformance", ()):
        failed = ", ".join(case["failed"]) or "none"
        console.print(f"WebSocket conformance, {case['server']}: {case['cases']} cases, failed: {failed}")
    marks = [(what, found, wanted, "yes" if holds else "NO") for what, found, wanted, holds in verdicts]
    show("What must hold", ("", "found", "wanted", "holds"), marks)


def _three(spread: Mapping[str, float]) -> Sequence[float]:
    return spread["median"], spread["p95"], spread["most"]


if __name__ == "__main__":
    main()
