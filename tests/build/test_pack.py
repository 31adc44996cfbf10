"""`playloom pack`: what it writes hangs together, runs in Godot, and what does not hang together is told."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from playloom.cli import main

NAME = "Crypt of Thornford"


def run(*arguments: str) -> int:
    """Run a command of Playloom here; return its exit code."""
    with pytest.raises(SystemExit) as leaving:
        main([*arguments])
    return int(str(leaving.value.code))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small pack, which tests may not change."""
    folder = tmp_path_factory.mktemp("pack") / "game"
    wishes = ["--seed", "7", "--size", "32x24", "--candidates", "1", "-j", "1", "-q"]
    assert run("pack", NAME, *wishes, "-o", str(folder)) == 0
    return folder


@pytest.fixture
def pack(made: Path, tmp_path: Path) -> Path:
    """A copy of the pack, to be broken; without the addon, of which there are many files."""
    folder = tmp_path / "game"
    shutil.copytree(made, folder, ignore=shutil.ignore_patterns("addons", ".playloom"))
    project = folder / "project.godot"
    project.write_text(project.read_text().partition("[autoload]")[0])
    return folder


def test_a_pack_is_a_project_that_is_up_to_date_and_accounted_for(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("pack", "check", str(made), "--json") == 0
    found = json.loads(capsys.readouterr().out)

    assert found["faults"] == [] and found["references"] > 150
    assert run("build", "--check", "--project", str(made)) == 0
    assert run("provenance", "verify", str(made)) == 0


def test_its_quest_is_about_a_key_that_lies_in_the_level(made: Path) -> None:
    index = json.loads((made / "pack.json").read_text())
    quest = json.loads((made / "quests/keys.json").read_text())["quest"]

    (key,) = {one for objective in quest["objectives"] for one in objective["about"] if one.startswith("key")}
    assert len(index["items"][key]["at"]) == 1
    assert index["people"][quest["giver"]]["at"]


BREAKS: dict[str, tuple[str, str, str, str]] = {  # what: file, pattern, replacement, what is told
    "no main scene": ("project.godot", "main.tscn", "start.tscn", r"start\.tscn: there is no such file"),
    "another script": ("main.tscn", "game.gd", "play.gd", r"play\.gd: there is no such file"),
    "a way out": ("main.tscn", "res://game.gd", "res://../../etc/passwd", "leads out of the pack"),
    "another picture": (
        "main.tscn",
        r'(path="res://art/)\w+\.png" id="picture1"',
        r'\1key_1.png" id="picture1"',
        "is nobody of pack.json with that sprite",
    ),
    "a figure moved": (
        "main.tscn",
        r"position = Vector2\(\d+, \d+\)",
        "position = Vector2(8, 16)",
        "only in one",
    ),
    "a figure nobody knows": ("main.tscn", r'playloom_id = "pest"', 'playloom_id = "dragon"', "'dragon'"),
    "a thing elsewhere": ("pack.json", r'("key_1": \{[^}]*"at": \[\s*\[)\s*\d+', r"\g<1>0", "nothing"),
    "a name changed": ("world.toml", 'name = "crypt key"', 'name = "rusty key"', "'rusty key'"),
    "somebody missing": ("world.toml", 'id = "person_4"', 'id = "person_9"', "person_4"),
    "a place nobody knows": ("world.toml", 'where = "part_1"', 'where = "moon"', "'moon'"),
    "another theme": ("pack.json", '"theme": "dungeon"', '"theme": "cave"', "not that of the theme 'cave'"),
    "a sprite that is none": ("pack.json", "res://art/key_1.png", "res://world.toml", "no PNG"),
    "a solution into a wall": (
        "levels/map.tscn",
        r'(\\"solution\\":\\")\w{3}',
        r"\1UUUUUUUUUUUUUUUUUUUUUUUUU",
        "no way",
    ),
    "a solution cut short": (
        "levels/map.tscn",
        r'(\\"solution\\":\\"\w+)\w(\\")',
        r"\1\2",
        "end on the exit",
    ),
    "a quest about nothing": ("quests/keys.json", r'("about": \[\s*)"key_1"', r'\1"key_7"', "'key_7'"),
    "a quest about no key": ("quests/keys.json", r'("about": \[\s*)"key_1"', r'\1"treasure"', "no key"),
    "a scene that is not there": ("quests/keys.json", r'"to": "talk"', '"to": "walk"', "'walk'"),
    "a changed file": ("quests/keys.dialogue", r"\A", "# ", ""),
    "no JSON": ("pack.json", r"\A", "{", "pack.json"),
    "no scene": ("levels/map.tscn", "gd_scene", "gd_resource", "not a scene"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_leads_nowhere_is_told_with_file_and_name(
    name: str, pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, pattern, replacement, told = BREAKS[name]
    text, count = re.subn(pattern, replacement, (pack / file).read_text(), count=1)
    assert count == 1
    (pack / file).write_text(text)

    code = run("pack", "check", str(pack), "--json")

    faults = json.loads(capsys.readouterr().out)["faults"]
    if not told:
        assert code == 0  # a quest for another engine, which the pack does not read
        return
    assert code == 1
    assert any(re.search(told, f"{one['file']}: {one['text']}") for one in faults), faults


@pytest.mark.parametrize(
    "file", ["pack.json", "main.tscn", "levels/map.tscn", "world.toml", "quests/keys.json"]
)
@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: b"\xff" + data, lambda data: b"[" * 100_000]
)
def test_damage_is_told_and_never_a_crash(
    file: str, damage: Callable[[bytes], bytes], pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pack / file).write_bytes(damage((pack / file).read_bytes()))

    assert run("pack", "check", str(pack), "--json") == 1
    assert file in {one["file"] for one in json.loads(capsys.readouterr().out)["faults"]}


def test_a_folder_that_holds_a_project_is_left_alone(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (pack / "playloom.toml").read_bytes()

    assert run("pack", NAME, "-o", str(pack)) != 0

    assert "holds a project already" in capsys.readouterr().err
    assert (pack / "playloom.toml").read_bytes() == before


@pytest.mark.godot
@pytest.mark.timeout(600)
def test_the_hero_walks_the_solution_in_the_engine(made: Path, tmp_path: Path, engine: str) -> None:
    folder = tmp_path / "game"
    shutil.copytree(made, folder)
    homes = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    environment = os.environ | {name: str(tmp_path / "home") for name in homes}

    def say(*arguments: str) -> str:
        command = [engine, "--headless", "--path", str(folder), *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, env=environment, check=False
        )
        assert done.returncode == 0 and "ERROR" not in done.stdout + done.stderr, done.stdout + done.stderr
        return done.stdout

    say("--import")
    told = json.loads(say("--", "--walk").strip().splitlines()[-1])

    titles = [
        json.loads((folder / quest.removeprefix("res://")).read_text())["quest"]["title"]
        for quest in json.loads((folder / "pack.json").read_text())["quests"]
    ]
    assert told["exit"] and told["trouble"] == "" and told["doors_opened"] >= 1
    assert told["taken"]["key_1"] == 1
    assert told["quests"] == titles
