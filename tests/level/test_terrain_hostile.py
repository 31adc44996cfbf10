"""Tilesets that are made to harm are refused, or read, in time and memory that grow with their size alone."""

import json
import time
import tracemalloc
from pathlib import Path

import pytest

from playloom.errors import FileInvalid, PlayloomError
from playloom.kinds.level.formats.terrain.resource_text import sections_of
from playloom.kinds.level.formats.terrain.tileset_resource import read_tile_set
from playloom.kinds.level.formats.terrain.wang import read_sheet

HEAD = '[gd_resource type="TileSet" format=3]\n'
ATLAS = '[sub_resource type="TileSetAtlasSource" id="a"]\n'
MEGA = 1 << 20


@pytest.mark.parametrize(
    "text",
    [
        f'{HEAD}[resource]\nx = "{"a" * MEGA}"\n',
        f'{HEAD}[resource]\nx = "{"a" * MEGA}\n',
        f'{HEAD}[resource]\nx = "{chr(92)}{"aa" * MEGA}',
        f'[gd_resource x="{"a" * MEGA}"]\n',
        "[gd_resource" + " x=a" * MEGA,
        f"{HEAD}[resource]\n{'x' * MEGA}",
        f"{HEAD}[resource]\nx{' ' * MEGA}",
        HEAD + "\n;" * MEGA,
        f"{HEAD}[resource]\nx = {'[' * 63}{' ' * MEGA}",
    ],
    ids=["string", "open string", "escape", "heading", "attributes", "name", "gap", "comments", "brackets"],
)
def test_text_of_megabytes_is_gone_through_once(text: str) -> None:
    tracemalloc.start()
    begun = time.process_time()
    try:
        sections_of(Path("a.tres"), text)
    except PlayloomError as refusal:
        assert "a.tres: line" in str(refusal)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert time.process_time() - begun < 10
    assert peak < 20 * len(text)


def test_a_number_of_many_digits_is_refused_at_once(tmp_path: Path) -> None:
    tile = "0:0/0 = 0\n0:0/0/terrain_set = 0\n0:0/0/probability = "
    rest = '[resource]\nterrain_set_0/mode = 0\nsources/0 = SubResource("a")\n'
    (tmp_path / "a.tres").write_text(f"{HEAD}{ATLAS}{tile}{'1' * 200_000}x\n{rest}")
    begun = time.process_time()

    with pytest.raises(FileInvalid, match=r"has the probability '1{40}'; expected a number"):
        read_tile_set(tmp_path / "a.tres")

    assert time.process_time() - begun < 10  # the square of the digits took a quarter of an hour


def test_an_atlas_that_stands_for_many_is_refused(tmp_path: Path) -> None:
    sources = "".join(f'sources/{number} = SubResource("a")\n' for number in range(200))
    (tmp_path / "a.tres").write_text(f"{HEAD}{ATLAS}0:0/0 = 0\n[resource]\n{sources}")

    with pytest.raises(FileInvalid, match="sources/1 and sources/0 are one atlas; save it again in Godot"):
        read_tile_set(tmp_path / "a.tres")


def test_many_sets_of_many_tiles_are_read_in_time(tmp_path: Path) -> None:
    tiles = "".join(
        f"{i % 300}:{i // 300}/0 = 0\n{i % 300}:{i // 300}/0/terrain_set = {i % 254}\n" for i in range(60_000)
    )
    modes = "".join(f"terrain_set_{number}/mode = 0\n" for number in range(254))
    (tmp_path / "a.tres").write_text(f'{HEAD}{ATLAS}{tiles}[resource]\n{modes}sources/0 = SubResource("a")\n')
    likely = [{"id": number, "probability": 0.5} for number in range(100_000)]
    sheet = {"tilewidth": 16, "tileheight": 16, "tiles": likely, "wangsets": [{"type": "edge"}] * 20_000}
    (tmp_path / "a.tsj").write_text(json.dumps(sheet))
    begun = time.process_time()

    assert len(read_tile_set(tmp_path / "a.tres").sets) == 254
    assert len(read_sheet(tmp_path / "a.tsj").sets) == 20_000

    assert time.process_time() - begun < 30  # 254 looks at each tile; 20,000 copies of 100,000 likelihoods
