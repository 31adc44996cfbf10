"""A server that dies at random moments under a game, and requests that are given up, in the real engine.

Every request must end exactly once, whatever happens, with the bytes of a server that is left alone; a new
server must have let the game in within two seconds. A request that is given up ends for the game at once,
before the server has said so; it tells whether the connection stays well.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from record import console, machine_record, save

BRIDGE = Path(__file__).parents[1] / "godot_bridge"
COMMAND = Path(sys.executable).parent / "playloom"
AWAY_MS = 2000
CANCEL_MS = 200


def main() -> None:
    """Measure, print and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="kills")
    parser.add_argument("--cancels", type=int, default=1000, help="requests that are given up")
    parser.add_argument("--engine", default=os.environ.get("PLAYLOOM_GODOT") or shutil.which("godot"))
    asked = parser.parse_args()
    if asked.engine is None:
        sys.exit("bridge_kills: no godot on the PATH; run scripts/install_godot, or give --engine")
    machine = machine_record()
    with tempfile.TemporaryDirectory() as folder:
        found = _measured(asked, Path(folder))
    away, cancels = found["away_ms"], found["cancel_ms"]
    result = found["counts"] | {
        "away_ms": {"median": away[len(away) // 2], "worst": away[-1]},
        "cancel_ms": {"median": cancels[len(cancels) // 2], "worst": cancels[-1]},
        "machine": machine,
    }
    result["passed"] = bool(away[-1] <= AWAY_MS and cancels[-1] <= CANCEL_MS)
    console.print_json(json.dumps(result))
    save("bridge-kills", result)
    sys.exit(0 if result["passed"] else 1)


def _measured(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Return what the test script counted; it ends with an error where a request does not end once."""
    project, out = folder / "project", folder / "out.json"
    for name in ("addons", "test"):
        shutil.copytree(BRIDGE / name, project / name)
    shutil.copy(BRIDGE / "project.godot", project)
    engine = [asked.engine, "--headless", "--path", str(project)]
    subprocess.run([*engine, "--import"], check=True, capture_output=True)
    told = {"kills": asked.count, "cancels": asked.cancels, "chunks": 1, "limit": 36_000}
    told |= {"playloom": COMMAND, "out": out}
    arguments = [f"{name}={value}" for name, value in told.items()]
    subprocess.run([*engine, "-s", "test/run.gd", "--", "res://test/test_kills.gd", *arguments], check=True)
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


if __name__ == "__main__":
    main()
