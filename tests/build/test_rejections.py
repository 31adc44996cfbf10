"""Rejected seeds: other ones take their place, here and wherever the lock file goes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from build_project import Run, outputs

from playloom.cli import main
from playloom.feedback.events import ACCEPT, REJECT, Feedback, Said
from playloom.feedback.keys import DATABASE
from playloom.review.shelf import item_of

Report = Callable[..., dict[str, Any]]
PROJECT = """\
[level.cave]
theme = "cave"
size = "8x8"
count = 2
outputs = ["maps/cave-{seed}.json"]

[quest.errand]
outputs = ["errand.json"]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two levels and a quest, built."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "playloom.toml").write_text(PROJECT)
    with pytest.raises(SystemExit, match="0"):
        main(["build", "-q", "-j", "1", "--project", str(folder)])
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A copy of it that may be changed."""
    return Path(shutil.copytree(made, tmp_path / "game"))


def test_another_seed_takes_the_place_of_a_rejected_one(report: Report, build: Run, project: Path) -> None:
    _say(project, REJECT, "maps/cave-0.json", "errand.json")

    told = report("--dry-run")
    assert told["left_out"] == ["level.cave#0", "quest.errand#0"]
    assert [one["task"] for one in told["make"]] == ["level.cave#2", "quest.errand#1"]
    assert told["remove"] == ["maps/cave-0.json"]
    assert "level.cave#0: rejected in a review" in build("--dry-run").stdout
    assert "level.cave#0: was rejected" in build("level.cave#0", code=2).stderr

    done = report("level")
    assert (done["made"], done["removed"]) == (["level.cave#2"], ["maps/cave-0.json"])
    assert report()["made"] == ["quest.errand#1"]
    build("--check")


def test_a_colleague_without_the_feedback_leaves_the_same_out_until_told_otherwise(
    report: Report, build: Run, project: Path
) -> None:
    _say(project, REJECT, "maps/cave-0.json")
    report("level")
    wanted = outputs(project)
    for place in project.glob(f"{DATABASE}*"):
        place.unlink()
        wanted.pop(place.name, None)

    assert report("level", "--dry-run")["make"] == []
    shutil.rmtree(project / "maps")
    report("level")
    assert outputs(project) == wanted
    (one,) = [name for name in report("--update", "--dry-run")["make"] if name["task"] == "level.cave#0"]
    assert one["cached"]


def test_what_is_found_to_be_rejected_when_it_is_made_is_not_written(report: Report, project: Path) -> None:
    _say(project, REJECT, "maps/cave-0.json")
    for name in (".playloom", "maps"):
        shutil.rmtree(project / name)
    (project / "playloom.lock").unlink()

    done = report("level")

    assert (done["made"], done["left_out"]) == (["level.cave#1", "level.cave#2"], ["level.cave#0"])
    assert not (project / "maps/cave-0.json").exists()


def test_it_counts_for_the_request_that_was_rejected_and_until_it_is_accepted(
    report: Report, project: Path
) -> None:
    _say(project, REJECT, "maps/cave-0.json")
    shutil.copy(project / "maps/cave-0.json", project / "kept.json")
    report("level")
    _change(project, 'size = "8x8"', 'size = "9x8"')
    assert report("level")["left_out"] == []
    _change(project, 'size = "9x8"', 'size = "8x8"')
    assert report("level")["left_out"] == ["level.cave#0"]

    _say(project, ACCEPT, "kept.json")

    assert report("level", "--update")["left_out"] == []


def test_a_seed_that_somebody_named_is_not_replaced_in_silence(build: Run, project: Path) -> None:
    _change(project, "count = 2", "seeds = [3, 4]")
    build("level")
    _say(project, REJECT, "maps/cave-4.json")

    told = build("level", code=1).stderr

    assert "line 4, column 1: level.cave.seeds: 4 was rejected in a review; put another in its place" in told
    _change(project, "seeds = [3, 4]", "seed = 3\ncount = 2")
    _change(project, "[quest.errand]", '[world.vale]\nlevel = "level.cave#4"\n\n[quest.errand]')
    _say(project, REJECT, "maps/cave-4.json")
    assert "level.cave#4 was rejected in a review; take another: level.cave#3" in build(code=1).stderr


def test_damaged_feedback_is_told(build: Run, project: Path) -> None:
    (project / DATABASE).write_bytes(b"SQLite format 3\0" + b"\0" * 200)

    assert f"{DATABASE}: " in build("--dry-run", code=1).stderr


def _say(project: Path, what: str, *names: str) -> None:
    with Feedback(project / DATABASE) as feedback:
        for name in names:
            item = item_of(project / name, project)
            assert item is not None
            feedback.say(Said("team", item.content, what))


def _change(project: Path, before: str, after: str) -> None:
    path = project / "playloom.toml"
    path.write_text(path.read_text().replace(before, after))


def test_the_lock_says_what_is_left_out(build: Run, project: Path) -> None:
    _say(project, REJECT, "maps/cave-0.json")
    build("level")

    lines = [json.loads(line) for line in (project / "playloom.lock").read_text().splitlines()[1:]]

    assert [(line["task"], line.get("left_out", [])) for line in lines] == [
        ("level.cave#1", [0]),
        ("level.cave#2", []),
        ("quest.errand#0", []),
    ]
