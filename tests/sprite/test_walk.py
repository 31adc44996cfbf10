"""Walks: what always holds of them, what is refused, packages that are no good."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_walks
from hypothesis import given, settings
from hypothesis import strategies as st
from pixel_art import HERO, sprite
from tiny_walks import SETTINGS, graph_spec

from playloom.errors import GenerationFailed, PackageInvalid, RequestInvalid
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.palette import Palette
from playloom.kinds.walk.draw import draw_frame
from playloom.kinds.walk.frames import CONDITIONS, DIRECTIONS, DRAWN, GIVEN, places
from playloom.kinds.walk.generator import KIND, WalkGenerator, WalkRequest
from playloom.kinds.walk.network import Shown
from playloom.package import Package

SIDED = HERO.replace("..kpkrrrrrrkpk..", "..kpkrrrrrrkpkw.", 1)


def generator(folder: Path, **how: Any) -> WalkGenerator:
    tiny_walks.write(folder / "walks", **how)
    return KIND.load(Package.open(folder / "walks"))


@pytest.fixture
def copying(tmp_path: Path) -> WalkGenerator:
    return generator(tmp_path)


def hero(text: str = HERO) -> Sprite:
    return sprite(text)


def test_four_clips_of_four_frames_in_the_usual_order(copying: WalkGenerator) -> None:
    walk = copying.generate(WalkRequest(front=hero()))

    assert [clip.name for clip in walk.clips] == ["walk_down", "walk_left", "walk_right", "walk_up"]
    assert [(clip.first, clip.last) for clip in walk.clips] == [(0, 3), (4, 7), (8, 11), (12, 15)]
    told = [frame.evidence.request["frame"] for frame in walk.frames if frame.evidence]
    order = ("stand", "step", "stand", "counterstep")
    assert told == [[direction, phase] for direction in DIRECTIONS for phase in order]


def test_three_frames_are_played_to_and_fro(copying: WalkGenerator) -> None:
    walk = copying.generate(WalkRequest(front=hero(), frames=3, milliseconds=90))

    phases = [frame.evidence.request["frame"][1] for frame in walk.frames if frame.evidence]
    assert phases == ["step", "stand", "counterstep"] * 4
    assert walk.milliseconds == 90


def test_the_picture_that_is_given_is_the_first_frame_and_its_palette_that_of_all(
    copying: WalkGenerator,
) -> None:
    walk = copying.generate(WalkRequest(front=hero()))

    assert (walk.frames[0].pixels == hero().pixels).all()
    assert {frame.palette for frame in walk.frames} == {hero().palette}
    for frame in walk.frames:
        assert frame.evidence is not None and all(check.passed for check in frame.evidence.checks)
        assert set(np.unique(frame.pixels)) <= set(np.unique(hero().pixels))


def test_right_is_left_mirrored_unless_it_is_to_be_drawn(copying: WalkGenerator) -> None:
    front = hero(SIDED)

    mirrored = copying.generate(WalkRequest(front=front))
    drawn = copying.generate(WalkRequest(front=front, right="drawn"))

    for place in range(4):
        left, right = mirrored.frames[4 + place], mirrored.frames[8 + place]
        assert (left.pixels == right.pixels[:, ::-1]).all()
        # This network draws the front again, whichever way the figure is turned.
        assert (drawn.frames[8 + place].pixels == front.pixels).all()


def test_the_same_figure_gives_the_same_walk_whatever_the_order_of_its_palette(
    copying: WalkGenerator,
) -> None:
    front = hero()
    order = np.random.default_rng(0).permutation(len(front.palette.colours))
    table = np.concatenate([[0], np.argsort(order) + 1])
    other = Palette("other", tuple(front.palette.colours[place] for place in order))

    one = copying.generate(WalkRequest(front=front))
    two = copying.generate(WalkRequest(front=Sprite(pixels=table[front.pixels], palette=other)))

    for first, second in zip(one.frames, two.frames, strict=True):
        assert (first.rgba == second.rgba).all()


def test_frames_stand_where_the_front_stands_and_evidence_tells_what_was_moved(tmp_path: Path) -> None:
    walk = generator(tmp_path, higher=2).generate(WalkRequest(front=hero()))

    grounds = {int(np.flatnonzero(frame.pixels.any(axis=1))[-1]) for frame in walk.frames}
    assert grounds == {14}
    up = walk.frames[12].evidence
    assert up is not None and [one.action for one in up.mends] == ["ground"]
    first = walk.frames[0].evidence
    assert first is not None and not first.mends


def test_loose_pixels_are_cleared(tmp_path: Path) -> None:
    walk = generator(tmp_path, stray=True).generate(WalkRequest(front=hero()))

    for frame in walk.frames:
        assert frame.pixels[0, 0] == 0
    up = walk.frames[12].evidence
    assert up is not None and "strays" in [one.action for one in up.mends]


def test_loose_parts_of_the_figure_itself_may_stay(copying: WalkGenerator) -> None:
    rows = HERO.split()
    rows[0] = "k..............k"
    front = hero("\n".join(rows))

    walk = copying.generate(WalkRequest(front=front))

    assert all((frame.pixels[0] > 0).sum() == 2 for frame in walk.frames)


def test_a_network_that_draws_nothing_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(GenerationFailed, match=r"left stand: filling.*draw the figure plainer") as failed:
        generator(tmp_path, empty=True).generate(WalkRequest(front=hero()))

    assert "up step: filling" in failed.value.failed


@settings(max_examples=25, deadline=None)
@given(passes=st.integers(1, 16), seed=st.integers(0, 1000))
def test_every_pixel_is_drawn_once_the_surest_first(passes: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    wish = random.integers(0, 3, (8, 8))
    sure = random.integers(1, 50, (8, 8))

    class Wishing:
        settings = type("Settings", (), {"passes": passes})
        seen: list[int] = []  # noqa: RUF012  # of one walk

        def logits(self, shown: Shown, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            known = drawn != shown.unknown
            assert (drawn[known] == wish[known]).all()
            if known.any() and not known.all():
                assert sure[known].min() >= sure[~known].max()
            self.seen.append(int(known.sum()))
            alpha = np.stack([np.where(wish == 2, sure, 0), np.where(wish == 2, 0, sure)])
            return alpha, np.stack([(wish == 0) * sure, (wish == 1) * sure])

    Wishing.seen.clear()
    shown = Shown(np.zeros((8, 8), np.int64), np.zeros((8, 8), np.int64), np.zeros((2, 3), np.float32), GIVEN)

    drawn = draw_frame(Wishing(), shown)  # type: ignore[arg-type]

    assert (drawn == wish).all()
    assert len(Wishing.seen) == passes and Wishing.seen == sorted(Wishing.seen)


def test_a_standing_frame_comes_before_its_steps() -> None:
    stood = {GIVEN[0]}
    for view, phase in DRAWN:
        stood |= {view} if phase == "stand" else set()
        assert view in stood
    assert len({places(*frame) for frame in (GIVEN, *DRAWN)}) == 9
    assert max(max(places(*frame)) for frame in DRAWN) == CONDITIONS - 1


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"frames": 5}, "frames is 5; choose 3 or 4"),
        ({"frames": True}, "frames is True"),
        ({"frames": 4.0}, "frames is 4.0"),
        ({"right": "left"}, "right is 'left'; choose mirrored or drawn"),
        ({"milliseconds": 0}, "milliseconds is 0; choose a whole number, 10 to 10000"),
        ({"milliseconds": True}, "milliseconds is True"),
        ({"front": "hero.png"}, "front is 'hero.png'; give a Sprite"),
    ],
)
def test_wishes_that_cannot_be_are_refused(wishes: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestInvalid, match=message.replace(".", r"\.")):
        WalkRequest(**{"front": hero(), **wishes})


@pytest.mark.parametrize("value", [0, 1])
def test_an_empty_and_a_full_square_are_no_figure(value: int) -> None:
    full = Sprite(pixels=np.full((16, 16), value), palette=hero().palette)

    with pytest.raises(RequestInvalid, match=r"give a figure on a transparent background"):
        WalkRequest(front=full)


@pytest.mark.parametrize("shape", [(24, 24), (16, 32), (8, 8)])
def test_a_size_that_the_package_does_not_know_is_refused(
    copying: WalkGenerator, shape: tuple[int, int]
) -> None:
    pixels = np.zeros(shape, np.uint8)
    pixels[2:6, 2:6] = 1

    with pytest.raises(RequestInvalid, match=r"this package takes 16x16, 32x32"):
        copying.generate(WalkRequest(front=Sprite(pixels=pixels, palette=hero().palette)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sizes": []}, "sizes are none"),
        ({"sizes": [12]}, "no multiple of 8"),
        ({"sizes": [1 << 40]}, "no multiple of 8"),
        ({"hot": 0}, "hot is not within"),
        ({"logits_per_nat": 31}, "logits_per_nat is not"),
        ({"passes": 0}, "passes is not within"),
        ({"passes": 1000}, "passes is not within"),
        ({"passes": "2"}, "settings of a walk package"),
        ({"more": 1}, "unknown field"),
    ],
)
def test_settings_that_no_walk_package_has_are_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(PackageInvalid, match=message):
        generator(tmp_path, settings={**SETTINGS, **changes})


def test_a_missing_setting_and_another_network_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageInvalid, match="settings of a walk package"):
        generator(tmp_path, settings={name: SETTINGS[name] for name in ("sizes", "hot")})
    tiny_walks.write(tmp_path / "other")
    package = Package.open(tmp_path / "other")
    spec = graph_spec()
    package.manifest.graphs.clear()
    with pytest.raises(PackageInvalid, match="no graph 'walker'"):
        KIND.load(package)
    package.manifest.graphs["walker"] = type(spec)(spec.file, spec.inputs[1:], spec.outputs)
    with pytest.raises(PackageInvalid, match="inputs of walker are"):
        KIND.load(package)
