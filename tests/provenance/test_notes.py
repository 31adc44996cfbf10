"""What a file says of itself without a ledger, read by us and by others."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from playloom.provenance.notes import note_in, read_note
from playloom.seeds import Stream

PLAYLOOM = Path(sys.executable).with_name("playloom")
CODE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
XMP = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"


@pytest.mark.parametrize("suffix", [".tmx", ".tmj", ".json", ".ldtk", ".tscn"])
def test_a_level_says_its_model_request_and_checks_in_every_format_with_room(game: Path, suffix: str) -> None:
    note = read_note(game / "maps" / f"crypt{suffix}")

    assert note is not None and note.source_type == "trainedAlgorithmicMedia"
    assert len(note.models) == 1 and note.requests[0]["seed"] == 3
    assert "solvable" in note.checks


@pytest.mark.parametrize("suffix", [".ink", ".yarn", ".twee", ".dialogue", ".json", ".pot"])
def test_a_quest_says_whose_words_it_is_in(game: Path, suffix: str) -> None:
    note = read_note(game / "talk" / f"crumbs{suffix}")

    assert note is not None and note.source_type == "algorithmicMedia"
    assert note.requests[0]["seed"] == 4 and "no dead end" in note.checks


@pytest.mark.parametrize("name", ["art/goblin.png", "maps/crypt.png"])
def test_a_picture_carries_the_term_where_photo_tools_look_for_it(game: Path, name: str) -> None:
    with Image.open(game / name) as picture:
        text = picture.info["XML:com.adobe.xmp"]
        found = picture.getxmp() if hasattr(picture, "getxmp") else None

    [described] = ElementTree.fromstring(text).iter(
        "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"
    )
    assert described.attrib[XMP] == CODE + "trainedAlgorithmicMedia"
    assert found is None or "xmpmeta" in found


def test_a_gif_says_it_in_its_comment(game: Path) -> None:
    with Image.open(game / "art" / "goblin.gif") as picture:
        assert picture.info["comment"] == f"Playloom {CODE}trainedAlgorithmicMedia".encode()
    note = read_note(game / "art" / "goblin.gif")
    assert note is not None and note.source_type == "trainedAlgorithmicMedia"


def test_show_tells_a_file_that_was_taken_out_of_its_project(game: Path, tmp_path: Path) -> None:
    alone = tmp_path / "found.png"
    alone.write_bytes((game / "art" / "goblin.png").read_bytes())

    done = subprocess.run(
        [PLAYLOOM, "provenance", "show", alone, "--json"], capture_output=True, text=True, check=True
    )

    told = json.loads(done.stdout)
    assert told["record"] is None and told["note"]["source_type"] == "trainedAlgorithmicMedia"
    assert told["note"]["evidence"][0]["package"] == "pixels"


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".png", b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xffiTXt"),
        (".json", b'{"playloom":' + b"[" * 9000),
        (".json", b'{"quest":{"evidence":{"checks":3,"sources":4,"details":5}},"x":"playloom"}'),
        (".json", b'{"evidence":{"package_hash":[],"checks":[[],null,7]},"x":"playloom"}'),
        (".tmx", b'<property name="playloom.evidence" value="' + b"&quot;" * 99999),
        (".tscn", b'metadata/playloom_evidence = "' + b"\\" * 100001),
        (".twee", b'  "playloom": "{\\"a\\":1}"'),
        (".ink", b"// playloom: {" + b"}" * 9999),
        (".gif", b"GIF89a" + b"http://cv.iptc.org/newscodes/digitalsourcetype/unheardOf"),
        (".wav", b"RIFF"),
    ],
)
def test_a_strange_file_is_read_without_harm(suffix: str, data: bytes) -> None:
    note = note_in(data, suffix)

    assert note is None or isinstance(note.checks, tuple)


def test_damaged_notes_never_raise(game: Path) -> None:
    stream = Stream(5, "notes")
    for name in (
        "maps/crypt.tmx",
        "maps/crypt.tscn",
        "talk/crumbs.twee",
        "art/goblin.png",
        "maps/crypt.json",
    ):
        data = bytearray((game / name).read_bytes())
        for _ in range(60):
            broken = bytearray(data)
            for _ in range(1 + stream.below(4)):
                broken[stream.below(len(broken))] = stream.below(256)
            note = note_in(bytes(broken[: 1 + stream.below(len(broken))]), Path(name).suffix)
            assert note is None or (note.models is not None and note.checks is not None)
