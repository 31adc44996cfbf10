"""The ledger's bytes, the records in it, and what people declare."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from small_game import shipped_model

import playloom
from playloom.errors import FileInvalid, PackageInvalid, RequestInvalid
from playloom.library import Library
from playloom.provenance import (
    LEDGER_FILE,
    carry_edits,
    ledger_bytes,
    model_of,
    origin_of,
    read_ledger,
    record_of,
)
from playloom.provenance.human import HUMAN_FILE, HumanFiles, read_human

PLAYLOOM = Path(sys.executable).with_name("playloom")
PLAIN = origin_of("tileset", request={"theme": "cave"})


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [PLAYLOOM, "provenance", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_a_ledger_reads_back_and_its_bytes_hang_on_the_records_alone(game: Path) -> None:
    data = (game / LEDGER_FILE).read_bytes()
    records = read_ledger(game / LEDGER_FILE)

    assert ledger_bytes(records.values()) == ledger_bytes(reversed(records.values())) == data
    assert list(records) == sorted(records) and len(records) == 18
    for word in (b"/tmp", str(game).encode(), b"2026", b"root"):
        assert word not in data


def test_a_line_says_all_that_is_known_of_a_file(game: Path) -> None:
    line = (game / LEDGER_FILE).read_bytes().splitlines()[1]
    told = json.loads(line)

    assert told["path"] == "art/goblin.png" and told["origin"]["mode"] == "pre-generated"
    assert told["origin"]["source_type"] == "trainedAlgorithmicMedia"
    assert told["origin"]["model"]["name"] == "pixels" and len(told["origin"]["model"]["datasets"]) == 13
    assert told["origin"]["seed"] == 3 and "original" in told["origin"]["checks"]
    assert 0 < told["origin"]["nearest"]["distance"] < 1
    assert len(line) < 6000


def test_quests_of_scripts_are_a_programs_and_those_with_words_of_a_model_are_not() -> None:
    model = shipped_model("pixels")  # any with a card
    asked = {"model": {"package": "quests-1.0.0", "refused": False}}

    def term(sources: dict[str, int], **details: object) -> str:
        evidence = {"checks": ["graph"], "sources": sources, "details": details, "request": {}}
        return origin_of("quest", evidence=evidence, model=model).source_type

    assert term({"authored": 30, "steps": 3}) == "algorithmicMedia"
    assert term({"authored": 30, "model": 3}, **asked) == "compositeWithTrainedAlgorithmicMedia"
    assert term({"authored": 30}, **asked) == "compositeWithTrainedAlgorithmicMedia"  # it chose among them
    assert term({"model": 33}, **asked) == "trainedAlgorithmicMedia"
    assert term({"authored": 33}, model={"refused": True}) == "algorithmicMedia"
    mixed = playloom.quest(seed=4, source="mixed").evidence
    assert origin_of("quest", evidence=msgspec.to_builtins(mixed)).source_type == "algorithmicMedia"
    with pytest.raises(RequestInvalid, match="hand over its package"):
        origin_of("quest", evidence={"sources": {"model": 3}, "details": asked})


def test_a_record_needs_the_package_that_its_evidence_names_and_a_card_that_says_its_data() -> None:
    package = Library.default().find("topdown")
    bare = msgspec.structs.replace(
        package.manifest, card=msgspec.structs.replace(package.manifest.card, datasets=())
    )
    unlicensed = msgspec.structs.replace(
        package.manifest, card=msgspec.structs.replace(package.manifest.card, licence=" ")
    )

    with pytest.raises(RequestInvalid, match="names package 0000"):
        origin_of("level", evidence={"package_hash": "0" * 64}, model=shipped_model("topdown"))
    with pytest.raises(PackageInvalid, match="names no training data"):
        model_of(package.hash, bare)
    with pytest.raises(PackageInvalid, match="states no licence"):
        model_of(package.hash, unlicensed)


@pytest.mark.parametrize("path", ["", "/a", "a/../b", "a\\b", "a//b", "./a", "a\nb", "a\u202eb", "a" * 1025])
def test_a_path_that_leaves_the_folder_or_cannot_be_shown_has_no_record(path: str) -> None:
    with pytest.raises(RequestInvalid, match="no path of a record"):
        record_of(path, b"", PLAIN)


def test_two_records_of_one_file_are_refused() -> None:
    with pytest.raises(RequestInvalid, match="has two records"):
        ledger_bytes([record_of("a", b"1", PLAIN), record_of("a", b"2", PLAIN)])


LINE = ledger_bytes([record_of("a", b"1", PLAIN)])
HOSTILE = {
    "not JSON": b"{\n",
    "no object": b"[]\n",
    "deep": b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"\n",
    "not UTF-8": b'{"path":"\xff"}\n',
    "spaces": LINE.replace(b":", b": ", 1),
    "key twice": LINE.replace(b"{", b'{"path":"a",', 1),
    "NaN": LINE.replace(b'"seed":null', b'"seed":NaN'),
    "unknown field": LINE.replace(b"{", b'{"a":1,', 1),
    "no digest": LINE.replace(b'"digest"', b'"digist"'),
    "no end": LINE[:-1],
    "an empty line": LINE + b"\n",
    "Windows": LINE.replace(b"\n", b"\r\n"),
    "a BOM": b"\xef\xbb\xbf" + LINE,
    "twice": LINE + LINE,
    "long": b'"' + b"a" * (1 << 21) + b'"\n',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_ledger_that_is_none_is_an_error_that_names_the_line(tmp_path: Path, name: str) -> None:
    (tmp_path / LEDGER_FILE).write_bytes(HOSTILE[name])

    with pytest.raises(FileInvalid, match=rf"{LEDGER_FILE}:[12]: ") as refused:
        read_ledger(tmp_path / LEDGER_FILE)
    assert str(refused.value).isprintable() and len(str(refused.value)) < 500


def test_an_edit_is_declared_once_and_kept_while_the_file_is_built_as_before(game: Path) -> None:
    place = game / "talk" / "crumbs.ink"
    place.write_text(place.read_text() + "// softer\n")

    declared = run("declare", place, "--by", "Ada", "--what", "a softer farewell")
    again = run("declare", place, "--by", "Ada", "--what", "a softer farewell")
    verified = json.loads(run("verify", game, "--json").stdout)
    shown = run("show", place).stdout

    assert declared.returncode == 0 and again.returncode == 2
    assert "there is no edit to declare" in again.stderr
    assert verified["sound"] and verified["counts"]["edited"] == 1
    assert "edited    by Ada: a softer farewell" in shown and "algorithmicMedia" in shown
    old = read_ledger(game / LEDGER_FILE)
    fresh = [msgspec.structs.replace(one, edits=()) for one in old.values()]
    assert carry_edits(old, fresh) == list(old.values())
    other = [msgspec.structs.replace(one, sha256="4" * 64) for one in fresh]
    assert carry_edits(old, other) == other


@pytest.mark.parametrize(
    ("name", "by", "what", "told"),
    [
        ("src/main.gd", "Ada", "x", "has no line for it"),
        ("talk/crumbs.ink", " ", "x", "--by is"),
        ("talk/crumbs.ink", "Ada", "a\u202eb", "--what is"),
        ("talk/crumbs.ink", "Ada", "x" * 501, "--what is"),
    ],
)
def test_what_cannot_be_declared_is_refused_and_the_ledger_stays(
    game: Path, name: str, by: str, what: str, told: str
) -> None:
    before = (game / LEDGER_FILE).read_bytes()

    done = run("declare", game / name, "--by", by, "--what", what)

    assert done.returncode == 2 and told in done.stderr
    assert (game / LEDGER_FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("pattern", "covered", "not_covered"),
    [
        ("src/", ["src/a", "src/b/c.gd"], ["a", "lib/src/a", "src"]),
        ("*.gd", ["a.gd", "x/y/z.gd"], ["a.gdx", "a.GD"]),
        ("src/**/*.gd", ["src/a.gd", "src/x/y.gd"], ["a.gd", "src/a.txt"]),
        ("**/ui/*", ["ui/a", "x/ui/b"], ["ui/x/y", "gui/a"]),
        ("a?.png", ["ab.png"], ["a.png", "abc.png"]),
        ("*" * 40 + "b", ["ab"], ["a" * 1000]),
        ("**/" * 20 + "b", ["b", "a/b"], ["a/" * 200 + "c"]),
    ],
)
def test_a_pattern_covers_what_it_says_and_never_takes_long(
    pattern: str, covered: list[str], not_covered: list[str]
) -> None:
    human = HumanFiles((pattern,))

    assert all(human.covers(path) for path in covered)
    assert not any(human.covers(path) for path in not_covered)


def test_people_may_be_named_in_either_file(tmp_path: Path) -> None:
    (tmp_path / HUMAN_FILE).write_text('[human]\nfiles = ["a/"]\nby = "Ada"\n')
    (tmp_path / "playloom.toml").write_text('[project]\nname = "x"\n[human]\nfiles = ["b/"]\nby = "Bo"\n')

    assert read_human(tmp_path) == HumanFiles(("a/", "b/"), "Ada, Bo")


@pytest.mark.parametrize(
    "text",
    ["[human", "[human]\nfiles = 3", "[people]\n", '[human]\nfiles = ["../x"]', '[human]\nfiles = [""]', "\0",
     '[human]\nfiles = ["/etc"]', '[human]\nfiles = ["a\\\\b"]', "a = " + "[" * 5000],
)  # fmt: skip
def test_a_damaged_declaration_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / HUMAN_FILE).write_text(text)

    with pytest.raises(FileInvalid, match=HUMAN_FILE):
        read_human(tmp_path)
