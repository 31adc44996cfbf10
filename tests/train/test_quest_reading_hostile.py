"""Dialogue files that are broken, enormous or out to harm: read, or refused with the reason, never worse."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playloom.errors import FileInvalid
from playloom.kinds.quest.realiser.vocabulary import EVERY_ACT, NAMED
from playloom.kinds.quest.slots import SLOT
from playloom_train.kinds.quest.reading import files, read_dialogue
from playloom_train.kinds.quest.reading.finish import TEXT_HIGH
from playloom_train.kinds.quest.reading.markup import LABEL_HIGH
from playloom_train.kinds.quest.reading.report import document

GOOD = "title: A\n---\nMira: Mind the step.\n===\n"
SECONDS_HIGH = 5  # of the processor, for any one file


def beside_a_good_one(folder: Path, name: str, data: bytes) -> dict[str, int]:
    """Return what is left out of a folder with this file and a good one, which must be read."""
    (folder / "good.yarn").write_text(GOOD)
    (folder / name).write_bytes(data)
    begun = time.process_time()
    reading = read_dialogue([folder])
    assert time.process_time() - begun < SECONDS_HIGH
    assert "Mind the step." in [line.text for one in reading.conversations for line in one.lines]
    return reading.left_out


BOMBS = {
    "alternatives.ink": "{a|" * 2000 + "x" + "}" * 2000,
    "many.ink": "Mira: " + "{a|{b|c}} " * 790,
    "open.ink": "{x:\n" * 20_000 + "Mira: Deep.\n",
    "closed.ink": "}" * 7000,
    "comment.ink": "/*" * 100_000,
    "glue.ink": "<>\n" * 20_000,
    "choices.ink": "*" * 7000 + "[" * 500,
    "long.ink": "Mira: " + "x" * (10 << 20),
    "diverts.ink": "=== a\nMira: Round.\n-> b\n=== b\nMira: And round.\n-> a\n" * 500,
    "brackets.yarn": "title: A\n---\n" + "[" * 7000 + "\n" + "<<" * 3500 + "\n" + "{" * 7000 + "\n===\n",
    "long.yarn": "title: A\n---\nMira: " + "x" * (10 << 20) + "\n===\n",
    "braces.dialogue": "~ a\nMira: " + "{{" * 3000 + "\nMira: " + "[if x]" * 1000 + "a" + "[[a|b" * 100,
    "either.dialogue": "~ a\nMira: " + "[[a|b]]" * 1000,
    "macros.twee": ":: A\n" + "<<if $x>>" * 800 + "\n" + "(if: " * 1500 + ")" * 400 + "\n" + "[[" * 3000,
    "lines.twee": ":: A\n" + "word \\\n" * 20_000,
    "name.twee": "::" + "[" * 100_000,
    "nested.json": "[" * 200_000,
    "objects.json": '{"a":' * 5000 + "1" + "}" * 5000,
    "lists.json": "[" * 500 + json.dumps({"text": "Deep."}) + "]" * 500,
    "digits.json": '[{"text": ' + "9" * 100_000 + "}]",
    "long.jsonl": json.dumps({"text": "x" * (2 << 20)}) + "\n" + "[" * 50_000 + "\n",
    "quotes.csv": 'text\n"' + "x" * 200_000,
    "columns.csv": ",".join(["text"] * 5000) + "\n",
    "cells.csv": "speaker,text\n" + "a," * 5000 + "\n",
    "braces.csv": "speaker,text\nMira," + "{" * 5000 + "}" * 5000 + "\n",
    "script.txt": "@ a | b\n" + "x" * 100_000,
}


# Of these every line can be read, or there is none.
QUIET = {
    "many.ink", "open.ink", "closed.ink", "comment.ink", "glue.ink", "diverts.ink", "either.dialogue",
    "name.twee",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_left_out(tmp_path: Path, name: str) -> None:
    left = beside_a_good_one(tmp_path, name, BOMBS[name].encode())

    assert all(0 < len(reason) < 400 for reason in left)
    assert left or name in QUIET


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"title: A\n---\nMira: N\0L\n===\n", "has NUL bytes"),
        ("title: A\n---\nMira: Zwölf.\n===\n".encode("cp1252"), "line 3 is not UTF-8"),
        (GOOD.encode("utf-16"), "has NUL bytes"),
        ("title: A\n---\nMira: \U000f0041.\n===\n".encode(), "private character"),
    ],
)
@pytest.mark.parametrize("suffix", [".yarn", ".txt", ".csv", ".json"])
def test_what_is_no_text_is_told(tmp_path: Path, data: bytes, reason: str, suffix: str) -> None:
    (told,) = beside_a_good_one(tmp_path, f"bad{suffix}", data)

    assert told.startswith("not readable: ") and reason in told and str(tmp_path) not in told


def test_characters_that_json_escapes_are_no_way_in(tmp_path: Path) -> None:
    texts = ["a\0b", "\1x", "\U000f0041x", "\U00100000a\U00100001b", "x\u202ey", "\x1b[31mred"]
    data = json.dumps([{"text": text} for text in texts]).encode()

    assert beside_a_good_one(tmp_path, "bad.json", data) == {"characters that are no text": len(texts)}
    (told,) = beside_a_good_one(tmp_path, "bad.json", b'[{"text": "\\ud800"}]')
    assert told.startswith("not readable: not JSON")


def test_links_are_not_followed_and_folders_not_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.yarn").write_text(GOOD.replace("Mind the step", "Secret"))
    (inside / "good.yarn").write_text(GOOD)
    (inside / "link.yarn").symlink_to(outside / "secret.yarn")
    (inside / "folder").symlink_to(inside)
    (inside / "sheet.xlsx").write_bytes(b"")

    reading = read_dialogue([inside])

    assert [line.text for one in reading.conversations for line in one.lines] == ["Mind the step."]
    assert reading.notes == ("2 links were not followed", "1 .xlsx file was not read; export CSV or JSON")
    monkeypatch.setattr(files, "FILES_HIGH", 3)
    with pytest.raises(FileInvalid, match="over 3 files"):
        read_dialogue([inside])
    deep = inside.joinpath(*["d"] * (files.DEPTH_HIGH + 1))
    deep.mkdir(parents=True)
    monkeypatch.undo()
    with pytest.raises(FileInvalid, match="folders deeper than"):
        read_dialogue([inside])


def test_branches_behind_a_link_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "branches").symlink_to(tmp_path / "outside")

    (told,) = beside_a_good_one(scripts, "mine.txt", b"@ spy | wry | baker | cosy\n")

    assert "is a link, which is not followed" in told


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("none.yarn", None, "not there"),
        ("picture.png", b"", "no dialogue file by its name"),
        ("empty.yarn", b"", "no line of dialogue is left"),
        ("only.yarn", b"title: A\n---\nMira: {$x}\n===\n", "1 were left out because of: an insert"),
        ("a.csv", b"speaker;words\nMira;Hm.\n", 'speaker, words; call the one with what is said "text"'),
        ("a.json", b"{}", "no lines were found in it"),
        ("a.json", b'{"format": "playloom.quest/1"}', "missing required field"),
    ],
)
def test_nothing_to_read_is_an_error_that_says_why(
    tmp_path: Path, name: str, data: bytes | None, message: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)

    with pytest.raises(FileInvalid, match=message):
        read_dialogue([tmp_path / name])


PIECES = [
    "Mira", ": ", "Mind the step.", "{", "}", "[", "]", "|", "<<", ">>", "->", "=>", "*", "-", "=", "===",
    "~", "#", "//", "/*", "*/", "\\", "\n", "\n\n", " ", "{$player}", "{x: a|b}", "[[a|b]]", "[if x]",
    "[/if]", "<>", "<<if $x>>", "<</if>>", ":: A", "title: A", "\n---\n", "\n===\n", "~ a\n", "(if: x)[y]",
    "&amp;", "&#0;", "text", ",", '"', "[char=0]", "[char=FFFFF]", "\t", "\r", "é", "日本", "\u202e",
    "offer: ", "@ a | b | c | d\n",
]  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from([".ink", ".yarn", ".twee", ".dialogue", ".csv", ".json", ".jsonl", ".txt"]),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)
def test_whatever_is_read_keeps_its_promises(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, text: str
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    (folder / f"drawn{suffix}").write_text(text, "utf-8")

    try:
        reading = read_dialogue([folder])
    except FileInvalid as problem:
        assert str(folder) in str(problem)
        return

    for line in (line for one in reading.conversations for line in one.lines):
        assert line.text == " ".join(line.text.split()) and 0 < len(line.text) <= TEXT_HIGH
        assert line.text.isprintable() and all(slot in NAMED for slot in SLOT.findall(line.text))
        assert "{" not in SLOT.sub("", line.text) and "}" not in SLOT.sub("", line.text)
        assert line.act is None or line.act in EVERY_ACT
        assert line.speaker is None or 0 < len(line.speaker.strip()) <= LABEL_HIGH + 2
    assert json.loads(json.dumps(document(reading)))["lines"] == reading.lines
    assert read_dialogue([folder]) == reading


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([".ink", ".yarn", ".twee", ".dialogue"]), st.data())
def test_words_without_markup_are_kept_exactly(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject
) -> None:
    words = st.sampled_from(
        ["Mind", "the step", "—", "“so”", "it's", "'quoted'", "né", "well…", "two-fold", "?", "!"]
    )
    texts = data.draw(st.lists(st.lists(words, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=5))
    texts = [f"So {text}" for text in dict.fromkeys(texts)]
    body = "".join(f"Mira: {text}\n" for text in texts)
    whole = {
        ".ink": body,
        ".yarn": f"title: A\n---\n{body}===\n",
        ".twee": f":: A\n{body}",
        ".dialogue": f"~ a\n{body}",
    }
    folder = tmp_path_factory.mktemp("exact")
    (folder / f"exact{suffix}").write_text(whole[suffix], "utf-8")

    reading = read_dialogue([folder])

    assert [line.text for one in reading.conversations for line in one.lines] == texts
