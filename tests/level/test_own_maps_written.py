"""Levels of own maps go back out in their own tiles, which Tiled and Godot show as they were."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from own_maps import grid, layer_xml, map_xml, rasterized, read_one, write_sheet, write_towns

from playloom.errors import PackageInvalid
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import read, write
from playloom.kinds.level.formats.book.picture import draw_cells
from playloom.kinds.level.own.reader import read_maps
from playloom.kinds.level.tiles import read_book

ROOT = Path(__file__).parents[2]
H, V, D = 1 << 31, 1 << 30, 1 << 29  # Tiled's flags


@pytest.fixture(scope="module")
def tiled_command() -> None:
    if shutil.which("tmxrasterizer") is None:
        message = "tmxrasterizer is not installed (apt install tiled)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the tileset "town", which says what its tiles are."""
    place = tmp_path / "maps"
    place.mkdir()
    write_sheet(place)
    return place


# Round trip


@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
def test_what_is_written_in_own_tiles_is_read_as_the_same_stacks(tmp_path: Path, suffix: str) -> None:
    write_towns(tmp_path / "maps", 3)
    maps = read_maps([tmp_path / "maps"])
    out = tmp_path / "out"
    out.mkdir()

    for name, cells in zip(maps.names, maps.maps, strict=True):
        level = Level(cells=cells, vocabulary=maps.vocabulary, tiles=maps.book)
        write(level, out / f"{Path(name).stem}{suffix}", tiles="shared")
    again = read_maps([out])

    assert again.vocabulary == maps.vocabulary
    assert [np.array_equal(a, b) for a, b in zip(again.maps, maps.maps, strict=True)] == [True] * 3
    assert sorted(path.name for path in out.iterdir() if path.suffix != suffix) == [
        "shared.town.png",
        "shared.town.tsx",
    ]
    assert (out / "shared.town.png").read_bytes() == (tmp_path / "maps" / "town.png").read_bytes()


@pytest.mark.tiled
@pytest.mark.usefixtures("tiled_command")
@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
def test_tiled_draws_the_written_map_as_the_one_it_was_read_from(tmp_path: Path, suffix: str) -> None:
    write_towns(tmp_path / "maps", 1)
    maps = read_maps([tmp_path / "maps"])
    level = Level(cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book)

    write(level, tmp_path / f"again{suffix}")

    original = rasterized(tmp_path / "maps" / "town-0.tmx")
    assert np.array_equal(rasterized(tmp_path / f"again{suffix}"), original)
    assert np.array_equal(draw_cells(level.cells, maps.book)[:8, :8], original[:8, :8, :3])  # type: ignore[arg-type]


def test_a_json_tileset_is_written_as_it_was(folder: Path) -> None:
    entry = {
        "name": "town",
        "image": "town.png",
        "imagewidth": 32,
        "imageheight": 16,
        "tilewidth": 8,
        "tileheight": 8,
        "tilecount": 8,
        "columns": 4,
        "margin": 0,
        "spacing": 0,
        "tiles": [{"id": 0, "type": "floor"}, {"id": 5, "type": "wall", "mine": [1, 2]}],
        "type": "tileset",
    }
    (folder / "town.tsj").write_bytes(msgspec.json.encode(entry))
    text = map_xml(2, 1, layer_xml("g", grid("16")), tileset='<tileset firstgid="1" source="town.tsj"/>')

    maps = read_one(folder, text)
    files = write(Level(cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book), folder / "b.tmx")

    assert [file.name for file in files] == ["b.tmx", "b.town.png", "b.town.tsj"]
    assert msgspec.json.decode(files[2].read_bytes()) == entry | {"image": "b.town.png"}


@pytest.mark.tiled
@pytest.mark.usefixtures("tiled_command")
def test_our_picture_of_turned_half_clear_and_faint_tiles_is_that_of_tiled(folder: Path) -> None:
    turned = np.array([[1, 1 | H, 1 | V, 1 | D, 1 | H | D, 1 | V | D, 1 | H | V, 1 | H | V | D]] * 2)
    above = np.array([[5, 5 | H, 5 | V, 5 | D, 0, 0, 5, 5], [0, 5, 5, 5, 5, 5, 5, 5]])
    text = map_xml(8, 2, layer_xml("g", turned), layer_xml("t", above))

    maps = read_one(folder, text)

    assert maps.book is not None
    drawn = draw_cells(maps.maps[0], maps.book)
    assert np.array_equal(drawn, rasterized(folder / "a.tmx")[:, :, :3])


def test_maps_can_refer_to_the_own_tilesets_instead_of_copies(folder: Path) -> None:
    inside = '<tileset firstgid="9" name="more" tilewidth="8" tileheight="8" tilecount="8" columns="4">'
    inside += '<image source="town.png" width="32" height="16"/></tileset>'
    tilesets = '<tileset firstgid="1" source="town.tsx"/>' + inside
    maps = read_one(folder, map_xml(2, 1, layer_xml("g", np.array([[1, 10]])), tileset=tilesets))
    (folder / "out").mkdir()

    level = Level(cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book)
    files = write(level, folder / "out" / "a.tmx", art="..")

    assert [file.name for file in files] == ["a.tmx", "a.more.tsx"]  # the one that has no file of its own
    assert 'source="../town.tsx"' in files[0].read_text()
    assert 'source="../town.png"' in files[1].read_text()
    assert np.array_equal(read_maps([files[0]]).maps[0], maps.maps[0])


@pytest.mark.parametrize("suffix", [".tmx", ".tmj"])
def test_two_objects_alike_in_one_cell_do_not_come_back_as_one(folder: Path, suffix: str) -> None:
    things = "".join(
        f'<object id="{n}" type="Enemy" x="2" y="{y}" width="4" height="4"/>'
        for n, y in enumerate((2, 2, 10), 1)
    )
    ground = layer_xml("g", np.ones((2, 1), np.int64))
    maps = read_one(folder, map_xml(1, 2, ground, f'<objectgroup name="things">{things}</objectgroup>'))
    level = Level(cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book)
    (folder / "out").mkdir()

    files = write(level, folder / "out" / f"a{suffix}")

    assert len(maps.vocabulary) == 2
    assert np.array_equal(read(files[0], maps.vocabulary, tiles=maps.book).cells, maps.maps[0])


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_layers_flips_and_objects_come_back_from_both_notations(data: st.DataObject) -> None:
    height, width = data.draw(st.tuples(st.integers(1, 6), st.integers(1, 6)))
    layers = [layer_xml("ground", np.ones((height, width), np.int64))]
    for number in range(data.draw(st.integers(1, 3))):
        plain = data.draw(arrays(np.int64, (height, width), elements=st.integers(0, 8)))
        flips = data.draw(arrays(np.int64, (height, width), elements=st.integers(0, 7))) << 29
        layers.append(layer_xml(f"layer {number}", np.where(plain, plain | flips, 0)))
    kinds = st.sampled_from(["Enemy", "Chest", "Key"])
    cells = st.tuples(st.integers(0, width - 1), st.integers(0, height - 1), kinds)
    things = "".join(
        f'<object id="{n}" type="{kind}" x="{x * 8 + 2}" y="{y * 8 + 2}" width="4" height="4"/>'
        for n, (x, y, kind) in enumerate(data.draw(st.lists(cells, max_size=4)), 1)
    )
    with TemporaryDirectory() as place:
        folder = Path(place)
        write_sheet(folder)
        text = map_xml(width, height, *layers, f'<objectgroup name="things">{things}</objectgroup>')
        maps = read_one(folder, text)
        level = Level(cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book)
        for suffix in (".tmx", ".tmj"):
            (folder / "out").mkdir(exist_ok=True)
            written = write(level, folder / "out" / f"a{suffix}")
            again = read_maps([written[0]])

            assert again.vocabulary == maps.vocabulary
            assert np.array_equal(again.maps[0], maps.maps[0])
            through = read(written[0], maps.vocabulary, tiles=maps.book)
            assert np.array_equal(through.cells, maps.maps[0])


@pytest.mark.godot
def test_godot_shows_the_own_tiles_layers_and_turns(folder: Path) -> None:
    engine = ROOT / ".godot-engine" / "bin" / "godot"
    found = os.environ.get("PLAYLOOM_GODOT") or (str(engine) if engine.exists() else shutil.which("godot"))
    if not found:
        pytest.skip("no Godot: run scripts/install_godot")
    text = map_xml(3, 1, layer_xml("ground", np.array([[1, 6, 6 | H]])), layer_xml("top", grid("800")))
    maps = read_one(folder, text)
    write(Level(cells=maps.maps[0], vocabulary=maps.vocabulary, tiles=maps.book), folder / "own.tscn")
    (folder / "project.godot").write_text('config_version=5\n\n[application]\n\nconfig/name="test"\n')
    shutil.copy(ROOT / "tests" / "godot" / "inspect_level.gd", folder)

    command = [found, "--headless", "--path", str(folder), "-s", "res://inspect_level.gd", "--"]
    done = subprocess.run(
        [*command, "res://own.tscn", "0,0", "1,0"], capture_output=True, text=True, check=True, timeout=120
    )

    seen = json.loads(done.stdout.partition("INSPECTED ")[2].splitlines()[0])
    assert seen["layers"]["ground"]["counts"] == {"0,0,0": 1, "0,1,1": 2}
    assert seen["layers"]["top"]["counts"] == {"0,3,1": 1}
    assert seen["layers"]["ground"]["texture"] == [32, 16]
    assert seen["layers"]["ground"]["tiles"] == {"0,0": {"polygons": 0}, "1,0": {"polygons": 1}}


# The package's files


class _Folder:
    """The part of a package that a book is read from."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.root, self._files = Path("pack"), files

    def read(self, name: str) -> bytes:
        return self._files[name]


def test_a_book_comes_back_from_its_files_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    write_towns(tmp_path / "maps", 1)
    maps = read_maps([tmp_path / "maps"])
    assert maps.book is not None
    files = maps.book.files()
    count = len(maps.vocabulary)

    book = read_book(_Folder(files), "tiles.json", count)  # type: ignore[arg-type]

    assert (book.stacks, book.things, book.layers, book.sheets) == (
        maps.book.stacks,
        maps.book.things,
        maps.book.layers,
        maps.book.sheets,
    )
    assert files == maps.book.files()
    text = files["tiles.json"]
    for damaged, message in (
        (text.replace(b'"count": 8', b'"count": 2'), "which it does not have"),
        (text.replace(b'"tile_width": 8,', b'"tile_width": 0,', 1), "0x8 pixels"),
        (text[:-9], "export the package again"),
        (text.replace(b'"width": 0.0', b'"width": 1e300', 1), "<= 65536"),
        (text.replace(b'"height": 0.0', b'"height": -1.0', 1), ">= 0"),
        (
            text.replace(
                b'"things": [', b'"things": [' + b"[" + b",".join([b'{"layer": "o"}'] * 600) + b"],", 1
            ),
            "length <= 512",
        ),
        (text.replace(b"playloom.tiles/1", b"playloom.tiles/9"), "format"),
    ):
        with pytest.raises(PackageInvalid, match=message):
            read_book(_Folder({**files, "tiles.json": damaged}), "tiles.json", count)  # type: ignore[arg-type]
    with pytest.raises(PackageInvalid, match="the vocabulary has 3"):
        read_book(_Folder(files), "tiles.json", 3)  # type: ignore[arg-type]
