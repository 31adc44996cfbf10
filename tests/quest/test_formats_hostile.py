"""Quests that cannot be written, and files that are not what they claim to be."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quest_makers import lantern, line

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.quest.content import Choice, Condition, Effect, Entry, Quest, Scene, Variable
from playloom.kinds.quest.formats import WRITERS, ink_reading, naming, record


def scene(quest: Quest, key: str, **changes: Any) -> Quest:
    """Return the quest with one scene changed."""
    scenes = tuple(replace(one, **changes) if one.id == key else one for one in quest.scenes)
    return replace(quest, scenes=scenes)


def said(text: str) -> dict[str, Any]:
    """Return the change that has a scene say one line."""
    return {"lines": (line("greet", text),)}


WRONG: dict[str, tuple[Callable[[Quest], Quest], str]] = {
    "line break": (lambda q: scene(q, "start", **said("a\nb")), r"line greet: .*U\+000A"),
    "separator": (lambda q: scene(q, "start", **said("a\u2028b")), r"U\+2028"),
    "half a character": (lambda q: scene(q, "start", **said("a\ud800")), r"U\+D800"),
    "empty": (lambda q: scene(q, "start", **said("")), "give words"),
    "two spaces": (lambda q: scene(q, "start", **said("a  b")), "single spaces"),
    "space at the end": (lambda q: scene(q, "start", **said("a ")), "single spaces"),
    "title": (lambda q: replace(q, title="a\tb"), "the title"),
    "nameless": (lambda q: replace(q, names={"mira": "Mira"}), "speaker tom: has no name"),
    "name of two lines": (lambda q: replace(q, names={**q.names, "tom": "T\nom"}), "the name of tom"),
    "no such scene": (lambda q: scene(q, "why", to="nowhere"), "scene nowhere: is referred to"),
    "no such start": (lambda q: replace(q, start="nowhere"), "scene nowhere"),
    "no such entry": (lambda q: replace(q, entries=(Entry("a", "nowhere"),)), "scene nowhere"),
    "no such variable": (
        lambda q: scene(q, "why", effects=(Effect("mood", 1),)),
        "variable mood: is referred",
    ),
    "no such value": (
        lambda q: scene(q, "why", effects=(Effect("gold", 41),)),
        "variable gold: cannot be 41",
    ),
    "other type": (lambda q: scene(q, "why", effects=(Effect("seen", 1),)), "variable seen: cannot be 1"),
    "two types": (lambda q: replace(q, variables=(*q.variables, Variable("m", 1, (1, "a")))), "variable m"),
    "word with a space": (
        lambda q: replace(q, variables=(*q.variables, Variable("mood", "a b", ("a b",)))),
        "value 'a b'",
    ),
    "scene of an entry's name": (
        lambda q: replace(q, scenes=(*q.scenes, Scene("on_bark"))),
        "scene 'on_bark': does not match",
    ),
    "strange scene": (lambda q: replace(q, scenes=(*q.scenes, Scene("a b"))), "scene 'a b'"),
    "scene of the journal's name": (
        lambda q: replace(q, scenes=(*q.scenes, Scene("journal_x"))),
        "scene 'journal_x': does not match",
    ),
    "scene and variable of one name": (
        lambda q: replace(q, scenes=(*q.scenes, Scene("gold", to="why"))),
        "variable gold: a scene has this name too",
    ),
    "entry and variable of one name": (
        lambda q: replace(q, variables=(*q.variables, Variable("on_bark", 1, (1,)))),
        "variable on_bark: a scene has this name too",
    ),
    "scene twice": (lambda q: replace(q, scenes=(*q.scenes, Scene("why"))), "scene why: comes 2 times"),
    "entry twice": (lambda q: replace(q, entries=(*q.entries, q.entries[0])), "entry bark: comes 2 times"),
    "our variable": (
        lambda q: replace(q, variables=(*q.variables, Variable("ending", "a", ("a",)))),
        "variable ending: comes 2 times",
    ),
    "our other variable": (
        lambda q: replace(q, variables=(*q.variables, Variable("taken_1", 1, (1,)))),
        "variable taken_1",
    ),
    "id of a line twice": (
        lambda q: scene(q, "why", lines=(line("greet", "Other."),)),
        "line greet: comes 2",
    ),
    "id of a line": (lambda q: scene(q, "why", lines=(line("a]b", "Other."),)), r"line 'a\]b'"),
    "goes on and ends": (lambda q: scene(q, "why", ending="done"), "scene why: has choices, a way on or an"),
    "choices and a way on": (lambda q: scene(q, "start", to="why"), "scene start: has choices"),
    "ending with a space": (lambda q: scene(q, "failed", ending="a b"), "value 'a b'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_written_is_refused_by_every_writer(case: str) -> None:
    break_it, message = WRONG[case]

    for encode in WRITERS.values():
        with pytest.raises(RequestInvalid, match=message):
            encode(break_it(lantern()), "lantern")


def test_the_file_s_name_becomes_the_beginning_of_names() -> None:
    stems = ["lantern", "Lantern-2", "7th", "Über Straße", "Лампа", "", "__x__"]

    assert [naming.prefix_of(stem) for stem in stems] == [
        "lantern", "lantern_2", "quest_7th", "uber_strae", "quest", "quest", "x",
    ]  # fmt: skip


def document() -> dict[str, Any]:
    """Return the plain JSON of a quest."""
    found: dict[str, Any] = json.loads(record.encode(lantern(), "lantern")["lantern.json"])
    return found


def change(*path: str | int, to: Any) -> bytes:
    """Return the JSON with one value changed or added."""
    found = target = document()
    for step in path[:-1]:
        target = target[step]  # type: ignore[index]
    target[path[-1]] = to  # type: ignore[index]
    return json.dumps(found).encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no quest of Playloom"),
        (b"\xff\xfe", "no quest of Playloom"),
        (b"[" * 100_000, "no quest of Playloom"),
        (b'{"format": "playloom.level/1"}', "no quest of Playloom"),
        (json.dumps({"format": "playloom.quest/1"}).encode(), "quest"),
        (change("extra", to=1), "extra"),
        (change("quest", "extra", to=1), r"unknown key \$\.quest\.extra"),
        (
            change("quest", "scenes", 0, "lines", 0, "voice", to="x"),
            r"\$\.quest\.scenes\[0\]\.lines\[0\]\.voice",
        ),
        (change("quest", "title", to=5), r"\$\.quest\.title"),
        (change("quest", "title", to="a\nb"), r"U\+000A"),
        (change("quest", "title", to=None), r"\$\.quest\.title"),
        (change("quest", "start", to="nowhere"), "scene nowhere"),
        (change("quest", "variables", 0, "initial", to="lost"), "variable quest: cannot be 'lost'"),
        (change("quest", "variables", 0, "values", to=[]), "values, of one type, are nothing"),
        (change("quest", "variables", 3, "initial", to=1.5), "initial"),
        (change("quest", "scenes", to={}), r"\$\.quest\.scenes"),
        (b'{"format": "playloom.quest/1", "quest": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001, "no quest"),
    ],
)
def test_a_json_file_that_is_no_quest_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(FileInvalid, match=message):
        record.decode(data, Path("lantern.json"))


def test_files_too_large_and_files_that_are_none_are_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (record.BYTES_HIGH + 1))

    for read in (record.read, ink_reading.read):
        with pytest.raises(FileInvalid, match="larger than"):
            read(large)
        with pytest.raises(FileInvalid, match="cannot be read"):
            read(tmp_path / "none.json")
        with pytest.raises(FileInvalid, match="not a file"):
            read(tmp_path)


INK = WRITERS[".ink"](lantern(), "lantern")["lantern.ink"].decode()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-> lantern_start", "Hello.", "line 9: 'Hello.' is not Ink as Playloom writes it"),
        ("Well met.", "{quest}", "is not Ink as Playloom"),
        ("Well met.", "[b]", "is not Ink as Playloom"),
        ("=== lantern_why ===", "=== function lantern_why() ===", "is not Ink"),
        ("-> lantern_start", "-> lantern_nowhere", "scene nowhere"),
        ('VAR lantern_quest = "offered"', "VAR lantern_quest = 5", "variable quest"),
        ('VAR lantern_quest = "offered"', 'VAR lantern_quest = "off ered"', "line 3"),
        ("-> lantern_start_again", "-> lantern_why -> ", "is not Ink"),
        ("{ lantern_relation", "{ LIST_COUNT(lantern_relation)", "is not Ink"),
        ("VAR lantern_ending", "CONST lantern_ending", "is not Ink"),
        ("=== lantern_why ===", "=== lantern_start ===", "scene start: comes 2 times"),
        ("-> lantern_declined", "-> DONE", "scene DONE"),
    ],
)
def test_other_ink_is_refused_with_its_line(old: str, new: str, message: str) -> None:
    assert old in INK
    with pytest.raises(FileInvalid, match=message):
        ink_reading.decode(INK.replace(old, new).encode(), Path("lantern.ink"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_files_are_read_or_refused_but_never_crash(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([INK.encode(), json.dumps(document()).encode()]))
    at = data.draw(st.integers(0, len(whole)))
    damaged = whole[:at] + data.draw(st.binary(max_size=4)) + whole[at + data.draw(st.integers(0, 40)) :]

    for decode in (record.decode, ink_reading.decode):
        try:
            assert isinstance(decode(damaged, Path("x")), Quest)
        except FileInvalid as error:
            assert str(error).startswith("x")


def test_words_changed_by_hand_are_played() -> None:
    text = INK.replace("Well met.", "Oh, you \\#1.").replace("// The lantern", "// The lamp")

    read = ink_reading.decode(text.encode(), Path("lantern.ink"))

    assert read.scene("start").lines[0].text == "Oh, you #1." and read.title == "The lamp"
    assert read.scene("arrive").choices[2] == Choice(
        replace(read.scene("arrive").choices[2].line, text="Say more."),
        "arrive_more",
        (Condition("relation", "trust", True),),
        once=True,
    )
