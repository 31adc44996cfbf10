"""``playloom.toml``: its faults with line, column and the nearest name; its schema; hostile files."""

# ruff: noqa: E501  # a table of files, each on its line

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from build_project import SMALL, Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playloom.build.planning import plan
from playloom.build.positions import Positions
from playloom.build.project import parse_project
from playloom.build.schema import schema
from playloom.errors import FileInvalid

# A project file, and what is said of it.
FAULTS = {
    '[level.a]\ntheme = "cave"\nenemys = 3\noutputs = ["a.tmx"]': "line 3, column 1: level.a.enemys: no such key; did you mean 'enemies'?",
    '[levels.a]\noutputs = ["a.tmx"]': "line 1, column 1: levels: no such table; did you mean 'level'?",
    '[level.a]\ntheme = "cavee"\noutputs = ["a.tmx"]': "line 2, column 1: level.a.theme: no theme is called 'cavee'",
    '[level.a]\ntheme = "cave"\nsize = 5\noutputs = ["a.tmx"]': "line 3, column 1: level.a.size: expected `str | list`, got `int`",
    '[level.a]\ntheme = "cave"\nsize = "5"\noutputs = ["a.tmx"]': "size is '5'; write it like 48x32",
    '[level.a]\ntheme = "cave"\nsize = "5x9"\noutputs = ["a.tmx"]': "line 3, column 1: level.a.size: width is 5",
    '[level.a]\ntheme = "cave"\nkeys = "9..2"\noutputs = ["a.tmx"]': "keys is 9..2",
    '[level.a]\ntheme = "cave"\nstyle = "hedge"\noutputs = ["a.tmx"]': "has no style 'hedge'",
    '[level.a]\ntheme = "cave"': "line 1, column 1: level.a: has no outputs; add it",
    '[level.a]\ntheme = "cave"\noutputs = ["../a.tmx"]': "line 3, column 1: level.a.outputs: ../a.tmx: give a path from",
    '[level.a]\ntheme = "cave"\noutputs = ["/tmp/a.tmx"]': "give a path from the project's folder",
    '[level.a]\ntheme = "cave"\noutputs = [".playloom/a.tmx"]': "the build keeps that for itself",
    '[level.a]\ntheme = "cave"\noutputs = ["playloom.lock"]': "the build keeps that for itself",
    '[level.a]\ntheme = "cave"\noutputs = ["a-{sed}.tmx"]': "{sed} is no placeholder; known here: {seed}",
    '[level.a]\ntheme = "cave"\noutputs = ["a.tmx", "A.tmx"]\n': "is given twice",
    '[level.a]\ntheme = "cave"\noutputs = ["a.tmx"]\n[level.b]\ntheme = "maze"\noutputs = ["A.TMX"]': "line 6, column 1: level.b.outputs: A.TMX: is written by level.a#0 too",
    '[level.a]\ntheme = "cave"\noutputs = ["a.tmxx"]': "cannot write '.tmxx'; use one of",
    '[level.a]\ntheme = "cave"\ntileset = "tileset.ruin"\noutputs = ["a.tmx"]\n[tileset.ruins]\nover = "a.png"\noutputs = ["t.tsx"]': "line 3, column 1: level.a.tileset: no table is called tileset.ruin; did you mean 'tileset.ruins'?",
    '[level.a]\ntheme = "cave"\ncount = 2\noutputs = ["a.tmx"]\n[world.w]\nlevel = "level.a"': "line 6, column 1: world.w.level: level.a has 2 seeds; say which, such as level.a#0",
    '[level.a]\ntheme = "cave"\noutputs = ["a.tmx"]\n[world.w]\nlevel = "level.a#7"': "level.a has no seed 7",
    '[quest.q]\nworld = "thornfort"\noutputs = ["q.ink"]': "line 2, column 1: quest.q.world: no world is called 'thornfort'; did you mean 'thornford'?",
    '[quest.q]\nworld = "thornford"\ntarget = "level.a.keys"\noutputs = ["q.ink"]\n[level.a]\ntheme = "cave"\noutputs = ["a.tmx"]': "the world of the quest is not drafted around level.a",
    '[quest.q]\nsource = "model"\noutputs = ["q.ink"]': "source is 'model': name the package",
    '[sprite.s]\nwords = "orc"\npalette = "sweetie"\noutputs = ["s.png"]': "sweetie",
    '[sprite.s]\nwords = "orc"\nlike = "sprite.s"\noutputs = ["s.png"]': "is made from itself: sprite.s#0",
    '[sprite.s]\nwords = "orc"\nlike = "none.png"\noutputs = ["s.png"]': "none.png: there is no such file in the project",
    '[sprite.s]\nwords = "orc"\npackage = "pixel"\noutputs = ["s.png"]': "no sprite package is called 'pixel'; there are pixels",
    '[sprite.S]\nwords = "orc"\noutputs = ["s.png"]': "give a name of a-z, 0-9, _ and - that begins with a letter",
    '[model]\ntopdown = "12"': "line 2, column 1: model.topdown.sha256: expected a SHA-256 of 64 digits",
    "[level.a]\ntheme =\n": "line 2, column 8: not TOML",
    "level = 3": "give each level a name: [level.crypt]",
    "[level]\na = 3": "expected a table [level.a], got a number",
    '[level.a]\ntheme = "cave"\nseeds = [1]\ncount = 2\noutputs = ["a.tmx"]': "stands beside seed or count",
    '[level.a]\ntheme = "cave"\nseeds = [1, 1]\noutputs = ["a.tmx"]': "holds one twice",
    '[level.a]\ntheme = "cave"\ncount = 100000\noutputs = ["a.tmx"]\n[level.b]\ntheme = "cave"\noutputs = ["b.tmx"]': "more than 100000 things",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_told_with_its_place(text: str, tmp_path: Path) -> None:
    with pytest.raises(FileInvalid) as told:
        plan(parse_project(text, "playloom.toml"), tmp_path)

    assert FAULTS[text] in str(told.value)


def test_all_faults_are_told_at_once(build: Run, project: Path) -> None:
    (project / "playloom.toml").write_text(
        '[level.a]\nenemys = 3\nsize = true\n[spritz.b]\noutputs = ["a"]\n'
    )

    told = build(code=1).stderr

    assert "4 things to mend" in told
    assert [line.split(":")[0].strip() for line in told.splitlines()[1:]] == [
        "line 1, column 1",
        "line 2, column 1",
        "line 3, column 1",
        "line 4, column 1",
    ]


def test_positions_are_found_through_strings_comments_and_lists() -> None:
    text = (
        '# a = 1\n[ "level" . a ]\nwords = """\n[level.b]\nkeys = 1 \\"""" # = """\n'
        "other = '''\nkeys = 2'''\nlist = [ # keys = 3\n 'keys = 4',\n]\n  keys = 5\n"
        "inline = { keys = 6 }\na.b = 1\n[[level.c]]\nkeys = 7\n"
    )
    tomllib.loads(text)
    places = Positions(text)

    assert places.find(("level", "a")) == (2, 1)
    assert places.find(("level", "a", "keys")) == (11, 3)
    assert places.find(("level", "a", "a", "b")) == (13, 1)
    assert places.find(("level", "c", "keys")) == (15, 1)
    assert places.find(("level", "a", "missing")) == (2, 1)
    assert places.find(("nothing",)) == (1, 1)


def test_the_schema_is_one_and_takes_what_is_read() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(tomllib.loads(SMALL), schema())


def test_the_command_prints_the_schema(build: Run) -> None:
    assert json.loads(build("--schema").stdout) == json.loads(json.dumps(schema()))


_SCALARS = st.one_of(
    st.integers(-2, 50),
    st.booleans(),
    st.floats(0, 2, allow_nan=False),
    st.sampled_from(["cave", "4..8", "48x32", "best", "blob", "fantasy", "", "a" * 64]),
)
_VALUES = st.one_of(
    _SCALARS, st.lists(_SCALARS, max_size=3), st.dictionaries(st.sampled_from("ab"), _SCALARS, max_size=2)
)
_KEYS = (
    "theme",
    "size",
    "keys",
    "outputs",
    "count",
    "seeds",
    "words",
    "pieces",
    "palette",
    "tables",
    "name",
    "x",
)
_TABLES = st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=4)
_DOCUMENTS = st.dictionaries(
    st.sampled_from(["project", "human", "level", "sprite", "cast", "model", "palette", "tileset", "odd"]),
    st.one_of(_TABLES, st.dictionaries(st.sampled_from(["a", "crypt", "B"]), _TABLES, max_size=2)),
    max_size=2,
)


@given(_DOCUMENTS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_schema_and_the_reader_agree(document: dict[str, Any]) -> None:
    fits = jsonschema.Draft202012Validator(_SCHEMA).is_valid(document)
    try:
        parse_project(_toml(document), "playloom.toml")
    except FileInvalid:
        assert not fits
    else:
        assert fits


_SCHEMA = schema()


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80).map(lambda data: data.decode("latin-1"))))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_the_file_is_read_or_refused(text: str) -> None:
    try:
        parse_project(text, "playloom.toml")
    except FileInvalid as told:
        assert str(told).startswith("playloom.toml: ")


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"a" * 5_000_000,
        b"a = " + b"[" * 5000 + b"]" * 5000,
        b"[level.a]\nkeys = 1" + b"0" * 5000,
        b"a = 1\na = 2",
        b"[level.a]\noutputs = ['\\u0000.tmx']",
        b'[level.a]\ntheme = "cave"\noutputs = ["a\\u202e.tmx"]',
        b'[level.a]\ntheme = "cave"\noutputs = ["' + b"a" * 400 + b'.tmx"]',
        b'[human]\nfiles = ["../**"]',
        b'[sprite.a]\nwords = "\\u001b[31m"\noutputs = ["a.png"]',
    ],
)
def test_hostile_files_are_refused_in_words(data: bytes, build: Run, project: Path) -> None:
    (project / "playloom.toml").write_bytes(data)

    told = build("--dry-run", code=1).stderr

    assert told.startswith("playloom: ") and "playloom.toml" in told
    assert told.replace("\n", "").isprintable()
    assert len(told) < 3000


@pytest.mark.parametrize("make", ["mkfifo", "mkdir"])
def test_what_is_no_file_is_refused(make: str, build: Run, project: Path) -> None:
    import os

    (project / "playloom.toml").unlink()
    getattr(os, make)(project / "playloom.toml")

    assert "playloom.toml" in build(code=2).stderr


def test_an_output_is_not_led_out_of_the_project(build: Run, project: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (project / "maps").symlink_to(tmp_path / "elsewhere")

    assert "a link leads it out of the project" in build(code=1).stderr

    assert not [*(tmp_path / "elsewhere").iterdir()]


def _toml(value: Any) -> str:
    """Write a document as TOML: one inline table a key."""
    return "".join(f"{key} = {_inline(part)}\n" for key, part in value.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_inline(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(part) for part in value) + "]"
    return json.dumps(value)
