"""`playloom review`, `feedback` and the options that follow from it, through the installed command."""

import json
import os
import shutil
import signal
import stat
import time
from pathlib import Path

import pytest
from reviewing import ENVIRONMENT, Review, review, run

from playloom.api import check_level, read_level
from playloom.build.lock import Line, write_lock
from playloom.commands.reviewing import built_files
from playloom.errors import FileInvalid
from playloom.feedback.events import Feedback
from playloom.feedback.rejected import DATABASE
from playloom.review.shelf import open_shelf


def of_kind(it: Review, kind: str) -> list[dict[str, object]]:
    return [one for one in it.ask("items")["items"] if one["kind"] == kind]


def say(it: Review, item: object, what: str, **more: object) -> dict[str, object]:
    token = os.urandom(16).hex()
    return it.ask("say", {"token": token, "item": item, "what": what, **more})


def test_what_is_said_stands_after_a_kill_and_ctrl_c_tells_it(folder: Path) -> None:
    with review(folder, "--as", "ann") as it:
        names = [one["name"] for one in it.ask("items")["items"]]
        assert [name for name in names if not str(name).startswith("potion")] == [
            "crypt-0.tmx", "crypt-1.tmx", "crypt-2.tmx", "puzzle.json", "quest.json",
        ]  # fmt: skip
        assert len(names) == 9
        say(it, 0, "accept"), say(it, 1, "reject")
        assert say(it, 2, "rate", value="5")["item"]["rating"] == "5"
        it.process.send_signal(signal.SIGKILL)
        it.process.wait()
    with review(folder, "--as", "ann") as it:
        assert [one["verdict"] for one in it.ask("items")["items"][:3]] == ["accept", "reject", ""]
        assert it.ask("undo", {})["undone"]["what"] == "rate"
        assert it.end() == {
            "event": "end", "profile": "ann", "feedback": str(folder / DATABASE), "items": 9, "accepted": 1,
            "rejected": 1, "rated": 0, "compared": 0,
        }  # fmt: skip
    with Feedback(folder / DATABASE, write=False) as feedback:
        assert feedback.standing("team") == {}  # ann's word is hers alone


def test_a_rejected_seed_is_left_out_by_level_and_sprite(folder: Path) -> None:
    with review(folder) as it:
        say(it, 1, "reject")  # crypt-1, made with seed 1
        potion = next(one for one in of_kind(it, "sprite") if one["seed"] == 0)
        say(it, potion["id"], "reject")
    wishes = ("--size", "16x16", "--keys", 1, "--json")
    done = run("level", "dungeon", *wishes, "--count", 3, "--feedback", DATABASE, at=folder)
    assert [json.loads(line)["seed"] for line in done.stdout.splitlines()] == [0, 2, 3]
    assert "seed 1 was rejected" in done.stderr
    # Another request is another matter.
    done = run(
        "level", "dungeon", "--size", "17x16", "--seed", 1, "--json", "--feedback", DATABASE, at=folder
    )
    assert json.loads(done.stdout)["seed"] == 1
    done = run("sprite", "potion", "--engine", "fast", "--json", "--feedback", DATABASE, at=folder)
    assert json.loads(done.stdout)["seed"] == 1 and "seed 0 was rejected" in done.stderr


def test_a_part_made_anew_keeps_the_rest_and_becomes_a_file_of_its_own(folder: Path) -> None:
    before = (folder / "crypt-0.tmx").read_bytes()
    old = read_level(folder / "crypt-0.tmx")
    with review(folder) as it:
        draft = it.ask("redo", {"item": 0, "part": [3, 3, 8, 8]})
        again = it.ask("redo", {"item": draft["item"], "part": [3, 3, 8, 8]})
        assert again["parent"] == 0 and not list(folder.glob("*redo*"))
        token = "b" * 32
        kept = it.ask("keep", {"token": token, "item": again["item"]})["item"]
        assert (
            it.ask("keep", {"token": token, "item": again["item"]})["item"] == kept
        )  # asked again after a reset
        assert kept["name"] == "crypt-0-redo-1.tmx"
        assert len(list(folder.glob("*redo*.tmx"))) == 1
    assert (folder / "crypt-0.tmx").read_bytes() == before
    new = read_level(folder / "crypt-0-redo-1.tmx")
    assert check_level(new).passed and new.evidence and old.evidence
    apart = new.cells != old.cells
    assert apart[3:11, 3:11].any()
    apart[3:11, 3:11] = False
    assert not apart.any()
    lines = run("feedback", "export", DATABASE, at=folder).stdout.splitlines()
    assert {json.loads(line)["what"] for line in lines} == {"redo", "prefer"}


def test_a_quest_is_played_by_its_choices(asked: Review) -> None:
    [quest] = of_kind(asked, "quest")
    taken: list[int] = []
    found = asked.ask(f"play/{quest['id']}/")
    while not found["over"]:
        assert found["choices"] and found["ending"] is None
        taken.append(len(found["choices"]) - 1)
        longer = asked.ask(f"play/{quest['id']}/{'.'.join(map(str, taken))}")
        assert longer["said"][: len(found["said"])] == found["said"]
        found = longer
    assert found["ending"] and found["choices"] == []


def test_feedback_is_shown_exported_taken_in_and_accepted_files_are_copied(folder: Path) -> None:
    with review(folder) as it:
        for potion in of_kind(it, "sprite")[:3]:
            say(it, potion["id"], "accept")
        say(it, 0, "accept"), say(it, 1, "note", value="dark")
        it.end()  # a killed one leaves its log beside the database
    shown = json.loads(run("feedback", "show", "--json", at=folder).stdout)
    assert shown["profiles"] == [
        {"profile": "team", "accepted": 4, "rejected": 0, "rated": 0, "compared": 0, "notes": 1}
    ]
    run("feedback", "export", "-o", "out.jsonl", at=folder)
    assert "0 new things" in run("feedback", "import", ".", "out.jsonl", at=folder).stdout
    run("feedback", "export", "--accepted", "liked", "--kind", "sprite", at=folder)
    liked = sorted(path.read_bytes() for path in (folder / "liked").iterdir())
    assert liked == sorted((folder / f"potion-{seed}.png").read_bytes() for seed in (0, 1, 2))
    (folder / "potion-0.png").write_bytes(b"changed")
    assert "changed since" in run("feedback", "export", "--accepted", "more", at=folder).stderr


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["review", "empty"], 2, "nothing to review"), (["review", "made", "--as", "../x"], 2, "profile is"),
        (["review", "made/notes.txt"], 1, "no tile"), (["tune", "empty"], 2, "there is no feedback"),
        (["review", "made", "--feedback", "made/potion-0.png"], 1, "not a database"),
        (["level", "cave", "--best", "4", "--count", "3", "--for", "x"], 2, "larger --count"),
        (["level", "cave", "--for", "ann", "-q"], 2, "playloom-taste-ann.json"),
        (["sprite", "potion", "--for", "A b"], 2, "profile is"),
        (["level", "cave", "--feedback", "made/potion-0.png"], 1, "not a database"),
    ],
)  # fmt: skip
def test_wrong_use_is_told(made: Path, tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    shutil.copytree(made, tmp_path / "made")
    (tmp_path / "empty").mkdir()
    (tmp_path / "made" / "notes.txt").write_text("these are\nmy notes, no level\n")
    assert words in " ".join(run(*arguments, at=tmp_path, code=code).stderr.split())


def test_the_file_for_the_browser_is_its_owners_alone_and_arguments_hold_no_secret(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\nplace="$(echo "$1" | sed s,file://,,)"\necho "$1" > {tmp_path}/opened\n'
        f'cat "$place" > {tmp_path}/page\nstat -c %a "$(dirname "$place")" > {tmp_path}/mode\n'
    )
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setitem(ENVIRONMENT, "BROWSER", str(browser))
    with review(folder, browser=True) as it:
        end = time.monotonic() + 20
        while time.monotonic() < end and not (tmp_path / "mode").exists():
            time.sleep(0.05)
        time.sleep(0.2)
        assert it.secret not in (tmp_path / "opened").read_text()
        assert it.address in (tmp_path / "page").read_text()
        assert (tmp_path / "mode").read_text().strip() == "700"


def test_of_a_built_project_what_the_build_made_is_reviewed(folder: Path) -> None:
    outputs = {name: "a" * 64 for name in ("crypt-1.tmx", "potion-2.png", "crypt-1.tiles.png", "gone.tmx")}
    line = Line(task="level.crypt", seed=1, request="b" * 64, wish="c" * 64, code="d" * 64, outputs=outputs)
    write_lock(folder / "playloom.lock", {line.task: line})
    shelf = open_shelf((folder,), folder, built_files((folder,)))
    assert [item.name for item in shelf.items] == ["crypt-1.tmx", "potion-2.png"]
    (folder / "playloom.lock").write_text("spoilt")
    with pytest.raises(FileInvalid, match="lock"):
        built_files((folder,))
