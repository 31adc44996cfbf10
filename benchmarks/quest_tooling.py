"""The tools of game writers, run by node for quests.py: many quests a process, each walked in every tool."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quest_judging import TESTS, tests_module

from playloom.kinds.quest.content import Quest

TOOLS = {"ink": "inkjs", "yarn": "bondage (Yarn)", "twee": "extwee"}
CASES_EACH = 10  # of one quest in so many, every entry is heard in every state as well: it takes long
_SECONDS_HIGH = 600


@dataclass(frozen=True)
class Played:
    """A quest, its files, and the stops of its story as an independent walk of the quest finds them."""

    quest: Quest
    stem: str
    files: Mapping[str, str]  # tool -> text of its file
    nodes: list[dict[str, Any]]
    thorough: bool  # whether the entries are heard, too


def check_tools() -> None:
    """Stop with advice where node or its packages are missing."""
    if shutil.which("node") is None or not (TESTS / "tools" / "node_modules").is_dir():
        sys.exit("no node 20 or newer with the packages of tests/quest/tools: run scripts/test first")


def versions() -> dict[str, str]:
    """Return the tools' versions."""
    packages = json.loads((TESTS / "tools" / "package.json").read_text())["dependencies"]
    return {name: str(version) for name, version in packages.items()}


def faults(some: Sequence[Played]) -> Iterator[tuple[int, str, str]]:
    """Yield the place of a quest, the tool and what is wrong: it does not compile, or plays otherwise."""
    walking, sugarcube = tests_module("quest_walking"), tests_module("quest_sugarcube")
    heard = [walking.cases(one.quest, one.nodes, one.stem) if one.thorough else [] for one in some]
    for tool in ("ink", "yarn"):
        jobs = [_job(one, tool, cases) for one, cases in zip(some, heard, strict=True)]
        for place, result in enumerate(_run(tool, jobs)):
            if "error" in result:
                yield place, tool, str(result["error"])[:300]
            elif result["nodes"] != some[place].nodes:
                yield place, tool, "is not walked as the quest is"
            elif result["cases"] != [said for *_, said in heard[place]]:
                yield place, tool, "an entry is not heard as in the quest"
    stories = _run("twee", [{"source": one.files["twee"]} for one in some])
    for place, (one, story) in enumerate(zip(some, stories, strict=True)):
        if "error" in story:
            yield place, "twee", str(story["error"])[:300]
            continue
        try:
            same = walking.walk(sugarcube.begin(story, f"{one.stem}_")) == one.nodes
        except (AssertionError, KeyError) as problem:
            yield place, "twee", f"{type(problem).__name__}: {problem}"[:300]
            continue
        if not same or story["name"] != one.quest.title:
            yield place, "twee", "is not walked as the quest is"


def _job(one: Played, tool: str, cases: Sequence[Any]) -> dict[str, Any]:
    return {
        "source": one.files[tool],
        "start": f"{one.stem}_{one.quest.start}",
        "prefix": f"{one.stem}_",
        "variables": [*(variable.name for variable in one.quest.variables), "ending"],
        "cases": [{"gate": gate, "values": values} for gate, values, _ in cases],
    }


def _run(tool: str, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["node", str(TESTS / "tools" / "walk.mjs")],
        input=json.dumps({"tool": tool, "jobs": jobs}),
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS_HIGH,
    )
    if done.returncode:
        raise RuntimeError(f"walk.mjs {tool}: {done.stderr[-2000:]}")
    return list(json.loads(done.stdout))


def files_of(folder: Path, stem: str) -> dict[str, str]:
    """Return the text of each tool's file, as written."""
    return {tool: (folder / f"{stem}.{tool}").read_text("utf-8") for tool in TOOLS}
