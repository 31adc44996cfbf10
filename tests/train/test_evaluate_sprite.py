"""`playloom evaluate sprite`: the page, the figures, the card, and what it says it lacks."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from drawn_sprites import save, thing
from judged_sprites import TRAINED, blade, tiny

from playloom.cli import main
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.originality import Index
from playloom.package import Package

PLAYLOOM = str(Path(sys.executable).with_name("playloom"))
QUIET = os.environ | {"OMP_NUM_THREADS": "1", "NO_COLOR": "1"}


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words], env=QUIET, capture_output=True, text=True, check=False, timeout=300
    )


def evaluated(judged: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    return run(PLAYLOOM, "evaluate", "sprite", judged / "pixels", "--sprites", "2", "--quiet", *more)


# Distances


def test_the_page_and_the_figures_are_the_same_bytes_again(judged: Path, tmp_path: Path) -> None:
    told = ["--data", judged / "data", "--no-times", "-o"]
    for name in ("one", "two"):
        done = evaluated(judged, *told, tmp_path / f"{name}.html")
        assert done.returncode == 0, done.stderr

    page, figures = (tmp_path / "one.html").read_bytes(), (tmp_path / "one.json").read_bytes()
    assert page == (tmp_path / "two.html").read_bytes()
    assert figures == (tmp_path / "two.json").read_bytes()
    assert b"data:image/png;base64," in page
    assert b"<script" not in page
    assert b"http" not in page
    assert str(judged).encode() not in page + figures
    assert "Side by side" in done.stdout and "Markov chain" in done.stdout


def test_every_question_has_its_figure(judged: Path) -> None:
    done = evaluated(judged, "--data", judged / "data", "--json", "--sprites", "8", "--no-times")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    best, fast, hybrid = found["makers"]
    assert (found["training"], found["held"], found["machine"]) == (3 * TRAINED, 24, None)
    assert [one["maker"] for one in (best, fast, hybrid)] == ["best", "fast", "hybrid"]
    assert best["contract"]["asked"] == 24 + 3 * 8 and fast["contract"]["asked"] == 3 * 8
    for maker in (best, fast, hybrid):
        contract = maker["contract"]
        assert contract["drawn"] <= contract["mended"] <= contract["made"] == contract["passed"]
        assert sum(row["asked"] for row in maker["by_category"].values()) == contract["asked"]
        assert sum(row["asked"] for row in maker["by_size"].values()) == contract["asked"]
        assert {use["colours"] for use in maker["palettes"].values()} >= {8, 16, 32}
        assert maker["figures"]["mean"] > found["real"]["figures"]["least"]
    assert best["own_palettes"]["sprites"] > 0 and fast["own_palettes"] is None
    readings = found["readings"]
    assert readings["held-out"]["right"] > 0.9 * readings["held-out"]["asked"]
    assert set(readings) >= {"best", "best, by category alone", "fast, by category alone", "Markov chain"}
    assert "training" not in readings
    [likeness] = found["likeness"]
    assert (likeness["size"], likeness["held"]) == (16, 24)
    rows = likeness["rows"]
    assert set(rows) == {"best", "training", "Markov chain", "shuffled"}
    assert rows["training"]["kid"] < min(rows["best"]["kid"], rows["shuffled"]["kid"])  # it never learnt


def test_without_data_the_rest_is_measured_and_what_is_missing_is_said(judged: Path) -> None:
    done = evaluated(judged, "--json")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["likeness"] == [] and found["readings"] == {} and found["real"] is None
    assert found["makers"][0]["contract"]["asked"] == 6 and found["makers"][0]["figures"] is None
    assert [row["side"] for row in found["machine"]["times"]["best"]] == [16, 24, 32, 48]
    assert len([note for note in found["notes"] if "left out" in note]) == 3


def test_the_card_takes_the_figures_and_keeps_the_index_of_originals(judged: Path, tmp_path: Path) -> None:
    index = Index.of([("a thing", thing(1))])
    folder = tiny.write(tmp_path / "carded", originals=index.arrays())

    done = run(
        PLAYLOOM,
        "evaluate",
        "sprite",
        folder,
        "--data",
        judged / "data",
        "--sprites",
        "2",
        "--write-card",
        "--json",
    )

    assert done.returncode == 0, done.stderr
    package = Package.open(folder)
    known = {metric.name: metric.value for metric in package.manifest.card.metrics}
    contract = json.loads(done.stdout)["makers"][0]["contract"]
    assert known["best: keeps the contract"] == pytest.approx(
        contract["passed"] / contract["asked"], abs=1e-4
    )
    assert known["best: pixels mended"] == contract["changed_mean"]
    assert {
        "held-out: reads as its category",
        "best: refused as copies",
        "fast: palette used",
    } <= known.keys()
    assert not any(name.endswith("ms") or "time" in name for name in known)
    assert "best: keeps the contract" in package.read("CARD.md").decode()
    originals = SpriteGenerator(package).originals
    assert originals is not None and originals.names == ("a thing",)


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (["-o", "report.txt"], 2, ".html"),
        (["-o", "nowhere/report.html"], 2, "nowhere"),
        (["--data", "missing"], 2, "missing"),
        (["--sprites", "0"], 2, "sprites"),
        (["--data", __file__], 1, "no sprite is left"),
    ],
)
def test_what_cannot_be_done_is_said(
    judged: Path, more: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["evaluate", "sprite", str(judged / "pixels"), *more])

    told = capsys.readouterr().err
    assert end.value.code == code
    assert words in told
    assert "internal" not in told


def test_a_level_package_is_no_sprite_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["evaluate", "sprite", "topdown"])

    assert end.value.code == 2
    assert "topdown" in capsys.readouterr().err


def test_sprites_of_strange_categories_are_left_out_and_said(judged: Path, tmp_path: Path) -> None:
    for i in range(24):
        save(tmp_path / "potion" / f"potion-{i}.png", thing(i))

    done = evaluated(judged, "--data", tmp_path, "--no-times", "--json")

    assert done.returncode == 0, done.stderr
    assert any("does not know: potion" in note for note in json.loads(done.stdout)["notes"])


def test_a_folder_of_ones_own_has_too_few_held_out_sprites_for_distances_but_is_read(
    judged: Path, tmp_path: Path
) -> None:
    for i in range(30):
        save(tmp_path / "creature" / f"goblin-{i}.png", thing(i))
        save(tmp_path / "weapon" / f"sword-{i}.png", blade(i))

    done = evaluated(judged, "--data", tmp_path, "--no-times", "--json")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["likeness"] == [] and any("too few" in note for note in found["notes"])
    assert 1 <= found["held"] < 20 and found["readings"]["held-out"]["asked"] == found["held"]
    assert found["real"]["figures"]["sprites"] == found["held"]


def test_ctrl_c_leaves_nothing_behind(judged: Path, tmp_path: Path) -> None:
    words = [PLAYLOOM, "evaluate", "sprite", str(judged / "pixels"), "--sprites", "5000", "--write-card"]
    before = (judged / "pixels" / "manifest.json").read_bytes()
    with subprocess.Popen([*words, "-o", str(tmp_path / "page.html")], env=QUIET) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)

    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []
    assert (judged / "pixels" / "manifest.json").read_bytes() == before


def test_it_needs_no_torch(judged: Path) -> None:
    code = "import sys; sys.modules['torch'] = None; from playloom.cli import main; main(sys.argv[1:])"
    told = ["evaluate", "sprite", str(judged / "pixels"), "--data", str(judged / "data")]

    done = run(sys.executable, "-c", code, *told, "--sprites", "1", "--no-times", "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sprites"] == 1
