"""Servers that the addon starts itself: found, ended with the game, and replaced when they die."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from addon_project import COMMAND, Project

PROGRAMS = {
    "ends": "exit 3",
    "complains": "echo 'the bridge is not installed: pip install it' >&2; exit 1",
    "chatters": "echo hello; sleep 60",
    "old": """echo '{"event": "ready", "port": 4000, "protocol": 2}'; sleep 60""",
    "sleeps": "sleep 60",
}
WHY = {
    "missing": "pip install 'playloom[bridge]'",
    "ends": "it ended at once",
    "complains": "the bridge is not installed",
    "chatters": "it prints something else",
    "old": "speaks protocol 2",
    "sleeps": "does not listen in time",
}
posix = pytest.mark.skipif(os.name != "posix", reason="shell scripts and signals of POSIX")


def runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def ends_soon(pid: int) -> None:
    end = time.monotonic() + 30
    while runs(pid):
        assert time.monotonic() < end, f"the server {pid} outlives its game"
        time.sleep(0.05)


@posix
def test_the_addon_starts_servers_and_tells_why_it_cannot(project: Project, tmp_path: Path) -> None:
    for name, text in PROGRAMS.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    bare = {"PATH": "/usr/bin:/bin"}  # no playloom on it
    said = project.passes("test_launch.gd", environment=bare, playloom=COMMAND, folder=tmp_path)
    for name, why in WHY.items():
        told = re.search(rf"^why {name}: (.*)", said, re.MULTILINE)
        assert told is not None and why in told[1], said
    started = re.search(r"^sidecar (\d+)", said, re.MULTILINE)
    assert started is not None
    ends_soon(int(started[1]))


@posix
def test_a_server_that_is_killed_is_replaced_and_every_request_ends_once(project: Project) -> None:
    project.passes("test_kills.gd", playloom=COMMAND, kills=5, cancels=20)


@posix
def test_the_server_ends_with_a_game_that_is_killed(project: Project) -> None:
    arguments = ["-s", "test/run.gd", "--", "res://test/test_launch.gd", "only=the_first", "stay=1"]
    command = [project.engine, "--headless", "--path", str(project.folder), *arguments]
    with subprocess.Popen(
        [*command, f"playloom={COMMAND}"],
        stdout=subprocess.PIPE,
        text=True,
        env=project.environment(),
    ) as game:
        assert game.stdout is not None
        line = next(line for line in game.stdout if line.startswith(("sidecar", "FAILED")))
        pid = int(line.split()[1])
        assert runs(pid)
        game.send_signal(signal.SIGKILL)
    ends_soon(pid)
