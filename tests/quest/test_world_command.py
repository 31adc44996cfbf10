"""`playloom world` drafts, checks and describes world files."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result
from quest_worlds import SMALL

from playloom.commands.world import _GENRES, world
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.quest.content import QuestRequest
from playloom.kinds.quest.plan import plan
from playloom.kinds.quest.strategies import STRATEGIES
from playloom.kinds.quest.world import World
from playloom.kinds.quest.world_draft import draft_world
from playloom.kinds.quest.world_file import EXAMPLES, example_text, parse_world, read_world
from playloom.seeds import Stream

CRYPT = """
##########
#<..#....#
#.k.L.eE.#
#...#..C.#
##########
#n.$L...>#
##########
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(world, [str(argument) for argument in arguments])


def test_a_draft_is_written_and_passes_the_check(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"

    made = run("new", "--genre", "sea", "--seed", 4, "-o", path)

    assert made.exit_code == 0
    checked = run("check", path)
    assert checked.exit_code == 0
    assert "5 people" in checked.output
    assert "✗" not in checked.output


def test_a_draft_goes_to_the_terminal_and_is_the_same_for_a_seed() -> None:
    one, other = run("new", "--seed", 3), run("new", "--seed", 3)

    assert one.output == other.output
    assert parse_world(one.output, "-").genre == "fantasy"


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_written_as_it_is(name: str, tmp_path: Path) -> None:
    run("new", "--example", name, "-o", tmp_path / "world.toml")

    assert (tmp_path / "world.toml").read_text("utf-8") == example_text(name)


def test_a_file_that_is_there_is_kept_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    path.write_text("mine", encoding="utf-8")

    assert run("new", "-o", path).exit_code == 2
    assert path.read_text("utf-8") == "mine"
    assert run("new", "-o", path, "--force").exit_code == 0


def test_a_level_gives_places_enemies_keys_and_chests(tmp_path: Path) -> None:
    path = tmp_path / "crypt.txt"
    path.write_text(CRYPT.strip("\n") + "\n", encoding="utf-8")

    made = parse_world(run("new", "--from-level", path).output, "-")

    sealed = [place for place in made.places if place.needs]
    assert [place.needs for place in sealed] == ["key_1"]
    assert made.item("key_1").where == "part_1"
    assert made.item("treasure").where == sealed[0].id
    assert {(enemy.id, enemy.where, enemy.tier) for enemy in made.enemies} == {
        ("pest", sealed[0].id, 1),
        ("foes", sealed[0].id, 2),
    }
    made_plan = plan(made, QuestRequest(strategy="obtain_rare_item", depth=1), Stream(0))
    assert next(step.about for step in made_plan.steps if step.action == "get") == ("key_1",)


def test_a_level_without_a_start_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "crypt.txt"
    path.write_text(CRYPT.strip("\n").replace("<", ".") + "\n", encoding="utf-8")

    assert isinstance(run("new", "--from-level", path).exception, RequestInvalid)


def test_the_check_tells_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    path.write_text(SMALL, encoding="utf-8")

    shown, record = run("check", path), json.loads(run("check", path, "--json").output)

    assert "kill_pests" in shown.output
    assert "[[enemies]]" in record["missing"]["kill_pests"]
    assert record["givers"]["spy"] == ["ada", "bo"]
    assert set(record["givers"]) == set(STRATEGIES)
    assert any("proper name" in note for note in record["notes"])


def test_a_broken_world_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    path.write_text(SMALL.replace('"mill"', '"mil"', 1), encoding="utf-8")

    with pytest.raises(FileInvalid, match="line 14"):
        read_world(path)
    checked = run("check", path)
    assert checked.exit_code == 1
    assert "world.toml: line 14, column 8, people[1].home: nothing has the id 'mil'" in checked.output


def test_the_check_tells_everything_that_is_wrong_with_words_too(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    text = SMALL.replace('role = "smith"', "role = 3").replace('name = "Bo"', 'name = "D4mn Bo"')
    path.write_text(text.replace('home = "mill"', 'home = "mil"'), encoding="utf-8")

    shown, record = run("check", path), json.loads(run("check", path, "--json").output)

    assert shown.exit_code == 1
    assert "3 things to mend" in shown.output
    assert [(one["line"], one["column"], one["where"]) for one in record["faults"]] == [
        (7, 8, "people[0].role"),
        (12, 8, "people[1].name"),
        (14, 8, "people[1].home"),
    ]
    assert "'D4mn' is kept out at rating 'everyone'" in record["faults"][1]["text"]
    assert len(json.loads(run("check", path, "--json", "--rating", "teen").output)["faults"]) == 2


@pytest.mark.parametrize("more", [["--genre", "sea"], ["--seed", "0"], ["--genre", "sea", "--seed", "3"]])
def test_an_example_cannot_be_drafted(more: list[str]) -> None:
    made = run("new", "--example", "thornford", *more)

    assert made.exit_code == 2
    assert f"leave out {' and '.join(more[::2])}" in made.output


def test_nobody_who_can_ask_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    path.write_text(SMALL.replace("role", "alive = false\nrole"), encoding="utf-8")

    assert run("check", path).exit_code == 1


def test_the_schema_accepts_every_example() -> None:
    import tomllib

    schema = json.loads(run("schema").output)

    for name in EXAMPLES:
        jsonschema.validate(tomllib.loads(example_text(name)), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"name": "x", "people": [{"id": "A b"}]}, schema)


def test_the_command_offers_every_genre() -> None:
    import typing

    from playloom.kinds.quest.world import Genre

    assert set(_GENRES) == set(typing.get_args(Genre))
    assert all(isinstance(draft_world(genre, 0), World) for genre in _GENRES)
    with pytest.raises(RequestInvalid, match="genre is 'western'"):
        draft_world("western", 0)
