"""`playloom level check` and `themes`: maps made by a model and by people."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from front_door import FOREIGN, LEGEND, Run, documents

import playloom
from playloom.kinds.level.formats import read, write
from playloom.kinds.level.vocabulary import CORE

GOOD = ("########", "#<..k.e#", "##.##.C#", "#..#####", "#.#..$.#", "#.L.##.#", "#n##>..#", "########")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "file": {"type": "string"},
        "passed": {"type": "boolean"},
        "checks": {
            "type": "array",
            "minItems": 3,
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "passed": {"type": "boolean"},
                    "detail": {"type": "string"},
                },
                "required": ["name", "passed", "detail"],
                "additionalProperties": False,
            },
        },
        "measures": {"type": "object", "additionalProperties": {"type": "number"}},
        "solution": {"type": "string", "pattern": "^[UDLR]*$"},
        "notes": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["file", "passed", "checks", "measures", "solution", "notes"],
    "additionalProperties": False,
}


@pytest.fixture
def maps(tmp_path: Path) -> Path:
    """A folder with a good map, made by hand, and one whose exit is walled in."""
    (tmp_path / "good.txt").write_text("\n".join(GOOD) + "\n")
    (tmp_path / "bad.txt").write_text("\n".join(GOOD).replace("#.L.", "#.#.") + "\n")
    return tmp_path


def test_a_good_map_passes(run: Run, maps: Path) -> None:
    lines = run("level", "check", "good.txt").stdout.splitlines()

    assert lines[0] == "✓ good.txt: passed"
    assert all(line.startswith("  ✓ ") for line in lines[1:-1])
    assert lines[-1].startswith("  ! the map does not say its rules")


def test_a_bad_map_fails_with_the_broken_rules_marked(run: Run, maps: Path) -> None:
    text = run("level", "check", "good.txt", "bad.txt", code=1).stdout

    assert "✓ good.txt: passed" in text
    assert "✗ bad.txt: failed" in text
    assert "  ✗ solvable" in text


def test_json_is_valid_one_document_a_file(run: Run, maps: Path) -> None:
    good, bad = documents(run("level", "check", "--json", "good.txt", "bad.txt", code=1))

    for document in (good, bad):
        jsonschema.validate(document, SCHEMA)
    assert (good["passed"], bad["passed"]) == (True, False)
    assert good["measures"]["path"] == len(good["solution"])


def test_quiet_only_leaves_an_exit_code(run: Run, maps: Path) -> None:
    assert run("level", "check", "-q", "good.txt").stdout == ""
    assert run("level", "check", "-q", "bad.txt", code=1).stdout == ""


def test_an_unreadable_file_fails_and_the_others_are_judged(run: Run, maps: Path) -> None:
    (maps / "torn.tmx").write_text("<map")

    done = run("level", "check", "torn.tmx", "good.txt", code=1)

    assert "torn.tmx" in done.stderr
    assert "✓ good.txt: passed" in done.stdout


def test_a_map_from_the_side_is_told_how_to_be_judged_where_it_does_not_say(run: Run, tmp_path: Path) -> None:
    run("level", "platformer", "--size", "40x20", "--seed", "1", "-q", "-o", "side.txt", "-o", "side.json")

    told = run("level", "check", "side.txt", code=1).stdout
    assert "taken as seen from above; --theme platformer takes it as seen from the side" in told
    judged = run("level", "check", "side.txt", "--theme", "platformer").stdout
    assert "✓ solvable" in judged and "ticks" in judged and "!" not in judged
    assert "may be open" in judged  # the border, as in every style of the theme
    assert "ticks" in run("level", "check", "side.txt", "--package", "sideview").stdout
    assert "!" not in run("level", "check", "side.json").stdout  # its file says
    assert "no theme is called" in run("level", "check", "side.txt", "--theme", "platfrom", code=2).stderr


@pytest.mark.parametrize("suffix", [".tmx", ".tmj", ".json"])
def test_the_stored_request_and_solution_are_held_to(run: Run, maps: Path, suffix: str) -> None:
    run("level", "dungeon", "--enemies", "4", "-q", "-o", f"made{suffix}")

    [document] = documents(run("level", "check", "--json", f"made{suffix}"))

    names = {check["name"] for check in document["checks"]}
    assert {"size", "enemies", "stored solution"} <= names


def test_an_open_border_is_allowed_on_request(run: Run, maps: Path) -> None:
    (maps / "open.txt").write_text("\n".join(row.replace("#", ".") for row in GOOD) + "\n")

    run("level", "check", "open.txt", code=1)
    run("level", "check", "--open-border", "open.txt")


# A way in through the left side, given with the map that is completed.
DOORWAY = ("????????????", "?.<?????????", "..??????????", *["????????????"] * 6, "????????????")


@pytest.mark.parametrize("suffix", [".tmx", ".tmj", ".json"])
def test_a_border_that_was_pinned_open_may_be_open_there_and_nowhere_else(
    run: Run, tmp_path: Path, suffix: str
) -> None:
    (tmp_path / "doorway.txt").write_text("\n".join(DOORWAY) + "\n")
    run("level", "dungeon", "--from", "doorway.txt", "-q", "-o", f"made{suffix}")
    made = read(tmp_path / f"made{suffix}")
    assert made.evidence is not None and made.evidence.border == ((0, 2),)
    cells = made.cells.copy()
    cells[-1, 5:7] = CORE.id("floor")
    write(replace(made, cells=cells), tmp_path / f"holed{suffix}")  # evidence that claims these very cells

    run("level", "check", f"made{suffix}")
    text = run("level", "check", f"holed{suffix}", code=1).stdout
    assert "✗ border           open at (5, 9), (6, 9);" in text

    assert playloom.check_level(made).passed
    assert playloom.check_level(tmp_path / f"made{suffix}").passed
    assert "border" in playloom.check_level(tmp_path / f"holed{suffix}").failed
    assert playloom.check_level(replace(made, evidence=None)).failed == ("border",)
    assert playloom.check_level(replace(made, evidence=None), open_border=True).passed


@pytest.mark.parametrize(
    ("suffix", "corner", "tree"),
    [
        (".json", r'("rows": \[\n    ")#', r"\1T"),
        (".tmx", r'(<data encoding="csv">\n)[0-9]+', rf"\g<1>{CORE.id('tree') + 1}"),
        (".tmj", r'("data":\[\n)[0-9]+', rf"\g<1>{CORE.id('tree') + 1}"),
    ],
)
def test_a_map_edited_after_it_was_made_is_judged_as_it_is_and_a_line_says_so(
    run: Run, tmp_path: Path, suffix: str, corner: str, tree: str
) -> None:
    place = tmp_path / f"made{suffix}"
    run("level", "dungeon", "--enemies", "4", "-q", "-o", place.name)
    assert "!" not in run("level", "check", place.name).stdout

    place.write_text(re.sub(corner, tree, place.read_text(), count=1))

    assert read(place).cells[0, 0] == CORE.id("tree")
    lines = run("level", "check", place.name).stdout.splitlines()
    assert lines[-1] == "  ! evidence: speaks of other cells; the request stored with it is not checked"
    [document] = documents(run("level", "check", "--json", place.name))
    assert len(document["notes"]) == 1
    assert "stored solution" not in {check["name"] for check in document["checks"]}


def test_an_edited_map_keeps_the_open_border_of_its_theme(run: Run, tmp_path: Path) -> None:
    run("level", "platformer", "--size", "40x20", "--seed", "1", "-q", "-o", "side.json")
    text = (tmp_path / "side.json").read_text()
    assert f'"#{"." * 38}#"' in text
    (tmp_path / "side.json").write_text(text.replace(f'"#{"." * 38}#"', f'"#${"." * 37}#"', 1))

    told = run("level", "check", "side.json").stdout
    assert "may be open in this style" in told
    assert "evidence: speaks of other cells" in told


def test_words_stand_in_for_marks_that_cannot_be_printed(run: Run, maps: Path) -> None:
    text = run("level", "check", "bad.txt", PYTHONIOENCODING="ascii", code=1).stdout

    assert "FAILED bad.txt: failed" in text and "  ok start" in text


def test_a_foreign_map_is_judged_with_a_legend(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ruins.tmx").write_text(FOREIGN)
    (tmp_path / "legend.toml").write_text(LEGEND)
    (tmp_path / "typo.toml").write_text(LEGEND.replace("wall", "wal"))

    assert "ruins:0" in run("level", "check", "ruins.tmx", code=1).stderr
    [document] = documents(run("level", "check", "--legend", "legend.toml", "--json", "ruins.tmx"))
    assert len(document["solution"]) == 10
    assert "'wal'" in run("level", "check", "--legend", "typo.toml", "ruins.tmx", code=2).stderr


def test_no_file_is_wrong_use(run: Run) -> None:
    run("level", "check", code=2)


def test_themes_are_listed_with_their_styles(run: Run) -> None:
    lines = run("level", "themes").stdout.splitlines()

    assert ["dungeon", "topdown", "plain"] in [line.split() for line in lines]
    [document] = documents(run("level", "themes", "--package", "topdown", "--json"))
    assert {"package": "topdown", "theme": "cave", "style": "hollow"} in document
