"""Worlds are read strictly: what is wrong is named with its line, and what is right comes back."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quest_worlds import SMALL, changed, small

from playloom.errors import FileInvalid, KindUnknown, RequestInvalid
from playloom.kinds.quest.world import Item, Person, World
from playloom.kinds.quest.world_check import check_world, text_problem
from playloom.kinds.quest.world_draft import draft_world
from playloom.kinds.quest.world_file import EXAMPLES, example_world, parse_world, read_world
from playloom.kinds.quest.world_text import world_toml

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
GENRES = ("fantasy", "gothic", "scifi", "sea", "wasteland", "cosy", "mystery", "frontier")


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_world_holds_together_and_can_be_written_again(name: str) -> None:
    world = example_world(name)

    check_world(world)

    assert parse_world(world_toml(world), name) == world


@pytest.mark.parametrize("genre", GENRES)
def test_a_draft_holds_together_and_can_be_written_and_read(genre: str) -> None:
    world = draft_world(genre, 5)

    check_world(world)

    assert parse_world(world_toml(world), genre) == world
    assert draft_world(genre, 5) == world
    assert draft_world(genre, 6) != world


def test_a_world_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    path.write_text(SMALL, encoding="utf-8")

    world = read_world(path)

    assert [person.name for person in world.people] == ["Ada", "Bo"]
    assert world.neighbours == {"forge": ("mill",), "mill": ("forge",)}


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            'home = "forge"',
            'home = "froge"',
            r"line 8, column 8, people\[0\]\.home: .*'froge'; did you mean 'forge'",
        ),
        (
            'home = "forge"',
            'home = "bo"',
            r"line 8, column 8, people\[0\]\.home: 'bo' is a person; expected .* a place",
        ),
        (
            'role = "smith"',
            'rolle = "smith"',
            r"line 7, column 9, people\[0\]\.rolle: no such key; did you mean 'role'",
        ),
        ('role = "smith"', "role = 3", r"line 7, column 8, people\[0\]\.role: Expected `str`, got `int`"),
        ('role = "smith"', "", r"line 4, column 1, people\[0\]\.role: is missing; add it"),
        ('id = "bo"', 'id = "ada"', r"line 11, column 6, people\[1\]\.id: 'ada' is people\[0\] already"),
        (
            'id = "bo"',
            'id = "player"',
            r"line 11, column 6, people\[1\]\.id: 'player' is kept for the player",
        ),
        ('id = "bo"', 'id = "Bo!"', r"line 11, column 6, people\[1\]\.id: .*a-z, 0-9 and _"),
        (
            'name = "Bo"',
            'name = "ADA"',
            r"line 12, column 8, people\[1\]\.name: 'ADA' is the name of 'ada' too",
        ),
        ('name = "Bo"', 'name = "{player}"', r"line 12, column 8, people\[1\]\.name: '\{player\}' has '\{'"),
        (
            'name = "Tiny"',
            'name = "Tiny"\ngenre = "western"',
            r"line 3, column 9, genre: .*choose of .*frontier",
        ),
        ('home = "forge"', 'home = "The Forge"', r"did you mean 'forge'"),
        (
            'connections = ["mill"]',
            'connections = ["mil"]',
            r"line 19, column 15, places\[0\]\.connections: .*'mill'",
        ),
        (
            'connections = ["mill"]',
            'connections = ["forge"]',
            r"places\[0\]\.connections: 'forge' is the entry",
        ),
        (
            'connections = ["mill"]',
            "danger = 4",
            r"line 19, column 10, places\[0\]\.danger: Expected `int` <= 3",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(before: str, after: str, message: str) -> None:
    with pytest.raises(FileInvalid, match=message):
        parse_world(SMALL.replace(before, after, 1), "world.toml")


def test_several_faults_are_told_at_once() -> None:
    text = SMALL.replace('home = "forge"', 'home = "x"').replace('home = "mill"', 'home = "y"')

    with pytest.raises(FileInvalid, match=r"2 things to mend\n  line 8.*\n  line 14"):
        parse_world(text, "world.toml")


def test_wrong_types_do_not_hide_the_rest() -> None:
    text = SMALL.replace('role = "smith"', "role = 3").replace('home = "mill"', 'home = "mil"')
    text = text.replace('name = "Tiny"', 'name = "Tiny"\ngenre = "cozy"\nmotto = "x"') + "danger = 9\n"

    with pytest.raises(FileInvalid) as problem:
        parse_world(text, "world.toml")

    told = str(problem.value).split("\n  ")
    assert told[0] == "world.toml: 5 things to mend"
    assert [one.split(": ", 1)[0] for one in told[1:]] == [
        "line 3, column 9, genre",
        "line 4, column 9, motto",
        "line 9, column 8, people[0].role",
        "line 16, column 8, people[1].home",
        "line 26, column 10, places[1].danger",
    ]
    assert "did you mean 'cosy'?" in told[1]


def test_one_wrong_key_is_told_once_and_what_hangs_on_it_is_not() -> None:
    with pytest.raises(FileInvalid, match=r"world\.toml: line 17, column 6, places\[0\]\.id: Expected `str`"):
        parse_world(
            SMALL.replace('id = "forge"', "id = 7").replace('home = "forge"', 'home = "mill"'), "world.toml"
        )


def test_items_need_a_source() -> None:
    ring, lead = Item(id="ring", name="ring"), Item(id="lead", name="lead", made_of="ring")

    with pytest.raises(RequestInvalid, match="'ring' is nowhere"):
        check_world(small(items=(ring,)))
    with pytest.raises(RequestInvalid, match="made of itself"):
        check_world(small(items=(changed(ring, made_of="lead"), lead)))


def test_the_dead_hold_nothing() -> None:
    ada, bo = small().people
    ring = Item(id="ring", name="ring", where="bo")

    with pytest.raises(RequestInvalid, match="'bo' is dead"):
        check_world(small(people=(ada, changed(bo, alive=False)), items=(ring,)))


def test_a_world_made_in_python_is_judged_by_its_types_too() -> None:
    with pytest.raises(RequestInvalid, match="role"):
        check_world(small(people=(Person(id="ada", name="Ada", role=3, home="forge"),)))  # type: ignore[arg-type]


def test_an_unknown_example_is_refused() -> None:
    with pytest.raises(KindUnknown, match="thornford, halcyon, saltmouth"):
        example_world("../../secret")


@patient
@given(st.text(min_size=1, max_size=30))
def test_a_name_that_passes_can_hold_no_markup(text: str) -> None:
    if text_problem(text) == "":
        assert text.isprintable()
        assert not set(text) & set("{}[]<>|~\\/*_#$@&;:=^`%+()")
        assert not text.startswith(("-", "!", "?", ".", ","))


names = st.text(st.characters(categories=["L"]), min_size=1, max_size=20)


@patient
@given(names, names)
def test_any_letters_make_names_that_survive_the_file(one: str, other: str) -> None:
    if text_problem(one) or text_problem(other):
        return
    ada, bo = small().people
    world = small(people=(changed(ada, name="A " + one), changed(bo, name="B " + other)))

    assert parse_world(world_toml(world), "world.toml") == world


def test_the_schema_describes_every_key() -> None:
    schema = msgspec.json.schema(World)

    assert set(schema["$defs"]["Person"]["properties"]) == set(Person.__struct_fields__)
