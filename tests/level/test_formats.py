"""Every format gives back what it was given, in the same bytes each time, in whole files or none."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playloom import files
from playloom.errors import FileInvalid, RequestInvalid, WriteFailed
from playloom.kinds.level.content import Edit, Evidence, Level, Verdict
from playloom.kinds.level.formats import READERS, WRITERS, read, tmj_write, tmx, write, write_each
from playloom.kinds.level.vocabulary import CORE, Passability, Role, Tile, Vocabulary

ROWS = ("########", "#<..k.e#", "##.##.C#", "#..#####", "#.#..$.#", "#.L.##.#", "#n##>..#", "########")
FULL = (".tmx", ".tmj", ".ldtk", ".json")  # formats that keep theme and evidence
ANY = tuple(
    suffix for suffix in READERS if suffix not in (".xsb", ".sok")
)  # Sokoban's notation holds Sokoban alone


def level_of(*rows: str, theme: str = "") -> Level:
    return Level(cells=np.array([[CORE.by_char[c] for c in row] for row in rows], np.uint8), theme=theme)


CRYPT = replace(
    level_of(*ROWS, theme="dungeon"),
    evidence=Evidence(
        package="core",
        version="1.0.0",
        package_hash="0" * 64,
        licence="MIT",
        promise="exact",
        request={"theme": "dungeon", "seed": 7, "keys": [1, 1], "openness": [0.25, 0.5]},
        style="rooms",
        attempts=1,
        checks=(Verdict("start", True, "at (1, 1)"), Verdict("solvable", True, "in 20 moves")),
        edits=(Edit(2, 3, "wall", "floor", 1.25, 'reach <all> & "every" cell'),),
        measures={"enemies": 1, "openness": 0.359375},
        solution="RRRLLDDLDDRRURRRDDLL",
    ),
)


def same(a: Level, b: Level) -> bool:
    return bool(np.array_equal(a.cells, b.cells)) and (a.theme, a.evidence) == (b.theme, b.evidence)


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=12)
CHARS = st.characters(exclude_categories=("Cs", "Cc")).filter(str.isprintable)


@st.composite
def vocabularies(draw: st.DrawFn) -> Vocabulary:
    """Any vocabulary of up to 12 tiles."""
    names = draw(st.lists(NAMES, min_size=1, max_size=12, unique=True))
    chars = draw(st.lists(CHARS, min_size=len(names), max_size=len(names), unique=True))
    roles = st.sampled_from(Role)
    return Vocabulary(
        tuple(
            Tile(
                name=name,
                char=char,
                role=draw(roles),
                passability=draw(st.sampled_from(Passability)),
                colour=f"#{draw(st.integers(0, 0xFFFFFF)):06x}",
                tier=draw(st.integers(0, 3)),
            )
            for name, char in zip(names, chars, strict=True)
        )
    )


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=("Cs",)))
)
REQUESTS = st.dictionaries(
    NAMES, PLAIN | st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=3)
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
EVIDENCE = st.builds(
    Evidence,
    package=TEXTS,
    version=TEXTS,
    package_hash=TEXTS,
    licence=TEXTS,
    promise=TEXTS,
    request=REQUESTS,
    style=TEXTS,
    attempts=st.integers(0, 100),
    checks=st.lists(st.builds(Verdict, TEXTS, st.booleans(), TEXTS), max_size=3).map(tuple),
    edits=st.lists(
        st.builds(Edit, st.integers(0, 9), st.integers(0, 9), TEXTS, TEXTS, st.floats(0, 99), TEXTS),
        max_size=3,
    ).map(tuple),
    measures=st.dictionaries(NAMES, st.integers(0, 9) | st.floats(0, 1), max_size=3),
    solution=st.text("UDLR", max_size=20),
)


@st.composite
def levels(draw: st.DrawFn, of: st.SearchStrategy[Vocabulary]) -> Level:
    """Any level of up to 12x12 cells."""
    vocabulary = draw(of)
    shape = draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    return Level(
        cells=draw(arrays(np.uint8, shape, elements=st.integers(0, len(vocabulary) - 1))),
        vocabulary=vocabulary,
        theme=draw(st.just("") | NAMES),
        evidence=draw(st.none() | EVIDENCE),
    )


@settings(max_examples=100, deadline=None)
@given(level=levels(st.just(CORE) | vocabularies()))
def test_any_level_of_any_vocabulary_comes_back_from_every_format(
    level: Level, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("level")
    for suffix in ANY:
        write(level, folder / f"map{suffix}")

        again = read(folder / f"map{suffix}", level.vocabulary)

        assert again.vocabulary == level.vocabulary
        assert same(again, level if suffix in FULL else replace(level, theme="", evidence=None))


@pytest.mark.parametrize("side", [1, 256])
def test_the_smallest_and_the_largest_level_come_back(side: int, tmp_path: Path) -> None:
    level = Level(cells=np.random.default_rng(side).integers(0, 24, (side, side)).astype(np.uint8))
    for suffix in ANY:
        write(level, tmp_path / f"map{suffix}")

        assert same(read(tmp_path / f"map{suffix}"), level)


def test_a_json_level_brings_its_own_vocabulary(tmp_path: Path) -> None:
    vocabulary = Vocabulary(
        (Tile(name="ü", char="█", role=Role.WALL, passability=Passability.SOLID, colour="#00ff7f"),)
    )
    level = Level(cells=np.zeros((2, 3), np.uint8), vocabulary=vocabulary)
    write(level, tmp_path / "map.json")

    assert read(tmp_path / "map.json", CORE).vocabulary == vocabulary


@pytest.mark.parametrize("suffix", FULL)
def test_evidence_does_not_outlive_the_cells_it_speaks_of(suffix: str, tmp_path: Path) -> None:
    place = tmp_path / f"map{suffix}"
    write(CRYPT, place)
    assert read(place).evidence == CRYPT.evidence
    old, new = {
        ".json": ('"#n##>..#"', '"#.##>..#"'),
        ".ldtk": ('"px": [16, 96]', '"px": [16, 0]'),  # the person goes elsewhere
    }.get(suffix, ("\n0,20,0,0,14", "\n0,0,0,0,14"))
    place.write_text(place.read_text().replace(old, new))

    edited = read(place)

    assert edited.cells[6, 1] == CORE.id("floor")
    assert edited.evidence is None
    assert edited.theme == "dungeon"
    assert edited.notes == ("evidence: speaks of other cells; the request stored with it is not checked",)


GOLDEN = {
    ".tmx": "2c94dfd74ace003ebf4842dff039b69655cf22b87b61e8b56ac1421d9d18492b",
    ".tmj": "4ba8c88305fd76169fde577e1b1886c945f1a05006615b40902e40e5da9eb6d8",
    ".txt": "8794b9b34c29967fd6dd6bc6fa2cab5853dae5ab3fc73add9d87fe98b426bd03",
    ".json": "af9566211fd28bd31168485567be9e7eca78fd76c495977de9b60bafce402df5",
    ".tsx": "fb352ad851ba23a58dc61a7727bcf4787d247e1a2993d869d31e7d6008c5ab21",
}


def main_bytes(level: Level, suffix: str) -> bytes:
    if suffix == ".tsx":
        return tmx.encode(level, "crypt")["crypt.tiles.tsx"]
    return next(iter(WRITERS[suffix](level, "crypt").values()))


@pytest.mark.parametrize("suffix", GOLDEN)
def test_the_bytes_are_the_promised_ones(suffix: str) -> None:
    data = main_bytes(CRYPT, suffix)

    assert data == main_bytes(CRYPT, suffix)
    assert hashlib.sha256(data).hexdigest() == GOLDEN[suffix]


def test_no_written_byte_depends_on_the_process_or_the_place(tmp_path: Path) -> None:
    program = (
        "import sys; from playloom.kinds.level.formats import read, write\n"
        "level = read('crypt.json')\n"
        "for suffix in sys.argv[2:]: write(level, sys.argv[1] + '/again' + suffix)\n"
    )
    write(CRYPT, tmp_path / "crypt.json")
    found = []
    for number, seed in enumerate(("1", "2")):
        out = tmp_path / f"run{number}"
        out.mkdir()
        command = [sys.executable, "-c", program, str(out), *GOLDEN.keys() - {".tsx"}]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC{number}", "LC_ALL": "C"}
        subprocess.run(command, cwd=tmp_path, env=environment, check=True)
        found.append({place.name: place.read_bytes() for place in out.iterdir()})

    assert len(found[0]) == 6
    assert found[0] == found[1]


def test_files_beside_the_map_are_named_after_it_and_listed(tmp_path: Path) -> None:
    written = write(CRYPT, str(tmp_path / 'a "strange" <name> & more.TMX'))

    assert [place.name for place in written] == [
        'a "strange" <name> & more.TMX',
        'a "strange" <name> & more.tiles.tsx',
        'a "strange" <name> & more.tiles.png',
    ]
    assert {*tmp_path.iterdir()} == {*written}
    assert same(read(written[0]), CRYPT)


def test_an_unknown_suffix_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(
        RequestInvalid, match=r"'\.bmp'.*\.json, \.ldtk, \.png, .*\.tmj, \.tmx, \.tscn, \.txt"
    ):
        write(CRYPT, tmp_path / "map.bmp")
    with pytest.raises(FileInvalid, match=r"no suffix.*\.json, \.ldtk, .*\.tmj, \.tmx, \.txt"):
        read(tmp_path / "map")


def test_an_option_of_another_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match=r"\.tmx has no option solution"):
        write(CRYPT, tmp_path / "map.tmx", solution=True)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("nowhere", "file"):
        with pytest.raises(RequestInvalid, match=rf"folder .*{folder} does not exist; create it"):
            write(CRYPT, tmp_path / folder / "map.tmx")
        with pytest.raises(RequestInvalid, match=rf"folder .*{folder} does not exist; create it"):
            files.write_atomically(tmp_path / folder / "x.bin", b"")


def test_a_folder_in_the_place_of_the_map_is_left_alone_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "map.tmx").mkdir()

    with pytest.raises(WriteFailed, match=r"map\.tmx: cannot be written"):
        write(CRYPT, tmp_path / "map.tmx")
    assert [place.name for place in tmp_path.iterdir()] == ["map.tmx"]


def test_a_name_that_xml_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match=r"cannot be written in XML"):
        write(replace(CRYPT, theme="a\0b"), tmp_path / "map.tmx")
    for suffix in FULL:
        with pytest.raises(RequestInvalid):
            write(replace(CRYPT, theme="half \ud800"), tmp_path / f"map{suffix}")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_interrupted_write_leaves_no_new_file(
    failing: str, call: int, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner: Any = os if failing == "fsync" else Path
    real = getattr(owner, failing)
    calls = []

    def interrupted(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == call:
            raise error
        return real(*arguments)

    monkeypatch.setattr(owner, failing, interrupted)

    with pytest.raises(WriteFailed if isinstance(error, OSError) else KeyboardInterrupt):
        write(CRYPT, tmp_path / "map.tmx")
    assert not [*tmp_path.iterdir()]


def test_several_outputs_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    sound, wrong = tmp_path / "a.json", tmp_path / "a.png"
    with pytest.raises(RequestInvalid, match="scale is 99"):
        write_each(CRYPT, {sound: {}, wrong: {"scale": 99}})
    with pytest.raises(RequestInvalid, match=r"a\.tiles\.png: two outputs want this name"):
        write_each(CRYPT, {tmp_path / "a.tmx": {}, tmp_path / "a.tiles.png": {}})
    assert not [*tmp_path.iterdir()]

    assert write_each(CRYPT, {sound: {}, wrong: {}}) == [sound, wrong]


def test_an_interrupted_write_leaves_the_old_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(CRYPT, tmp_path / "map.tmx")
    before = {place.name: place.read_bytes() for place in tmp_path.iterdir()}

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteFailed, match="No space left on device"):
        write(replace(CRYPT, theme="cave"), tmp_path / "map.tmx")

    assert {place.name: place.read_bytes() for place in tmp_path.iterdir()} == before


def test_one_file_is_written_whole_and_again(tmp_path: Path) -> None:
    for data in (b"old", b"new", b"new"):
        files.write_atomically(tmp_path / "x.bin", data)

        assert (tmp_path / "x.bin").read_bytes() == data
    assert len([*tmp_path.iterdir()]) == 1


def test_a_link_is_followed_and_two_names_of_one_file_must_agree(tmp_path: Path) -> None:
    (tmp_path / "real.bin").write_bytes(b"old")
    link, dangling = tmp_path / "link.bin", tmp_path / "dangling.bin"
    link.symlink_to("real.bin")
    dangling.symlink_to("fresh.bin")

    files.write_all_atomically({link: b"new", dangling: b"first", tmp_path / "real.bin": b"new"})
    with pytest.raises(RequestInvalid, match=r"real\.bin, which another output writes"):
        files.write_all_atomically({tmp_path / "real.bin": b"1", link: b"2"})

    assert link.is_symlink() and dangling.is_symlink()
    found = {place.name: place.read_bytes() for place in tmp_path.iterdir()}
    assert found == {"real.bin": b"new", "link.bin": b"new", "fresh.bin": b"first", "dangling.bin": b"first"}


def test_text_keeps_spaces_and_takes_windows_line_ends(tmp_path: Path) -> None:
    place = tmp_path / "map.txt"
    place.write_bytes(b"\xef\xbb\xbf .# \r\n #. \r\n    \r\n")

    assert read(place).rows == [" .# ", " #. ", "    "]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("###\n##\n", r"line 2 has 2 characters, line 1 has 3"),
        ("###\n#x#\n", r"line 2, column 2 is 'x'"),
        ("", r"map is 0x1"),
        ("\n\n", r"map is 0x1"),
        ("###\n\n###", r"line 2 has 0"),
        ("#\r#\n", r"line 1, column 2 is '\\r'"),
    ],
)
def test_a_wrong_text_is_answered_with_line_and_column(text: str, message: str, tmp_path: Path) -> None:
    place = tmp_path / "map.txt"
    place.write_text(text, newline="")

    with pytest.raises(FileInvalid, match=message):
        read(place)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"width": 8', '"width": 9', r"8x8 cells in rows.*say 9x8"),
        ('"width": 8', '"width": 8.5', r"width"),
        ('"width": 8', '"width": true', r"width"),
        ('"width": 8', '"width": 8, "width": 8', r"'width' is given twice"),
        ('"theme"', '"them"', r"them"),
        ("level/1", "level/2", r"update Playloom"),
        ('"role": "lock"', '"role": "clock"', r"clock"),
        ('"#d08a1d"', '"orange"', r"colour"),
        ('"name": "key"', '"name": "exit"', r"repeats a tile's name"),
        ('"attempts":1', '"attempts":NaN', r"map\.json"),
        ('"solution":"RRR', '"solution":"XRR', r"moves other than"),
        ('"attempts":1', '"attempts":"one"', r"evidence is damaged"),
    ],
)
def test_a_wrong_json_level_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    place = tmp_path / "map.json"
    write(CRYPT, place)
    text = place.read_text()
    assert old in text
    place.write_text(text.replace(old, new, 1))

    with pytest.raises(FileInvalid, match=message):
        read(place)


def test_a_tiled_map_with_the_suffix_json_is_understood(tmp_path: Path) -> None:
    (tmp_path / "map.json").write_bytes(tmj_write.encode(CRYPT, "map")["map.tmj"])

    assert same(read(tmp_path / "map.json"), CRYPT)
