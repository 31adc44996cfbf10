"""Godot, headless, as a judge of resources."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def inspect(engine: str, folder: Path, resource: str) -> dict[str, Any]:
    """Return what Godot sees in a resource of a project made in ``folder``."""
    (folder / "project.godot").write_text('config_version=5\n\n[application]\n\nconfig/name="test"\n')
    shutil.copy(ROOT / "tests" / "godot" / "inspect_sprites.gd", folder)
    command = [engine, "--headless", "--path", str(folder), "-s", "res://inspect_sprites.gd", "--"]
    homes = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    done = subprocess.run(
        [*command, f"res://{resource}"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {name: str(folder / ".home") for name in homes},
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "ERROR" not in said and "WARNING" not in said, said
    line = next(line for line in done.stdout.splitlines() if line.startswith("INSPECTED "))
    seen: dict[str, Any] = json.loads(line.removeprefix("INSPECTED "))
    return seen
