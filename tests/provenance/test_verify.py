"""`playloom provenance verify`: every file is accounted for, and whatever was tampered with is named."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from small_game import shipped_model
from tampering import tamper

from playloom.errors import FileInvalid
from playloom.provenance import LEDGER_FILE, Model, ledger_bytes, read_ledger
from playloom.provenance.verify import Verification, verify

PLAYLOOM = Path(sys.executable).with_name("playloom")
TAMPERED = 200


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [PLAYLOOM, "provenance", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="session")
def cards() -> dict[str, Model]:
    return {one.sha256: one for one in (shipped_model("topdown"), shipped_model("pixels"))}


def judged(folder: Path, cards: dict[str, Model]) -> Verification:
    return verify(folder, folder / LEDGER_FILE, cards.get)


def faults(found: Verification) -> dict[str, str]:
    return {one.path: "; ".join(one.faults) for one in found.files if one.faults}


def test_a_folder_as_it_was_built_is_accounted_for(game: Path) -> None:
    done = run("verify", game, "--json")

    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)
    assert found["sound"] and found["counts"] == {"generated": 18, "edited": 0, "human": 1, "unknown": 0}
    assert found["models_not_at_hand"] == [] and found["skipped"] == 1
    marked = {one["path"] for one in found["files"] if one["marked"]}
    unmarked = {one["path"] for one in found["files"] if one["class"] == "generated"} - marked
    assert unmarked == {"maps/crypt.tiles.png", "maps/crypt.tiles.tsx", "maps/crypt.txt", "talk/crumbs.csv"}


def test_what_is_wrong_is_named_and_ends_with_exit_code_one(game: Path) -> None:
    (game / "notes.md").write_text("buy milk\n")
    (game / "talk" / "crumbs.ink").write_text("changed")
    (game / "talk" / "crumbs.csv").unlink()
    shutil.copy(game / "maps" / "crypt.txt", game / "src" / "mine.txt")
    shutil.copy(game / "maps" / "crypt.tmx", game / "maps" / "other.tmx")
    (game / "maps" / "other.tmx").write_text((game / "maps" / "other.tmx").read_text() + " ")

    done = run("verify", game)

    assert done.returncode == 1
    for told in (
        "notes.md: nobody has said where it comes from",
        "talk/crumbs.ink: was changed",
        "talk/crumbs.csv: stands in the ledger and is not there",
        "src/mine.txt: has the bytes of maps/crypt.txt",
        "maps/other.tmx: says itself that it was generated, and has no line in the ledger",
    ):
        assert told in done.stdout
    assert run("verify", game, "-q").stdout == ""


@pytest.mark.parametrize("part", range(10))
def test_whatever_is_tampered_with_is_noticed(
    made_game: Path, tmp_path: Path, cards: dict[str, Model], part: int
) -> None:
    missed = []
    for number in range(part, TAMPERED, 10):
        folder = Path(shutil.copytree(made_game, tmp_path / str(number)))
        told = tamper(folder, number)
        try:
            if judged(folder, cards).sound:
                missed.append(told)
        except FileInvalid:
            pass
        shutil.rmtree(folder)
    assert missed == []


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        (("origin", "model", "licence"), "CC0-1.0", "what its package does not"),
        (("origin", "model", "datasets", 0, "licence"), "Apache-2.0", "what its package does not"),
        (("origin", "model", "datasets", 0, "count"), 1, "what its package does not"),
        (("origin", "model", "sha256"), "0" * 64, "says another model"),
        (("origin", "request", "width"), 17, "says another request"),
        (("origin", "checks"), ["solvable", "fun"], "says another checks"),
        (("origin", "source_type"), "algorithmicMedia", "says another source type"),
        (("sha256",), "1" * 64, "was changed"),
        (("edits",), [{"by": "x", "what": "y", "before": None, "after": "2" * 64}], "was changed"),
    ],
)
def test_a_ledger_forged_with_its_digests_is_held_against_files_and_cards(
    game: Path, cards: dict[str, Model], field: tuple[Any, ...], value: Any, why: str
) -> None:
    import msgspec

    from playloom.provenance import Record

    records = read_ledger(game / LEDGER_FILE)
    plain = msgspec.to_builtins(records["maps/crypt.tmx"])
    if field == ("edits",):
        value[0]["before"] = plain["sha256"]
    inner: Any = plain
    for name in field[:-1]:
        inner[name] = list(inner[name]) if isinstance(inner[name], tuple) else inner[name]
        inner = inner[name]
    inner[field[-1]] = value
    records["maps/crypt.tmx"] = msgspec.convert(plain, Record)
    (game / LEDGER_FILE).write_bytes(ledger_bytes(records.values()))

    assert why in faults(judged(game, cards))["maps/crypt.tmx"]


def test_a_parent_that_is_another_by_now_is_named(game: Path, cards: dict[str, Model]) -> None:
    import msgspec

    records = read_ledger(game / LEDGER_FILE)
    gif = records["art/goblin.gif"]
    stale = msgspec.structs.replace(gif.parents[0], sha256="3" * 64)
    records[gif.path] = msgspec.structs.replace(gif, parents=(stale,))
    (game / LEDGER_FILE).write_bytes(ledger_bytes(records.values()))

    assert "was made from another art/goblin.png" in faults(judged(game, cards))[gif.path]


def test_without_a_ledger_files_are_told_by_their_own_notes(game: Path) -> None:
    (game / LEDGER_FILE).unlink()

    missing = run("verify", game)
    told = json.loads(run("verify", game, "--without-ledger", "--json").stdout)

    assert missing.returncode == 2 and "--without-ledger" in missing.stderr
    assert told["counts"] == {"generated": 14, "edited": 0, "human": 1, "unknown": 4} and not told["sound"]


def test_a_part_of_a_project_is_judged_by_the_ledger_above_it(game: Path, cards: dict[str, Model]) -> None:
    found = verify(game / "talk", game / LEDGER_FILE, cards.get)

    assert found.sound and len(found.files) == 7


def test_links_and_what_only_looks_like_ours_are_not_followed(
    game: Path, tmp_path: Path, cards: dict[str, Model]
) -> None:
    (tmp_path / "outside").mkdir()
    (game / "maps" / "away").symlink_to(tmp_path / "outside")
    (game / "art" / "goblin.png").unlink()
    (game / "art" / "goblin.png").symlink_to(game / "art" / "goblin.gif")
    (game / "maps" / "playloom.toml").write_text("")

    found = faults(judged(game, cards))

    assert set(found) == {"maps/away", "art/goblin.png", "maps/playloom.toml"}
    assert "is a link" in found["maps/away"] and "is a link" in found["art/goblin.png"]
