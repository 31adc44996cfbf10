"""Sprites for a world: everything has a request that the package takes; what is made lands in the folder."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result
from quest_worlds import SMALL, changed, small

from playloom.api.sprite_making import sprite_generator, sprite_request
from playloom.api.world_sprites import PALETTES, world_sprites
from playloom.commands.world import world
from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.quest.looks import looks_of
from playloom.kinds.quest.world import Enemy, Genre, Item
from playloom.kinds.quest.world_draft import draft_world
from playloom.kinds.quest.world_file import EXAMPLES, example_world
from playloom.kinds.sprite.formats.palette_file import load_palette


def run(*arguments: object) -> Result:
    return CliRunner().invoke(world, [str(argument) for argument in arguments])


@pytest.mark.parametrize("name", EXAMPLES)
def test_everything_in_a_world_has_a_request_that_the_package_takes(name: str) -> None:
    given = example_world(name)
    generator = sprite_generator()

    wanted = world_sprites(name)

    assert [one.id for one in wanted] == [one.id for one in (*given.people, *given.items, *given.enemies)]
    for one in wanted:
        generator.check(sprite_request(one.words, **one.wishes()))


def test_words_of_a_world_become_words_of_the_package() -> None:
    found = {one.id: one for one in world_sprites("thornford")}

    assert (found["edda"].category, found["edda"].words) == ("character", "human priest female")
    assert (found["short_sword"].category, found["short_sword"].words) == ("weapon", "sword weapon short")
    assert found["lily_perfume"].category == "potion"  # the vial, not the lily
    assert found["ridge_wolf"].words == "hound animal"
    assert found["strange_root"].sure is False and found["salve"].sure is True


def test_what_no_word_tells_looks_like_its_kind() -> None:
    given = small(
        items=(Item(id="qux", name="qux", where="mill"),),
        enemies=(Enemy(id="zog", name="zog", where="mill"),),
    )
    looks = {look.id: look for look in looks_of(given)}

    assert (looks["qux"].category, looks["qux"].sure) == ("item", False)
    assert (looks["zog"].category, looks["zog"].words) == ("creature", ("monster",))


def test_a_seed_stays_with_its_id_and_another_seed_changes_it() -> None:
    given = example_world("thornford")
    fewer = changed(given, items=given.items[:2])

    whole = {one.id: one.seed for one in world_sprites(given)}

    assert {one.id: one.seed for one in world_sprites(fewer)}.items() <= whole.items()
    assert len(set(whole.values())) == len(whole)
    assert world_sprites(given, seed=1)[0].seed != whole["mira"]


def test_every_genre_has_a_palette_that_is_there() -> None:
    assert PALETTES.keys() == set(get_args(Genre))
    for genre, name in PALETTES.items():
        assert world_sprites(draft_world(genre, 1))[0].palette == load_palette(name).palette.name


@pytest.mark.parametrize(("wish", "message"), [({"size": 17}, "size is 17"), ({"palette": "mauve"}, "mauve")])
def test_a_size_or_palette_that_cannot_be_is_refused(wish: dict[str, object], message: str) -> None:
    with pytest.raises(RequestInvalid, match=message):
        world_sprites("thornford", **wish)  # type: ignore[arg-type]


def test_requests_are_a_table_or_json() -> None:
    shown, record = run("sprites", "halcyon"), json.loads(run("sprites", "halcyon", "--json").output)

    assert "Unit Nine" in shown.output and "37 sprites, 32 pixels, palette endesga-32" in shown.output
    assert record["sprites"] == [asdict(one) for one in world_sprites("halcyon")]


def test_sprites_are_made_with_a_sheet_and_never_over_others(tmp_path: Path) -> None:
    (tmp_path / "world.toml").write_text(SMALL, "utf-8")
    arguments = ("sprites", tmp_path / "world.toml", "-o", tmp_path / "art", "--size", 16)

    assert run(*arguments).exit_code == 0
    made = {path.name: path.read_bytes() for path in (tmp_path / "art").iterdir()}
    assert set(made) == {"ada.png", "bo.png", "sheet.png"}
    again = run(*arguments)
    assert again.exit_code == 2 and "is there already" in again.output
    assert run(*arguments, "--force").exit_code == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "art").iterdir()} == made


def test_a_sprite_that_fails_is_named_and_the_others_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = sprite_generator()
    real = type(generator).generate

    def fails_once(self: object, request: object, progress: object = None) -> object:
        if request.seed == world_sprites(small())[0].seed:  # type: ignore[attr-defined]
            raise GenerationFailed("no", failed=("palette",), advice="take another seed")
        return real(self, request)  # type: ignore[arg-type]

    monkeypatch.setattr(type(generator), "generate", fails_once)
    (tmp_path / "world.toml").write_text(SMALL, "utf-8")

    done = run("sprites", tmp_path / "world.toml", "-o", tmp_path / "art")

    assert isinstance(done.exception, GenerationFailed) and "(ada)" in str(done.exception)
    assert {path.name for path in (tmp_path / "art").iterdir()} == {"bo.png", "sheet.png"}
