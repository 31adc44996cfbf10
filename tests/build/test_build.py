"""`playloom build`: what is made, what is not, and what is left alone."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from build_project import COMMAND, Fill, Run, outputs

import playloom
from playloom.cli import main

Report = Callable[..., dict[str, Any]]


def test_a_build_writes_what_is_asked_for_and_then_nothing(report: Report, project: Path) -> None:
    first = report()

    assert first["made"] == ["level.cave#0", "level.cave#1", "level.crypt#0", "world.vale"]
    assert {*first["written"]} == {*outputs(project)} - {"playloom.toml", "playloom.lock", "provenance.jsonl"}
    second = report()
    assert (second["made"], second["cached"], second["written"], second["up_to_date"]) == ([], [], [], 4)


def test_a_world_is_drafted_around_the_level_it_names(project: Path, fill: Fill) -> None:
    fill()

    assert 'id = "key_1"' in (project / "worlds/vale.toml").read_text()


def test_a_change_rebuilds_that_and_what_is_made_from_it(report: Report, project: Path, fill: Fill) -> None:
    fill()
    _change(project, "keys = 1", "keys = 2")

    changed = report()

    assert changed["made"] == ["level.crypt#0", "world.vale"]
    assert report("--dry-run")["make"] == []


def test_back_to_what_it_was_comes_from_the_cache(report: Report, project: Path, fill: Fill) -> None:
    fill()
    before = outputs(project)
    _change(project, "keys = 1", "keys = 2")
    report()
    _change(project, "keys = 2", "keys = 1")

    back = report()

    assert (back["made"], back["cached"]) == ([], ["level.crypt#0", "world.vale"])
    assert outputs(project) == before


def test_a_dry_run_says_why(report: Report, project: Path, fill: Fill) -> None:
    assert {one["reason"] for one in report("--dry-run")["make"]} == {"new"}
    fill()
    (project / "maps/cave-0.txt").unlink()
    _change(project, "keys = 1", "keys = 2")

    found = {one["task"]: one["reason"] for one in report("--dry-run")["make"]}

    assert found == {
        "level.cave#0": "maps/cave-0.txt is missing",
        "level.crypt#0": "request changed",
        "world.vale": "made from level.crypt#0, which changed",
    }


def test_check_fails_until_it_is_built_and_writes_nothing(build: Run, project: Path, fill: Fill) -> None:
    build("--check", code=1)
    assert [*outputs(project)] == ["playloom.toml"]
    fill()
    build("--check")
    (project / "maps/crypt.json").write_text("mine")
    assert "maps/crypt.json: changed by hand" in build("--check", code=1).stdout


def test_the_plan_shows_what_is_made_from_what(build: Run, report: Report) -> None:
    tree = build("--plan").stdout
    below = tree[tree.index("world.vale") :]
    assert below.index("level.crypt") < below.index("model topdown")
    (world,) = [one for one in report("--plan")["tasks"] if one["task"] == "world.vale"]
    assert world["needs"] == ["level.crypt#0"]


def test_only_what_is_named_is_built(report: Report, build: Run) -> None:
    assert report("level.cave#1")["made"] == ["level.cave#1"]
    assert report("world")["made"] == ["level.crypt#0", "world.vale"]
    assert "there is level.crypt" in build("level.crpyt", code=2).stderr


def test_what_somebody_changed_is_kept_and_told(build: Run, project: Path, fill: Fill) -> None:
    fill()
    mine = project / "maps/cave-1.txt"
    mine.write_text("mine\n")

    told = build().stderr

    assert "maps/cave-1.txt: was changed by hand; kept" in told
    _change(project, 'size = "12x12"', 'size = "13x12"')
    refused = build(code=1)
    assert "level.cave#1: maps/cave-1.txt: was changed by hand since it was made" in refused.stderr
    assert mine.read_text() == "mine\n"
    build("--force")
    assert mine.read_text() != "mine\n"


def test_a_file_that_no_build_made_is_not_written_over(build: Run, project: Path) -> None:
    (project / "maps").mkdir()
    (project / "maps/crypt.json").write_text("mine")

    assert "is there and no build made it" in build(code=1).stderr

    assert (project / "maps/crypt.json").read_text() == "mine"
    assert (project / "maps/cave-0.tmx").exists()
    assert not (project / "worlds/vale.toml").exists()  # made from what failed


def test_what_nothing_makes_any_more_is_removed_unless_it_was_changed(
    build: Run, project: Path, fill: Fill
) -> None:
    fill()
    (project / "maps/cave-0.txt").write_text("mine")
    _change(project, "count = 2", "count = 1")
    _change(project, ', "maps/cave-{seed}.txt"', "")

    build()

    there = {*outputs(project)}
    assert "maps/cave-0.txt" in there
    assert there.isdisjoint({"maps/cave-1.tmx", "maps/cave-1.txt"})


def test_another_seed_takes_the_file_of_the_one_before_with_no_cache_and_no_other_table(
    report: Report, project: Path, fill: Fill
) -> None:
    fill()
    shutil.rmtree(project / ".playloom")
    _change(project, "keys = 1", "keys = 1\nseed = 1")

    assert report("--dry-run")["remove"] == []  # the file has the same name
    found = report("level.crypt")

    assert (found["written"], found["removed"], found["failed"]) == (["maps/crypt.json"], [], {})


def test_clean_removes_what_was_made_and_not_changed(
    build: Run, project: Path, wanted: dict[str, bytes], fill: Fill
) -> None:
    fill()
    (project / "maps/cave-0.txt").write_text("mine")

    told = build(command="clean").stderr

    assert "maps/cave-0.txt: was changed by hand" in told
    assert {*outputs(project)} == {"playloom.toml", "playloom.lock", "provenance.jsonl", "maps/cave-0.txt"}
    (project / "maps/cave-0.txt").unlink()
    build()
    assert outputs(project) == wanted


def test_a_colleague_gets_the_same_bytes_from_project_and_lock(
    build: Run, project: Path, wanted: dict[str, bytes]
) -> None:
    for name in ("playloom.lock", "provenance.jsonl"):
        (project / name).write_bytes(wanted[name])

    build()

    assert outputs(project) == wanted


def test_other_bytes_than_the_lock_has_are_an_error_that_says_what_differs(
    build: Run, project: Path, fill: Fill
) -> None:
    fill()
    lock = project / "playloom.lock"
    document = [json.loads(line) for line in lock.read_text().splitlines()]
    (crypt,) = [one for one in document if one.get("task") == "level.crypt#0"]
    crypt["outputs"]["maps/crypt.json"] = "0" * 64
    lock.write_text(
        "".join(json.dumps(one, sort_keys=True, separators=(",", ":")) + "\n" for one in document)
    )

    told = build(code=1).stderr

    assert "maps/crypt.json: SHA-256 is" in told and "playloom.lock says 000000000000" in told
    build("--update")
    build("--check")


def test_another_model_is_an_error_until_it_is_accepted(build: Run, project: Path, fill: Fill) -> None:
    fill()
    shutil.copytree(Path(playloom.__file__).parent / "models/topdown", project / "models/mine")
    _change(project, 'theme = "dungeon"', 'theme = "dungeon"\npackage = "models/mine"')
    build()
    manifest = project / "models/mine/manifest.json"
    manifest.write_text(manifest.read_text().replace('"version": "1.0.0"', '"version": "1.0.1"'))

    told = build(code=1).stderr

    assert "model topdown changed from" in told
    build("--update")


def test_a_pinned_model_is_the_one_or_none(build: Run, project: Path) -> None:
    _change(project, "[level.cave]", f'[model]\ntopdown = "{"0" * 64}"\n\n[level.cave]')

    assert "the project pins 0000000000000000" in build(code=1).stderr


def test_a_model_without_a_card_is_refused(build: Run, project: Path) -> None:
    shutil.copytree(Path(playloom.__file__).parent / "models/topdown", project / "models/mine")
    _change(project, 'theme = "dungeon"', 'theme = "dungeon"\npackage = "models/mine"')
    manifest = project / "models/mine/manifest.json"
    document = json.loads(manifest.read_text())
    document["card"]["datasets"] = []
    manifest.write_text(json.dumps(document))

    assert (
        "line 12, column 1: level.crypt.package: model 'topdown': its card names no" in build(code=1).stderr
    )


def test_sprites_are_made_from_sprites_of_the_project(report: Report, project: Path) -> None:
    (project / "playloom.toml").write_text(
        "[palette.mine]\ncolours = ['1a1c2c', '5d275d', 'b13e53', 'ef7d57', 'ffcd75', '38b764']\n"
        "[sprite.hero]\nwords = 'wizard'\nengine = 'fast'\nseeds = [3, 9]\npalette = 'palette.mine'\n"
        "outputs = ['art/hero-{seed}.png']\n"
        "[sprite.brother]\nwords = 'wizard'\nlike = 'sprite.hero#9'\nstrength = 0.2\nsteps = 1\n"
        "palette = 'palette.mine'\noutputs = ['art/brother.png']\n"
        "[walk.hero]\nfigure = 'sprite.hero#3'\noutputs = ['art/walk.json', 'art/walk.tres']\n"
    )

    found = report()

    assert found["made"] == ["sprite.brother#0", "sprite.hero#3", "sprite.hero#9", "walk.hero"]
    pictures = ["art/brother.png", "art/hero-3.png", "art/hero-9.png"]
    assert found["written"] == [*pictures, "art/walk.json", "art/walk.png", "art/walk.tres"]


def test_the_ledger_names_every_file_and_comes_back(
    build: Run, project: Path, wanted: dict[str, bytes], fill: Fill
) -> None:
    fill()
    lines = (project / "provenance.jsonl").read_text().splitlines()
    made = {*outputs(project)} - {"playloom.toml", "playloom.lock", "provenance.jsonl"}
    assert {json.loads(line)["path"] for line in lines} == made
    (project / "provenance.jsonl").unlink()

    build()

    assert outputs(project) == wanted


def test_levels_are_drawn_in_a_tileset_of_the_project(build: Run, project: Path) -> None:
    from PIL import Image

    for name, colour in (("wall", (90, 90, 100)), ("floor", (150, 120, 90)), ("mark", (240, 20, 20))):
        picture = Image.new("RGB", (16, 16), colour)
        picture.putpixel((8, 8), (0, 0, 0))
        picture.save(project / f"{name}.png")
    (project / "playloom.toml").write_text(
        "[level.hall]\ntheme = 'dungeon'\nsize = '12x12'\nenemies = 0\nkeys = 0\ntreasure = 0\npeople = 0\n"
        "tileset = 'tileset.ruins'\noutputs = ['maps/hall.tmx']\n"
        "[tileset.ruins]\nover = 'wall.png'\nunder = 'floor.png'\noutputs = ['art/ruins.tsx']\n"
        "[tileset.ruins.objects]\nstart = 'mark.png'\nexit = 'mark.png'\ndoor = 'mark.png'\n"
    )

    build()

    assert '<tileset firstgid="1" source="../art/ruins.tsx"/>' in (project / "maps/hall.tmx").read_text()
    picture.save(project / "wall.png")
    dry = json.loads(build("--dry-run", "--json").stdout)
    assert {one["task"]: one["reason"] for one in dry["make"]} == {
        "tileset.ruins": "wall.png changed",
        "level.hall#0": "made from tileset.ruins, which changed",
    }


@pytest.mark.parametrize("godot", [False, True])
def test_a_new_project_builds(
    tmp_path: Path, godot: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "game"
    folder.mkdir()
    if godot:
        (folder / "project.godot").touch()
    monkeypatch.chdir(folder)

    def command(*arguments: str) -> int:
        with pytest.raises(SystemExit) as leaving:
            main([*arguments])
        return int(str(leaving.value.code))

    assert command("new") == 0
    assert command("new") == 2
    assert "is there already" in capsys.readouterr().err
    assert command("build", "-j", "1") == 0, capsys.readouterr().err
    made = {*outputs(folder)}
    assert {"levels/crypt-7.tscn", "dialogue/key.dialogue"} <= made if godot else {"maps/crypt-7.tmx"} <= made
    assert {"art/foes/pest.png", "art/potion.png", "worlds/vale.toml"} <= made
    assert command("provenance", "verify", ".") == 0, capsys.readouterr().out


def test_a_build_with_nothing_to_do_loads_no_numpy(project: Path, fill: Fill) -> None:
    fill()
    told = (
        "import sys; from playloom.cli import main\n"
        "try: main(['build', '-q', '--project', sys.argv[1]])\n"
        "except SystemExit as leaving: assert leaving.code == 0\n"
        "print({'numpy', 'onnxruntime', 'scipy', 'PIL', 'onnx'} & {*sys.modules})"
    )

    done = subprocess.run(
        [sys.executable, "-c", told, str(project)], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"


def test_watching_builds_again_when_something_changes(project: Path) -> None:
    command = [COMMAND, "build", "--watch", "-j", "1", "level.crypt", "--project", str(project)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        said = [running.stderr.readline()]
        before = (project / "maps/crypt.json").read_bytes()
        _change(project, "keys = 1", "keys = 2")
        said.append(running.stderr.readline())
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)

    assert [line.strip() for line in said] == ["watching; Ctrl-C ends"] * 2
    assert (project / "maps/crypt.json").read_bytes() != before
    assert running.returncode == 130


def test_what_json_prints_is_as_documented(report: Report, fill: Fill) -> None:
    fill()
    names = ("made", "cached", "written", "kept", "removed", "damaged", "notes")
    schema = {
        "type": "object",
        "properties": {name: {"type": "array", "items": {"type": "string"}} for name in names},
        "required": [*names, "failed", "skipped", "up_to_date"],
    }

    jsonschema.validate(report(), schema)


def _change(project: Path, before: str, after: str) -> None:
    place = project / "playloom.toml"
    text = place.read_text()
    assert before in text
    place.write_text(text.replace(before, after))
