"""The addon's nodes and its dialogue box in the real engine, against the real server."""

from pathlib import Path

from addon_project import Project, serving


def test_nodes_fill_themselves(project: Project, tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        project.passes("test_nodes.gd", **server)


def test_quests_are_played_by_key_mouse_and_pad(project: Project, tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        project.passes("test_nodes_quest.gd", **server)
