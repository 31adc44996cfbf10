"""Levels from the default package: every one passes the check, meets its controls, and is the same again."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from full_search import shortest_by_full_search
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.level.check import judge
from playloom.kinds.level.content import FREE, Level, LevelRequest
from playloom.kinds.level.formats import record
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.pinning import Rectangle, extend, redo
from playloom.kinds.level.vocabulary import CORE, Passability
from playloom.library import Library

THEMES = ("dungeon", "cave", "maze", "overworld")


@pytest.fixture(scope="module")
def generator() -> LevelGenerator:
    made = Library.default().generator("level", "topdown")
    assert isinstance(made, LevelGenerator)
    return made


def digest(level: Level) -> str:
    """SHA-256 of the JSON file: cells, theme and evidence."""
    return hashlib.sha256(next(iter(record.encode(level, "level").values()))).hexdigest()


def judged(level: Level, request: LevelRequest) -> tuple[str, ...]:
    return judge(level, request).failed


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("width", "height"), [(32, 32), (23, 41), (8, 8), (64, 17)])
def test_every_level_passes_the_independent_check(
    generator: LevelGenerator, theme: str, width: int, height: int
) -> None:
    for seed in range(5):
        request = LevelRequest(theme=theme, width=width, height=height, seed=seed)
        level = generator.generate(request)

        assert judged(level, request) == ()
        assert level.evidence is not None
        assert level.evidence.style in generator.themes[theme]


def test_every_style_can_be_asked_for(generator: LevelGenerator) -> None:
    for theme, styles in generator.themes.items():
        for style in styles:
            level = generator.generate(LevelRequest(theme=theme, style=style, seed=3))
            assert level.evidence is not None
            assert level.evidence.style == style


@st.composite
def requests(draw: st.DrawFn) -> LevelRequest:
    """Requests that a map of at least 20x20 has room for."""

    def maybe(high: int) -> tuple[int, int] | None:
        if draw(st.booleans()):
            return None
        low = draw(st.integers(0, high))
        return (low, low + draw(st.sampled_from((0, 0, 3))))

    keys = maybe(2)
    opened = draw(st.sampled_from((None, 0.35, 0.4, 0.45)))
    return LevelRequest(
        theme=draw(st.sampled_from(THEMES)),
        width=draw(st.integers(20, 48)),
        height=draw(st.integers(20, 48)),
        seed=draw(st.integers(0, 2**63 - 1)),
        common=maybe(8),
        strong=maybe(4),
        bosses=maybe(1),
        treasure=maybe(10),
        people=maybe(3),
        keys=keys,
        openness=None if opened is None else (opened, opened + draw(st.sampled_from((0.0, 0.05)))),
        steps=draw(st.integers(1, 8)),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(requests())
def test_controls_are_met_exactly(request_: LevelRequest) -> None:
    level = Library.default().generator("level", "topdown").generate(request_)

    assert judged(level, request_) == ()


def test_a_share_half_way_between_two_counts_of_cells_can_be_met(generator: LevelGenerator) -> None:
    request = LevelRequest(width=25, height=42, openness=(0.35, 0.35), steps=1, attempts=1)  # 367.5 cells

    assert judged(generator.generate(request), request) == ()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("moves", [12, 25, 40])
def test_the_shortest_solution_has_exactly_the_length_asked_for(
    generator: LevelGenerator, theme: str, moves: int
) -> None:
    level = generator.generate(LevelRequest(theme=theme, seed=11, path=(moves, moves)))

    assert level.evidence is not None
    assert len(level.evidence.solution) == moves


@pytest.mark.parametrize("seed", range(6))
def test_people_find_a_place_where_there_are_corridors_alone(generator: LevelGenerator, seed: int) -> None:
    request = LevelRequest(
        theme="maze", width=20, height=20, seed=seed, people=(2, 2), openness=(0.35, 0.35), steps=1
    )

    assert judged(generator.generate(request), request) == ()


@pytest.mark.parametrize("seed", [0, 4, 6, 8])
def test_in_a_crowd_everybody_can_still_be_met(generator: LevelGenerator, seed: int) -> None:
    request = LevelRequest(
        theme="overworld",
        width=40,
        height=40,
        seed=seed,
        people=(200, 200),
        openness=(0.6, 0.6),
        steps=1,
        attempts=1,
    )

    assert judged(generator.generate(request), request) == ()


def test_a_part_is_redone_and_the_rest_stays(generator: LevelGenerator) -> None:
    level = generator.generate(LevelRequest(seed=4, enemies=(3, 6)))
    pinned = redo(level.cells, [Rectangle(8, 8, 14, 12)])
    kept = pinned != FREE
    again = [generator.generate(LevelRequest(seed=s, pinned=pinned)) for s in (1, 2)]

    for one in again:
        assert (one.cells[kept] == level.cells[kept]).all()
        assert judge(one).passed
    assert (again[0].cells != again[1].cells).any()


@pytest.mark.parametrize("side", ["left", "right", "up", "down"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_map_is_extended_to_a_side(generator: LevelGenerator, side: Any, theme: str) -> None:
    level = generator.generate(LevelRequest(theme=theme, seed=6, width=24, height=24))
    pinned = extend(level.cells, CORE, side, 16)
    height, width = pinned.shape
    grown = generator.generate(LevelRequest(theme=theme, width=width, height=height, seed=1, pinned=pinned))

    assert judge(grown).passed
    assert (grown.cells == pinned)[pinned != FREE].all()
    added = CORE.open[grown.cells].sum() - CORE.open[level.cells].sum()
    assert added > 16 * 24 * 0.05  # the new side is part of the level


@pytest.mark.parametrize(("tile", "number"), [("start", 2), ("exit", 2), ("locked_door", 13), ("key", 13)])
def test_more_pinned_objects_than_a_level_can_have_are_refused_with_their_places(
    generator: LevelGenerator, tile: str, number: int
) -> None:
    pinned = np.full((16, 16), FREE, np.uint8)
    pinned[1, 1 : 1 + number] = CORE.id(tile)

    with pytest.raises(RequestInvalid, match=rf"has {number} .*\(1, 1\), \(2, 1\)"):
        generator.generate(LevelRequest(width=16, height=16, pinned=pinned))


def test_a_border_pinned_open_in_places_stays_closed_elsewhere(generator: LevelGenerator) -> None:
    pinned = np.full((20, 20), FREE, np.uint8)
    pinned[0, 5] = pinned[7, 19] = CORE.id("floor")
    for seed in range(8):
        level = generator.generate(LevelRequest(width=20, height=20, seed=seed, pinned=pinned))
        assert level.evidence is not None
        assert level.evidence.border == ((5, 0), (19, 7))
        assert judge(level, border=level.evidence.border).passed
        edge = CORE.open[level.cells]
        edge[1:-1, 1:-1] = False
        assert int(edge.sum()) == 2


def test_the_end_of_a_level_with_a_locked_door_can_be_redone(generator: LevelGenerator) -> None:
    for seed in range(12):
        level = generator.generate(LevelRequest(seed=seed, keys=(1, 1)))
        y, x = (int(n) for n in np.argwhere(level.cells == CORE.id("exit"))[0])
        pinned = redo(level.cells, [Rectangle(min(max(x - 3, 0), 26), min(max(y - 3, 0), 26), 6, 6)])
        again = generator.generate(LevelRequest(seed=1, pinned=pinned))
        assert judge(again).passed


def test_random_pins_of_a_sound_level_can_always_be_completed(generator: LevelGenerator) -> None:
    for seed in range(20):
        level = generator.generate(LevelRequest(theme=THEMES[seed % 4], width=24, height=24, seed=seed))
        kept = np.random.default_rng(seed).random(level.cells.shape) < 0.5
        pinned = np.where(kept, level.cells, FREE)
        whole = generator.generate(
            LevelRequest(theme=THEMES[seed % 4], width=24, height=24, seed=1, pinned=pinned)
        )
        assert (whole.cells == level.cells)[kept].all()


def test_evidence_lists_each_repaired_cell_once_and_truly(generator: LevelGenerator) -> None:
    for seed in range(20):
        level = generator.generate(LevelRequest(theme=THEMES[seed % 4], seed=seed, openness=(0.4, 0.4)))
        assert level.evidence is not None
        edits = level.evidence.edits
        assert len({(edit.x, edit.y) for edit in edits}) == len(edits)
        for edit in edits:
            tile = level.vocabulary.tiles[level.cells[edit.y, edit.x]]
            ground = level.vocabulary.tiles[level.vocabulary.id(edit.after)]
            standing = level.vocabulary.objects[level.cells[edit.y, edit.x]]
            assert edit.before != edit.after
            assert tile.name == edit.after or (standing and ground.passability is Passability.OPEN)


def test_nobody_can_change_the_cells_that_evidence_speaks_of(generator: LevelGenerator) -> None:
    level = generator.generate(LevelRequest(width=12, height=12))

    with pytest.raises(ValueError, match="read-only"):
        level.cells[0, 0] = 1


def test_an_exit_pinned_inside_a_sealed_wall_is_said_to_be_impossible(generator: LevelGenerator) -> None:
    pinned = np.full((16, 16), FREE, np.uint8)
    pinned[5:8, 5:8] = CORE.id("wall")
    pinned[6, 6] = CORE.id("exit")

    with pytest.raises(GenerationFailed, match="free some of them") as caught:
        generator.generate(LevelRequest(width=16, height=16, pinned=pinned))
    assert caught.value.failed


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"width": 8, "height": 8, "enemies": (60, 60)}, "enemies"),
        ({"width": 8, "height": 8, "keys": (8, 8), "locks": (8, 8)}, "locks"),
        ({"width": 16, "height": 16, "path": (400, 400)}, "path"),
    ],
)
def test_an_impossible_control_is_named(
    generator: LevelGenerator, fields: dict[str, Any], names: str
) -> None:
    with pytest.raises(GenerationFailed) as caught:
        generator.generate(LevelRequest(attempts=2, **fields))
    assert names in caught.value.failed
    assert ":" in str(caught.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"theme": "spaceship"},
        {"style": "village"},
        {"pinned": np.full((32, 32), 99, np.uint8)},
        {"openness": (0.99, 0.99)},
        {"openness": (0.0, 0.0)},
    ],
)
def test_what_the_package_does_not_know_is_refused(generator: LevelGenerator, fields: dict[str, Any]) -> None:
    with pytest.raises(RequestInvalid):
        generator.generate(LevelRequest(**fields))


@pytest.mark.parametrize("theme", THEMES)
def test_the_solution_is_the_shortest_by_a_search_that_knows_no_tricks(
    generator: LevelGenerator, theme: str
) -> None:
    for seed in range(6):
        level = generator.generate(LevelRequest(theme=theme, seed=seed, keys=(seed % 3, seed % 3)))
        assert level.evidence is not None
        assert len(level.evidence.solution) == shortest_by_full_search(level)


def test_eight_requests_at_once_give_the_bytes_of_one_after_the_other(generator: LevelGenerator) -> None:
    asked = [LevelRequest(theme=THEMES[i % 4], seed=i, width=20 + i) for i in range(16)]
    alone = [digest(generator.generate(request)) for request in asked]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda request: digest(generator.generate(request)), asked))
    assert together == alone


def test_another_process_gives_the_same_bytes(generator: LevelGenerator) -> None:
    code = (
        "import playloom, hashlib; from playloom.kinds.level.formats import record;"
        "level = playloom.level('cave', size=(30, 20), seed=9, enemies=4);"
        "print(hashlib.sha256(next(iter(record.encode(level, 'level').values()))).hexdigest())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    request = LevelRequest(theme="cave", width=30, height=20, seed=9, enemies=(4, 4))
    assert run.stdout.strip() == digest(generator.generate(request))
