"""`playloom build`: how long it takes on a thousand assets, and what it survives.

Part by part, each in a folder of its own: cold, no-op and one-change times beside a Makefile that calls the
same commands; kills at random file operations; damaged cache entries; repeated builds in shuffled
environments. Processor time stands beside wall time, for a machine that others use too.
"""

import argparse
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from record import HERE, RESULTS, console, machine_record, save, show, spread
from rich.progress import track

sys.path.insert(0, str(HERE.parent / "tests/build"))  # the copies of this process that can be killed
from forking import counted_in, killed_at, run_copy

from playloom.build.cache import Cache
from playloom.build.digests import code_of, planning_code
from playloom.build.tasks import KINDS
from playloom.seeds import Stream

COMMAND = Path(sys.executable).parent / "playloom"
ENVIRONMENTS = (
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"},
    {"LC_ALL": "C.UTF-8", "TZ": "Pacific/Chatham", "PYTHONHASHSEED": "1"},
    {"LANG": "de_DE.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "2"},
)
OWN = ("playloom.toml", "playloom.lock", "provenance.jsonl")
TASKS = 20


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--assets", type=int, default=1000, help="of the large project; 0 of anything leaves it out"
    )
    parser.add_argument("--make", type=int, default=20, help="of these, also made by a Makefile")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--damages", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=5, help="of each number of jobs and Python")
    parser.add_argument(
        "--python", type=Path, nargs="*", default=[], help="others that Playloom is installed for"
    )
    options = parser.parse_args()
    pythons = [Path(sys.executable), *options.python]
    results = _known() | {"machine": machine_record()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.assets:
            results["assets"] = large(folder / "large", options.assets, options.jobs)
        if options.make:
            results["make"] = beside_make(folder, options.make)
        if options.kills:
            results["killed"] = killed(folder / "killed", options.kills)
        if options.damages:
            results["damaged"] = damaged(folder / "damaged", options.damages)
        if options.repeats:
            results["same"] = same(folder / "same", options.repeats, pythons)
    save("build", results)


def _known() -> dict[str, Any]:
    """Return the results of parts that were measured before: 0 of something leaves its part as it was."""
    place = RESULTS / "build.json"
    return dict(json.loads(place.read_text())) if place.exists() else {}


def project_text(count: int) -> str:
    """Return a project of ``count`` things, nine in ten of them levels; the last table has one of its own."""
    sprites = count // 10
    levels = count - sprites - 1
    themes = ("cave", "dungeon", "maze")
    parts = []
    for number, theme in enumerate(themes):
        some = levels // 3 + (number < levels % 3)
        parts.append(
            f'[level.{theme}]\ntheme = "{theme}"\nsize = "16x16"\ncount = {some}\n'
            f'outputs = ["maps/{theme}-{{seed}}.tmx"]\n'
        )
    if sprites:
        parts.append(
            f'[sprite.potion]\nwords = "red potion"\nengine = "fast"\ncount = {sprites}\n'
            'outputs = ["art/potion-{seed}.png"]\n'
        )
    parts.append('[level.one]\ntheme = "dungeon"\nsize = "16x16"\nkeys = 0\noutputs = ["maps/one.tmx"]\n')
    return "\n".join(parts)


def large(folder: Path, count: int, jobs: list[int]) -> dict[str, Any]:
    """Time a large project: all of it, nothing of it, one of it."""
    found: dict[str, Any] = {"assets": count}
    for number in jobs:
        place = _fresh(folder / str(number), project_text(count))
        cold = _timed(place, "-j", str(number))
        idle = [_timed(place, "-j", str(number)) for _ in range(5)]
        _change(place, "keys = 0", "keys = 1")
        one = _timed(place, "-j", str(number))
        found[f"jobs {number}"] = {"cold": cold, "no-op": _middle(idle), "one change": one}
        show(f"{count} assets, {number} at a time", ("", "wall s", "cpu s"), _rows(found[f"jobs {number}"]))
    return found


def beside_make(folder: Path, count: int) -> dict[str, Any]:
    """Time the first ``count`` things of such a project, by us and by a Makefile that calls our commands."""
    if shutil.which("make") is None:
        console.print("[red]LEFT OUT: the Makefile; no make on the PATH")
        return {}
    ours = _fresh(folder / "ours", project_text(count))
    theirs = _fresh(folder / "theirs", "")
    (theirs / "Makefile").write_text(_makefile(count))
    (theirs / "maps").mkdir()
    (theirs / "art").mkdir()
    times: dict[str, Any] = {"assets": count}
    for name, place, command in (
        ("playloom build", ours, [COMMAND, "build", "-q", "-j", "2"]),
        ("make", theirs, ["make", "-s", "-j", "2"]),
    ):
        cold, idle = _run(place, command), _run(place, command)
        file = "playloom.toml" if name != "make" else "Makefile"
        _change(
            place,
            "keys = 0" if name != "make" else "--keys 0",
            "keys = 1" if name != "make" else "--keys 1",
            file,
        )
        if name == "make":  # it knows files, not options: whoever changes one removes what it made
            (place / "maps/one.tmx").unlink()
        times[name] = {"cold": cold, "no-op": idle, "one change": _run(place, command)}
        show(f"{count} assets, 2 at a time: {name}", ("", "wall s", "cpu s"), _rows(times[name]))
    return times


def _makefile(count: int) -> str:
    rules, targets = [], []
    for part in project_text(count).split("\n\n"):
        lines = dict(line.split(" = ", 1) for line in part.splitlines()[1:])
        output = json.loads(lines["outputs"])[0]
        for seed in range(int(lines.get("count", 1))):
            place = output.replace("{seed}", str(seed))
            if "theme" in lines:
                words = f"level {json.loads(lines['theme'])} --size 16x16" + (
                    " --keys 0" if "keys" in lines else ""
                )
            else:
                words = "sprite red potion --engine fast"
            targets.append(place)
            rules.append(f"{place}:\n\t{COMMAND} {words} --seed {seed} -q -o $@\n")
    return f"all: {' '.join(targets)}\n\n" + "\n".join(rules)


def killed(folder: Path, count: int) -> dict[str, Any]:
    """Kill a build at random operations on its files, and go on: same bytes, how much is made twice?"""
    text = (
        f'[level.cave]\ntheme = "cave"\nsize = "8x8"\ncount = {TASKS}\noutputs = ["maps/cave-{{seed}}.txt"]\n'
    )
    place = _fresh(folder / "wanted", text)
    command = ["build", "-q", "-j", "1", "--project"]
    _load()
    run_copy(counted_in(folder / "operations", place), *command, str(place))
    operations = (folder / "operations").stat().st_size
    wanted = _files(place)
    stream = Stream(300, "kills")
    wrong, cut, twice = 0, 0, []
    for number in _until_interrupted(count, "killing"):
        place = _fresh(folder / str(number), text)
        at = 1 + stream.below(operations)
        ended = run_copy(killed_at(at, place), *command, str(place))
        half = [path for path, data in _files(place).items() if not _is_whole(path, data, wanted)]
        resumed = run_copy(lambda: None, *command, str(place))
        there = _files(place)
        other = sorted(path for path in {*there, *wanted} if there.get(path) != wanted.get(path))
        cut += ended.code == -signal.SIGKILL
        if half or other or resumed.code:
            wrong += 1
            console.print(f"[red]killed at {at}: half {half}, other {other}; {resumed.said}")
        if ended.code == -signal.SIGKILL:
            twice.append(max(ended.started + resumed.started - TASKS, 0) / TASKS)
        shutil.rmtree(place)
    found: dict[str, Any] = {
        "operations": operations,
        "kills": cut,
        "other bytes": wrong,
        "made twice, share": spread(twice or [0.0]),
    }
    console.print(f"killed: {found}")
    return found


def _until_interrupted(count: int, doing: str) -> Iterator[int]:
    """Count up; Ctrl-C ends it after what is under way, and what was measured until then counts."""
    stopped: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: stopped.append(number))
    for number in track(range(count), doing, console=console):
        if stopped:
            break
        yield number
    signal.signal(signal.SIGINT, before)


def _is_whole(path: str, data: bytes, wanted: dict[str, bytes]) -> bool:
    """Whether a file after a kill is as it should be; ledger and lock may know fewer."""
    return path in OWN or ".part" in path or data == wanted.get(path)


def damaged(folder: Path, count: int) -> dict[str, Any]:
    """Damage files of a cache, one at a time: is each found, and is nothing else served?"""
    place = _fresh(folder, project_text(TASKS))
    run_copy(lambda: None, "build", "-q", "-j", "1", "--project", str(place))
    root = place / ".playloom/cache"
    keys = [path.name for path in (root / "entries").rglob("*/*")]
    sound = {key: Cache(root).load(key) for key in keys}
    stream = Stream(1000, "damages")
    detected = served = 0
    for _ in track(range(count), "damaging", console=console):
        files = sorted(path for path in root.rglob("*") if path.is_file())
        victim = files[stream.below(len(files))]
        _damage(victim, stream)
        cache = Cache(root)
        now = {key: cache.load(key) for key in keys}
        served += any(made is not None and made != sound[key] for key, made in now.items())
        detected += victim.name in cache.damaged
        for key, made in now.items():
            if made is None and (known := sound[key]) is not None:
                cache.store(key, known)
    found = {"damages": count, "detected": detected, "served": served}
    console.print(f"damaged: {found}")
    return found


def same(folder: Path, repeats: int, pythons: list[Path]) -> dict[str, Any]:
    """Build the same project again and again, differently: how many give other bytes?"""
    text = project_text(6) + (
        '\n[world.vale]\nlevel = "level.one"\noutputs = ["worlds/vale.toml"]\n'
        '\n[quest.errand]\nworld = "world.vale"\noutputs = ["quests/errand.ink"]\n'
    )
    hashes: dict[str, int] = {}
    builds = [(python, jobs, number) for python in pythons for jobs in (1, 2) for number in range(repeats)]
    for python, jobs, number in track(builds, "building again", console=console):
        place = _fresh(folder / f"{'ü ' * (number % 2)}{jobs}-{number}", text)
        command = [python.parent / "playloom", "build", "-q", "-j", str(jobs), "--project", str(place)]
        environment = {**os.environ, **ENVIRONMENTS[number % len(ENVIRONMENTS)]}
        subprocess.run(command, check=True, env=environment, cwd="/" if number % 2 else folder)
        name = hashlib.sha256(repr(sorted(_files(place).items())).encode()).hexdigest()
        hashes[name] = hashes.get(name, 0) + 1
        shutil.rmtree(place)
    found = {"builds": len(builds), "pythons": len(pythons), "different": len(hashes) - 1}
    console.print(f"same: {found}")
    return found


def _fresh(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    if text:
        (folder / "playloom.toml").write_text(text)
    return folder


def _load() -> None:
    """Load in this process what its copies need, so that they need not."""
    from playloom.api import level

    level("cave", size=(8, 8))
    planning_code()
    for sort in KINDS:
        code_of(sort)


def _timed(place: Path, *arguments: str) -> dict[str, float]:
    return _run(place, [COMMAND, "build", "-q", *arguments])


def _run(place: Path, command: list[Any]) -> dict[str, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, cwd=place, check=True)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_seconds": round(wall, 3), "cpu_seconds": round(cpu, 3)}


def _middle(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: sorted(run[name] for run in runs)[len(runs) // 2] for name in runs[0]}


def _rows(times: dict[str, Any]) -> list[list[object]]:
    return [[name, run["wall_seconds"], run["cpu_seconds"]] for name, run in times.items()]


def _change(place: Path, before: str, after: str, file: str = "playloom.toml") -> None:
    text = (place / file).read_text()
    (place / file).write_text(text.replace(before, after))


def _files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in names.items() if not name.startswith(".playloom/")}


def _damage(place: Path, stream: Stream) -> None:
    """Turn a bit, cut the end off, empty it, or add to it."""
    data = bytearray(place.read_bytes())
    changes: list[Callable[[], object]] = [
        lambda: data.__setitem__(at := stream.below(len(data)), data[at] ^ 1 << stream.below(8)),
        lambda: data.__delitem__(slice(stream.below(len(data)), None)),
        data.clear,
        lambda: data.extend(b"\0"),
    ]
    changes[stream.below(len(changes))]()
    place.write_bytes(data)


if __name__ == "__main__":
    main()
