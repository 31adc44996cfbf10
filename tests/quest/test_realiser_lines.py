"""Lines that a model writes: whatever its logits are, what comes out keeps every rule."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import quest_models as models
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import BPE

from playloom.errors import PackageInvalid
from playloom.kinds.quest.capitals import names_in
from playloom.kinds.quest.realiser.constraint import Draft, Rules, grams_of
from playloom.kinds.quest.realiser.language_model import LanguageModel, Layout, Memory
from playloom.kinds.quest.realiser.lexicon import Lexicon, lexicon_of
from playloom.kinds.quest.realiser.package import PackageRealiser
from playloom.kinds.quest.realiser.writer import Choosing, write
from playloom.kinds.quest.scripts import shipped_scripts
from playloom.kinds.quest.slots import SLOT, slots_of
from playloom.package import Package
from playloom.seeds import Stream

LEXICON = lexicon_of(())
SLOTS = frozenset(("player", "npc", "item", "items", "place", "gold"))


@pytest.fixture(scope="module")
def realiser(tmp_path_factory: pytest.TempPathFactory) -> PackageRealiser:
    """A model that writes words."""
    folder = models.package(tmp_path_factory.mktemp("models") / "counts", models.counted())
    return PackageRealiser(Package.open(folder))


def rules(**more: Any) -> Rules:
    return Rules(**{"lexicon": LEXICON, "slots": SLOTS, **more})


def draft(text: str, **more: Any) -> Draft | None:
    """Return the draft of a whole text."""
    return Draft(rules(**more)).add(f" {text}")


def may_be(text: str, **more: Any) -> bool:
    found = draft(text, **more)
    return found is not None and found.finished()


@pytest.mark.parametrize(
    "text",
    [
        "Take the {item} to {npc}.",
        "I'll say it once, {player}: no.",
        "Wait... what is that?",
        'She looked up. "Come in," she said.',
        "{npc}'s boots are wet. Mine aren't!",
        "Bring me {items} from {place}, and I'll give you {gold}.",
        "My well-water tastes of pennies?!",
        "God help us, it's raining.",
    ],
)
def test_a_proper_line_is_let_through(text: str) -> None:
    assert may_be(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Take the {item} to {npc}", "no end"),
        ("Take {item} to {npc}.", "a thing without the, my or that"),
        ("Take an {item}.", "not every thing takes an"),
        ("Take every {items}.", "several"),
        ("Go to the {place}.", "a name with an article"),
        ("Give it to {target}.", "a slot that the plan does not fill"),
        ("{npc} likes {npc}.", "twice"),
        ("Ask Harold.", "a name"),
        ("Ask BoB.", "capitals"),
        ("The glimmerfax sings.", "no word"),
        ("the door is open.", "a small beginning"),
        ("It rains. the door is open.", "a small beginning"),
        ('"It rains.', "an open quotation"),
        ('It rains."', "a quotation that was not opened"),
        ("It  rains.", "two spaces"),
        ("It rains ,now.", "a sign after a space"),
        ("It rains....", "signs"),
        ("It rains.,", "signs"),
        ("[b]It rains.", "markup"),
        ("It rains <br>.", "markup"),
        ("It costs 40 crowns.", "digits"),
        ("It rains\n.", "a line break"),
        ("Voilà.", "a letter of another alphabet"),
        ("It.", "too short"),
        ("It rains. " * 20, "too long"),
        ("{items}ly is it.", "letters on a slot"),
        ("take the{item}.", "a slot on letters"),
    ],
)
def test_what_is_no_line_is_refused(text: str, why: str) -> None:
    assert not may_be(text), why


def test_the_words_of_every_script_are_known() -> None:
    """Most lines of ours would be let through; others have signs or capitals that a model is not given."""
    lines = [
        (text, slots_of(text))
        for script in shipped_scripts()[::9]
        for act, text in script.lines.items()
        if act != "title"
    ]
    passed = [may_be(text, slots=slots, high=300) for text, slots in lines]

    assert sum(passed) / len(passed) > 0.85


def test_what_was_said_is_not_said_again() -> None:
    text = "Leave the door as you found it."

    assert may_be(text)
    assert not may_be(text, said=frozenset((text.casefold(),)))
    assert not may_be("Just leave the door as it is.", grams=grams_of(text))
    assert not may_be("I know it is late, and I know it is far.")
    assert may_be("Leave that door as you found it.", grams=grams_of("Leave the door as you like."))


def test_what_must_be_named_is_named_before_the_end() -> None:
    assert not may_be("Take the {item}.", must=frozenset(("item", "npc")))
    assert may_be("Take the {item} to {npc}.", must=frozenset(("item", "npc")))


def test_a_title_has_capitals_and_no_end() -> None:
    assert may_be("What Came Up the Bucket", title=True, low=5)
    assert not may_be("What Came Up the Glimmerfax", title=True)
    assert not may_be("What Came Up the Bucket,", title=True)


def test_a_lexicon_takes_no_names() -> None:
    found = Lexicon.of(["Ask Harold about {npc}'s boots on Monday.", "Harold's boots? Then I'll see."])

    assert {"boots", "about", "on", "see"} <= found.small
    assert found.capital >= {"Monday", "I'll"} and not any("harold" in word.lower() for word in found.capital)
    assert not any("harold" in word for word in found.small)


class _Noise:
    """A session whose logits mean nothing; they depend on the tokens alone."""

    def __init__(self, seed: int, scale: int) -> None:
        self.table = np.random.default_rng(seed).integers(-scale, scale + 1, (models.SIZE, models.SIZE))

    def run(self, feeds: Any) -> dict[str, Any]:
        past, ids = feeds["past_key_values.0.key"], feeds["input_ids"]
        more = np.zeros((*past.shape[:2], ids.shape[1], 1), np.float32)
        both = np.concatenate([past, more], axis=2)
        logits = self.table[ids].astype(np.float32)
        return {"logits": logits, "present.0.key": both, "present.0.value": both}


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.integers(1, 400), st.integers(20, 120), st.sampled_from(["", "item", "npc"])
)
def test_whatever_the_logits_a_line_keeps_its_rules(seed: int, scale: int, high: int, slot: str) -> None:
    words, lines = models.vocabulary(), frozenset(("the rain.",))
    told = rules(high=high, must=frozenset((slot,)) if slot else frozenset(), said=lines)
    model = LanguageModel(_Noise(seed, scale), Layout(1, 1, 1, logits_per_nat=32))  # type: ignore[arg-type]
    written = write(
        model,
        words.pieces(),
        words.end,
        model.read([1]),
        told,
        [Stream(seed, str(n)) for n in range(3)],
        Choosing(likeliest=models.SIZE),
    )
    for one in written:
        if one is None:
            continue
        assert told.low <= len(one.text) <= high
        assert slots_of(one.text) <= SLOTS and told.must <= slots_of(one.text)
        assert one.text.isprintable() and re.fullmatch(r"[A-Za-z {}_.,;:?!'\"-]+", one.text)
        assert not list(names_in(SLOT.sub("x", one.text)))
        assert one.text.rstrip('"')[-1] in ".?!" and one.text.count('"') % 2 == 0
        found = grams_of(one.text)
        assert len(found) == max(0, len(re.findall(r"\{[a-z_]+\}|[a-zA-Z]+(?:'[a-z]+)*", one.text)) - 3)
        assert words.decode(one.ids) == one.text


def test_a_line_that_cannot_be_is_none(realiser: PackageRealiser) -> None:
    impossible = rules(must=frozenset(("gold", "item", "npc", "place")), high=20)

    assert _written(realiser, impossible, 4) == [None] * 4
    assert _written(realiser, rules(lexicon=Lexicon.of(())), 2) == [None] * 2


def test_lines_written_together_are_those_written_alone(realiser: PackageRealiser) -> None:
    together = _written(realiser, rules(), 6)
    alone = [_written(realiser, rules(), 6, only=number)[0] for number in range(6)]

    assert sum(text is not None for text in together) >= 2
    assert together == alone
    assert together == _written(realiser, rules(), 6)


def _written(
    realiser: PackageRealiser, told: Rules, count: int, only: int | None = None
) -> Sequence[str | None]:
    words = realiser.vocabulary
    streams = [Stream(3, f"line {number}") for number in range(count)]
    written = write(
        realiser.model,
        words.pieces(),
        words.end,
        realiser.model.read([1, words.says]),
        told,
        streams if only is None else [streams[only]],
        realiser.choosing,
    )
    return [None if one is None else f"{one.text} {one.surprise}" for one in written]


def _same(one: Memory, other: Memory) -> bool:
    return np.array_equal(one.last, other.last)


def test_reading_at_once_in_steps_and_in_a_padded_batch_is_the_same(realiser: PackageRealiser) -> None:
    model, random = realiser.model, np.random.default_rng(1)
    long, short = (random.integers(0, models.SIZE, size).tolist() for size in (40, 9))

    whole, stepwise = model.read(long), model.read(long[:1])
    for token in long[1:]:
        stepwise, _ = model.advance(stepwise, [[token]])
    start = model.read(long[:5])
    batch, logits = model.advance(start.rows([0, 0]), [long[5:], short])
    onward, _ = model.advance(batch, [[7], [8]])

    assert _same(whole, stepwise) and _same(whole, batch.rows([0]))
    assert _same(model.read([*long[:5], *short]), batch.rows([1]))
    assert _same(model.read([*long[:5], *short, 8]), onward.rows([1]))
    assert logits.shape == (2, 35, models.SIZE)


def test_surprise_is_that_of_each_text_alone(realiser: PackageRealiser) -> None:
    model = realiser.model
    memory = model.read([1, 2, 3])
    prompts, texts = [[4], [], [5, 6]] * 8, [[300, 301], [302], [303, 304, 305]] * 8

    together = model.surprise(memory, prompts, texts)

    assert together == [model.surprise(memory, [p], [t])[0] for p, t in zip(prompts, texts, strict=True)]
    assert min(together) > 0


def test_logits_that_are_no_numbers_are_refused() -> None:
    class Broken(_Noise):
        def run(self, feeds: Any) -> dict[str, Any]:
            made = super().run(feeds)
            made["logits"][0, -1, 3] = np.nan
            return made

    with pytest.raises(PackageInvalid, match="no finite numbers"):
        LanguageModel(Broken(0, 5), Layout(1, 1, 1)).read([1, 2])  # type: ignore[arg-type]


_BENT = {
    "no vocabulary": ({"tokenizer": None}, "no asset 'tokenizer'"),
    "a context of text": ({"context": "long"}, "settings.context is 'long'"),
    "too small a context": ({"context": 12}, "settings.context is 12"),
    "no tokenizer": ({"tokenizer": b"{}"}, "not a tokenizer"),
    "words of another": ({"tokenizer": Tokenizer(BPE()).to_str().encode()}, "token '<pad>' is None"),
}


@pytest.mark.parametrize("name", _BENT)
def test_a_package_that_cannot_write_is_refused(name: str, tmp_path: Path) -> None:
    bend, message = _BENT[name]
    folder = models.package(tmp_path / "bent", models.drawn(0), **bend)

    with pytest.raises(PackageInvalid, match=message):
        PackageRealiser(Package.open(folder))
