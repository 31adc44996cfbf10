"""The developer's own maps as a recipe: names, sizes, turns, what is set aside."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra train is not installed")

from click.testing import CliRunner  # noqa: E402
from rich.console import Console  # noqa: E402

from playloom.errors import FileInvalid, RequestInvalid  # noqa: E402
from playloom_train.cli import train  # noqa: E402
from playloom_train.kinds.level.batches import Batches  # noqa: E402
from playloom_train.kinds.level.gather import gather  # noqa: E402
from playloom_train.kinds.level.own import Own, own_recipe, package_name  # noqa: E402
from playloom_train.kinds.level.recipe import Symmetries  # noqa: E402

LEGEND = '[tiles]\n"#" = "wall"\n"." = "floor"\n'


def write(folder: Path, count: int, height: int = 12, width: int = 20) -> Path:
    folder.mkdir(parents=True)
    for i in range(count):
        cells = np.random.default_rng(i).integers(0, 2, (height, width))
        cells[0] = cells[-1] = cells[:, 0] = cells[:, -1] = 1
        rows = ["".join(".#"[n] for n in row) for row in cells.tolist()]
        (folder / f"map{i}.txt").write_text("\n".join(rows) + "\n")
    return folder


def read(tmp_path: Path, maps: Path, turn: Symmetries | None = None) -> Own:
    (tmp_path / "legend.toml").write_text(LEGEND)
    return own_recipe([maps], tmp_path / "legend.toml", "mine", "CC0-1.0", turn)


def test_folders_of_maps_are_styles_of_one_theme(tmp_path: Path) -> None:
    write(tmp_path / "maps" / "Deep Caves", 2)
    write(tmp_path / "maps" / "ruins", 3)
    recipe = read(tmp_path, tmp_path / "maps").recipe

    assert dict(recipe.styles) == {"deep-caves": ("mine", True), "ruins": ("mine", True)}
    assert [len(one.cells) for one in recipe.given] == [2, 3]


def test_text_maps_with_roles_are_turned_and_their_neighbours_with_them(tmp_path: Path) -> None:
    recipe = read(tmp_path, write(tmp_path / "maps", 1)).recipe
    pairs = {tuple(pair) for pair in recipe.settings["adjacency"]["right"]}

    assert recipe.symmetries == "square"
    assert pairs == {(b, a) for a, b in pairs} == {tuple(p) for p in recipe.settings["adjacency"]["down"]}
    assert recipe.canvases[0].high[0] == recipe.canvases[0].high[1]


def test_maps_without_roles_stay_as_they_are(tmp_path: Path) -> None:
    own = own_recipe([write(tmp_path / "maps", 1)], None, "mine", "CC0-1.0", None)

    assert own.recipe.symmetries == "none"
    assert own.recipe.styles["own"] == ("mine", False)
    assert own.recipe.canvases[0].high == (12, 20)


def test_of_many_maps_every_fifth_is_set_aside_and_of_few_a_block_that_is_never_shown(tmp_path: Path) -> None:
    quiet = Console(quiet=True)
    many = read(tmp_path, write(tmp_path / "many", 11), "none").recipe
    material = gather(many, tmp_path / "run", None, 0, 0, quiet)
    assert (len(material.fresh[0].cells), len(material.aside[0].cells)) == (9, 2)

    few = read(tmp_path, write(tmp_path / "few", 1), "none").recipe
    material = gather(few, tmp_path / "run", None, 0, 0, quiet)
    block = material.fresh[0].kept
    assert block is not None
    assert 0.05 < block.mean() < 0.2
    assert not block[0, 0].any()
    assert not block[0, :, 0].any()
    tokens, _, targets = Batches(material.recipe, material.fresh, 0).draw(32)
    height, width = material.fresh[0].canvas
    assert (targets[:, :height, :width][:, block[0]] == -1).all()
    assert (tokens[:, :height, :width][:, block[0]] == len(few.vocabulary)).all()
    _, _, checked = Batches(material.recipe, material.aside, 0).draw(32)
    assert (checked[:, :height, :width][:, ~block[0]] == -1).all()
    assert (checked >= 0).any()


def test_a_map_too_small_to_learn_from_is_named(tmp_path: Path) -> None:
    maps = write(tmp_path / "maps", 1, height=5)
    with pytest.raises(FileInvalid, match=r"map0\.txt"):
        read(tmp_path, maps)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--recipe"),
        (["MAPS", "--recipe", "topdown"], "--recipe"),
        (["MAPS", "--preset", "cpu"], "--preset"),
        (["--recipe", "topdown", "--turn", "none"], "--turn"),
        (["--recipe", "nowhere"], "topdown"),
        (["--recipe", "topdown", "--licence", "own"], "--licence"),
        (["MAPS", "--licence", "own", "--name", "My Style"], "my-style"),
    ],
)
def test_options_that_do_not_go_together_are_refused(tmp_path: Path, words: list[str], said: str) -> None:
    maps = write(tmp_path / "maps", 1)
    command = ["level", "-o", str(tmp_path / "style"), *(str(maps) if w == "MAPS" else w for w in words)]
    refused = CliRunner().invoke(train, command)

    assert refused.exit_code == 2
    assert said in refused.output
    assert not (tmp_path / "style").exists()


@pytest.mark.parametrize("recipe", [[], ["--recipe", "topdown"]])
def test_a_package_that_is_there_is_not_replaced_unless_asked_for(tmp_path: Path, recipe: list[str]) -> None:
    style = tmp_path / "style"
    style.mkdir()
    (style / "manifest.json").write_text("an hour's work")
    words = [
        *recipe,
        *([] if recipe else [str(write(tmp_path / "maps", 1)), "--licence", "own"]),
        "-o",
        str(style),
    ]

    refused = CliRunner().invoke(train, ["level", *words])

    assert isinstance(refused.exception, RequestInvalid)
    assert "holds a package already; --resume goes on" in str(refused.exception)
    assert "--force trains anew and replaces it" in str(refused.exception)
    assert [path.name for path in style.iterdir()] == ["manifest.json"]
    assert (style / "manifest.json").read_text() == "an hour's work"


@pytest.mark.parametrize(
    ("text", "name"), [("My Style!", "my-style"), ("ruins", "ruins"), ("__", "own"), ("Größe 2", "gr-e-2")]
)
def test_names_of_folders_become_names_of_packages(text: str, name: str) -> None:
    assert package_name(text) == name
