"""The page in a real headless Chromium: by keyboard and mouse, on a desk and on a phone."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Tab, tab_of
from PIL import Image
from reviewing import Review, review

DESK, PHONE = (1280, 720), (390, 800)
NAMES = "[...document.querySelectorAll('.pair article')].map((one) => items.get(+one.dataset.id).name)"
COMPARED = "view == 'pair' && document.querySelector('.between .about').textContent.startsWith('{} ')"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with tab_of(tmp_path_factory.mktemp("chromium")) as tab:
        yield tab


@pytest.fixture(scope="module")
def running(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Review, Path]]:
    folder = Path(shutil.copytree(made, tmp_path_factory.mktemp("page") / "made"))
    with review(folder) as it:
        yield it, folder


@pytest.fixture
def page(tab: Tab, running: tuple[Review, Path]) -> Iterator[tuple[Tab, Path]]:
    """Hand over a tab with the sheet, and the folder; whatever the page complained of fails the test."""
    it, folder = running
    tab.problems.clear()
    tab.window(*DESK)
    tab.call("Page.navigate", url=it.address)
    tab.until("document.activeElement?.classList.contains('card')")
    assert tab.run("document.querySelectorAll('.card').length") >= 9
    yield tab, folder
    assert tab.problems == []


def said(folder: Path) -> list[tuple[str, str, str]]:
    """Return what stands in the database: what, value, name."""
    with sqlite3.connect(f"{(folder / 'playloom-feedback.db').as_uri()}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT what, value, name FROM event JOIN content ON content.id = content ORDER BY event.id"
        ).fetchall()
    connection.close()
    return [(str(what), str(value), str(name)) for what, value, name in rows if what]


def test_a_sheet_is_judged_by_keyboard_alone(page: tuple[Tab, Path]) -> None:
    tab, folder = page
    assert tab.run("document.querySelector('.chosen .name').textContent") == "crypt-0.tmx"
    tab.press("a")
    tab.until("document.querySelector('.chosen .name').textContent == 'crypt-1.tmx'")
    tab.press("r")
    tab.until("document.querySelector('.chosen .name').textContent == 'crypt-2.tmx'")
    tab.press("4")
    tab.until("document.querySelector('.chosen .rating')?.textContent == '★4'")
    assert said(folder) == [
        ("accept", "", "crypt-0.tmx"),
        ("reject", "", "crypt-1.tmx"),
        ("rate", "4", "crypt-2.tmx"),
    ]
    assert tab.run("document.getElementById('count').textContent") == "2 of 9 judged"
    tab.press("u")
    tab.until("!document.querySelector('.card .rating')")
    tab.press("ArrowLeft", "Enter")
    tab.until("document.querySelector('.panel button.reject[aria-pressed=true]')")
    assert tab.run("document.querySelector('.panel h2').textContent") == "crypt-1.tmx"
    tab.press("n", *"too dark", "Enter")
    tab.until("items.get(1).note == 'too dark'")
    tab.press("Escape")
    tab.until("document.activeElement.getAttribute('aria-label')?.startsWith('crypt-1.tmx')")
    tab.run("document.getElementById('state').value = 'reject'; showSheet()")
    assert tab.run("document.querySelectorAll('.card').length") == 1


def test_a_solution_is_walked_step_by_step_and_crates_move(page: tuple[Tab, Path]) -> None:
    tab, _ = page
    tab.press("Enter")
    tab.until("player && document.querySelector('.map img')?.complete")
    moves = int(str(tab.run("document.querySelector('.steps output').textContent")).split()[0])
    place = "JSON.stringify(['cx', 'cy'].map((name) => document.querySelector('.walker').getAttribute(name)))"
    places = [tab.run(place)]
    for step in range(1, moves + 1):
        tab.press(".")
        assert f"step {step} of {moves}" in str(
            tab.run("document.querySelector('.steps output').textContent")
        )
        places.append(tab.run(place))
    assert len(set(map(str, places))) > moves // 2 and places[0] != places[-1]
    assert tab.run("document.querySelectorAll('.event.done').length") >= 2  # the key, the door
    tab.press("s")
    assert tab.run("document.querySelector('.solution').classList.contains('hidden')")
    tab.run("open([...items.values()].find((one) => one.name == 'puzzle.json').id)")
    tab.until("document.querySelector('.panel h2').textContent == 'puzzle.json' && player")
    crates = (
        "JSON.stringify([...document.querySelectorAll('.over svg')]"
        ".map((one) => [one.getAttribute('x'), one.getAttribute('y')]))"
    )
    before = tab.run(crates)
    tab.press(" ")
    tab.until("document.querySelector('.steps button').textContent.startsWith('Walk again')", 60)
    assert tab.run(crates) != before


def test_two_are_compared_with_the_arrow_keys(page: tuple[Tab, Path]) -> None:
    tab, folder = page
    tab.run("document.getElementById('kind').value = 'sprite'")
    tab.press("c")
    for number in range(3):
        tab.until(COMPARED.format(number))
        left, right = tab.run(NAMES)
        assert left != right
        tab.press("ArrowRight" if number == 1 else "ArrowLeft")
        tab.until(COMPARED.format(number + 1))
        assert said(folder)[-1] == ("prefer", "", right if number == 1 else left)
    tab.press("u")
    tab.until(COMPARED.format(2))


def test_a_rectangle_is_dragged_and_made_anew(page: tuple[Tab, Path]) -> None:
    tab, folder = page
    tab.press("Enter")
    tab.until("player && document.querySelector('.map img')?.complete")
    box = tab.run("JSON.parse(JSON.stringify(document.querySelector('.map').getBoundingClientRect()))")
    cell = box["width"] / 16
    tab.drag((box["x"] + 3.5 * cell, box["y"] + 3.5 * cell), (box["x"] + 10.5 * cell, box["y"] + 9.5 * cell))
    part = tab.run("[...document.querySelectorAll('.redo input')].map((one) => +one.value)")
    assert part == [3, 3, 8, 7]
    tab.press("d")
    tab.until("view == 'draft'")
    first = tab.run("document.querySelectorAll('.pair article')[1].dataset.id")
    tab.press("d")  # another one
    tab.until(f"document.querySelectorAll('.pair article')[1].dataset.id != '{first}'")
    tab.press("ArrowRight")
    tab.until("document.querySelector('.panel h2')?.textContent == 'crypt-0-redo-1.tmx'")
    assert (folder / "crypt-0-redo-1.tmx").exists()
    assert [row[0] for row in said(folder)][-2:] == ["redo", "prefer"]


def test_a_quest_is_played_to_an_end(page: tuple[Tab, Path]) -> None:
    tab, _ = page
    tab.run("open([...items.values()].find((one) => one.kind == 'quest').id)")
    tab.until("document.querySelectorAll('.talk li').length")
    for _ in range(60):
        if tab.run("Boolean(document.querySelector('.talk .ending'))"):
            break
        lines = tab.run("document.querySelectorAll('.talk li').length")
        tab.run("document.querySelector('.choices button').click()")
        tab.until(f"document.querySelectorAll('.talk li').length > {lines}")
    assert str(tab.run("document.querySelector('.talk .ending').textContent")).startswith("The end: ")
    tab.press("z")
    tab.until("!document.querySelector('.talk .ending')")


VIEWS = {
    "sheet": "showSheet()", "level": "open(0)", "puzzle": "open(3)", "sprite": "open(4)", "quest": "open(8)",
    "pair": "nextPair()", "help": "document.getElementById('help').showModal()",
}  # fmt: skip
SEEN = (
    "[...document.images].filter((one) => one.getBoundingClientRect().top < innerHeight)"
    ".every((one) => one.complete)"
)
NAMELESS = (
    "[...document.querySelectorAll('button, input, select, textarea')].filter((one) =>"
    " !one.textContent.trim() && !one.getAttribute('aria-label') && !one.labels?.length).length"
)
WHOLE = "[...document.images].every((one) => !one.complete || one.width % one.naturalWidth == 0)"


def test_every_view_fits_a_desk_and_a_phone_and_names_what_can_be_pressed(
    page: tuple[Tab, Path], tmp_path: Path
) -> None:
    tab, _ = page
    for size, dark in ((DESK, False), (PHONE, True)):
        tab.window(*size, mobile=size == PHONE, dark=dark)
        for name, script in VIEWS.items():
            tab.run(script)
            tab.run("new Promise((done) => setTimeout(done, 100))")
            tab.until(SEEN)
            place = tmp_path / f"{name}.png"
            tab.screenshot(place)
            with Image.open(place) as shot:
                assert shot.size == size and len(shot.convert("RGB").getcolors(1 << 24) or []) > 20
            assert tab.run("document.documentElement.scrollWidth <= innerWidth"), (name, size)
            assert tab.run(NAMELESS) == 0, name
            assert tab.run(WHOLE), (name, size)
        tab.run("document.getElementById('help').close()")
        assert _contrast(tab) >= 4.5


def _contrast(tab: Tab) -> float:
    """Return the least contrast of the page's ordinary texts with its grounds (WCAG 2)."""
    return float(
        tab.run("""(() => {
      const style = getComputedStyle(document.documentElement);
      const bend = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      const light = (name) => {
        const hex = style.getPropertyValue(name).trim();
        const [r, g, b] = [1, 3, 5].map((at) => bend(parseInt(hex.slice(at, at + 2), 16) / 255));
        return 0.05 + 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const against = (one, two) => Math.max(one, two) / Math.min(one, two);
      const inks = ["--ink", "--soft", "--accent", "--good", "--bad", "--star"].map(light);
      const grounds = ["--paper", "--card"].map(light);
      return Math.min(...inks.flatMap((ink) => grounds.map((ground) => against(ink, ground))));
    })()""")
    )
