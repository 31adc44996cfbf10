"""Frames of a game while an endless world streams in around a player: the real engine, without a window.

What counts is the main thread's own processor time of each frame, over that of a player who moves through
nothing: it tells what the addon costs also where other programs hold the cores. A frame over 25 ms on the
clock is ours if the main thread computed in it for longer than a frame can be late by that much; how many
long ones the machine alone makes is told by the idle run.
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

import numpy as np
from record import console, machine_record, save

BRIDGE = Path(__file__).parents[1] / "godot_bridge"
BUDGET_MS = 3.0  # worst frame over idle
LONG_MS = 25.0
FRAME_MS = 1000 / 60


def main() -> None:
    """Measure, print and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of streaming")
    parser.add_argument("--idle", type=float, default=20.0, help="seconds without streaming, before")
    parser.add_argument("--speed", type=float, default=8.0, help="tiles a second")
    parser.add_argument("--engine", default=os.environ.get("PLAYLOOM_GODOT") or shutil.which("godot"))
    asked = parser.parse_args()
    if asked.engine is None:
        sys.exit("bridge_frames: no godot on the PATH; run scripts/install_godot, or give --engine")
    machine = machine_record()
    with tempfile.TemporaryDirectory() as folder:
        found = _measured(asked, Path(folder))
    result = {
        "seconds": asked.seconds,
        "tiles_a_second": asked.speed,
        "idle": _summary(found["idle"]),
        "streaming": _summary(found["streaming"]),
        "chunks": found["chunks"],
        "machine": machine,
    }
    over = result["streaming"]["computing_ms"]["worst"] - result["idle"]["computing_ms"]["median"]
    result["worst_over_idle_ms"] = round(over, 3)
    streamed = found["chunks"]["loaded"] >= asked.seconds * asked.speed / 32  # one for each that is crossed
    ours = result["streaming"]["long_frames_of_ours"]
    result["passed"] = bool(over < BUDGET_MS and ours == 0 and streamed)
    console.print_json(json.dumps(result))
    save("bridge-frames", result)
    sys.exit(0 if result["passed"] else 1)


def _measured(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Return every frame's microseconds, from a server and an engine of our own."""
    project, ready, out = folder / "project", folder / "ready.json", folder / "frames.json"
    for name in ("addons", "test"):
        shutil.copytree(BRIDGE / name, project / name)
    shutil.copy(BRIDGE / "project.godot", project)
    engine = [asked.engine, "--headless", "--path", str(project)]
    subprocess.run([*engine, "--import"], check=True, capture_output=True)
    command = [
        str(Path(sys.executable).parent / "playloom"),
        "serve",
        "--warm",
        "level",
        "--ready-file",
        str(ready),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None and server.stdout.readline(), "the server does not start"
            options = json.loads(ready.read_text("utf-8"))
            told = {"port": options["port"], "token": options["token"], "out": out}
            told |= {"idle": asked.idle, "seconds": asked.seconds, "speed": asked.speed}
            arguments = [f"{name}={value}" for name, value in told.items()]
            subprocess.run([*engine, "-s", "test/frames.gd", "--", *arguments], check=True)
        finally:
            server.terminate()
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def _summary(frames: dict[str, list[float]]) -> dict[str, Any]:
    computing, clock = (np.array(frames[name]) / 1000 for name in ("computing", "clock"))
    ours = (clock > LONG_MS) & (computing > LONG_MS - FRAME_MS)
    return {
        "frames": len(clock),
        "computing_ms": _spread(computing),
        "clock_ms": _spread(clock),
        "long_frames": int((clock > LONG_MS).sum()),
        "long_frames_of_ours": int(ours.sum()),
    }


def _spread(milliseconds: np.ndarray) -> dict[str, float]:
    median, high, higher = np.percentile(milliseconds, (50, 99, 99.9))
    named = {"median": median, "p99": high, "p99.9": higher, "worst": milliseconds.max()}
    return {name: round(float(value), 3) for name, value in named.items()}


if __name__ == "__main__":
    main()
