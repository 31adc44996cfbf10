"""No folder of own maps, however it is made, fills the memory, takes hours or leads out of itself."""

import io
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hostile_own_maps import CASES, one_bit, packed, pictured, saved
from own_maps import grid, layer_xml, map_xml, write_sheet
from PIL import Image
from reading_apart import read_apart

from playloom.errors import FileInvalid, PackageInvalid
from playloom.kinds.level.own import finding
from playloom.kinds.level.own.reader import read_maps
from playloom.kinds.level.tiles import FORMATS, PIXELS_HIGH, LayerStyle, Sheet, TileBook, read_pixels

SECONDS_HIGH = 15.0
MEMORY_HIGH = 1 << 30  # bytes above what the process holds before it reads: four times all pictures' pixels

READER = """
from pathlib import Path
from PIL import Image
from playloom.kinds.level.own.reader import read_maps

Image.init()

def found(folder):
    return " | ".join(read_maps([Path(folder)]).notes)
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, float]]:
    """Name of a case -> what became of it, message or notes, seconds."""
    folders = {}
    for number, (name, (make, _)) in enumerate(CASES.items()):
        folder = tmp_path_factory.mktemp(f"case-{number}")
        make(folder)
        folders[name] = str(folder)
    found = read_apart(READER, folders.values(), tmp_path_factory.getbasetemp(), memory_bytes=MEMORY_HIGH)
    return {name: found[folder] for name, folder in folders.items()}


def test_each_folder_is_read_or_refused_as_it_should_be(outcomes: dict[str, tuple[str, str, float]]) -> None:
    wrong = {
        name: found
        for name, found in outcomes.items()
        if found[0] != ("read" if CASES[name][1] == "read" else "refused")
        or (found[0] == "refused" and not re.search(CASES[name][1], found[1]))
    }

    assert not wrong


def test_each_takes_little_time(outcomes: dict[str, tuple[str, str, float]]) -> None:
    assert {name: found[2] for name, found in outcomes.items() if found[2] > SECONDS_HIGH} == {}


def test_each_message_stays_short(outcomes: dict[str, tuple[str, str, float]]) -> None:
    assert {name: len(found[1]) for name, found in outcomes.items() if len(found[1]) > 3000} == {}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("picture of a billion pixels", "far too many pixels; at most 8192 a side"),
        ("picture as a line", "far too many pixels; at most 8192 a side"),
        ("picture with a long side", "picture is 9000x9; at most 8192 a side"),
        ("picture with no data", "cannot be decoded"),
        ("PostScript", "none of PNG"),
        ("TIFF", "none of PNG"),
        ("cut picture", "cannot be decoded"),
    ],
)
def test_a_picture_that_is_not_read_is_named_with_the_reason(
    outcomes: dict[str, tuple[str, str, float]], name: str, words: str
) -> None:
    assert words in outcomes[name][1]
    assert "town.png" in outcomes[name][1]


# Pictures


@pytest.mark.parametrize("kind", FORMATS)
def test_the_usual_formats_of_pictures_are_read(tmp_path: Path, kind: str) -> None:
    pictured(tmp_path, saved(kind))

    maps = read_maps([tmp_path])

    assert maps.book is not None
    assert maps.book.picture(0, 0, 0) is not None
    assert not any("no picture" in note for note in maps.notes)


def test_a_book_decodes_no_more_pixels_than_all_pictures_may_have() -> None:
    side = 6000
    sheets = tuple(
        Sheet(
            name=f"s{n}",
            form="tsx",
            text="",
            source="",
            image="",
            file=f"{n}.png",
            tile_width=8,
            tile_height=8,
            columns=1,
            count=1,
        )
        for n in range(3)
    )
    book = TileBook(
        tile_width=8,
        tile_height=8,
        layers=(LayerStyle("g"),),
        sheets=sheets,
        stacks=(),
        things=(),
        images={f"{n}.png": one_bit(side, n % 2) for n in range(3)},
    )

    assert 3 * side * side > PIXELS_HIGH
    with pytest.raises(PackageInvalid, match="million pixels together"):
        _ = book.pixels


def test_of_several_frames_the_first_is_read() -> None:
    data = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:])

    assert read_pixels(data.getvalue())[0, 0].tolist() == [255, 0, 0, 255]


# Folders


def one_map(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_sheet(folder)
    (folder / "a.tmx").write_text(map_xml(2, 1, layer_xml("g", grid("16"))))


def test_links_are_passed_over_wherever_they_lead(tmp_path: Path) -> None:
    one_map(tmp_path / "maps")
    one_map(tmp_path / "elsewhere")
    (tmp_path / "maps" / "out").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "maps" / "round").symlink_to(tmp_path / "maps")
    (tmp_path / "maps" / "b.tmx").symlink_to(tmp_path / "elsewhere" / "a.tmx")

    maps = read_maps([tmp_path / "maps"])

    assert maps.names == ("a.tmx",)
    assert "and 2 more was passed over: it is a link" in maps.notes[0]


def test_a_huge_folder_is_refused_before_it_is_searched_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_map(tmp_path)
    for number in range(60):
        (tmp_path / f"{number}.bin").touch()
    monkeypatch.setattr(finding, "ENTRIES_HIGH", 40)

    with pytest.raises(FileInvalid, match="over 40 files and folders; name the folder of the maps"):
        read_maps([tmp_path])


def test_too_many_maps_are_refused_over_all_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for number in range(3):
            (tmp_path / name / f"{number}.txt").write_text("ab\n")
    monkeypatch.setattr(finding, "MAPS_HIGH", 5)

    with pytest.raises(FileInvalid, match="over 5 maps"):
        read_maps([tmp_path])
    with pytest.raises(FileInvalid, match="over 5 maps"):
        read_maps([tmp_path / "one", tmp_path / "two"])


def test_hidden_folders_are_not_searched(tmp_path: Path) -> None:
    one_map(tmp_path)
    one_map(tmp_path / ".git" / "x")

    assert read_maps([tmp_path]).names == ("a.tmx",)


# Maps read through a package

THROUGH = """
import os, resource, sys, time
from pathlib import Path
from playloom.kinds.level.formats import read
from playloom.kinds.level.own.reader import read_maps

maps = read_maps([Path("small.tmx")])
pages = int(Path("/proc/self/statm").read_text().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + (512 << 20),) * 2)
begun = time.process_time()
level = read(Path("large.tmx"), maps.vocabulary, tiles=maps.book)
print(*level.cells.shape, time.process_time() - begun)
"""


def test_the_largest_map_is_read_through_a_package_in_bounds(tmp_path: Path) -> None:
    write_sheet(tmp_path)
    small = np.array([[1, 6], [3, 1]]), np.array([[0, 0], [5, 2]]), np.array([[0, 8], [0, 0]])
    names = ("a", "b", "c")
    layers = [packed(cells, name) for cells, name in zip(small, names, strict=True)]
    (tmp_path / "small.tmx").write_text(map_xml(2, 2, *layers))
    layers = [packed(np.tile(cells, (512, 512)), name) for cells, name in zip(small, names, strict=True)]
    (tmp_path / "large.tmx").write_text(map_xml(1024, 1024, *layers))

    done = subprocess.run(
        [sys.executable, "-c", THROUGH], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
    )

    height, width, seconds = map(float, done.stdout.split())
    assert (height, width) == (1024, 1024)
    assert seconds < SECONDS_HIGH
