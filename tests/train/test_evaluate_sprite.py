"""`playloom evaluate sprite`: figures known by hand, and the command on a package made by hand."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from drawn_sprites import save, sheet, thing
from numpy.typing import NDArray

from playloom.cli import main
from playloom.kinds.sprite.contract import examine
from playloom.kinds.sprite.decode import PIXEL_PASSES
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.palette import find_palette
from playloom.kinds.sprite.propose import FAST_GIST_PASSES
from playloom.kinds.sprite.request import STEPS, SpriteRequest
from playloom.kinds.sprite.terms import contract_of
from playloom.package import Package
from playloom_train.kinds.sprite.data import DataPlan
from playloom_train.kinds.sprite.evaluation.baselines import alike, chained, shuffled
from playloom_train.kinds.sprite.evaluation.counting import contract_figures, reading_of
from playloom_train.kinds.sprite.evaluation.likeness import density_and_coverage, kernel_distance
from playloom_train.kinds.sprite.evaluation.makers import makers_of
from playloom_train.kinds.sprite.evaluation.reader import Reader
from playloom_train.kinds.sprite.evaluation.reference import Real, Reference, find_reference
from playloom_train.kinds.sprite.evaluation.sampling import PALETTES, free_samples, make, paired_samples
from playloom_train.kinds.sprite.evaluation.shapes import STATISTICS, apart, statistics
from playloom_train.kinds.sprite.evaluation.timing import time_sprites
from playloom_train.kinds.sprite.evaluation.variety import variety

ROOT = Path(__file__).parents[2]
PLAYLOOM = str(Path(sys.executable).with_name("playloom"))
QUIET = os.environ | {"OMP_NUM_THREADS": "1", "NO_COLOR": "1"}
CATEGORIES = ("creature", "terrain-floor", "weapon")
TRAINED, HELD = 30, 12  # sprites of a category
Pixels = NDArray[np.uint8]


def helper(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / "sprite" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tiny = helper("tiny_sprites")


def blade(seed: int) -> Pixels:
    """A thin thing from one corner to the other, in a shape of its own: it is no other one recoloured."""
    rng = np.random.default_rng(seed)
    drawn = np.zeros((16, 16, 4), np.uint8)
    start, guard = (int(number) for number in rng.integers((0, 3), (3, 7)))
    for i in range(start, 9 + int(rng.integers(0, 6))):
        left = i + int(rng.integers(-1, 2)) if i > guard else i
        drawn[15 - i, max(left, 0) : left + int(rng.integers(2, 4))] = (*rng.integers(60, 255, 3), 255)
    for i in range(-int(rng.integers(1, 4)), int(rng.integers(2, 5))):  # the guard, across
        drawn[min(15 - guard + i, 15), max(guard + i, 0)] = (90, 90, 100, 255)
    return drawn


def ground(seed: int) -> Pixels:
    """A tile of speckles in two browns."""
    rng = np.random.default_rng(seed)
    drawn = np.full((16, 16, 4), 255, np.uint8)
    drawn[:, :, :3] = np.where(rng.random((16, 16, 1)) < 0.3, [120, 80, 40], [90, 60, 30])
    return drawn


DRAW = dict(zip(CATEGORIES, (thing, ground, blade), strict=True))


def write_atlas(folder: Path) -> Path:
    """Sprites of three kinds in our atlas format, a part of them held out."""
    lines: list[dict[str, Any]] = []
    drawn: list[Pixels] = []
    for category, draw in DRAW.items():
        for i in range(TRAINED + HELD):
            x, y = len(drawn) % 16 * 16, len(drawn) // 16 * 16
            tags = ["red"] if i % 2 else ["goblin"]
            lines.append(
                {
                    "id": f"{category}-{i}", "atlas": "page.png", "x": x, "y": y, "w": 16, "h": 16,
                    "source": "plain", "licence": "CC0-1.0", "tier": "cc0", "category": category,
                    "tags": tags,
                    "static": True, "synthetic": False, "group": f"{category}-{i}",
                    "split": "train" if i < TRAINED else "heldout",
                }
            )  # fmt: skip
            drawn.append(draw(i))
    save(folder / "page.png", sheet(drawn, 16))
    (folder / "index.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sprites in data/, and a package that was written by hand in pixels/."""
    folder = tmp_path_factory.mktemp("evaluate")
    tiny.write(folder / "pixels")
    write_atlas(folder / "data")
    return folder


@pytest.fixture(scope="module")
def generator(place: Path) -> SpriteGenerator:
    return SpriteGenerator(Package.open(place / "pixels"))


@pytest.fixture(scope="module")
def real(place: Path) -> Reference:
    return find_reference(DataPlan(paths=(place / "data",)), CATEGORIES)


@pytest.fixture(scope="module")
def reader(real: Reference) -> Reader:
    return Reader(real.training, 0)


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words], env=QUIET, capture_output=True, text=True, check=False, timeout=300
    )


def evaluated(place: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    return run(PLAYLOOM, "evaluate", "sprite", place / "pixels", "--sprites", "2", "--quiet", *more)


# Distances


def test_a_kernel_distance_is_what_one_reckons_by_hand() -> None:
    some, others = (np.array(rows, np.float32) for rows in ([[0.0], [2.0]], [[1.0], [3.0]]))

    def kernel(x: float, y: float) -> float:
        return (x * y + 1) ** 3

    within = kernel(0, 2) + kernel(1, 3)  # each set has one pair
    between = sum(kernel(x, y) for x in (0, 2) for y in (1, 3)) / 4
    assert kernel_distance(some, others) == pytest.approx(within - 2 * between)


def test_sets_drawn_alike_are_near_and_others_far() -> None:
    random = np.random.default_rng(2)
    first, second, far = (random.normal(shift, 1, (400, 8)).astype(np.float32) for shift in (0, 0, 1))

    assert abs(kernel_distance(first, second)) < 0.03
    assert kernel_distance(first, far) > 1
    assert density_and_coverage(first, second)[0] == pytest.approx(1, abs=0.15)
    assert density_and_coverage(first, second)[1] > 0.9
    assert density_and_coverage(far, second)[1] < 0.8


def test_repeating_what_is_usual_is_dense_and_covers_little() -> None:
    real = np.arange(20, dtype=np.float32)[:, None] * 10
    one = np.full((30, 1), 100, np.float32)  # one real sprite again and again

    density, coverage = density_and_coverage(one, real)

    # Its reach and that of two or three neighbours on each side hold the value 100; five would be all alike.
    assert density == pytest.approx(coverage * 20 / 5)
    assert 5 / 20 <= coverage <= 7 / 20


def test_numbers_that_share_no_bin_are_a_whole_bit_apart() -> None:
    ten = [float(i) for i in range(10)]

    assert apart(ten, ten) == pytest.approx(0, abs=1e-12)
    assert apart([0.0, 0.0], [1.0, 1.0]) == apart([1.0], [0.0]) == pytest.approx(1)
    assert 0 < apart(ten, [9.0 - i / 2 for i in range(10)]) < 1


# Counts


def test_the_statistics_of_a_small_drawing_are_counted_by_hand() -> None:
    drawn = np.zeros((8, 8, 4), np.uint8)
    drawn[2:7, 1:6] = (0, 0, 0, 255)  # a black frame of 5 x 5
    drawn[3:6, 2:5] = (255, 255, 255, 255)  # around white
    drawn[0, 7] = (255, 0, 0, 255)  # and a stray

    found = statistics(drawn)

    assert set(found) == set(STATISTICS)
    assert found["filling"] == 26 / 64
    assert (found["width"], found["height"]) == (7 / 8, 7 / 8)
    assert (found["pieces"], found["colours"], found["lonely pixels"]) == (2, 3, 1 / 26)
    assert found["edges"] == 12 / 40  # sides between black and white, of all between pixels of the frame
    red = 0.6279553639214311  # lightness of pure red in OKLab
    assert found["outline"] == pytest.approx(1 - red / 17, abs=1e-6)  # rim: 16 black pixels and the stray
    assert statistics(np.zeros((8, 8, 4), np.uint8)) == dict.fromkeys(STATISTICS, 0.0)


def test_symmetry_is_of_the_figure_wherever_it_stands() -> None:
    drawn = np.zeros((16, 16, 4), np.uint8)
    drawn[4:8, 9:15] = (9, 9, 9, 255)
    assert statistics(drawn)["symmetry"] == 1
    drawn[4:6, 9:12] = 0  # a quarter of the figure is gone
    assert statistics(drawn)["symmetry"] == pytest.approx(12 / 18)


def test_copies_are_alike_mirrored_and_recoloured_ones_too() -> None:
    first, other = thing(1), thing(2)

    copies = variety([[first, first[:, ::-1], first]])
    mixed = variety([[first, other], [thing(3)]])

    assert copies is not None and (copies.pairs, copies.alike, copies.mean) == (3, 3, 0.0)
    assert mixed is not None and (mixed.pairs, mixed.alike) == (1, 0) and mixed.mean > 0.2
    assert variety([[first], []]) is None


# Baselines


def test_shuffled_sprites_keep_their_pixels_and_lose_their_place() -> None:
    drawn = [thing(seed) for seed in range(3)]

    for before, after in zip(drawn, shuffled(drawn, 5), strict=True):
        assert not np.array_equal(before, after)
        assert sorted(before.reshape(-1, 4).tolist()) == sorted(after.reshape(-1, 4).tolist())
    assert all(map(np.array_equal, shuffled(drawn, 5), shuffled(drawn, 5)))


def test_a_chain_draws_in_the_palette_as_it_has_seen(real: Reference) -> None:
    held = [one for one in real.held if one.category != "weapon"]
    for asked, drawn in zip(held, chained(real.training, held, 3), strict=True):
        shown = drawn[drawn[:, :, 3] > 0]
        assert drawn.shape == asked.rgba.shape
        assert {tuple(colour) for colour in shown[:, :3].tolist()} <= set(asked.palette.colours)
        assert (len(shown) == 256) == (asked.category == "terrain-floor")  # tiles have no hole, figures do


def test_training_sprites_of_the_same_kind_stand_beside(real: Reference) -> None:
    same = alike(real.training, real.held, 1)

    assert [one.category for one in same] == [one.category for one in real.held]
    assert {one.name for one in same} <= {one.name for one in real.training}
    assert alike([one for one in real.training if one.category == "weapon"], real.held[:1], 1) == []


# The reader


def test_the_reader_reads_sprites_it_never_saw_and_not_their_shuffled_blocks(
    reader: Reader, real: Reference
) -> None:
    figures = [one for one in real.held if one.category != "terrain-floor"]
    categories = [one.category for one in figures]
    shown = [one.rgba for one in figures]

    read = reading_of(reader, reader.features(shown), categories)
    mixed = reading_of(reader, reader.features(shuffled(shown, 2)), categories)

    assert read.right >= 0.9 * read.asked == 0.9 * 2 * HELD
    assert mixed.right < read.right
    assert read.by_category.keys() == {"creature", "weapon"}


def test_the_reader_does_not_go_by_colours(reader: Reader, real: Reference) -> None:
    """Another palette in the same order of lightness is read the same."""
    one = next(one for one in real.held if one.category == "creature")
    greys = np.linspace(20, 240, len(one.palette.colours)).astype(np.uint8)
    other = one.rgba.copy()
    for colour, place in zip(one.palette.by_lightness, range(len(greys)), strict=True):
        at = (one.rgba[:, :, :3] == one.palette.array[colour]).all(2) & (one.rgba[:, :, 3] > 0)
        other[at, :3] = greys[place]

    first, second = reader.features([one.rgba, other])

    assert not np.array_equal(one.rgba, other)
    assert np.allclose(first, second, atol=1e-4)


def test_a_word_that_shows_is_told_and_one_that_does_not_is_chance(real: Reference) -> None:
    """Half of the training sprites bear a word: once it goes with a margin, once with nothing."""
    framed = [_with(one, framed=bool(i % 2)) for i, one in enumerate(real.training)]
    held = [_with(one, framed=bool(i % 2)) for i, one in enumerate(real.held)]
    reader = Reader(framed, 0)

    def told(some: list[Real]) -> float:
        words, categories = [one.tags for one in some], [one.category for one in some]
        share = reading_of(reader, reader.features([one.rgba for one in some]), categories, words).words
        assert share is not None
        return share

    assert told(held) > 0.9
    blank = [
        _with(one, framed=False, tags=with_it.tags) for one, with_it in zip(real.held, held, strict=True)
    ]
    assert 0.2 < told(blank) < 0.8


def _with(one: Real, *, framed: bool, tags: tuple[str, ...] | None = None) -> Real:
    rgba = one.rgba.copy()
    if framed:
        rgba[[0, -1]], rgba[:, [0, -1]] = (250, 250, 250, 255), (250, 250, 250, 255)
    return Real(
        name=one.name,
        rgba=rgba,
        palette=one.palette,
        category=one.category,
        style=one.style,
        tags=(("framed",) if framed else ("bare",)) if tags is None else tags,
    )


# Samples


def test_makers_are_the_engines_that_a_package_takes_requests_for(
    generator: SpriteGenerator, tmp_path: Path
) -> None:
    slow = SpriteGenerator(Package.open(tiny.write(tmp_path / "slow", fast=False)))

    assert [(one.name, one.sizes) for one in makers_of(generator)] == [
        ("best", (16, 24, 32, 48)),
        ("fast", (32,)),
        ("hybrid", (32,)),
    ]
    assert [one.name for one in makers_of(slow)] == ["best"]


def test_a_proposal_counts_as_drawn_only_where_nothing_was_mended(generator: SpriteGenerator) -> None:
    plain = make(generator, SpriteRequest(category="creature", size=16, seed=1), "creature")
    moved = make(
        generator, SpriteRequest(category="creature", size=16, seed=1, baseline="ground"), "creature"
    )
    hopeless = make(
        generator, SpriteRequest(category="creature", size=16, pieces=(40, 50), attempts=2), "creature"
    )

    found = contract_figures([plain, moved, hopeless])

    assert plain.sprite is not None and plain.changed == 0 and plain.passed
    assert examine(plain.rgba, contract_of(plain.request, "creature")).passed
    assert moved.sprite is not None and moved.changed > 0
    assert (found.asked, found.made, found.passed, found.drawn, found.mended) == (3, 2, 2, 1, 2)
    assert found.failed == found.first_failed == {"pieces": 1}
    assert found.changed_most == round(moved.changed / 256, 5)
    assert set(found.mends) <= {"placed", "margin", "strays", "pieces", "speckle"} and found.mends


def test_a_refused_copy_is_told_though_another_attempt_made_a_sprite(
    generator: SpriteGenerator, tmp_path: Path
) -> None:
    request = SpriteRequest(category="creature", size=32, palette=find_palette("pico-8"))
    index = Index.of([("the original", generator.generate(request).rgba)])
    strict = SpriteGenerator(Package.open(tiny.write(tmp_path / "strict", originals=index.arrays())))

    found = make(strict, request, "creature")

    assert found.first_failed == ("original",) and found.sprite is not None and found.failed == ()
    assert found.distance is not None and found.distance > 0.1
    assert contract_figures([found]).mended == 0 and contract_figures([found]).attempts_mean == 2


def test_held_out_sprites_are_asked_for_with_their_words_size_and_colours(
    generator: SpriteGenerator, real: Reference
) -> None:
    best, fast, _ = makers_of(generator)
    held = real.held[:3]

    made = list(paired_samples(generator, best, held, 7))

    for one, asked in zip(made, held, strict=True):
        assert one.request.palette == asked.palette and one.request.size == 16
        assert one.request.words in ("red", "goblin") and one.category == asked.category
        assert one.request.style == "plain"
    assert len({one.request.seed for one in made}) == 3
    assert list(paired_samples(generator, fast, held, 7)) == []  # it makes no 16 x 16


def test_known_palettes_take_turns_with_every_size(generator: SpriteGenerator) -> None:
    best = makers_of(generator)[0]

    made = [one for one in free_samples(generator, best, 48, 1) if one.category == "weapon"]

    assert {one.request.palette.name for one in made} == set(PALETTES)
    sizes = [one.request.size for one in made]
    assert sizes.count(16) == 24 and {sizes.count(size) for size in (24, 32, 48)} == {8}
    assert {one.request.size for one in made if one.request.palette.name == "pico-8"} == {16, 24, 32}


def test_runs_of_networks_are_counted(generator: SpriteGenerator) -> None:
    best, fast, _ = makers_of(generator)

    rows = {one.name: time_sprites(generator, one, 3) for one in (best, fast)}

    assert [row.side for row in rows["best"]] == [16, 24, 32, 48]
    assert [(row.side, row.passes) for row in rows["fast"]] == [(32, 2 * FAST_GIST_PASSES + 1)]
    # Gist and layout with and without the words, a number of the gist at a time, then the pixels.
    assert all(row.passes == 2 * tiny.GIST + 2 * STEPS + PIXEL_PASSES for row in rows["best"])
    assert all(row.median_ms > 0 for some in rows.values() for row in some)


# The command


def test_the_page_and_the_figures_are_the_same_bytes_again(place: Path, tmp_path: Path) -> None:
    told = ["--data", place / "data", "--no-times", "-o"]
    for name in ("one", "two"):
        done = evaluated(place, *told, tmp_path / f"{name}.html")
        assert done.returncode == 0, done.stderr

    page, figures = (tmp_path / "one.html").read_bytes(), (tmp_path / "one.json").read_bytes()
    assert page == (tmp_path / "two.html").read_bytes()
    assert figures == (tmp_path / "two.json").read_bytes()
    assert b"data:image/png;base64," in page
    assert b"<script" not in page
    assert b"http" not in page
    assert str(place).encode() not in page + figures
    assert "Side by side" in done.stdout and "Markov chain" in done.stdout


def test_every_question_has_its_figure(place: Path) -> None:
    done = evaluated(place, "--data", place / "data", "--json", "--sprites", "8", "--no-times")

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


def test_without_data_the_rest_is_measured_and_what_is_missing_is_said(place: Path) -> None:
    done = evaluated(place, "--json")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["likeness"] == [] and found["readings"] == {} and found["real"] is None
    assert found["makers"][0]["contract"]["asked"] == 6 and found["makers"][0]["figures"] is None
    assert [row["side"] for row in found["machine"]["times"]["best"]] == [16, 24, 32, 48]
    assert len([note for note in found["notes"] if "left out" in note]) == 3


def test_the_card_takes_the_figures_and_keeps_the_index_of_originals(place: Path, tmp_path: Path) -> None:
    index = Index.of([("a thing", thing(1))])
    folder = tiny.write(tmp_path / "carded", originals=index.arrays())

    done = run(
        PLAYLOOM,
        "evaluate",
        "sprite",
        folder,
        "--data",
        place / "data",
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
    place: Path, more: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["evaluate", "sprite", str(place / "pixels"), *more])

    told = capsys.readouterr().err
    assert end.value.code == code
    assert words in told
    assert "internal" not in told


def test_a_level_package_is_no_sprite_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["evaluate", "sprite", "topdown"])

    assert end.value.code == 2
    assert "topdown" in capsys.readouterr().err


def test_sprites_of_strange_categories_are_left_out_and_said(place: Path, tmp_path: Path) -> None:
    for i in range(24):
        save(tmp_path / "potion" / f"potion-{i}.png", thing(i))

    done = evaluated(place, "--data", tmp_path, "--no-times", "--json")

    assert done.returncode == 0, done.stderr
    assert any("does not know: potion" in note for note in json.loads(done.stdout)["notes"])


def test_a_folder_of_ones_own_has_too_few_held_out_sprites_for_distances_but_is_read(
    place: Path, tmp_path: Path
) -> None:
    for i in range(30):
        save(tmp_path / "creature" / f"goblin-{i}.png", thing(i))
        save(tmp_path / "weapon" / f"sword-{i}.png", blade(i))

    done = evaluated(place, "--data", tmp_path, "--no-times", "--json")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["likeness"] == [] and any("too few" in note for note in found["notes"])
    assert 1 <= found["held"] < 20 and found["readings"]["held-out"]["asked"] == found["held"]
    assert found["real"]["figures"]["sprites"] == found["held"]


def test_ctrl_c_leaves_nothing_behind(place: Path, tmp_path: Path) -> None:
    words = [PLAYLOOM, "evaluate", "sprite", str(place / "pixels"), "--sprites", "5000", "--write-card"]
    before = (place / "pixels" / "manifest.json").read_bytes()
    with subprocess.Popen([*words, "-o", str(tmp_path / "page.html")], env=QUIET) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)

    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []
    assert (place / "pixels" / "manifest.json").read_bytes() == before


def test_it_needs_no_torch(place: Path) -> None:
    code = "import sys; sys.modules['torch'] = None; from playloom.cli import main; main(sys.argv[1:])"
    told = ["evaluate", "sprite", str(place / "pixels"), "--data", str(place / "data")]

    done = run(sys.executable, "-c", code, *told, "--sprites", "1", "--no-times", "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sprites"] == 1
