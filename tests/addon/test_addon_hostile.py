"""False servers in front of the addon in the real engine: no error, no frozen frame, no secret told."""

import json
from pathlib import Path

from addon_project import Project
from puppet import TOKEN, stage


def test_a_false_server_neither_hangs_nor_breaks_the_game(project: Project, tmp_path: Path) -> None:
    with stage() as servers:
        project.passes("test_hostile.gd", token=TOKEN, **servers.ports)
    for name in ("wrong_proof", "no_proof", "echo", "silent", "denied"):
        methods = {message["method"] for message in servers.heard[name]}
        assert methods == {"hello"}, f"{name} was told {methods}"
    assert TOKEN not in json.dumps(servers.heard)
