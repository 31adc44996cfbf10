"""`playloom quest`: makes, writes, shows, checks scripts; refuses with the right exit code."""

import json
from pathlib import Path
from typing import Any

import pytest

from playloom.cli import main
from playloom.kinds.quest.formats import WRITERS, record
from playloom.kinds.quest.world_file import example_text


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that runs `playloom quest` and returns exit code, stdout and stderr."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["quest", *map(str, arguments)])
        told = capsys.readouterr()
        return int(left.value.code or 0), told.out, told.err

    return call


def test_one_quest_goes_into_every_format_and_comes_back(run: Any, tmp_path: Path) -> None:
    outputs = [part for suffix in WRITERS for part in ("-o", tmp_path / f"lantern{suffix}")]

    code, out, _ = run("--seed", "4", *outputs)

    assert code == 0
    assert all((tmp_path / f"lantern{suffix}").stat().st_size for suffix in WRITERS)
    assert record.read(tmp_path / "lantern.json").title in out


def test_without_an_output_one_way_through_is_shown(run: Any) -> None:
    code, out, _ = run("--seed", "4", "--world", "saltmouth", "--tone", "wry")

    assert code == 0
    assert sum(line.startswith("> ") for line in out.splitlines()) >= 4
    assert "-o " in out and ".ink .yarn" in out


def test_the_same_command_writes_the_same_bytes(run: Any, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        assert run("--seed", "9", "--depth", "2", "-q", "-o", tmp_path / name / "quest.ink")[0] == 0

    assert (tmp_path / "a/quest.ink").read_bytes() == (tmp_path / "b/quest.ink").read_bytes()


def test_a_world_of_ones_own_and_several_seeds(run: Any, tmp_path: Path) -> None:
    (tmp_path / "world.toml").write_text(example_text("halcyon"), "utf-8")

    code, out, _ = run(
        "--world", tmp_path / "world.toml", "--count", "2", "--seed", "5", "-o", tmp_path / "side.json"
    )

    assert code == 0
    assert {path.name for path in tmp_path.glob("side*")} == {"side-5.json", "side-6.json"}
    assert out.count("seed ") == 2


def test_json_holds_the_quest_and_its_evidence(run: Any) -> None:
    code, out, _ = run("--seed", "2", "--json")
    document = json.loads(out)

    assert code == 0
    assert document["evidence"]["endings"]["done"] > 0
    assert sum(document["evidence"]["sources"].values()) >= 20
    assert document["request"]["seed"] == 2 and document["files"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--tone", "jolly"), "tone is 'jolly'"),
        (("--script", "Tea Leafs, Again"), "no script is called 'Tea Leafs, Again'"),
        (("--giver", "Nobody"), "nothing in 'Thornford' is called 'Nobody'"),
        (("--world", "nowhere.toml"), "cannot be read"),
        (("-o", "quest.docx"), "'.docx' is unknown"),
        (("-o", "{name}.ink"), "{name} is no placeholder"),
        (("--depth", "9"), "depth is 9"),
        (("--seed", "-1"), "seed"),
        (("--scripts", "nowhere"), "does not exist"),
        (("--player", "{quest}"), "player"),
    ],
)
def test_wrong_use_ends_with_2_and_says_why(run: Any, arguments: tuple[str, ...], message: str) -> None:
    code, _, err = run(*arguments)

    assert code == 2, err
    assert message in err


def test_ones_own_scripts_take_part(run: Any, tmp_path: Path) -> None:
    shipped = (
        (Path(record.__file__).parents[1] / "scripts" / "fantasy.txt").read_text("utf-8").split("\n\n")[0]
    )
    kept = [line for line in shipped.split("\n") if not line.startswith("needs: ")]
    lines = [line.rstrip(".?!") + ", so to speak." if ": " in line else line for line in kept]
    (tmp_path / "mine.txt").write_text("\n".join(lines) + "\n", "utf-8")
    strategy, tone, *_ = lines[0].removeprefix("@ ").split(" | ")
    found = set()
    for seed in range(6):
        wishes = ("--strategy", strategy, "--tone", tone, "--seed", str(seed))
        code, out, err = run(*wishes, "--scripts", tmp_path, "--json")
        assert code == 0, err
        found |= {name.partition(":")[0] for name in json.loads(out)["evidence"]["sources"]}

    assert "own" in found


@pytest.mark.parametrize(
    ("typed", "hint"), [("ply", "did you mean 'play'?"), ("xyz", "choose make, play, lint")]
)
def test_a_misspelt_subcommand_is_told(run: Any, typed: str, hint: str) -> None:
    code, _, err = run(typed, "lantern.ink")

    assert code == 2
    assert f"there is no subcommand '{typed}'; {hint}" in err


def test_lint_of_a_folder_without_scripts_fails(run: Any, tmp_path: Path) -> None:
    code, out, err = run("lint", tmp_path)

    assert code != 0 and out == ""
    assert "holds no .txt files" in err


def test_lint_lists_what_is_wrong_and_ends_with_1(run: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("@ steal_item | wry | burglar | fantasy\ntitle: Hm\n", "utf-8")

    code, out, _ = run("lint", tmp_path)
    _, listed, _ = run("lint", tmp_path / "mine.txt", "--json")

    assert code == 1
    assert "mine.txt:1: acts are missing" in out and "1 finding" in out
    assert json.loads(listed)["findings"][0]["line"] == 1


def test_a_strategy_that_the_world_has_no_room_for_is_explained(run: Any, tmp_path: Path) -> None:
    person = '[[people]]\nid = "mira"\nname = "Mira"\nrole = "smith"\nhome = "inn"\n'
    world = f'{person}[[places]]\nid = "inn"\nname = "the inn"\n'
    (tmp_path / "world.toml").write_text('name = "Small"\n' + world, "utf-8")

    code, _, err = run("--world", tmp_path / "world.toml", "--strategy", "kill_pests")

    assert code == 2
    assert "kill_pests" in err and "add" in err
