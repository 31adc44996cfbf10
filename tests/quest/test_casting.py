"""No script is told to whom it does not fit: needs are read, refused at the door, and met by every quest."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.quest.casting import SLOTS, classes_of, is_of
from playloom.kinds.quest.content import QuestRequest
from playloom.kinds.quest.generator import QuestGenerator
from playloom.kinds.quest.lint import lint_files
from playloom.kinds.quest.needs import Need, explained, parse_needs, unmet
from playloom.kinds.quest.plan import plan
from playloom.kinds.quest.scripts import ACTS, ANYWHERE, OWN, TONES, read_scripts, shipped_scripts
from playloom.kinds.quest.strategies import STRATEGIES
from playloom.kinds.quest.world_file import EXAMPLES, example_world
from playloom.seeds import Stream

THORNFORD = example_world("thornford")


def told(slot: str, key: str, name: str) -> bool:
    """Whether something of Thornford is of a class, Mira asking."""
    return is_of(slot, THORNFORD.by_id[key], name, THORNFORD, THORNFORD.person("mira"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("slot", "key", "names", "others"),
    [
        ("giver", "mira", "smith grown human", "priest child cook innkeeper"),
        ("giver", "nim", "child human", "grown smith"),
        ("giver", "edda", "priest grown", "child scholar"),
        ("giver", "isolde", "noble soldier grown", "priest machine"),
        ("giver", "ludo", "innkeeper cook", "keeper trader"),
        ("target", "tam", "kin hunter", "foe friend"),
        ("target", "garrick", "foe criminal official", "kin crook"),
        ("item", "bottle_of_ale", "drink food small", "book tool big"),
        ("item", "oak_beam", "timber building big", "small drink"),
        ("item", "kings_goblet", "precious small", "book"),
        ("enemy", "mill_rat", "vermin", "beast people monster"),
        ("enemy", "reed_raider", "people", "beast undead monster"),
        ("enemy", "ridge_wolf", "beast monster", "people vermin"),
        ("enemy", "barrow_king", "undead monster", "people beast"),
        ("place", "lantern_inn", "inn settled indoors", "outdoors water"),
        ("place", "reed_marsh", "outdoors water wild dangerous", "indoors settled"),
        ("place", "crypt", "under grave dangerous", "settled outdoors"),
    ],
)
def test_people_and_things_are_told_by_what_the_world_says(
    slot: str, key: str, names: str, others: str
) -> None:
    assert [name for name in names.split() if not told(slot, key, name)] == []
    assert [name for name in others.split() if told(slot, key, name)] == []


def test_a_word_in_quotes_is_looked_for_itself() -> None:
    assert told("giver", "garrick", '"tax"')
    assert not told("giver", "mira", '"tax"')


def test_needs_are_read_and_written_alike() -> None:
    text = 'giver=smith|not child; target=kin; item="locket"; world=not scifi'
    needs = parse_needs(text)

    assert needs[0] == Need("giver", ("smith", "not child"))
    assert "; ".join(map(str, needs)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("givr=smith", r"found 'givr=smith'.*did you mean 'giver'"),
        ("giver", "expected 'slot=class"),
        ("giver=", "expected 'slot=class"),
        ("giver=smyth", "'smyth' is not known; did you mean 'smith'"),
        ("giver=kin", "'kin' is not known"),
        ("world=thornford", r"'thornford' is not known; choose of cosy"),
        ('world="here"', "is not known"),
        ('item="two words"', "is not known"),
        ("giver=smith;" * 17, "at most 16"),
    ],
)
def test_needs_that_cannot_be_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_needs(text)


@given(st.text(max_size=80))
def test_any_text_is_needs_or_is_refused(text: str) -> None:
    try:
        needs = parse_needs(text)
    except ValueError:
        return
    assert all(need.slot in SLOTS and need.classes for need in needs)


def block(needs: str, strategy: str = "steal_item") -> str:
    acts = "".join(f"{act}: About the act called {act.replace('_', ' ')}.\n" for act in ACTS)
    return f"@ {strategy} | wry | retired burglar | {ANYWHERE}\n{needs}{acts}"


@pytest.mark.parametrize(
    ("needs", "message"),
    [
        ("needs: giver=smyth\n", r"mine\.txt:2: needs: .*did you mean 'smith'"),
        ("needs: giver=smith\nneeds: item=drink\n", r"mine\.txt:3: needs come twice"),
        ("needs: enemy=beast\n", r"mine\.txt:2: needs: steal_item never has a enemy"),
    ],
)
def test_lint_finds_what_is_wrong_with_needs(tmp_path: Path, needs: str, message: str) -> None:
    (tmp_path / "mine.txt").write_text(block(needs), "utf-8")

    (finding,) = lint_files([tmp_path])

    assert finding.line in (2, 3)
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(str(finding))


def test_needs_among_branches_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text(block(""), "utf-8")
    (tmp_path / "branches").mkdir()
    (tmp_path / "branches" / "mine.txt").write_text("@ A title\nneeds: giver=smith\n", "utf-8")

    with pytest.raises(FileInvalid, match=r"no script of|needs stand"):
        read_scripts(tmp_path)
    assert any("move them there" in str(finding) for finding in lint_files([tmp_path]))


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_every_quest_is_told_in_is_met_by_its_cast(name: str) -> None:
    """Strategies and givers take turns; where one is asked for that no script fits, it is said."""
    generator, by_id = QuestGenerator(example_world(name)), {one.id: one for one in shipped_scripts()}
    for seed, strategy in enumerate([*STRATEGIES][::2]):
        quest = generator.generate(QuestRequest(seed=seed, strategy=strategy))
        assert quest.evidence is not None
        script = by_id[quest.evidence.details["script"]]
        giver = generator.world.person(quest.giver)
        for need in script.needs:
            names = [one.removeprefix("not ") for one in need.classes]
            true = [name == generator.world.genre for name in names]
            if need.slot == "giver":
                true = [is_of("giver", giver, name, generator.world, giver) for name in names]
            if need.slot in ("giver", "world"):
                refused = [one.startswith("not ") for one in need.classes]
                assert any(one != no for one, no in zip(true, refused, strict=True)), (script.title, need)


def test_every_strategy_in_every_tone_has_a_script_that_any_giver_can_tell() -> None:
    of_things = ("enemy", "items")  # every world can have them
    free = [
        one
        for one in shipped_scripts()
        if all(str(need) == "giver=human" or need.slot in of_things for need in one.needs)
    ]

    every = {(one.strategy, one.tone) for one in shipped_scripts()}
    assert len({(one.strategy, one.tone) for one in free}) > 0.9 * len(every)
    assert {one.strategy for one in free} == STRATEGIES.keys()
    assert {one.tone for one in free} == {*TONES}
    assert all(one.genre == ANYWHERE for one in free)


def test_a_script_that_does_not_fit_is_not_told_though_it_is_the_only_one() -> None:
    made = QuestGenerator(THORNFORD)
    one = replace(shipped_scripts()[-1], origin=OWN, needs=parse_needs("giver=captain"))
    made.scripts = (one,)

    with pytest.raises(RequestInvalid, match="no script at all fits who and what this world has"):
        made.generate(QuestRequest())


def test_what_is_not_met_is_explained() -> None:
    made = plan(THORNFORD, QuestRequest(giver="mira", strategy="interview_npc"), Stream(0))
    needs = parse_needs("giver=cook; world=scifi; giver=smith")

    missing = unmet(needs, made, THORNFORD)

    assert [explained(need, made, THORNFORD) for need in missing] == [
        "the giver is to be cook; Mira Ashdown is smith",
        "the world is to be scifi; Thornford is fantasy",
    ]


def test_the_classes_of_a_slot_are_listed_for_whoever_writes() -> None:
    assert {"smith", "grown", "not"} - {*classes_of("giver")} == {"not"}
    assert "kin" in classes_of("target")
    assert {"small", "drink"} <= {*classes_of("item")}


def test_a_script_that_is_asked_for_is_told_or_it_is_said_why_not() -> None:
    made = QuestGenerator(example_world("halcyon"))

    quest = made.generate(QuestRequest(script="wherever-003"))

    assert quest.evidence is not None and quest.request is not None
    assert quest.evidence.details["script"] == "wherever-003"
    assert (quest.request["script"], quest.request["strategy"]) == ("wherever-003", None)
    with pytest.raises(
        RequestInvalid, match=r"'One Waltz Unseen' fits none of .* the giver is to be noble; "
    ):
        made.generate(QuestRequest(script="one waltz  unseen"))


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (QuestRequest(script="One Walts Unseen"), "did you mean 'One Waltz Unseen'"),
        (QuestRequest(script=7), "give its title"),  # type: ignore[arg-type]
        (QuestRequest(script="wherever-003", tone="noble"), "tone is 'noble', and .* leave out one"),
        (QuestRequest(script="wherever-003", strategy="swap_item"), "strategy is 'swap_item', and"),
    ],
)
def test_a_script_asked_for_that_cannot_be_is_refused(request_: QuestRequest, message: str) -> None:
    with pytest.raises(RequestInvalid, match=message):
        QuestGenerator(THORNFORD).generate(request_)
