"""`playloom train quest` on a developer's own dialogue, through the installed command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the extra train is not installed")

from playloom.package import Package
from playloom.samples import replay

PLAYLOOM = Path(sys.executable).with_name("playloom")
YARN = """title: Inn
---
Barkeep: Mind the third stair, Traveller. It remembers people.
Barkeep: The silver locket went missing on Tuesday. I counted the spoons twice.
-> I'll look for it.
    Barkeep: Then look at the old mill first.
-> Not my trouble.
    Barkeep: No. It's mine, and it was hers.
===
"""
NAMES = 'people = ["Barkeep"]\nplaces = ["the old mill"]\nitems = ["silver locket"]\nplayer = ["Traveller"]\n'


@pytest.fixture
def at(tmp_path: Path) -> Path:
    (tmp_path / "dialogue").mkdir()
    (tmp_path / "dialogue" / "inn.yarn").write_text(YARN)
    (tmp_path / "names.toml").write_text(NAMES)
    return tmp_path


def _train(at: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [PLAYLOOM, "train", "quest", *arguments]
    return subprocess.run(command, cwd=at, capture_output=True, text=True, check=False, timeout=240)


def test_a_dry_run_tells_what_would_be_learnt(at: Path) -> None:
    done = _train(at, "dialogue", "--names", "names.toml", "--dry-run", "--json")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["lines"] == 6
    assert {"item", "place", "player"} <= found["slots"].keys()
    assert not (at / "runs").exists()


def test_dialogue_becomes_a_package_that_says_where_it_comes_from(at: Path) -> None:
    options = ("--from", "nothing", "--steps", "2", "-o", "voice", "--licence", "CC-BY-NC-4.0")
    options += ("--allow", "CC-BY-NC-4.0")
    done = _train(at, "dialogue", "--names", "names.toml", *options)

    assert done.returncode == 0, done.stderr
    assert "agree to the last bit" in done.stderr
    package = Package.open(at / "voice")
    assert (package.manifest.kind, package.manifest.exact) == ("quest", True)
    sets = {one.name: one for one in package.manifest.card.datasets}
    assert (sets["own dialogue"].licence, sets["own dialogue"].count) == ("CC-BY-NC-4.0", 6)
    assert "CC-BY-NC-4.0" in package.manifest.card.licence
    assert package.manifest.card.training["allowed"] == "CC-BY-NC-4.0: it forbids commercial use"
    assert "--steps 2 --seed 0" in str(package.manifest.card.training["command"])
    assert all(check.passed for check in replay(package))
    assert not any(
        b"Barkeep" in path.read_bytes() for path in (at / "voice").iterdir() if path.suffix != ".json"
    )
    again = _train(
        at, "dialogue", "--from", "nothing", "--steps", "2", "-o", "other", "--checkpoints", "runs/voice"
    )
    assert again.returncode == 2
    assert "holds checkpoints of an earlier run" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("dialogue",), "-o"),
        (("nowhere", "-o", "voice"), "nowhere"),
        (("dialogue", "-o", "voice", "--from", "no-such-package"), "no-such-package"),
    ],
)
def test_what_cannot_be_trained_is_refused_and_nothing_is_written(
    at: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = _train(at, *arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert not (at / "voice").exists()
