"""`playloom demo`: its files, and a page that needs nothing else."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from front_door import Run

from playloom.kinds.level.formats import read


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


def test_it_writes_levels_pictures_and_a_page_and_says_where(run: Run, tmp_path: Path) -> None:
    done = run("demo")

    folder = tmp_path / "playloom-demo"
    assert "playloom-demo/index.html" in done.stdout
    for theme in ("dungeon", "cave", "maze", "overworld", "platformer", "metroidvania"):
        level = read(folder / f"{theme}.tmx")
        assert level.theme == theme and level.evidence is not None
        assert (folder / f"{theme}.png").exists()
    assert (read(folder / "dungeon.tmx").width, read(folder / "dungeon.tmx").height) == (40, 28)


def test_the_page_is_whole_and_fetches_nothing(run_here: Run, tmp_path: Path) -> None:
    run_here("demo", "-q", "-o", "show")
    text = (tmp_path / "show" / "index.html").read_text(encoding="utf-8")

    page = Page(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    inside = {f"#{name}" for name in page.ids} | {path.name for path in (tmp_path / "show").iterdir()}
    for reference in page.references:
        assert reference.startswith("data:") or reference in inside, reference[:80]
    assert "http" not in re.sub(r'"data:[^"]*"', "", text)
    assert "none &lt;b&gt;" in text, "a data set's name is escaped"


def test_the_proof_of_a_wide_map_stands_below_it(run: Run, tmp_path: Path) -> None:
    run("demo", "-q")
    text = (tmp_path / "playloom-demo" / "index.html").read_text(encoding="utf-8")

    assert re.findall(r'<article id="([a-z]+)" class="wide">', text) == ["platformer"]
    assert ".wide .columns { grid-template-columns: minmax(0, 1fr);" in text


@pytest.mark.parametrize("theme", ["dungeon", "overworld"])  # the tiny package has the second's style only
def test_the_page_tells_how_to_get_the_same_bytes(run_here: Run, tmp_path: Path, theme: str) -> None:
    run_here("demo", "-q")
    text = (tmp_path / "playloom-demo" / "index.html").read_text(encoding="utf-8")
    plain = re.sub("</?span>", "", text)
    [command] = re.findall(rf"<code>playloom (level {theme} [^<]*)</code>", plain)

    run_here(*command.split(), "-q")

    made, shown = tmp_path / f"{theme}.tmx", tmp_path / "playloom-demo" / f"{theme}.tmx"
    assert made.read_bytes() == shown.read_bytes()


def test_two_runs_write_the_same_bytes(run: Run, run_here: Run, tmp_path: Path, models: Path) -> None:
    run("demo", "-q", "-o", "a", "--package", str(models / "topdown"))
    run_here("demo", "-q", "-o", "b")

    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "b").iterdir())
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
