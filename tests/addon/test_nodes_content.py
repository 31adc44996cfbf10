"""What the addon reads and how it writes tiles, in the real engine, without a server."""

import importlib.util
from pathlib import Path
from types import ModuleType

from addon_project import SOURCE, Project

import playloom


def test_answers_are_read_and_lies_refused(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "quest.json"
    playloom.write_quest(playloom.quest("thornford", seed=4), path)

    project.passes("test_nodes_content.gd", quest=path)


def test_tiles_are_written_inside_one_budget(project: Project) -> None:
    project.passes("test_nodes_writer.gd")


def test_the_tile_sets_of_the_addon_are_those_that_we_draw() -> None:
    made = _addon_tiles().tile_sets()
    folder = SOURCE / "addons/playloom/runtime/tiles"

    assert sorted(path.name for path in folder.iterdir() if path.suffix != ".import") == sorted(made)
    for name, data in made.items():
        assert (folder / name).read_bytes() == data, f"{name}: run python scripts/addon_tiles.py"


def _addon_tiles() -> ModuleType:
    path = SOURCE.parent / "scripts" / "addon_tiles.py"
    spec = importlib.util.spec_from_file_location("addon_tiles", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
