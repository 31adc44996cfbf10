"""The measures of `playloom evaluate quest`: figures known by hand."""

import numpy as np
import pytest

from playloom.seeds import Stream
from playloom_train.kinds.quest.evaluation.classifier import Classifier, features
from playloom_train.kinds.quest.evaluation.ngrams import NGrams
from playloom_train.kinds.quest.evaluation.overlap import Known, distinct, grams_of, words_of

# Counting


def whole(model: NGrams, before: list[int]) -> float:
    """Return what the likelihoods of all tokens after a context add up to."""
    return sum(float(np.exp(-model.nats([*before, token])[-1])) for token in range(model.size))


@pytest.mark.parametrize("before", [[], [1], [1, 2], [1, 2, 3, 1], [6, 6, 6], [3, 1, 2, 3]])
def test_likelihoods_add_up_to_one_after_every_context(before: list[int]) -> None:
    model = NGrams([[1, 2, 3, 4], [1, 2, 4, 4, 3], [5, 1, 2, 3]], 7)

    assert whole(model, before) == pytest.approx(1, abs=1e-9)


def test_a_bigram_model_is_what_one_reckons_by_hand() -> None:
    # Bigrams (0 before the first): 01 twice, 12 twice, 13 once; so 1 follows one token, 2 one and 3 one.
    model = NGrams([[1, 2], [1, 2, 1, 3]], 4, order=2)

    # Pairs: 01:2 12:2 21:1 13:1. Seen once: 2, twice: 2, so the discount is 2 / (2 + 4).
    # Singles by what they follow: 1 follows 0 and 2, 2 follows 1, 3 follows 1; seen once: 2, twice: 1.
    pair, single = 2 / 6, 2 / 4
    alone = (1 - single) / 4 + single * 3 / 4 * (1 / 4)  # 2 or 3
    after = (2 - pair) / 3 + pair * 2 / 3 * alone
    assert float(np.exp(-model.nats([1, 2])[1])) == pytest.approx(after)


def test_what_was_learnt_is_likelier_than_its_tokens_in_another_order() -> None:
    random = np.random.default_rng(1)
    lines = [[1, 2, 3, 4, 5, 6, int(token)] for token in random.integers(7, 20, 200)]
    model = NGrams(lines, 20)

    assert model.nats([1, 2, 3, 4, 5, 6]).mean() < 0.1
    assert model.nats([6, 5, 4, 3, 2, 1]).mean() > 2


def test_a_larger_vocabulary_has_shorter_n_grams_and_still_adds_up() -> None:
    model = NGrams([[40_000, 50_000, 1], [40_000, 2, 50_000]], 60_000)

    assert model.order == 3
    assert float(np.exp(-model.nats([40_000, 50_000])[1])) > 0.2


def test_lines_are_drawn_as_often_as_they_were_learnt_and_again_from_the_same_stream() -> None:
    model = NGrams([[1, 2, 9]] * 30 + [[1, 3, 9]] * 10, 10, order=2)
    drawn = [model.draw([1], 9, 5, Stream(seed)) for seed in range(200)]

    assert 110 < sum(line[:1] == [2] for line in drawn) < 180
    assert drawn == [model.draw([1], 9, 5, Stream(seed)) for seed in range(200)]
    assert max(map(len, drawn)) <= 5


# Telling acts and tones


def test_a_classifier_tells_lines_that_it_never_saw_by_their_words() -> None:
    asks = [f"Would you fetch the {thing} from {place}?" for thing in "abcd" for place in "wxyz"]
    ends = [f"Farewell, and mind the {thing}." for thing in "abcdefgh"]
    judge = Classifier([*asks, *ends], ["offer"] * len(asks) + ["farewell"] * len(ends))

    assert judge.tell(["Would you fetch the lamp from town?", "Farewell, and mind the dog."]) == [
        "offer",
        "farewell",
    ]
    assert judge.right(["Farewell, friend.", "Would you?"], ["farewell", "unknown act"]) == (1, 1)
    assert judge.tell([]) == []


def test_a_rare_label_is_told_as_well_as_a_common_one() -> None:
    texts = ["the cat sat here"] * 60 + ["the dog ran there"] * 3
    judge = Classifier(texts, ["cat"] * 60 + ["dog"] * 3)

    assert judge.tell(["the dog ran", "the cat sat"]) == ["dog", "cat"]


def test_features_know_where_a_line_begins_and_ends_and_its_slots() -> None:
    assert features("Bring the {item}.") == [
        "bring", "the", "{item}", ".", "bring the", "the {item}", "{item} .", "^bring", ".$",
    ]  # fmt: skip
    assert features("  ") == []


# Copies


def test_words_are_compared_without_signs_and_capitals() -> None:
    assert words_of("Don't — take the {item}!") == ["don't", "take", "the", "{item}"]
    assert grams_of("a b c d", 3) == [("a", "b", "c"), ("b", "c", "d")]
    assert grams_of("a b", 3) == []


def test_six_words_in_a_row_are_found_and_a_whole_line_is_known() -> None:
    known = Known(["Mind the goose by the old well.", "Take {item} home."])

    assert known.has("mind the goose, by the old well!")
    assert not known.has("Mind the goose by the well.")
    assert known.grams(["Mind the goose by the old mill."]) == pytest.approx(1 / 2)  # one of two runs
    assert known.grams(["too short"]) == 0


def test_the_nearest_line_is_the_one_that_shares_most() -> None:
    known = Known(["one two three four", "two three four five", "nothing of it"])

    share, line = known.nearest("zero two three four five")
    assert (share, line) == (pytest.approx(2 / 3), "two three four five")
    assert known.nearest("all other words") == (0.0, "")


def test_distinct_is_the_share_of_unlike_runs_of_words() -> None:
    assert distinct(["a b", "a b"]) == (0.5, 0.5, 0.0)
    assert distinct(["a b c"]) == (1.0, 1.0, 1.0)
    assert distinct([]) == (0.0, 0.0, 0.0)
