"""Hostile files are read in a process of its own, with a limit on memory; what became of each is told."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

Outcome = tuple[str, str, float]  # "read", "refused" or "crashed"; what was found, or the message; seconds

_PROGRAM = """
import json, os, resource, sys, time
from playloom.errors import FileInvalid, RequestInvalid
{reader}
pages = int(open("/proc/self/statm").read().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + {memory_bytes},) * 2)
for name in json.load(sys.stdin):
    begun = time.process_time()
    try:
        outcome, message = "read", found(name)
    except (FileInvalid, RequestInvalid) as error:
        outcome, message = "refused", str(error)
    except BaseException as error:
        outcome, message = "crashed", repr(error)[:300]
    print(json.dumps([name, outcome, message, time.process_time() - begun]), flush=True)
"""


def read_apart(
    reader: str, names: Iterable[str], folder: Path, *, memory_bytes: int, warnings: str = "default"
) -> dict[str, Outcome]:
    """Return what became of each file.

    Args:
        reader: Python that defines ``found(name)``: reads a file and returns what is to be told of it.
        names: The files.
        folder: Where the process runs.
        memory_bytes: What it may take above what it holds before it reads.
        warnings: What becomes of Python's warnings, such as "error".
    """
    wanted = [*names]
    done = subprocess.run(
        [sys.executable, "-W", warnings, "-c", _PROGRAM.format(reader=reader, memory_bytes=memory_bytes)],
        input=json.dumps(wanted),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    outcomes = {
        name: (outcome, message, seconds)
        for name, outcome, message, seconds in map(json.loads, done.stdout.splitlines())
    }
    assert outcomes.keys() == set(wanted)
    return outcomes
