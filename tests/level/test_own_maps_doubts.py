"""One look with two meanings is told in a note: it is what nobody can see."""

from pathlib import Path

import pytest
from own_maps import grid, layer_xml, map_xml, names, read_one, write_sheet
from PIL import Image

from playloom.kinds.level.own.reader import MapSet, read_maps


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the tileset "town", which says what its tiles are."""
    place = tmp_path / "maps"
    place.mkdir()
    write_sheet(place)
    return place


def noted(maps: MapSet) -> str:
    return "\n".join(maps.notes)


def tileset(tiles: str, name: str = "x") -> str:
    return (
        f'<tileset firstgid="1" name="{name}" tilewidth="8" tileheight="8" tilecount="8" columns="4">'
        f'<image source="town.png" width="32" height="16"/>{tiles}</tileset>'
    )


def test_maps_that_say_different_things_of_one_tile_are_told_so(folder: Path) -> None:
    for name, kind in (("a", "Floor"), ("b", "Wall")):
        text = map_xml(2, 1, layer_xml("g", grid("12")), tileset=tileset(f'<tile id="0" type="{kind}"/>'))
        (folder / f"{name}.tmx").write_text(text)

    maps = read_maps([folder])

    assert "tileset 'x': maps say different things of tile 0" in noted(maps)
    assert names(maps, 0) == names(maps, 1)


def test_objects_alike_that_say_different_things_are_told_so(folder: Path) -> None:
    said = '<properties><property name="playloom" value="{}"/></properties>'
    thing = '<object id="1" type="Thing" x="{}" y="4">{}</object>'

    things = (thing.format(4 + 8 * n, said.format(word)) for n, word in enumerate(("enemy", "key")))
    group = f'<objectgroup name="o">{"".join(things)}</objectgroup>'

    maps = read_one(folder, map_xml(2, 1, layer_xml("g", grid("11")), group))

    assert "one look has several meanings: 'object:Thing' is 'enemy' and 'key'" in noted(maps)


def test_tiles_that_look_the_same_and_mean_different_things_are_named(folder: Path) -> None:
    (folder / "legend.toml").write_text('[tiles]\n"x:0" = "floor"\n"x:1" = "wall"\n"x:2" = "wall"\n')
    Image.new("RGB", (32, 16), (90, 90, 90)).save(folder / "town.png")
    text = map_xml(3, 1, layer_xml("g", grid("123")), tileset=tileset(""))

    maps = read_one(folder, text, legend=folder / "legend.toml")

    (note,) = [note for note in maps.notes if "look the same" in note]
    assert "(floor, open) and" in note
    assert "(wall, solid)" in note


def test_tiles_that_look_different_are_no_twins(folder: Path) -> None:
    maps = read_one(folder, map_xml(3, 1, layer_xml("g", grid("163"))))

    assert "look the same" not in noted(maps)
