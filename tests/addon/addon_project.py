"""The addon's own Godot project, imported once, and its test scripts run in the real engine."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND = Path(sys.executable).parent / "playloom"
SOURCE = Path(__file__).parents[2] / "godot_bridge"
COPIED = ("addons", "demo", "test")
TROUBLE = ("SCRIPT ERROR", "ERROR:", "Parse Error", "WARNING:")


@dataclass(frozen=True)
class Outcome:
    """How a run of the engine ended."""

    code: int
    said: str


@dataclass(frozen=True)
class Project:
    """A copy of `godot_bridge/` that the engine has imported; tests may not change it."""

    engine: str
    folder: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Return an environment in which the engine keeps its files in the project."""
        names = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
        return os.environ | {name: str(self.folder / ".home") for name in names} | more

    def engine_run(self, *arguments: str, seconds: float = 120, **environment: str) -> Outcome:
        """Run the engine headless in the project."""
        command = [self.engine, "--headless", "--path", str(self.folder), *arguments]
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=seconds,
            env=self.environment(**environment),
        )
        return Outcome(done.returncode, done.stdout + done.stderr)

    def run(
        self, script: str, *, environment: dict[str, str] | None = None, **options: str | int | Path
    ) -> Outcome:
        """Run a test script of `godot_bridge/test/`; options reach it as ``option("name")``."""
        told = [f"{name}={value}" for name, value in options.items()]
        arguments = ["-s", "test/run.gd", "--", f"res://test/{script}", *told]
        return self.engine_run(*arguments, seconds=280, **(environment or {}))

    def passes(
        self, script: str, *, environment: dict[str, str] | None = None, **options: str | int | Path
    ) -> str:
        """Run a test script, see to it that everything in it passed, and return what it said."""
        outcome = self.run(script, environment=environment, **options)
        assert outcome.code == 0 and "leaked at exit" not in outcome.said, outcome.said
        return outcome.said


def import_project(engine: str, folder: Path) -> Project:
    """Copy the project to a folder and have the engine import it, without an error or a warning."""
    folder.mkdir(parents=True)
    shutil.copy(SOURCE / "project.godot", folder)
    for name in COPIED:
        if (SOURCE / name).exists():
            shutil.copytree(SOURCE / name, folder / name)
    project = Project(engine, folder)
    outcome = project.engine_run("--import", seconds=240)
    trouble = [line for line in outcome.said.splitlines() if line.startswith(TROUBLE)]
    assert outcome.code == 0 and not trouble, outcome.said
    return project


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[dict[str, str | int]]:
    """Run `playloom serve`; yields the options `port`, `token` and `pid` for test scripts."""
    ready = folder / "ready.json"
    command = [str(COMMAND), "serve", "--cold", "--log", os.devnull, "--ready-file", str(ready), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None and process.stdout.readline(), "the server does not start"
            found = json.loads(ready.read_text("utf-8"))
            yield {name: found[name] for name in ("port", "token", "pid")}
        finally:
            process.kill()
