"""`playloom level range`, `--distinct` and `--difficulty` through the installed command."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from front_door import Run, documents

from playloom.kinds.level.formats import read
from playloom.kinds.level.variety import distance

SVG = "{http://www.w3.org/2000/svg}"


def test_a_theme_is_drawn_with_axes_counts_and_levels(run: Run, tmp_path: Path) -> None:
    drawn = run(
        "level", "range", "cave", "--count", "6", "--size", "12x12", "-o", "range.svg", "-o", "r.json"
    )

    assert "cave: 6 levels" in drawn.stdout
    svg = ElementTree.fromstring((tmp_path / "range.svg").read_text(encoding="utf-8"))
    squares = [int(title.text or "") for title in svg.iter(f"{SVG}title")]
    assert sum(squares) == 6
    assert 2 <= len(list(svg.iter(f"{SVG}image"))) <= 6
    numbers = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["sets"][0]
    assert [row["name"] for row in numbers["levels"]] == [f"seed {i}" for i in range(6)]
    assert all(0 <= row["difficulty"] <= 1 for row in numbers["levels"])


def test_the_same_call_writes_the_same_bytes(run: Run, tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        run("level", "range", "cave", "--count", "3", "--size", "12x12", "-q", "-o", name)

    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_folder_of_maps_is_compared_with_a_theme(run: Run, tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    run("level", "cave", "--count", "3", "--size", "12x12", "-q", "-o", "maps/m.tmx")
    (tmp_path / "maps" / "notes.tmx").write_text("no map", encoding="utf-8")

    drawn = run(
        "level", "range", "cave", "maps", "--count", "3", "--size", "12x12", "--json", "-x", "openness"
    )

    assert "left out" in drawn.stderr
    sets = json.loads(drawn.stdout)["sets"]
    assert [(part["name"], part["count"]) for part in sets] == [("cave", 3), ("maps", 3)]
    assert sets[0]["quantiles"] == sets[1]["quantiles"]


def test_a_style_of_a_package_is_meant_also_where_a_folder_is_called_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cave").mkdir()

    drawn = run("level", "range", "cave", "--package", "topdown", "--count", "2", "--size", "12x12", "--json")

    assert [(part["name"], part["count"]) for part in json.loads(drawn.stdout)["sets"]] == [("cave", 2)]


def test_what_cannot_be_drawn_is_refused(run: Run) -> None:
    no_crates = run("level", "range", "cave", "--count", "2", "--size", "8x8", "-x", "crates", code=2)

    assert "no level has both crates and difficulty; choose -x and -y among" in no_crates.stderr
    assert "written as .svg or .json" in run("level", "range", "cave", "-o", "range.png", code=2).stderr
    complaint = run("level", "range", "caves", code=2).stderr
    assert "no map or folder 'caves' is there, and no theme is called so" in " ".join(complaint.split())
    assert "did you mean 'cave'" in " ".join(complaint.split())


def test_it_says_what_it_wrote_or_how_to_write_it(run: Run) -> None:
    few = ("level", "range", "cave", "--count", "2", "--size", "12x12")

    assert run(*few, "-o", "a.svg", "-o", "a.json").stdout.splitlines()[-1] == "  a.svg  a.json"
    assert run(*few).stdout.splitlines()[-1] == "  -o range.svg draws it"
    [told] = documents(run(*few, "--json", "-o", "a.json"))
    assert told["files"] == ["a.json"]


def test_every_shipped_theme_can_be_drawn_without_options(run: Run, tmp_path: Path) -> None:
    for theme in ("sokoban", "platformer"):
        drawn = run(
            "level", "range", theme, "--count", "3", "--json", "-o", f"{theme}.svg", PLAYLOOM_MODELS=""
        )

        told = json.loads(drawn.stdout)
        assert told["sets"][0]["count"] == 3 and (tmp_path / f"{theme}.svg").exists()
        for axis in (told["x"], told["y"]):
            assert len({level[axis] for level in told["sets"][0]["levels"]}) > 1, axis


def test_maps_that_do_not_say_their_rules_are_taken_by_those_of_the_theme_beside(run: Run) -> None:
    run("level", "platformer", "--size", "40x20", "--seed", "1", "-q", "-o", "side.txt", "-o", "side.json")

    shown = (
        "level",
        "range",
        "platformer",
        "--count",
        "2",
        "--size",
        "40x20",
        "--json",
        "side.txt",
        "side.json",
    )
    _, text, whole = json.loads(run(*shown).stdout)["sets"]

    assert text["quantiles"] == whole["quantiles"]


def test_maps_that_do_not_say_their_rules_are_taken_by_those_that_are_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    run("level", "platformer", "--size", "40x20", "--seed", "1", "-q", "-o", "maps/a.txt", "-o", "side.json")

    alone = run("level", "range", "maps", "--json")
    told = run("level", "range", "maps", "--theme", "platformer", "--json")
    whole = run("level", "range", "side.json", "--json")

    assert "maps: 1 map does not say the rules: taken as seen from above; --theme platformer" in alone.stderr
    assert "maps: 1 map does not say the rules: taken by those of platformer" in told.stderr
    assert whole.stderr == ""
    above, side, known = (json.loads(done.stdout)["sets"][0]["quantiles"] for done in (alone, told, whole))
    assert side == known != above
    assert "plat" in run("level", "range", "maps", "--theme", "plat", code=2).stderr


def test_a_map_that_cannot_be_solved_is_named(run: Run, tmp_path: Path) -> None:
    rows = ["########", "#<.#..>#", *["#..#...#"] * 5, "########"]
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "shut.txt").write_text("\n".join(rows) + "\n")
    (tmp_path / "maps" / "open.txt").write_text("\n".join(rows).replace("#..#...#", "#......#") + "\n")
    (tmp_path / "maps" / "lost.txt").write_text("\n".join(rows).replace(">", ".") + "\n")

    drawn = run("level", "range", "maps", "-x", "openness")

    assert "shut.txt: cannot be solved (no way from start to exit" in drawn.stderr
    assert "lost.txt: cannot be solved (exit: found 0, expected exactly one)" in drawn.stderr
    assert "open.txt" not in drawn.stderr
    assert "maps: 3 levels, 1 with openness and difficulty" in drawn.stdout
    alone = run("level", "range", "maps/shut.txt", "-y", "openness", "-x", "symmetry")
    assert "cannot be solved" in alone.stderr and "maps/shut.txt: 1 level, 1 with" in alone.stdout
    (tmp_path / "none").mkdir()
    assert "none: no level could be had" in run("level", "range", "none", code=2).stderr


def test_distinct_levels_differ_by_what_was_asked_and_say_so(run: Run, tmp_path: Path) -> None:
    made = run(
        "level",
        "cave",
        "--distinct",
        "4",
        "--distinct-by",
        "0.1",
        "--size",
        "12x12",
        "--json",
        "-o",
        "c.json",
    )

    told = documents(made)
    levels = [read(tmp_path / f"c-{document['seed']}.json") for document in told]
    assert len(levels) == 4
    for place, document in enumerate(told):
        near = min((distance(levels[place], other) for other in levels[:place]), default=1.0)
        assert document["distance"] == round(near, 4) >= 0.1


def test_distinct_levels_do_not_depend_on_threads(run: Run) -> None:
    asked = ("level", "cave", "--distinct", "3", "--distinct-by", "0.1", "--size", "12x12", "--json")

    assert run(*asked).stdout == run(*asked, "--jobs", "3").stdout


def test_too_few_unlike_levels_are_none_and_it_is_told_how_many_there_are(run: Run, tmp_path: Path) -> None:
    asked = ("level", "cave", "--distinct", "3", "--distinct-by", "0.95", "--size", "8x8", "-o", "c.tmx")
    failed = run(*asked, code=1)

    assert (
        "1 of 3 levels were found in 24 seeds, any two of which differ in 95 % of their cells"
        in failed.stderr
    )
    assert "ask for fewer, or for less between them (--distinct-by)" in failed.stderr
    assert failed.stderr.endswith("nothing is written\n") and failed.stdout == ""
    assert not [*tmp_path.iterdir()]


def test_count_and_distinct_exclude_each_other(run: Run) -> None:
    assert "leave --count out" in run("level", "cave", "--distinct", "3", "--count", "2", code=2).stderr


def test_a_difficulty_is_met_and_checked_again_from_the_file(run: Run) -> None:
    run("level", "cave", "--difficulty", "0.6..0.8", "--size", "24x24", "-q", "-o", "hard.tmx")

    assert "difficulty" in run("level", "check", "hard.tmx").stdout
