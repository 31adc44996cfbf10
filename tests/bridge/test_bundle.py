"""`playloom bundle --pack`: the list is judged line by line, and the pack is whole or not there."""

import hashlib
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from playloom.cli import main
from playloom.errors import GenerationFailed
from playloom.library import Library
from playloom_bridge.bundling.start import with_neighbours
from playloom_bridge.bundling.trial import try_out
from playloom_bridge.bundling.wanted import read_wanted

COMMAND = str(Path(sys.executable).with_name("playloom"))
QUESTS = """
[[request]]
method = "quest"
world = "halcyon"
count = 3

[[request]]
method = "list"
what = "worlds"
"""


def bundle(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "bundle", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)


def files_of(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def wanted(folder: Path, text: str) -> Path:
    (folder / "requests.toml").write_text(text, encoding="utf-8")
    return folder / "requests.toml"


HEAD = '\n[[request]]\nmethod = "level"\n'
WRONG = {
    "": "has no [[request]]",
    "request = 7": "has no [[request]]",
    "[[request]": "not TOML",
    "[request]\n" + "[" * 9000: "not TOML",
    'seed = 1\n[[request]]\nmethod = "level"': "'seed' outside of a [[request]]",
    '[[request]]\ntheme = "cave"': "line 1: it lacks the required field `method`",
    '\n[[request]]\nmethod = "levle"': "line 3: Invalid enum value 'levle'",
    '[[request]]\nmethod = "check"\nkind = "level"': "line 2: Invalid enum value 'check'",
    HEAD + 'theme = "cave"\nsize = [4, 4]': "line 5: level: Expected `int` >= 8",
    HEAD + "sise = [16, 16]": "line 4: level: unknown field `sise`",
    HEAD + "seed = 7": "line 4: seed is not for a pack; write seeds or count instead",
    HEAD + "priority = 9": "line 4: priority is not for a pack",
    HEAD + "x = 9": "line 4: x is not for a pack; write area instead",
    HEAD + "count = 0": "line 4: Expected `int` >= 1",
    HEAD + "count = 100001": "line 4: Expected `int` <= 10000",
    HEAD + "count = 2\nseeds = [1]": "line 4: give count or seeds, not both",
    HEAD + 'seeds = "9..3"': "line 4: seeds is '9..3'; write",
    HEAD + 'seeds = "0..99999"': "line 4: seeds is '0..99999'; write",
    HEAD + 'seeds = "1-3"': "line 4: seeds is '1-3'; write",
    HEAD + "seeds = [-1]": "line 4: Expected `int` >= 0",
    HEAD + "seeds = [1, 2, 1]": "line 2: asks again for level, seed 1, as line 2 does",
    HEAD + "area = [0, 0, 2, 2]": "needed by chunk, and by it alone",
    HEAD + "pinned = true": "line 4: cells to keep come from a running game",
    HEAD + 'payload = "x.png"': "line 4: level starts from no file",
    HEAD + 'of = "x"': "line 4: only a walk is of a sprite",
    '[[request]]\nmethod = "chunk"\ntheme = "cave"': "needed by chunk",
    '[[request]]\nmethod = "chunk"\narea = [0, 0, 0, 2]': "line 3: area holds no chunk",
    '[[request]]\nmethod = "chunk"\narea = [0, 0, 999, 999]': "line 3: area holds no chunk, or over 10000",
    '[[request]]\nmethod = "walk"\nside = 16': "a walk takes either of",
    '[[request]]\nmethod = "walk"\nside = 16\nof = "us"': "line 4: no request for sprites before this one",
    '[[request]]\nmethod = "walk"\nside = 16\nof = "us"\ncount = 2': "leave seeds and count out",
    '[[request]]\nmethod = "list"\nwhat = "words"\nseeds = [1]': "line 4: list has no seed",
    '[[request]]\nmethod = "sprite"\nlike = 16': "line 3: a sprite like another takes both",
    HEAD + 'name = "a"' + HEAD + 'count = 2\nname = "a"': "'a' is the name of another request",
    HEAD + 'theme = "cave"\n' + 'theme = "dungeon"': "not TOML",
    HEAD + 'theme = "atlantis"': "line 2: level, seed 0: no theme is called 'atlantis'",
    '[[request]]\nmethod = "quest"\npayload = "gone.toml"': "gone.toml: cannot be read",
    '[[request]]\nmethod = "quest"\npackage = "gone"': "line 1: quest, seed 0: no quest package is called",
    'request = [{method = "level", seed = 1}]': "line 1: seed is not for a pack",
    "# \x07": "not TOML",
}


@dataclass
class Left:
    code: object
    said: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Left]:
    """Run the command in this process, which is quicker, and return how it left."""

    def run(*arguments: object) -> Left:
        with pytest.raises(SystemExit) as left:
            main(["bundle", *map(str, arguments)])
        return Left(left.value.code, capsys.readouterr().err)

    return run


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_written(
    text: str, tmp_path: Path, run: Callable[..., Left]
) -> None:
    found = run("--pack", wanted(tmp_path, text), "-o", tmp_path / "pack")
    assert found.code in (1, 2) and WRONG[text] in found.said and "internal error" not in found.said
    assert [path.name for path in tmp_path.iterdir()] == ["requests.toml"]


def test_files_that_are_no_lists_are_refused(tmp_path: Path, run: Callable[..., Left]) -> None:
    for data in (b"\xff", b"\0", b"# " + b"x" * (1 << 20)):
        (tmp_path / "requests.toml").write_bytes(data)
        found = run("--pack", tmp_path / "requests.toml", "-o", tmp_path / "pack")
        assert found.code == 1 and "requests.toml" in found.said


def test_the_list_of_the_documentation_is_one(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "shipping.md").read_text("utf-8")
    found = read_wanted(wanted(tmp_path, text.partition("```toml\n")[2].partition("```")[0]))
    assert Counter(one.method for one in found) == {
        "level": 20, "chunk": 36, "sprite": 8, "walk": 8, "quest": 5
    }  # fmt: skip


def test_a_pack_is_the_same_however_it_is_made_and_replaces_one_alone(
    tmp_path: Path, run: Callable[..., Left]
) -> None:
    pack = tmp_path / "game" / "pack"
    done = bundle("--pack", wanted(tmp_path, QUESTS), "-o", pack, "--jobs", 1, "--json")
    told = json.loads(done.stdout)
    assert told["entries"] == 4 and told["bytes"] == sum(path.stat().st_size for path in pack.iterdir())
    before = files_of(pack)
    index = json.loads((pack / "index.json").read_text())
    for entry in index["entries"]:
        assert before[entry["file"]] == entry["sha256"]
        assert (pack / entry["file"]).stat().st_size == entry["size"]
    assert run("--pack", tmp_path / "requests.toml", "-o", pack, "--jobs", 3).code == 0
    assert files_of(pack) == before

    fewer = wanted(tmp_path, QUESTS.replace("count = 3", "count = 1"))
    assert run("--pack", fewer, "-o", pack).code == 0
    assert len(files_of(pack)) == 3 and set(files_of(pack)) < set(before)
    assert [path.name for path in pack.parent.iterdir()] == ["pack"]

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.json").write_text("{}")
    found = run("--pack", fewer, "-o", tmp_path / "mine")
    assert found.code == 1 and "is there and is no pack" in found.said
    assert (tmp_path / "mine" / "index.json").read_text() == "{}"


def test_an_interrupted_pack_leaves_the_one_before(tmp_path: Path, run: Callable[..., Left]) -> None:
    pack = tmp_path / "pack"
    assert run("--pack", wanted(tmp_path, QUESTS), "-o", pack).code == 0
    before = files_of(pack)
    many = wanted(tmp_path, QUESTS.replace("count = 3", "count = 9000"))
    command = [COMMAND, "bundle", "--pack", str(many), "-o", str(pack), "--quiet"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while not list(tmp_path.glob(".pack.*/pack/quest-*.json")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr is not None and process.stderr.read().endswith("playloom: interrupted\n")
    assert files_of(pack) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pack", "requests.toml"]


def test_a_quest_in_a_world_of_ones_own_and_a_walk_of_a_picture(
    tmp_path: Path, run: Callable[..., Left]
) -> None:
    import playloom
    from playloom.kinds.quest.world_file import example_text

    (tmp_path / "home.toml").write_text(example_text("halcyon"), encoding="utf-8")
    playloom.write_sprite(playloom.sprite("slime", size=16), tmp_path / "slime.png")
    text = '[[request]]\nmethod = "quest"\npayload = "home.toml"\n'
    text += '[[request]]\nmethod = "quest"\nworld = "home"\n'
    text += '[[request]]\nmethod = "walk"\npayload = "slime.png"\nside = 16\n'
    home = tmp_path / "home.toml"
    found = run("--pack", wanted(tmp_path, text), "-o", tmp_path / "pack", "--world", home)
    assert found.code == 0, found.said
    first, second, walk = json.loads((tmp_path / "pack" / "index.json").read_text())["entries"]
    assert first["payload_sha256"] == hashlib.sha256(home.read_bytes()).hexdigest()
    assert first["file"] == second["file"] and "payload_sha256" not in second
    assert walk["model"] == "walks"


def test_a_server_is_only_made_for_the_system_it_is_made_on(tmp_path: Path, run: Callable[..., Left]) -> None:
    here = {"linux": "linux", "win32": "windows", "darwin": "macos"}[sys.platform]
    for system in {"linux", "windows", "macos"} - {here}:
        found = run("--for", system, "-o", tmp_path / "sidecar")
        assert found.code == 2 and f"this is {here}" in found.said
    (tmp_path / "mine").write_text("")
    found = run("--for", here, "-o", tmp_path)
    assert found.code == 1 and "is no bundled server" in found.said
    found = run("--for", here, "--models", "topdown,gone", "-o", tmp_path / "sidecar")
    assert found.code == 2 and "gone" in found.said
    assert run("--for", here, "--pack", COMMAND, "-o", tmp_path / "sidecar").code == 2
    assert not (tmp_path / "sidecar").exists()


def test_a_server_that_does_not_do_what_it_should_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "program"
    packages = [Library.default().find("topdown")]
    ready = json.dumps({"event": "ready", "port": 9})
    for text, why in {
        "echo it lacks a library >&2; exit 1": "does not start: it says 'it lacks a library'",
        "true": "does not start: it says ''",
        f"read token; echo '{ready}'; cat": "listens, but does not answer",
        "read token; echo ready; cat": "does not start: it says 'ready'",
    }.items():
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
        with pytest.raises(GenerationFailed, match=why):
            try_out(program, packages)


def test_a_bundled_server_takes_the_worlds_and_scripts_beside_it(tmp_path: Path) -> None:
    (tmp_path / "worlds").mkdir()
    (tmp_path / "worlds" / "home.toml").write_text("")
    (tmp_path / "scripts" / "0").mkdir(parents=True)
    found = with_neighbours(["serve", "--cold"], tmp_path)
    assert found == [
        "serve", "--cold", f"--world={tmp_path / 'worlds' / 'home.toml'}",
        f"--scripts={tmp_path / 'scripts' / '0'}",
    ]  # fmt: skip
    assert with_neighbours(["--version"], tmp_path) == ["--version"]
