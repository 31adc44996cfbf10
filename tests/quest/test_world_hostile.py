"""No file, however made, gets past the reader in another way than as a world or a FileInvalid."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quest_worlds import SMALL

from playloom.errors import FileInvalid
from playloom.kinds.quest.plan_atlas import Atlas
from playloom.kinds.quest.world_file import parse_world, read_world

HOSTILE = {
    "deep": "a = " + "[" * 3000,
    "deep tables": "a = " + "{a=" * 900 + "1" + "}" * 900,
    "dotted": ".".join("a" * 3000),
    "dotted lines": "\n".join(".".join(f"k{n}" for n in range(400)) + f".x{i} = 1" for i in range(100)),
    "huge number": SMALL + "danger = " + "9" * 3900,
    "long name": SMALL.replace('"Bo"', '"' + "B" * 61 + '"'),
    "very long line": SMALL + "# " + "x" * 5000,
    "many tags": SMALL + "tags = [" + '"a", ' * 13 + "]",
    "infinite": SMALL + "danger = inf",
    "date": SMALL + "danger = 2020-01-01",
    "ink": SMALL.replace('"Bo"', '"Bo -> END"'),
    "glue": SMALL.replace('"Bo"', '"Bo <> Bo"'),
    "bbcode": SMALL.replace('"Bo"', '"[b]Bo[/b]"'),
    "yarn command": SMALL.replace('"Bo"', '"<<stop>>"'),
    "twee link": SMALL.replace('"Bo"', '"[[Bo]]"'),
    "sugarcube": SMALL.replace('"Bo"', "\"''Bo''\""),
    "line break": SMALL.replace('"Bo"', '"Bo\\nNPC says"'),
    "escape": SMALL.replace('"Bo"', '"Bo\\u001b[31m"'),
    "right to left": SMALL.replace('"Bo"', '"\\u202eBo"'),
    "zero width": SMALL.replace('"Bo"', '"B\\u200bo"'),
    "apart accents": SMALL.replace('"Bo"', '"Be\\u0301"'),
    "choice": SMALL.replace('"Bo"', '"* Bo"'),
    "gather": SMALL.replace('"Bo"', '"- Bo"'),
    "no letters": SMALL.replace('"Bo"', '"42"'),
    "twice": SMALL + 'name = "again"\n',
    "empty": "",
    "only a name": 'name = "x"',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_words(text: str) -> None:
    with pytest.raises(FileInvalid) as problem:
        parse_world(text, "world.toml")

    assert str(problem.value).startswith("world.toml: ")
    assert all(line.isprintable() for line in str(problem.value).split("\n"))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    path.write_bytes(b'name = "\xff"')

    with pytest.raises(FileInvalid, match="byte 8 is not UTF-8"):
        read_world(path)


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    path.write_bytes(b"#\n" * (1 << 20))

    with pytest.raises(FileInvalid, match="larger than 1 MiB"):
        read_world(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path in (tmp_path, tmp_path / "missing.toml", pipe):
        with pytest.raises(FileInvalid):
            read_world(path)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(SMALL) - 1), st.integers(0, 12), st.text(max_size=6))
def test_a_damaged_file_is_a_world_or_refused(place: int, gone: int, put: str) -> None:
    with suppress(FileInvalid):
        parse_world(SMALL[:place] + put + SMALL[place + gone :], "world.toml")


def test_a_long_corridor_of_locked_rooms_takes_no_longer_than_it_is() -> None:
    rooms = 200
    lines = [
        'name = "Corridor"',
        'genre = "fantasy"',
        "[[people]]",
        'id = "bo"',
        'name = "Bo"',
        'role = "guard"',
        'home = "room_0"',
    ]
    for number in range(rooms):
        lines += ["[[places]]", f'id = "room_{number}"', f'name = "Room {number}"']
        lines += [f'connections = ["room_{number + 1}"]'] if number + 1 < rooms else []
        lines += [f'needs = "key_{number}"'] if number else []
    for number in range(1, rooms):
        lines += [
            "[[items]]",
            f'id = "key_{number}"',
            f'name = "key {number}"',
            f'where = "room_{number - 1}"',
        ]
    atlas = Atlas(parse_world("\n".join(lines), "corridor.toml"), "room_0")

    last = f"room_{rooms - 1}"
    assert atlas.key_levels(last) == rooms - 1
    assert len(atlas.all_keys(last)) == rooms - 1
