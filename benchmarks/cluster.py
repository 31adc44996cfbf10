"""`playloom build --cluster`: what a job costs beside its making, and what the build holds of each.

Builds one project on processes of this machine and on local clusters; then measures, with jobs that do
nothing, how many a scheduler hands out a second, and how large jobs, results and lines of the lock are.
"""

import argparse
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from record import console, machine_record, save, show

from playloom.build.session import open_session

COMMAND = Path(sys.executable).parent / "playloom"
PROJECT = """\
[level.cave]
theme = "cave"
size = "48x32"
count = {count}
outputs = ["maps/cave-{{seed}}.txt"]
"""


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60, help="levels")
    parser.add_argument("--empty", type=int, default=2000, help="jobs that do nothing")
    parser.add_argument("--planned", type=int, default=20_000, help="levels that are planned and not made")
    options = parser.parse_args()
    results: dict[str, Any] = {"machine": machine_record(), "levels": options.count}
    for name, more in (
        ("-j 1", ["-j", "1"]),
        ("-j 2", ["-j", "2"]),
        ("local:1", ["--cluster", "local:1"]),
        ("local:2", ["--cluster", "local:2"]),
    ):
        results[name] = built(options.count, more)
        console.print(name, results[name])
    results["empty jobs"] = empty(options.empty)
    results["plan"] = planned(options.planned)
    save("cluster", results)
    show(
        "cluster",
        ("what", "found"),
        [(key, str(value)) for key, value in results.items() if key != "machine"],
    )


def built(count: int, more: list[str]) -> dict[str, float]:
    """Build a project anew; return wall and processor seconds of everything that took part."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "playloom.toml").write_text(PROJECT.format(count=count))
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run([COMMAND, "build", "-q", "--project", name, *more], check=True)
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        lock = (Path(name) / "playloom.lock").stat().st_size
        ledger = (Path(name) / "provenance.jsonl").stat().st_size
    return {
        "wall_seconds": round(wall, 1),
        "cpu_seconds": round(cpu, 1),
        "lock_bytes_a_task": round(lock / count),
        "ledger_bytes_a_file": round(ledger / count),
    }


def nothing(data: bytes) -> bytes:
    """Do nothing, on a worker."""
    return data


def empty(count: int) -> dict[str, float]:
    """Send jobs that do nothing, with and without a kilobyte, and wait for all of them."""
    distributed: Any = import_module("distributed")
    found: dict[str, float] = {}
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as started,
        distributed.Client(started) as client,
    ):
        executor = client.get_executor(pure=False)
        list(executor.map(nothing, [b"warm"] * 20))
        before = time.process_time()
        began = time.monotonic()
        futures = [executor.submit(nothing, number.to_bytes(1024, "big")) for number in range(count)]
        for future in futures:
            future.result()
        found["jobs_a_second"] = round(count / (time.monotonic() - began))
        found["cpu_ms_a_job_of_build_and_scheduler"] = round((time.process_time() - before) * 1000 / count, 2)
    return found


def planned(count: int) -> dict[str, float]:
    """Plan a large project, and hold it against an empty lock."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "playloom.toml").write_text(PROJECT.format(count=count))
        began = time.process_time()
        session = open_session(folder, None)
        seconds = time.process_time() - began
        task = next(iter(session.statuses.values())).task
    return {
        "tasks": count,
        "cpu_microseconds_a_task": round(seconds * 1e6 / count),
        "bytes_a_task": len(pickle.dumps(task)),
        "memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    main()
