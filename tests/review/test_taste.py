"""A taste is learnt, proves itself on what it was not shown, and ranks by whole numbers alone."""

import itertools
import json
import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviewing import content, run

from playloom.errors import FileInvalid, RequestInvalid
from playloom.feedback.events import ACCEPT, PREFER, RATE, REJECT, Content, Feedback, Said
from playloom.review.answers import heard
from playloom.review.taste import Taste, best_first, encode_taste, read_taste
from playloom.review.tuning import tuned

NAMES = ("openness", "treasure", "enemies", "difficulty", "length", "symmetry", "water", "keys")


def wide_and_calm(features: dict[str, int]) -> float:
    return features["openness"] - features["enemies"]


def tight_and_hard(features: dict[str, int]) -> float:
    return features["difficulty"] - features["openness"]


def drawn(draw: random.Random, number: int) -> Content:
    return content(number, **{name: round(draw.gauss(500, 150)) for name in NAMES})


def judged(feedback: Feedback, who: str, likes: object, count: int, *, slips: float, seed: int = 1) -> None:
    """Have somebody accept, rate and compare, mistaken now and then."""
    draw = random.Random(seed)
    every = [drawn(draw, number) for number in range(count)]
    worth = [likes(dict(one.features)) + draw.gauss(0, slips) for one in every]  # type: ignore[operator]
    for one, score in itertools.islice(zip(every, worth, strict=True), 0, count // 2):
        feedback.say(Said(who, one, ACCEPT if score > 0 else REJECT))
    for one, score in itertools.islice(zip(every, worth, strict=True), count // 2, 3 * count // 4):
        feedback.say(Said(who, one, RATE, str(max(1, min(5, round(3 + score / 100))))))
    for _ in range(count // 2):
        first, second = sorted(draw.sample(range(count), 2), key=worth.__getitem__)
        feedback.say(Said(who, every[second], PREFER, "", every[first]))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tastes") / "playloom-feedback.db"
    with Feedback(place) as feedback:
        judged(feedback, "ann", wide_and_calm, 60, slips=60)
        judged(feedback, "bob", tight_and_hard, 60, slips=60)
        judged(feedback, "dice", lambda _: 0.0, 60, slips=100)
        judged(feedback, "new", wide_and_calm, 12, slips=0)
    return place


def test_two_profiles_learn_two_tastes_that_rank_fresh_content_as_each_would(database: Path) -> None:
    fresh = [dict(drawn(random.Random(number), 1000 + number).features) for number in range(200)]
    orders = {}
    with Feedback(database, write=False) as feedback:
        for who, likes in (("ann", wide_and_calm), ("bob", tight_and_hard)):
            taste = tuned(heard(feedback, who, "level"), "level")
            orders[who] = best_first(taste, fresh)
            right = sum(
                likes(fresh[one]) > likes(fresh[two]) for one, two in itertools.combinations(orders[who], 2)
            )
            assert right / (200 * 199 / 2) > 0.85, who
            assert taste.measured.agreement > 700 > taste.measured.shuffled, taste.measured
            assert abs(taste.measured.shuffled - 500) < 100
    assert set(orders["ann"][:20]).isdisjoint(orders["bob"][:20])


def test_dice_and_newcomers_are_refused_with_what_to_do(database: Path) -> None:
    with Feedback(database, write=False) as feedback:
        with pytest.raises(RequestInvalid, match="no better than chance"):
            tuned(heard(feedback, "dice", "level"), "level")
        with pytest.raises(RequestInvalid, match=r"12 levels judged.*needs 24"):
            tuned(heard(feedback, "new", "level"), "level")
        with pytest.raises(RequestInvalid, match="0 sprites judged"):
            tuned(heard(feedback, "ann", "sprite"), "sprite")


def test_the_order_in_which_things_were_said_changes_nothing(database: Path, tmp_path: Path) -> None:
    with Feedback(database, write=False) as feedback:
        events = feedback.events("ann")
        taste = tuned(heard(feedback, "ann", "level"), "level")
    random.Random(5).shuffle(events)
    with Feedback(tmp_path / "f.db") as other:
        other.say_all(events)
        assert tuned(heard(other, "ann", "level"), "level") == taste


def test_levels_are_ranked_by_the_command_each_profile_in_its_order(tmp_path: Path) -> None:
    with Feedback(tmp_path / "playloom-feedback.db") as feedback:
        judged(feedback, "ann", lambda f: f["openness"] - 500, 40, slips=20)
        judged(feedback, "bob", lambda f: 500 - f["openness"], 40, slips=20)
    told = {}
    for who in ("ann", "bob"):
        document = json.loads(run("tune", "--for", who, "--json", at=tmp_path).stdout)
        assert document["kinds"]["level"]["measured"]["agreement"] > 700
        place = tmp_path / f"playloom-taste-{who}.json"
        assert place.read_bytes() == encode_taste(read_taste(place))
        wishes = ("--size", "16x16", "--count", 6, "--best", 3, "--for", who, "--json", "-o", f"{who}.tmx")
        done = run("level", "cave", *wishes, at=tmp_path)
        told[who] = [json.loads(line) for line in done.stdout.splitlines()]
        assert [one["rank"] for one in told[who]] == [1, 2, 3]
        assert sorted(path.name for path in tmp_path.glob(f"{who}-*.tmx")) == sorted(
            f"{who}-{one['seed']}.tmx" for one in told[who]
        )
        scores = [one["score"] for one in told[who]]
        assert scores == sorted(scores, reverse=True)
    assert "did not see" in run("tune", "--for", "ann", "-o", "again.json", at=tmp_path).stdout
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "playloom-taste-ann.json").read_bytes()
    openness = {who: [one["evidence"]["measures"]["openness"] for one in told[who]] for who in told}
    assert openness["ann"][0] > openness["bob"][0]


_GOOD = {
    "format": "playloom.taste/1", "profile": "ann",
    "kinds": {"level": {"weights": {"openness": {"usual": 500, "spread": 100, "weight": 700}},
                        "measured": {"pairs": 9, "agreement": 800, "shuffled": 500, "judged": 30,
                                     "compared": 0}}},
}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_hostile_tastes_are_refused_or_rank(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    place = tmp_path_factory.getbasetemp() / "taste.json"
    text = json.dumps(_GOOD)
    cut = data.draw(st.integers(0, len(text)))
    junk = data.draw(
        st.sampled_from(["", "0", "-1", "1e400", "NaN", "null", "[" * 90, "\0", '"a":1,', "9" * 30])
    )
    place.write_text(text[:cut] + junk + text[cut + data.draw(st.integers(0, 5)) :])
    try:
        taste = read_taste(place)
    except FileInvalid as error:
        assert str(place) in str(error)
        return
    assert isinstance(taste, Taste)
    for one in taste.kinds.values():
        assert isinstance(one.score({"openness": 2**31, "x": -5}), int)


def test_scores_are_the_same_whole_numbers_everywhere() -> None:
    one = msgspec.convert(_GOOD, Taste).of_kind("level")
    assert one.score({"openness": 450}) == -500 * 700
    assert one.score({"openness": 10**6}) == 3000 * 700
    assert one.score({}) == -3000 * 700
    assert one.score({"openness": 499}) == -10 * 700  # floored, as whole numbers are
