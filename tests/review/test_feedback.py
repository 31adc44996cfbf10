"""What is said is kept: through kills, beside hostile files, in the order of what counts."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reviewing import content

from playloom.errors import FileInvalid, PlayloomError, RequestInvalid, WriteFailed
from playloom.feedback.events import ACCEPT, NOTE, PREFER, RATE, REJECT, Feedback, Said
from playloom.feedback.rejected import rejected, request_key
from playloom.review.exchange import exported, imported, read_lines

KILLS = 20
_WRITER = """
import sys
from pathlib import Path
from reviewing import content
from playloom.feedback.events import Feedback, Said
first = int(sys.argv[2])
with Feedback(Path(sys.argv[1])) as feedback:
    print("open", flush=True)
    for number in range(first, first + 100000):
        feedback.say(Said("team", content(number), "accept"), f"token{number:08}")
        print(number, flush=True)
"""


_BESIDE = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}


def test_what_was_acknowledged_is_there_after_twenty_kills(tmp_path: Path) -> None:
    database, known, draw = tmp_path / "f.db", -1, random.Random(7)
    for _ in range(KILLS):
        command = [sys.executable, "-c", _WRITER, str(database), str(known + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_BESIDE) as process:
            assert process.stdout is not None and process.stdout.readline() == "open\n"
            for _ in range(draw.randrange(1, 12)):
                known = int(process.stdout.readline())
            os.kill(process.pid, signal.SIGKILL)
            known = max([known, *(int(line) for line in process.stdout.read().split())])
        with Feedback(database) as feedback:  # the check of its soundness is part of opening
            seeds = [said.content.key.seed for said in feedback.events("team")]
        assert seeds[: known + 1] == list(range(known + 1))
        assert len(seeds) <= known + 2  # one may be on the disk and not told yet
        known = len(seeds) - 1


def test_saying_the_same_again_under_one_token_says_nothing_new(tmp_path: Path) -> None:
    with Feedback(tmp_path / "f.db") as feedback:
        numbers = [feedback.say(Said("team", content(1), ACCEPT), "a" * 32) for _ in range(3)]
        assert len(set(numbers)) == 1 and len(feedback.events()) == 1


def test_the_last_thing_said_counts_and_undo_goes_back_one_by_one(tmp_path: Path) -> None:
    one, other = content(1), content(2)
    with Feedback(tmp_path / "f.db") as feedback:
        for said in (
            Said("ann", one, ACCEPT), Said("ann", one, REJECT), Said("ann", one, RATE, "4"),
            Said("bob", one, ACCEPT), Said("ann", other, PREFER, "", one), Said("ann", one, NOTE, "too dark"),
        ):  # fmt: skip
            feedback.say(said)
        thinks = feedback.standing("ann")[one.key]
        assert (thinks.verdict, thinks.rating, thinks.note) == (REJECT, "4", "too dark")
        undone = [feedback.undo("ann") for _ in range(6)]
        assert [said.what if said else None for said in undone] == [NOTE, PREFER, RATE, REJECT, ACCEPT, None]
        assert feedback.profiles() == ["bob"]


def test_rejected_seeds_are_told_by_package_and_request_until_undone(tmp_path: Path) -> None:
    request = {"theme": "cave", "seed": 1, "keys": [1, 2]}
    database = tmp_path / "f.db"
    assert rejected(database, "level", "a" * 64, request) == frozenset()
    one = content(7)
    key = type(one.key)("level", "a" * 64, request_key(request), 7, one.key.file)
    with Feedback(database) as feedback:
        feedback.say(Said("ann", type(one)(key, "x.tmx", {}), REJECT))
        assert rejected(database, "level", "a" * 64, {**request, "seed": 99}) == {
            7
        }  # a reader beside a writer
        assert rejected(database, "level", "b" * 64, request) == frozenset()
        assert rejected(database, "level", "a" * 64, {**request, "keys": [1, 1]}) == frozenset()
        assert rejected(database, "level", "a" * 64, request, profile="bob") == frozenset()
        feedback.say(Said("ann", type(one)(key, "x.tmx", {}), ACCEPT))
        assert rejected(database, "level", "a" * 64, request) == frozenset()
        feedback.undo("ann")
        assert rejected(database, "level", "a" * 64, request) == {7}


def test_a_second_writer_is_kept_out(tmp_path: Path) -> None:
    with Feedback(tmp_path / "f.db"), pytest.raises(WriteFailed, match="another program"):
        Feedback(tmp_path / "f.db")
    Feedback(tmp_path / "f.db").close()


@pytest.mark.parametrize(
    "what, value, other, who",
    [
        ("love", "", None, "team"), (RATE, "0", None, "team"), (RATE, "6", None, "team"),
        (ACCEPT, "x", None, "team"), (PREFER, "", None, "team"), (PREFER, "", 1, "team"),
        (NOTE, "a\nb", None, "team"), (NOTE, "x" * 501, None, "team"), (ACCEPT, "", 2, "team"),
        (ACCEPT, "", None, "../x"), (ACCEPT, "", None, ""), (ACCEPT, "", None, "Ann"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_refused(
    tmp_path: Path, what: str, value: str, other: int | None, who: str
) -> None:
    with Feedback(tmp_path / "f.db") as feedback:
        with pytest.raises(RequestInvalid):
            feedback.say(Said(who, content(1), what, value, None if other is None else content(other)))
        assert feedback.events() == []


def _sound(place: Path) -> Path:
    with Feedback(place) as feedback:
        for number in range(20):
            feedback.say(Said("team", content(number, openness=450), REJECT))
    return place


_SPOILT = {
    "newer": "PRAGMA user_version=2",
    "not ours": "PRAGMA application_id=7",
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END",
    "a view": "CREATE VIEW v AS SELECT 1",
    "another column": "ALTER TABLE event ADD COLUMN more TEXT",
    "a table less": "DROP TABLE event",
    "features": "UPDATE content SET features = '{\"a\":'",
    "deep features": "UPDATE content SET features = '" + "[" * 2000 + "'",
    "kind": "UPDATE content SET kind = 'weapon'",
    "file": "UPDATE content SET file = '../../x'",
    "seed": "UPDATE content SET seed = -5",
}


@pytest.mark.parametrize("what", _SPOILT)
def test_a_database_that_is_not_as_ours_is_refused(tmp_path: Path, what: str) -> None:
    place = _sound(tmp_path / "f.db")
    with sqlite3.connect(place) as connection:
        connection.execute(_SPOILT[what])
    connection.close()
    for write in (True, False):
        with pytest.raises(FileInvalid), Feedback(place, write=write) as feedback:
            feedback.events()


def test_two_hundred_damaged_databases_never_crash_or_lie(tmp_path: Path) -> None:
    sound, draw = _sound(tmp_path / "sound.db").read_bytes(), random.Random(3)
    told = 0
    for number in range(200):
        data = bytearray(sound)
        if number % 4 == 0:
            data = data[: draw.randrange(len(data))]
        else:
            for _ in range(draw.choice([1, 3, 40])):
                data[draw.randrange(len(data))] = draw.randrange(256)
        place = tmp_path / "spoilt.db"
        place.write_bytes(bytes(data))
        try:
            with Feedback(place, write=False) as feedback:
                assert all(said.profile for said in feedback.events())
        except PlayloomError:
            told += 1
        for leftover in tmp_path.glob("spoilt.db-*"):
            leftover.unlink()
    assert told > 60


def test_an_export_taken_in_gives_the_same_export(tmp_path: Path) -> None:
    with Feedback(tmp_path / "one.db") as one:
        for number in range(30):
            one.say(Said("ann", content(number, openness=number), ACCEPT if number % 3 else REJECT))
            one.say(Said("bob", content(number), RATE, str(1 + number % 5)))
        one.say(Said("ann", content(3), PREFER, "", content(4)))
        one.say(Said("ann", content(5), REJECT))
        one.say(Said("ann", content(5), NOTE, "hm"))
        one.say(Said("ann", content(5), NOTE, ""))
        lines = exported(one)
    (tmp_path / "out.jsonl").write_text("\n".join(lines))
    with Feedback(tmp_path / "two.db") as two:
        assert imported(two, tmp_path / "out.jsonl") == len(lines)
        assert exported(two) == lines
        assert imported(two, tmp_path / "out.jsonl") == 0
        assert two.standing("ann")[content(5).key].verdict == REJECT


@pytest.fixture(scope="module")
def sound_lines(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """An export, as it should be."""
    with Feedback(_sound(tmp_path_factory.mktemp("sound") / "f.db"), write=False) as feedback:
        return tuple(exported(feedback))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_hostile_lines_are_refused_with_their_number_and_nothing_is_taken(
    tmp_path: Path, sound_lines: tuple[str, ...], data: st.DataObject
) -> None:
    place, lines = tmp_path / "lines.jsonl", [*sound_lines]
    line = data.draw(st.integers(0, len(lines) - 1))
    text = lines[line]
    cut = data.draw(st.integers(0, len(text) - 1))
    junk = data.draw(
        st.sampled_from(["", "\0", "1e999", "null", '{"a":1,"a":2}', "[" * 100, "\u202e", "-1", '"'])
    )
    lines[line] = text[:cut] + junk + text[cut + data.draw(st.integers(1, 40)) :]
    place.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        assert len(read_lines(place)) == len([one for one in lines if one.strip()])
    except FileInvalid as error:
        assert f"{place}:" in str(error)


def test_a_copy_that_is_open_for_reading_needs_no_right_to_write(tmp_path: Path) -> None:
    place = _sound(tmp_path / "f.db")
    shutil.copy(place, tmp_path / "copy.db")
    (tmp_path / "copy.db").chmod(0o444)
    with Feedback(tmp_path / "copy.db", write=False) as feedback:
        assert len(feedback.events()) == 20
