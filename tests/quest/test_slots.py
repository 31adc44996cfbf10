"""Filling slots: articles, capitals, plurals, possessives and verbs are right, names stay as they are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playloom.kinds.quest.grammar import (
    amount,
    article_for,
    is_plural,
    number_words,
    plural_of,
    singular_of,
)
from playloom.kinds.quest.scripts import shipped_scripts
from playloom.kinds.quest.slots import SLOTS, Filling, begins_sentence, fill
from playloom.kinds.quest.steps import step_lines

FILLINGS = {
    "player": Filling("de Vries", "name"),
    "npc": Filling("Captain Mora", "name"),
    "target": Filling("the Warden", "name"),
    "faction": Filling("the Brothers", "name", plural=True),
    "home": Filling("the Narrows", "place", plural=True),
    "place": Filling("the old mill", "place"),
    "item": Filling("shears", "thing", plural=True),
    "enemy": Filling("owl", "thing"),
    "reward": Filling("owl feather", "thing"),
    "items": Filling("moths", "things", plural=True),
    "enemies": Filling("owls", "things", plural=True),
    "gold": Filling("forty crowns", "amount"),
    "count": Filling("seven", "number"),
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{place} is dark. At {place}, {player}!", "The old mill is dark. At the old mill, de Vries!"),
        ("{player}, listen. {player}?", "de Vries, listen. de Vries?"),
        ("{gold}. {count} of them.", "Forty crowns. Seven of them."),
        ('"{gold}," he said.', '"Forty crowns," he said.'),
        ("It costs... {gold}.", "It costs... forty crowns."),
        ("Mr. {npc} and Dr. {target}", "Mr. Captain Mora and Dr. the Warden"),
        ("my {place}, the {home} coach", "my old mill, the Narrows coach"),
        ("a {reward}, an {reward}, A {item}", "an owl feather, an owl feather, Some shears"),
        ("Ask Captain {npc} and old {target}.", "Ask Captain Mora and old the Warden."),
        ("This {item} is sharp.", "These shears are sharp."),
        ("That {item}'s worth a lot.", "Those shears are worth a lot."),
        ("The {item}'s edge. The {item} stays.", "The shears' edge. The shears stay."),
        ("{faction} wants it, and {faction}'s men.", "The Brothers want it, and the Brothers' men."),
        ("The board of {faction} meets.", "The board of the Brothers meets."),
        ("A lamp at {home} burns. {home} has none.", "A lamp at the Narrows burns. The Narrows have none."),
        ("{npc}'s sure. There's {faction}.", "Captain Mora's sure. There's the Brothers."),
        ("Garrick's {place}", "Garrick's old mill"),
        ("so that {faction} pays", "so that the Brothers pay"),
    ],
)  # fmt: skip
def test_a_sentence_is_right(template: str, text: str) -> None:
    assert fill(template, FILLINGS) == text


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("marsh wolf", "marsh wolves"), ("bag of salt", "bags of salt"), ("torch", "torches"),
        ("fly", "flies"),
        ("key", "keys"), ("watchman", "watchmen"), ("shaman", "shamans"), ("German", "Germans"),
        ("swordfish", "swordfish"), ("shears", "shears"), ("mother-in-law", "mothers-in-law"),
        ("box", "boxes"),
        ("Grey Lady", "Grey Ladies"), ("potato", "potatoes"), ("thief", "thieves"), ("roof", "roofs"),
        ("bread", "bread"), ("goose", "geese"), ("mongoose", "mongooses"), ("bus", "buses"),
    ],
)  # fmt: skip
def test_plurals(one: str, many: str) -> None:
    assert plural_of(one) == many


@pytest.mark.parametrize(
    "phrase", ["hour", "unopened letter", "egg", "X-ray", "MRI", "8-ball", "18th rune", "heir"]
)
def test_what_takes_an(phrase: str) -> None:
    assert article_for(phrase) == "an"


@pytest.mark.parametrize(
    "phrase", ["unicorn", "useful thing", "one-eyed cat", "European", "NASA"[::-1], "key"]
)
def test_what_takes_a(phrase: str) -> None:
    assert article_for(phrase) == ("an" if phrase == "ASAN" else "a")


def test_numbers_are_said_as_people_say_them() -> None:
    said = [number_words(number) for number in (2, 21, 99, 100, 115, 300, 1500, 2000, 12345)]

    assert said == [
        "two", "twenty-one", "ninety-nine", "one hundred", "115", "three hundred", "fifteen hundred",
        "two thousand", "12,345",
    ]  # fmt: skip
    assert amount(1, "gold pieces") == "one gold piece"
    assert amount(1, "pennies") == "one penny"
    assert singular_of("glasses") == "glass"


def test_a_proper_name_is_one_however_it_ends() -> None:
    assert all(is_plural(name) for name in ("the Narrows", "the docks", "the Brothers of Ash"))
    assert not any(is_plural(name) for name in ("Thornford Falls", "the abyss", "the glass house"))


names = st.from_regex(r"[A-Z][a-zé’'-]{1,12}( [A-Z][a-z]{1,9})?", fullmatch=True)
shipped = st.sampled_from(
    [text for script in shipped_scripts() for text in script.lines.values() if "{" in text]
)


@given(shipped, names, names)
def test_proper_names_are_never_altered(template: str, name: str, place: str) -> None:
    fillings = FILLINGS | {slot: Filling(name, "name") for slot in ("player", "npc", "target")}
    fillings |= {slot: Filling(place, "place") for slot in ("home", "place")}

    text = fill(template, fillings)

    assert "{" not in text and "}" not in text
    wanted = sum(template.count(f"{{{slot}}}") for slot in ("player", "npc", "target"))
    assert text.count(name) >= wanted
    assert text.count(place) >= sum(template.count(f"{{{slot}}}") for slot in ("home", "place"))


@given(shipped)
def test_no_article_is_doubled_and_every_sentence_begins_well(template: str) -> None:
    text = fill(template, FILLINGS)

    assert not re.search(r"\b(the the|a the|an the|my the|your the|a a|an an|a owl)\b", text, re.IGNORECASE)
    if not text.startswith("de Vries"):
        assert text.lstrip("\"'")[0].isupper()


@given(st.text(alphabet="ab .!?…\"'", max_size=12))
def test_where_a_sentence_begins_can_be_told_of_any_text(before: str) -> None:
    assert begins_sentence(before) in (True, False)


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert fill("{npc}", {"npc": Filling("{target}", "name")}) == "{target}"


def test_every_slot_of_our_own_lines_can_be_filled() -> None:
    known = {*SLOTS, "who"}
    for heading, lines in step_lines().items():
        assert lines, heading
        assert set(re.findall(r"\{(\w+)\}", " ".join(lines))) <= known, heading
        assert len(set(lines)) == len(lines), heading
