"""Free words become a category and tags, and what was not understood is said."""

from pathlib import Path

import msgspec
import pytest
import tiny_sprites
from hypothesis import given
from hypothesis import strategies as st

from playloom.errors import RequestInvalid
from playloom.kinds.sprite.settings import Settings
from playloom.kinds.sprite.words import WORDS_MOST, understand

KNOWN = msgspec.convert(tiny_sprites.SETTINGS, Settings)


@pytest.mark.parametrize(
    ("words", "category", "tags"),
    [
        ("goblin", "creature", ("goblin",)),
        ("A Goblin, with the AXE!", "creature", ("goblin", "axe")),
        ("axe", "weapon", ("axe",)),  # more figures hold an axe, but more of the weapons are one
        ("two swords", "weapon", ("sword",)),
        ("battle axes", "weapon", ("battleaxe",)),
        ("axe with goblin", "weapon", ("axe", "goblin")),
        ("red creature", "creature", ("red",)),
        ("red weapon axe", "weapon", ("red", "axe")),
        ("monster", "creature", ()),
        ("floor", "terrain-floor", ()),
        ("blue", None, ("blue",)),  # never seen in training: no category is likelier
        ("", None, ()),
        ("red red red", "weapon", ("red",)),
    ],
)
def test_words_come_to_a_category_and_tags(words: str, category: str | None, tags: tuple[str, ...]) -> None:
    found = understand(words, KNOWN)

    assert (found.category, found.tags) == (category, tags)


def test_what_was_not_understood_is_said() -> None:
    found = understand("gobblin with shiny axe", KNOWN)

    assert found.tags == ("goblin", "axe")
    assert found.notes == (
        "'gobblin' is not known; taken for 'goblin'",
        "'shiny' is not known and left out",
    )


def test_words_of_which_none_is_known_are_refused_with_what_is() -> None:
    with pytest.raises(RequestInvalid, match=r"no word of 'spaceship'.*creature, terrain-floor, weapon"):
        understand("spaceship", KNOWN)
    with pytest.raises(RequestInvalid, match=f"{WORDS_MOST + 1} words"):
        understand("axe " * (WORDS_MOST + 1), KNOWN)


@given(st.text(max_size=200))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        found = understand(text, KNOWN)
    except RequestInvalid:
        return
    assert set(found.tags) <= set(KNOWN.tags) and len(set(found.tags)) == len(found.tags)
    assert found.category is None or found.category in KNOWN.categories
    assert understand(text, KNOWN) == found


@given(st.lists(st.sampled_from(tiny_sprites.TAGS), min_size=1, max_size=6))
def test_known_words_are_all_taken_and_without_a_word_about_it(words: list[str]) -> None:
    found = understand(" ".join(words), KNOWN)

    assert set(found.tags) == set(words) and not found.notes


def test_settings_of_another_shape_are_refused(tmp_path: Path) -> None:
    from playloom.errors import PackageInvalid
    from playloom.kinds.sprite.settings import read_settings
    from playloom.package import Package

    for number, (field, value, says) in enumerate(
        [
            ("seen", [], "seen is empty"),
            ("seen", [{"category": "ship", "style": "plain", "size": 16, "count": 1}], "another category"),
            ("tag_counts", {"axe": {"ship": 1}}, "tag_counts names another"),
            ("sizes", [20], "sizes are not of"),
            ("hot", 0, "hot, multiple"),
            ("multiple", 16, "hot, multiple"),
            ("categories", ["weapon", "weapon"], "named twice"),
            ("noise", -1, "noise"),
            ("surprise", 1, "unknown field"),
        ]
    ):
        changed = {**tiny_sprites.SETTINGS, field: value}
        folder = tiny_sprites.write(tmp_path / str(number), settings=changed)
        with pytest.raises(PackageInvalid, match=says):
            read_settings(Package.open(folder))
