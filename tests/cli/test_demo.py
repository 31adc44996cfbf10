"""`playloom demo`: its files, and a page that needs nothing else."""

import json
import re
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from front_door import COMMAND, Run

from playloom.api.sprite_files import check_sprite, read_sprite
from playloom.cli import main
from playloom.commands.demo.cast import PARTS, Cast, Player
from playloom.commands.demo.page import page
from playloom.commands.demo.stage import Stage, stage
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats import read
from playloom.kinds.level.tiles import TileBook
from playloom.kinds.level.vocabulary import CORE
from playloom.kinds.sprite.content import Evidence, Examination, Sprite, Verdict
from playloom.kinds.sprite.palette import find_palette
from playloom.package import Card

ROWS = ("########", "#<.e$CE#", "#.kn~~>#", "########")
SMALL = Level(cells=np.array([[CORE.by_char[char] for char in row] for row in ROWS], np.uint8))


class Page(HTMLParser):
    """Collects what a page refers to, and whether its elements are closed in order."""

    VOID = frozenset({"meta", "link", "img", "input", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.references: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.references += [str(found[name]) for name in ("src", "href") if name in found]
        self.ids += [str(found["id"])] if "id" in found else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.references += [str(value) for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def show(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of one run of the installed command, and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    return folder / "playloom-demo", made_in(folder, environment)


def made_in(folder: Path, environment: dict[str, str]) -> str:
    return subprocess.check_output([COMMAND, "demo"], cwd=folder, env=environment, text=True, timeout=250)


def written(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


def test_it_writes_levels_pictures_and_a_page_and_says_where(show: tuple[Path, str]) -> None:
    folder, told = show

    assert "playloom-demo/index.html" in told
    for theme in ("dungeon", "cave", "maze", "overworld", "platformer", "metroidvania"):
        level = read(folder / f"{theme}.tmx")
        assert level.theme == theme and level.evidence is not None
        assert (folder / f"{theme}.png").exists()
    assert (read(folder / "dungeon.tmx").width, read(folder / "dungeon.tmx").height) == (40, 28)


def test_the_page_is_whole_and_fetches_nothing(show: tuple[Path, str]) -> None:
    text = written(show[0])

    page = Page(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    inside = {f"#{name}" for name in page.ids} | {path.name for path in show[0].iterdir()}
    for reference in page.references:
        assert reference.startswith("data:") or reference in inside, reference[:80]
    assert "http" not in re.sub(r'"data:[^"]*"', "", text)
    assert "none &lt;b&gt;" in text, "a data set's name is escaped"


def test_the_proof_of_a_wide_map_stands_below_it(show: tuple[Path, str]) -> None:
    text = written(show[0])

    assert re.findall(r'<article id="([a-z]+)" class="wide">', text) == ["cast", "platformer"]
    assert ".wide .columns { grid-template-columns: minmax(0, 1fr);" in text


def test_it_casts_sprites_that_anybody_can_judge_and_says_what_was_found(show: tuple[Path, str]) -> None:
    folder, told = show

    for part in PARTS:
        assert read_sprite(folder / part.file).evidence is not None
        assert check_sprite(folder / part.file).passed
        assert f"✓ {part.check}" in told
    sheet = json.loads((folder / "cast.json").read_text(encoding="utf-8"))
    assert [tag["name"] for tag in sheet["meta"]["frameTags"]] == [part.name for part in PARTS]


def test_the_cast_stands_where_the_level_has_what_it_stands_for(show: tuple[Path, str]) -> None:
    level = read(show[0] / "cave.tmx")

    [cave] = re.findall(r'<article id="cave".*?</article>', written(show[0]), re.DOTALL)
    for part in PARTS[1:]:
        there = int((level.cells == level.vocabulary.id(part.tile)).sum())
        assert cave.count(f'href="#cast-{part.name}"') == there, part
    assert re.search(r'<g class="walker"[^>]*><use href="#cast-hero"', cave)


def test_the_ground_lies_where_the_cast_will_stand() -> None:
    found = stage(SMALL)

    assert found.level.rows == ["########", "#......#", "#.k.~~>#", "########"]
    assert found.standing == (
        (3, 1, "foe"), (4, 1, "potion"), (5, 1, "book"), (6, 1, "champion"), (3, 2, "villager"),
    )  # fmt: skip
    assert found.hero


def test_a_level_in_tiles_of_its_own_keeps_them() -> None:
    level = replace(
        SMALL, tiles=TileBook(tile_width=16, tile_height=16, layers=(), sheets=(), stacks=(), things=())
    )

    assert stage(level) == Stage(level, (), hero=False)


def test_what_a_sprite_package_says_of_itself_is_escaped() -> None:
    evil = "<script>x</script>"
    evidence = Evidence(
        package=evil,
        version=evil,
        package_hash=evil,
        licence=evil,
        promise=evil,
        request={},
        attempts=1,
        checks=(),
        mends=(),
        measures={},
    )
    sprite = Sprite(pixels=np.ones((4, 4), np.uint8), palette=find_palette("pico-8"), evidence=evidence)
    found = Examination((Verdict(evil, False, evil),), (), {})
    card = Card(licence=evil, summary=evil, datasets=(), training={}, metrics=())

    text = page([], Cast((Player(PARTS[0], sprite, found),), [evil]), {evil: card})

    assert evil not in text
    assert "&lt;script&gt;" in text and "✗" in text


@pytest.mark.parametrize("theme", ["dungeon", "overworld"])  # the tiny package has the second's style only
def test_the_page_tells_how_to_get_the_same_bytes(
    show: tuple[Path, str], run_here: Run, tmp_path: Path, theme: str
) -> None:
    plain = re.sub("</?span>", "", written(show[0]))
    [command] = re.findall(rf"<code>playloom (level {theme} [^<]*)</code>", plain)

    run_here(*command.split(), "-q")

    assert (tmp_path / f"{theme}.tmx").read_bytes() == (show[0] / f"{theme}.tmx").read_bytes()


def test_the_page_tells_how_to_get_the_same_sprite(
    show: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = PARTS[0]
    assert part.command in re.sub("</?span>", "", written(show[0]))

    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main([*part.command.split()[1:], "-q"])

    assert (tmp_path / part.file).read_bytes() == (show[0] / part.file).read_bytes()


def test_another_run_writes_the_same_bytes(
    show: tuple[Path, str], environment: dict[str, str], tmp_path: Path
) -> None:
    made_in(tmp_path, environment)

    again = {path.name: path.read_bytes() for path in (tmp_path / "playloom-demo").iterdir()}
    assert again == {path.name: path.read_bytes() for path in show[0].iterdir()}
