"""The gate before training: what data may be learnt from, and how a developer says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from playloom.errors import FileInvalid, RequestInvalid
from playloom_train.licences import NOT_STATED, OWN_WORK, admit, objection, spelled, stated_licence

PLAYLOOM = Path(sys.executable).with_name("playloom")
MAP = "##########\n" + "#........#\n" * 8 + "##########\n"


@pytest.mark.parametrize(
    "licence",
    [
        "own",
        "Own work",
        "mine",
        OWN_WORK,
        "MIT",
        "cc0-1.0",
        "zlib",
        "CC-BY-SA-4.0",
        "GPL-3.0+",
        "MIT OR CC-BY-NC-4.0",
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
        "(MIT AND CC-BY-4.0) OR CC-BY-ND-4.0",
        f"MIT AND {OWN_WORK}",
        "NCSA",
        "Public domain (US and life+70)",
    ],
)
def test_a_licence_that_lets_a_game_be_sold_is_taken(licence: str) -> None:
    assert admit([("art", spelled(licence))]) == {}


@pytest.mark.parametrize(
    ("licence", "why"),
    [
        ("", "no licence is stated"),
        (NOT_STATED, "no licence is stated"),
        ("CC-BY-NC-4.0", "forbids commercial use"),
        ("cc-by-nc-sa-3.0", "forbids commercial use"),
        ("PolyForm-Noncommercial-1.0.0", "forbids commercial use"),
        ("NCGL-UK-2.0", "forbids commercial use"),
        ("CC-BY-ND-4.0", "forbids changed works"),
        ("MIT AND CC-BY-NC-4.0", "forbids commercial use"),
        ("CC-BY-NC-4.0 OR CC-BY-ND-4.0", "forbids"),
        ("LicenseRef-asset-store", "is not known"),
        ("LicenseRef-scancode-unknown", "terms are not known"),
        ("free to use", "is not known"),
        ("MIT/X11", "is not known"),
        ("(" * 5000, "is not known"),
        ("MIT AND " * 40 + "MIT", "is not known"),  # longer than a statement is
    ],
)
def test_any_other_is_refused_with_what_stands_against_it(licence: str, why: str) -> None:
    assert why in objection(spelled(licence))
    with pytest.raises(RequestInvalid, match=why) as refused:
        admit([("art", spelled(licence)), ("more", "MIT")])
    assert "art" in str(refused.value) and "more:" not in str(refused.value)
    assert "--licence own" in str(refused.value) and "--allow" in str(refused.value)


def test_what_is_allowed_by_name_is_taken_and_the_card_says_so() -> None:
    data = [("art", "CC-BY-NC-4.0"), ("more", "MIT"), ("bought", "asset store")]

    with pytest.raises(RequestInvalid, match="bought: its licence is not known"):
        admit(data, ["cc-by-nc-4.0"])
    told = admit(data, ["cc-by-nc-4.0", "asset store"])

    assert told == {
        "allowed": "CC-BY-NC-4.0: it forbids commercial use; asset store: its licence is not known"
    }


def test_a_folder_says_its_licence_once_and_the_option_goes_before(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    a, b, c = (tmp_path / name for name in ("a", "b", "c"))
    (a / "licences.toml").write_text('licence = "mit OR apache-2.0"\n')
    (b / "LICENSE").write_text("Copyright Ada\nSPDX-License-Identifier: CC0-1.0\n")
    (c / "LICENSE.txt").write_text("All rights reserved.\n")

    assert stated_licence([a], None) == "MIT OR Apache-2.0"
    assert stated_licence([a, b], None) == "CC0-1.0 AND (MIT OR Apache-2.0)"
    assert objection(stated_licence([a, b], None)) == ""
    assert stated_licence([a, c], None) == NOT_STATED
    assert stated_licence([c], "own") == OWN_WORK


@pytest.mark.parametrize(
    "text",
    [
        "",
        "licence = 3\n",
        'licence = ""\n',
        'licence = "a\\u0007b"\n',
        'licence="MIT"\nmore=1\n',
        "\0",
        "[" * 9000,
    ],
)
def test_a_damaged_statement_is_an_error_not_a_licence(tmp_path: Path, text: str) -> None:
    (tmp_path / "licences.toml").write_text(text)

    with pytest.raises(FileInvalid, match=r"licences\.toml"):
        stated_licence([tmp_path], None)


def _train(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [PLAYLOOM, "train", *arguments, "-o", "style", "--steps", "1"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_refuses_maps_that_nobody_licensed_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "one.txt").write_text(MAP)

    silent = _train(tmp_path, "level", "maps")
    forbidden = _train(tmp_path, "level", "maps", "--licence", "CC-BY-NC-4.0")

    assert (silent.returncode, forbidden.returncode) == (2, 2)
    assert "your maps: no licence is stated" in silent.stderr and "--licence own" in silent.stderr
    assert "your maps: it forbids commercial use (CC-BY-NC-4.0)" in forbidden.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["maps"]


def test_the_command_refuses_pictures_and_dialogue_too(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    (tmp_path / "talk").mkdir()
    (tmp_path / "talk" / "inn.yarn").write_text("title: Inn\n---\nBarkeep: Sit down.\n===\n")

    pictures = _train(tmp_path, "sprite", "talk")
    talk = _train(tmp_path, "quest", "talk", "--from", "nothing")

    assert (pictures.returncode, talk.returncode) == (2, 2)
    assert "your pictures: no licence is stated" in pictures.stderr
    assert "own dialogue: no licence is stated" in talk.stderr
    assert not (tmp_path / "style").exists()
