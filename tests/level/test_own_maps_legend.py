"""Legends of own maps: read strictly, drafted with guesses that are not used before they are confirmed."""

import subprocess
from pathlib import Path

import pytest
from own_maps import grid, layer_xml, map_xml, read_one, write_sheet, write_towns
from PIL import Image

from playloom.errors import FileInvalid
from playloom.kinds.level.movement import Free, Platform, Walk
from playloom.kinds.level.own.legend import packed_legend, read_own_legend, unpacked_legend
from playloom.kinds.level.own.reader import read_maps
from playloom.kinds.level.vocabulary import Role


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the tileset "town", which says what its tiles are."""
    place = tmp_path / "maps"
    place.mkdir()
    write_sheet(place)
    return place


# Legends


def legend(folder: Path, text: str) -> Path:
    (folder / "legend.toml").write_text(text)
    return folder / "legend.toml"


PLAIN = '[tiles]\n"town:0" = "floor"\n"town:5" = "wall"\n'


def test_a_legend_gives_meanings_by_tile_stack_layer_and_object(folder: Path) -> None:
    write_sheet(folder, classes=False)
    text = map_xml(
        4,
        1,
        layer_xml("g", grid("1116")),
        layer_xml("roof", grid("0220")),
        '<objectgroup name="o"><object id="1" name="Here" x="4" y="4"><point/></object></objectgroup>',
    )
    said = PLAIN + '"town:0+town:1" = "water"\n[layers]\nroof = "decoration"\n[objects]\nHere = "start"\n'

    maps = read_one(folder, text, legend=legend(folder, said))

    roles = [maps.vocabulary.tiles[i].role for i in maps.maps[0][0]]
    assert roles == [Role.START, Role.WATER, Role.WATER, Role.WALL]


def test_a_legend_can_ask_for_gravity_and_leave_layers_out(folder: Path) -> None:
    write_sheet(folder, classes=False)
    text = map_xml(2, 1, layer_xml("g", grid("16")), layer_xml("fog", grid("77")))
    said = 'movement = "platform"\nleave_out = ["fog"]\n[platform]\njump_height = 4\n' + PLAIN.replace(
        "wall", "bridge"
    )

    maps = read_one(folder, text, legend=legend(folder, said))

    assert maps.movement == Platform(jump_height=4)
    assert [tile.passability for tile in maps.vocabulary.tiles] == ["open", "one-way"]


def test_guesses_are_not_used_until_confirmed(folder: Path) -> None:
    write_sheet(folder, classes=False)
    text = map_xml(2, 1, layer_xml("g", grid("16")))

    maps = read_one(folder, text, legend=legend(folder, PLAIN.replace('wall"', 'wall?"')))

    assert maps.movement == Free()
    assert "1 guesses were not confirmed" in maps.notes[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            PLAIN.replace("wall", "wal"),
            r"legend\.toml, line 3: 'town:5' is to mean 'wal'; did you mean 'wall'\?",
        ),
        ('movement = "fly"\n' + PLAIN, r"line 1: movement is 'fly'"),
        ('[tile]\n"town:0" = "floor"\n', r"unknown field.*line|unknown field"),
        ("[tiles]\n3 = 4\n", r"Expected `str`"),
        ('[tiles]\n"a" = "wall"\n"a" = "wall"\n', r"legend\.toml"),
        ("= = =", r"legend\.toml"),
        ('movement = "walk"\n[tiles]\n"town:0" = "floor"\n', r"these tiles have no meaning: town:5"),
        (
            'movement = "platform"\n[platform]\njump_height = 99\n',
            r"\[platform\] jump_height is 99; choose 1 to 16",
        ),
    ],
)
def test_a_bad_legend_is_refused_with_line_and_remedy(folder: Path, text: str, message: str) -> None:
    write_sheet(folder, classes=False)

    with pytest.raises(FileInvalid, match=message):
        read_one(folder, map_xml(2, 1, layer_xml("g", grid("16"))), legend=legend(folder, text))


def test_what_a_legend_names_and_no_map_has_is_told(folder: Path) -> None:
    said = PLAIN + '"town:77" = "wall"\n"town:0+town:5" = "wall"\n[layers]\nroof = "wall"\n'
    said = 'leave_out = ["fog"]\n' + said + '[objects]\nGhost = "enemy"\n'

    maps = read_one(folder, map_xml(2, 1, layer_xml("g", grid("16"))), legend=legend(folder, said))

    assert maps.notes[-1].endswith(
        "legend.toml: names what is not in the maps: 'town:77'; 'Ghost'; layer 'roof'; layer 'fog'"
    )


def test_a_package_keeps_what_a_legend_says_without_its_comments(folder: Path) -> None:
    said = '# by me\nmovement = "platform"\nleave_out = ["fog"]\n[platform]\njump_height = 4\n' + PLAIN
    path = legend(folder, said + '"town:6" = "wall?"\n[objects]\nHere = "start"\n')

    data = packed_legend(path)

    assert b"by me" not in data
    kept, read = unpacked_legend("pack: legend.json", data), read_own_legend(path)
    assert (kept.movement, kept.leave_out, kept.layers, kept.tiles, kept.guesses) == (
        read.movement,
        read.leave_out,
        read.layers,
        read.tiles,
        read.guesses,
    )
    with pytest.raises(FileInvalid, match=r"pack: legend\.json: .*give the legend with --legend"):
        unpacked_legend("pack: legend.json", data[:-20])
    with pytest.raises(FileInvalid, match=r"pack: legend\.json: 'town:5' is to mean 'wal'"):
        unpacked_legend("pack: legend.json", data.replace(b'"wall"', b'"wal"'))


def test_a_package_reads_its_training_maps_again_without_being_given_the_legend(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    from own_package import write_own_package

    from playloom.kinds.level.generator import LevelGenerator
    from playloom.package import Package
    from playloom_train.kinds.level.evaluation.reference import find_reference
    from playloom_train.kinds.level.own import own_recipe

    write_towns(tmp_path / "maps", 5, classes=False)
    lines = [
        f'"town:{n}" = "{name}"'
        for n, name in enumerate(["floor", "floor", "path", "water", "tree", "wall", "wall", "door"])
    ]
    path = legend(tmp_path, "[tiles]\n" + "\n".join(lines) + "\n")
    own = own_recipe([tmp_path / "maps"], path, "own", "CC0-1.0", None)
    write_own_package(tmp_path / "pack", own.maps, legend=path)
    generator = LevelGenerator(Package.open(tmp_path / "pack"))

    found = find_reference(generator, training=[tmp_path / "maps"])

    assert own.recipe.settings["legend"] == "legend.json"
    assert own.recipe.files["legend.json"] == generator.package.read("legend.json")
    assert found.notes == []
    assert [len(found.seen["own"]), len(found.held["own"])] == [4, 1]
    assert (found.seen["own"][0] == own.maps.maps[0]).all()


# The command


def playloom(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["playloom", *arguments], capture_output=True, text=True, check=False)


def test_a_drafted_legend_marks_guesses_and_counts_once_they_are_confirmed(tmp_path: Path) -> None:
    write_towns(tmp_path / "maps", 2, classes=False)
    draft, picture = tmp_path / "legend.toml", tmp_path / "tiles.png"

    done = playloom("level", "legend", str(tmp_path / "maps"), "-o", str(draft), "--picture", str(picture))

    assert done.returncode == 0, done.stderr
    text = draft.read_text()
    assert '"town:0" = "floor?"' in text
    assert '"town:4" = "wall?"' in text  # lies round the maps
    assert '"PlayerStart" = "start"' in text  # the map says so
    with Image.open(picture) as image:
        assert image.size[0] > 100
    assert read_maps([tmp_path / "maps"], draft).movement == Free()
    draft.write_text(text.replace('?"', '"'))
    assert read_maps([tmp_path / "maps"], draft).movement == Walk()
    refused = playloom("level", "legend", str(tmp_path / "maps"), "-o", str(draft))
    assert refused.returncode != 0
    assert "is there already" in refused.stderr


@pytest.mark.parametrize("table", ["tiles", "objects", "layers"])
def test_a_legend_for_training_is_no_legend_for_checking_and_the_way_on_is_named(
    folder: Path, table: str
) -> None:
    (folder / "a.tmx").write_text(map_xml(2, 1, layer_xml("g", grid("16"))))
    path = legend(folder, f'movement = "walk"\n[{table}]\n"town:0" = "floor"\n')

    done = playloom("level", "check", str(folder / "a.tmx"), "--legend", str(path))

    assert done.returncode != 0
    assert "is a legend for training on your own maps" in done.stderr
    assert "give --package FOLDER and no --legend" in done.stderr
