"""Make the levels of determinism.py in the environment that this process was given; print their digests.

Standard output: one JSON object, the SHA-256 of each request's files and the versions that made them.
"""

import argparse
import hashlib
import json
import platform
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from playloom import api
from playloom.kinds.level.content import FREE, Level

OUTPUTS = ("level.json", "level.tmx", "level.txt", "level.tscn", "level.png")
REQUESTS: tuple[dict[str, Any], ...] = (
    {"theme": "dungeon", "size": (32, 32), "seed": 7},
    {"theme": "cave", "size": (23, 41), "seed": 8, "enemies": 6, "treasure": 3},
    {"theme": "maze", "size": (40, 24), "seed": 9, "keys": 1, "steps": 5},
    {"theme": "overworld", "size": (48, 32), "seed": 10, "people": 3},
    {"theme": "dungeon", "size": (31, 17), "seed": 11, "openness": 0.45, "steps": 12},
    {"theme": "cave", "size": (64, 64), "seed": 2**63 - 1, "bosses": 1},
    {"theme": "platformer", "size": (64, 20), "seed": 13},
    {"theme": "metroidvania", "size": (40, 32), "seed": 14, "locks": 1},
    {"theme": "sokoban", "size": (12, 10), "seed": 15, "crates": 3},
)
PINNED = len(REQUESTS)  # two more, not on the command line: the first level with a part to redo,
ENDLESS = PINNED + 1  # and two chunks of an endless world, made in the order of the request
CHUNKS = ((1, 0), (0, -(1 << 40)))


def digest(folder: Path) -> str:
    """Return the SHA-256 of the names and bytes of all files in a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        whole.update(f"{path.name} {len(data)}\n".encode() + data)
    return whole.hexdigest()


def make(number: int) -> str:
    """Make one request, write every format, and return the digest of the files."""
    if number == ENDLESS:
        world = api.endless("dungeon", seed=16, style="halls", chunk=(24, 17))
        return written([world.chunk(*place) for place in CHUNKS])
    if number == PINNED:
        first = REQUESTS[0]
        pinned = api.level(**first).cells.copy()
        pinned[8:20, 10:24] = FREE
        request: dict[str, Any] = first | {"seed": 12, "pinned": pinned}
    else:
        request = REQUESTS[number]
    return written([api.level(**request)])


def written(levels: list[Level]) -> str:
    """Write levels in every format, and return the digest of the files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, level in enumerate(levels):
            names = OUTPUTS if not number else [f"{number}-{output}" for output in OUTPUTS]
            api.write_level(level, *(folder / name for name in names))
        return digest(folder)


def give_threads(threads: int, optimised: bool) -> None:
    """Let every session of ONNX Runtime have this many threads, or run the graph as it was written."""
    original = onnxruntime.InferenceSession

    def session(data: bytes, options: Any, **more: Any) -> Any:
        options.intra_op_num_threads = threads
        if not optimised:
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        return original(data, options, **more)

    onnxruntime.InferenceSession = session


def main() -> None:
    """Make, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1, help="of ONNX Runtime, inside one operator")
    parser.add_argument("--plain", action="store_true", help="without ONNX Runtime's graph optimisations")
    parser.add_argument("--together", type=int, default=1, help="how many requests run at once")
    parser.add_argument("--rounds", type=int, default=1, help="how often each request is made")
    parser.add_argument("--few", action="store_true", help="three requests only, for an emulated processor")
    arguments = parser.parse_args()
    give_threads(arguments.threads, not arguments.plain)
    numbers = [0, 2, 4] if arguments.few else list(range(ENDLESS + 1))
    work = numbers * arguments.rounds
    with ThreadPoolExecutor(arguments.together) as pool:
        digests = list(pool.map(make, work))
    by_request: dict[int, list[str]] = {number: [] for number in numbers}
    for number, found in zip(work, digests, strict=True):
        if found not in by_request[number]:
            by_request[number].append(found)
    versions = {
        "onnxruntime": onnxruntime.__version__,
        "numpy": np.__version__,
        "machine": platform.machine(),
    }
    print(json.dumps({"digests": by_request, **versions}))


if __name__ == "__main__":
    main()
