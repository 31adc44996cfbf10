"""Make the requests of determinism.py in the environment that this process was given; print their digests.

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

import determinism_sprites
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
# Two more, not on the command line: the first level with a part to redo, and two chunks of an endless
# world, made in the order of the request.
REDO, CHUNKS = "redo", "chunks"
PLACES = ((1, 0), (0, -(1 << 40)))
LEVEL, SPRITE = "level", "sprite"  # a request of either is called by its kind and its number
FEW = (
    f"{LEVEL} 0",
    f"{LEVEL} 2",
    f"{LEVEL} 4",
    *(f"{SPRITE} {number}" for number in determinism_sprites.FEW),
)


def names() -> list[str]:
    """Return the name of every request."""
    levels = [f"{LEVEL} {number}" for number in range(len(REQUESTS))]
    sprites = [f"{SPRITE} {number}" for number in range(len(determinism_sprites.requests()))]
    return [*levels, REDO, CHUNKS, *sprites]


def digest(folder: Path) -> str:
    """Return the SHA-256 of the names and bytes of all files in a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        whole.update(f"{path.name} {len(data)}\n".encode() + data)
    return whole.hexdigest()


def make(name: str) -> str:
    """Make one request, write every format, and return the digest of the files."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "files"
        folder.mkdir()
        kind, _, number = name.partition(" ")
        if kind == SPRITE:
            determinism_sprites.make(int(number), folder)
        else:
            write(levels_of(kind, number), folder)
        return digest(folder)


def levels_of(kind: str, number: str) -> list[Level]:
    """Return the levels of one request."""
    if kind == CHUNKS:
        world = api.endless("dungeon", seed=16, style="halls", chunk=(24, 17))
        return [world.chunk(*place) for place in PLACES]
    if kind == REDO:
        first = REQUESTS[0]
        pinned = api.level(**first).cells.copy()
        pinned[8:20, 10:24] = FREE
        return [api.level(**first | {"seed": 12, "pinned": pinned})]
    return [api.level(**REQUESTS[int(number)])]


def write(levels: list[Level], folder: Path) -> None:
    """Write levels in every format."""
    for number, level in enumerate(levels):
        files = OUTPUTS if not number else [f"{number}-{output}" for output in OUTPUTS]
        api.write_level(level, *(folder / name for name in files))


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
    parser.add_argument("--few", action="store_true", help="five requests only, for an emulated processor")
    parser.add_argument("--kind", choices=("level", "sprite"), help="requests of one kind only")
    arguments = parser.parse_args()
    give_threads(arguments.threads, not arguments.plain)
    asked = list(FEW) if arguments.few else names()
    if arguments.kind:
        asked = [name for name in asked if name.startswith(SPRITE) == (arguments.kind == SPRITE)]
    work = asked * arguments.rounds
    with ThreadPoolExecutor(arguments.together) as pool:
        digests = list(pool.map(make, work))
    by_request: dict[str, list[str]] = {name: [] for name in asked}
    for name, found in zip(work, digests, strict=True):
        if found not in by_request[name]:
            by_request[name].append(found)
    versions = {
        "onnxruntime": onnxruntime.__version__,
        "numpy": np.__version__,
        "machine": platform.machine(),
    }
    print(json.dumps({"digests": by_request, **versions}))


if __name__ == "__main__":
    main()
