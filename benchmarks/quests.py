"""Quests by the thousand: refused, invalid, names from nowhere, slots left open, blocked or repeated lines.

Requests go round all strategies, tones and the three example worlds, and leave things open. Each quest is
written to files and read back; the story is walked by an independent walker and in inkjs, a Yarn runtime and
extwee. Ctrl-C stops; the same command goes on.
"""

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from quest_counting import counted
from quest_judging import judge, tests_module
from quest_report import report
from quest_requests import Ask, ask_of
from quest_tooling import CASES_EACH, Played, check_tools, faults, files_of, versions
from record import HERE, SEED, WORK, console, machine_record, save
from resumable import make_again, make_all

import playloom
from playloom.api.packages import default_library
from playloom.api.quest_making import quest_generator, quest_realiser
from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.quest.content import Quest
from playloom.kinds.quest.formats import record, write_each
from playloom.kinds.quest.generator import QuestGenerator
from playloom.kinds.quest.sources import SOURCES
from playloom.kinds.quest.world_file import EXAMPLES
from playloom.package import Package

CHUNK = 50  # quests a task: node starts three times for each
AGAIN = 200  # quests made again, in other processes


class Row(msgspec.Struct, frozen=True):
    """One request and what became of it; the quest itself is the file of its number."""

    number: int
    world: str
    wished: bool  # for a strategy and a tone at once
    refused: str = ""  # why the request was, in short; it was then asked without its tone
    refused_again: str = ""  # why that was refused as well: the world has no such quest
    failed: tuple[str, ...] = ()  # checks that no attempt passed
    wrong: tuple[tuple[str, str], ...] = ()  # name of the count, what was found
    sha256: str = ""  # of the quest's JSON
    ms: float = 0.0  # wall
    cpu_ms: float = 0.0


@dataclass(frozen=True)
class Run:
    """What every quest of a run has in common."""

    source: str
    package: str | None
    seed: int
    folder: str
    tools: bool = True

    def path(self, number: int) -> Path:
        """Return the file of a quest."""
        return Path(self.folder) / f"{number // 1000:03}" / f"{number:06}.json"

    def generators(self) -> dict[str, QuestGenerator]:
        """Return a generator for each world."""
        writes = quest_realiser(self.package, source=self.source)
        return {name: quest_generator(name, realiser=writes) for name in EXAMPLES}

    def wished(self, ask: Ask) -> Ask:
        """Return a request with the source of this run."""
        return replace(ask, request=replace(ask.request, source=self.source))


def make_each(run: Run, numbers: Sequence[int]) -> list[Row]:
    """Make, write, read back and judge some quests; runs in a process of its own."""
    generators = run.generators()
    rows: dict[int, Row] = {}
    played: list[tuple[int, Played]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            row, quest = _row(run, number, generators)
            rows[number] = row
            if quest is not None and run.tools:
                one, wrong = _played(run, number, quest, Path(folder), generators[row.world])
                played.append((number, one))
                rows[number] = msgspec.structs.replace(row, wrong=wrong)
    for place, tool, text in faults([one for _, one in played]) if played else ():
        number = played[place][0]
        rows[number] = msgspec.structs.replace(rows[number], wrong=(*rows[number].wrong, (tool, text)))
    return list(rows.values())


def _row(run: Run, number: int, generators: dict[str, QuestGenerator]) -> tuple[Row, Quest | None]:
    ask = run.wished(ask_of(number, run.seed))
    row = Row(number, ask.world, ask.request.strategy is not None and ask.request.tone is not None)
    for place, each in enumerate((ask, ask.loosened())):
        began, busy = time.perf_counter(), time.process_time()
        try:
            quest = generators[each.world].generate(each.request)
        except RequestInvalid as problem:
            why = _why(str(problem))
            row = msgspec.structs.replace(row, **{("refused", "refused_again")[place]: why})
            continue
        except GenerationFailed as problem:
            return msgspec.structs.replace(row, failed=problem.failed), None
        ms, cpu_ms = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - busy)
        path = run.path(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(record.encode(quest, path.stem)[path.name])
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return msgspec.structs.replace(row, sha256=sha256, ms=round(ms, 1), cpu_ms=round(cpu_ms, 1)), quest
    return row, None


def _why(message: str) -> str:
    """Return a refusal in short: what it says without the names that it says it of."""
    for sign, short in (("no script for", "no script of the tone fits"), ("nobody", "nobody can give it")):
        if message.startswith(sign):
            return short
    return message[:60]


def _played(
    run: Run, number: int, quest: Quest, folder: Path, generator: QuestGenerator
) -> tuple[Played, tuple[tuple[str, str], ...]]:
    """Return what the tools are to play, and what is wrong with the quest as its file has it."""
    stem = f"q{number}"
    write_each(quest, {folder / f"{stem}{suffix}": {} for suffix in (".ink", ".yarn", ".twee", ".pot")})
    back = record.read(run.path(number))
    wrong = [] if back == quest else [("file", "is not read back as it was written")]
    walking = tests_module("quest_walking")
    nodes = walking.walk(walking.begin(back))
    wrong += judge(back, generator.world, nodes)
    thorough = number % CASES_EACH == 0
    return Played(back, stem, files_of(folder, stem), nodes, thorough), tuple(wrong)


def made_twice(run: Run, count: int, jobs: int) -> tuple[dict[int, Row], dict[str, Any]]:
    """Make the first ``count`` quests, and some once more in another order; return rows and what differs."""
    rows = make_all(
        partial(make_each, run), Row, Path(run.folder), count=count, chunk=CHUNK, jobs=jobs, what="quests"
    )
    with tempfile.TemporaryDirectory() as folder:
        other = replace(run, folder=folder, tools=False)
        numbers = sorted(rows)[:: max(1, len(rows) // AGAIN)][:AGAIN][::-1]
        return rows, make_again(partial(make_each, other), rows, numbers, jobs)


def package_of(run: Run) -> Package:
    """Return the model package of a run."""
    assert run.package is not None
    return default_library().find(run.package, "quest")


def folder_of(run: Run) -> Path:
    """Return where the quests of a run lie: of one source, package and seed, and one state of our code."""
    whole = hashlib.sha256(f"{run.source} {run.package} {run.seed}\n".encode())
    runtime = Path(str(playloom.__file__)).parent
    kind = runtime / "kinds" / "quest"
    some = [path for path in sorted(kind.rglob("*")) if path.suffix in (".py", ".txt", ".toml")]
    for path in (*some, *sorted(HERE.glob("quest*.py"))):
        whole.update(path.read_bytes())
    if run.package is not None:
        whole.update(package_of(run).hash.encode())
    folder = WORK / "quests" / whole.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", choices=SOURCES, default=SOURCES[0], help="of the words")
    parser.add_argument("--package", help="name or folder of a model package; source model needs one")
    parser.add_argument("--count", type=int, default=1000, help="requests; default: 1000")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes; default: cores")
    arguments = parser.parse_args()
    check_tools()
    run = Run(arguments.source, arguments.package, arguments.seed, "")
    run = replace(run, folder=str(folder_of(run)))
    results: dict[str, Any] = {"source": run.source, "machine": machine_record(), "tools": versions()}
    if run.package is not None:
        package = package_of(run)
        results["package"] = {"name": package.manifest.name, "version": package.manifest.version}
        results["package"] |= {"sha256": package.hash, "exact": package.manifest.exact}
    # Processes side by side: a numerical library's own threads would only be in each other's way.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        rows, again = made_twice(run, arguments.count, arguments.jobs)
    except KeyboardInterrupt:
        console.print("stopped; the same command goes on from here")
        raise SystemExit(130) from None
    results |= {"seed": run.seed, "again": again}
    results |= counted([rows[number] for number in sorted(rows)], run.path)
    report(results)
    save("quests" if run.source == SOURCES[0] else f"quests-{run.source}", results)
    sys.exit(bool(results["wrong"] or results["failed"] or again["differ"]))


if __name__ == "__main__":
    main()
