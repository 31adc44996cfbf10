"""The addon in the real editor: its dock, its importers, and what a project's own build makes of requests."""

import os
import shutil
from pathlib import Path

import pytest
from addon_project import COMMAND, Project

PROJECT = """config_version=5
[application]
config/name="Editor"
[autoload]
Playloom="*res://addons/playloom/runtime/playloom.gd"
[editor_plugins]
enabled=PackedStringArray("res://addons/playloom/plugin.cfg")
[playloom]
sidecar/executable="{command}"
sidecar/arguments=PackedStringArray("--cold")
sidecar/start_seconds=90.0
"""
SCENE = '[gd_scene format=3]\n\n[node name="Main" type="Node2D"]\n'
REQUESTS = {
    "crypt.ploomlevel": '{"theme": "dungeon", "size": [24, 16], "seed": 7, "enemies": [2, 4]}',
    "potion.ploomsprite": '{"words": "red potion", "size": 32, "engine": "fast", "seed": 3}',
    "wizard.ploomwalk": '{"words": "wizard", "engine": "fast", "seed": 3, "milliseconds": 200}',
    "lantern.ploomquest": '{"world": "thornford", "seed": 4}',
}
BROKEN = {
    "deep.ploomlevel": ("[" * 60 + "]" * 60, "no request; write an object"),
    "empty.ploomlevel": ("", "line 1: no JSON"),
    "figure.ploomwalk": ('{"figure": "../../nobody.png"}', "nobody.png, which is not there"),
    "huge.ploomquest": (" " * 70_000, "has 70000 bytes; a request has at most 65536"),
    "list.ploomlevel": ("[1, 2]", "no request; write an object"),
    "method.ploomsprite": ('{"colour": "red"}', "params_invalid"),
    "nothing.ploomlevel": ('{"theme": "moon"}', "moon"),
    "world.ploomquest": ('{"world_file": "nobody.toml"}', "nobody.toml, which is not there"),
    "world7.ploomquest": ('{"world_file": 7}', "world_file is 7; write a String"),
}
posix = pytest.mark.skipif(os.name != "posix", reason="the command is found as on POSIX")


def make_project(engine: str, folder: Path, done: Project) -> Project:
    """Make a game's project with the addon, of which the engine knows all that it has imported before."""
    shutil.copytree(done.folder, folder, ignore=shutil.ignore_patterns(".home", "demo"))
    (folder / "project.godot").write_text(PROJECT.format(command=COMMAND), "utf-8")
    (folder / "main.tscn").write_text(SCENE, "utf-8")
    return Project(engine, folder)


@posix
@pytest.mark.timeout(900)
def test_the_editor_and_a_build_make_the_same_of_requests_and_the_dock_works(
    engine: str, project: Project, tmp_path: Path
) -> None:
    build = make_project(engine, tmp_path / "build", project)
    write(build, REQUESTS | {file: text for file, (text, _) in BROKEN.items()})
    outcome = build.engine_run("--import", seconds=240)
    for file, (_, why) in BROKEN.items():
        told = [line for line in outcome.said.splitlines() if f"res://{file}: " in line]
        assert told and why in told[0], (file, outcome.said)
    assert outcome.said.count("ERROR: Playloom: ") == len(BROKEN), outcome.said
    made = imported(build)
    assert [name.split("-")[0] for name in made] == sorted(REQUESTS)
    build.passes("test_imported.gd")

    edited = make_project(engine, tmp_path / "edited", project)
    write(edited, REQUESTS)
    (edited.folder / "saved").mkdir()
    arguments = ["--editor", "main.tscn", "-s", "test/run_editor.gd", "--", "res://test/test_editor.gd"]
    outcome = edited.engine_run(*arguments, seconds=400, PATH="/usr/bin:/bin")
    assert outcome.code == 0 and "7 passed, 0 failed" in outcome.said, outcome.said
    assert made.items() <= imported(edited).items()


def write(project: Project, files: dict[str, str]) -> None:
    for name, text in files.items():
        (project.folder / name).write_text(text, "utf-8")


def imported(project: Project) -> dict[str, bytes]:
    """Return what was made of requests, by name."""
    paths = sorted((project.folder / ".godot" / "imported").iterdir())
    return {path.name: path.read_bytes() for path in paths if ".ploom" in path.name and path.suffix != ".md5"}
