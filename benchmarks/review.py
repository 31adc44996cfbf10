"""Feedback that was acknowledged is there after kill -9: many kills, at random moments, of one database.

`scripts/bench review` or `python benchmarks/review.py --kills 500`. Prints one JSON document.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playloom.feedback.events import Feedback

_WRITER = """
import sys
from hashlib import sha256
from pathlib import Path
from playloom.feedback.events import Content, Feedback, Said
from playloom.feedback.keys import Key
with Feedback(Path(sys.argv[1])) as feedback:
    print("open", flush=True)
    for number in range(int(sys.argv[2]), 1 << 40):
        key = Key("level", "a" * 64, "b" * 64, number, sha256(b"%d" % number).hexdigest())
        feedback.say(Said("team", Content(key, f"{number}.tmx", {}), "reject"), f"{number:08}")
        print(number, flush=True)
"""


def killed(database: Path, first: int, wait_seconds: float) -> int:
    """Let a process say things from number ``first`` on, kill it, and return the last one it acknowledged."""
    command = [sys.executable, "-c", _WRITER, str(database), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        opened = process.stdout.readline()
        assert opened == "open\n", opened
        time.sleep(wait_seconds)
        os.kill(process.pid, signal.SIGKILL)
        lines = process.stdout.read().split()
    return int(lines[-1]) if lines else first - 1


def main() -> None:
    """Kill, open, count; again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    draw, known, lost, unsaid = random.Random(options.seed), -1, 0, 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "playloom-feedback.db"
        for _ in range(options.kills):
            known = killed(database, known + 1, draw.random() * 0.15)
            with Feedback(database) as feedback:  # refuses what is not sound
                (count,) = feedback._connection.execute("SELECT count(*) FROM event").fetchone()
                (last,) = feedback._connection.execute("SELECT max(seed) FROM content").fetchone() or (None,)
            lost += max(0, known + 1 - count)
            unsaid += count > known + 1
            known = max(known, -1 if last is None else last)
    print(
        json.dumps(
            {
                "kills": options.kills,
                "acknowledged": known + 1,
                "lost": lost,
                "on_disk_before_acknowledged": unsaid,
                "seconds": round(time.monotonic() - began, 1),
            }
        )
    )
    raise SystemExit(lost > 0)


if __name__ == "__main__":
    main()
