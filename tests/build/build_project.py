"""Shared by the tests of the build: a small project, the installed command, what a build leaves."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

COMMAND = Path(sys.executable).parent / "playloom"
SMALL = """\
[project]
name = "Small"

[level.cave]
theme = "cave"
size = "12x12"
count = 2
outputs = ["maps/cave-{seed}.tmx", "maps/cave-{seed}.txt"]

[level.crypt]
theme = "dungeon"
size = [16, 12]
keys = 1
outputs = ["maps/crypt.json"]

[world.vale]
level = "level.crypt"
outputs = ["worlds/vale.toml"]
"""
Run = Callable[..., subprocess.CompletedProcess[str]]
Fill = Callable[[], object]  # has a test begin after a build


def installed(
    folder: Path, *arguments: str, start: Callable[[], None] | None = None, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run the installed `playloom build` in a process of its own."""
    return subprocess.run(
        [COMMAND, "build", "--project", str(folder), *arguments],
        env={**os.environ, "OMP_NUM_THREADS": "1", **changes},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=start,
    )


def outputs(folder: Path) -> dict[str, bytes]:
    """Return every file of a project but those of its state, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".playloom" not in path.relative_to(folder).parts
    }
