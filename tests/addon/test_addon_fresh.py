"""What a developer does first: copy the addon into a project, enable it in the editor, ask for a level."""

import os
import re
import shutil
from pathlib import Path

import pytest
from addon_project import COMMAND, SOURCE, TROUBLE, Project

PROJECT = """config_version=5
[application]
config/name="Fresh"
run/main_scene="res://main.tscn"
[editor_plugins]
enabled=PackedStringArray("res://addons/enabler/plugin.cfg")
[playloom]
sidecar/executable="{command}"
sidecar/arguments=PackedStringArray("--cold")
"""
# Does what a click on the plugin's box does; nothing of ours has been loaded before.
ENABLER = """@tool
extends EditorPlugin

func _enter_tree() -> void:
	_enable.call_deferred()

func _enable() -> void:
	while EditorInterface.get_resource_filesystem().is_scanning():
		await get_tree().process_frame
	EditorInterface.set_plugin_enabled("playloom", true)
	ProjectSettings.save()
	print("settings ", ProjectSettings.has_setting("playloom/sidecar/mode"))
	get_tree().quit()
"""
GAME = """extends Node

func _ready() -> void:
	var level := await Playloom.level({"theme": "maze", "size": Vector2i(16, 12), "seed": 7})
	print("level ", level.size, " ", level.tiles.size() > 3)
	get_tree().quit()
"""
SCENE = """[gd_scene load_steps=2 format=3]
[ext_resource type="Script" path="res://main.gd" id="1"]
[node name="Main" type="Node"]
script = ExtResource("1")
"""


@pytest.mark.skipif(os.name != "posix", reason="the command is found as on POSIX")
def test_a_fresh_project_enables_the_addon_and_has_a_level(engine: str, tmp_path: Path) -> None:
    shutil.copytree(SOURCE / "addons", tmp_path / "addons")
    (tmp_path / "addons" / "enabler").mkdir()
    config = '[plugin]\nname="e"\ndescription=""\nauthor=""\nversion=""\nscript="plugin.gd"\n'
    files = {
        "project.godot": PROJECT.format(command=COMMAND),
        "addons/enabler/plugin.cfg": config,
        "addons/enabler/plugin.gd": ENABLER,
        "main.gd": GAME,
        "main.tscn": SCENE,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    project = Project(engine, tmp_path)

    edited = project.engine_run("--editor", seconds=240)
    assert "settings true" in edited.said, edited.said
    autoload = r'(?s)\[autoload\]\s+Playloom="\*(uid://\w+|res://addons/playloom/runtime/playloom\.gd)"'
    assert re.search(autoload, (tmp_path / "project.godot").read_text("utf-8"))

    played = project.engine_run(seconds=240)
    assert "level (16, 12) true" in played.said, played.said
    trouble = [line for line in played.said.splitlines() if line.startswith(TROUBLE)]
    assert not trouble, trouble
