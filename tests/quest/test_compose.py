"""Quests in words: whole, checked, the same again; and what people are like is respected."""

import re
from collections import Counter
from dataclasses import replace

import msgspec
import pytest

import playloom
from playloom.errors import RequestInvalid
from playloom.kinds.quest import generator as generator_module
from playloom.kinds.quest.check import check
from playloom.kinds.quest.content import NARRATOR, PLAYER, Quest, QuestRequest
from playloom.kinds.quest.genders import gender_of, giver_gender, target_gender
from playloom.kinds.quest.generator import QuestGenerator
from playloom.kinds.quest.lexicon import words_by_heading
from playloom.kinds.quest.scripts import ACTS, OWN, Script, shipped_scripts
from playloom.kinds.quest.sorts import sort_of_item, sort_of_script
from playloom.kinds.quest.strategies import STRATEGIES
from playloom.kinds.quest.world import Person
from playloom.kinds.quest.world_file import EXAMPLES, example_world


def made(world: str = "thornford", **wishes: object) -> Quest:
    return QuestGenerator(example_world(world)).generate(msgspec.convert(wishes, QuestRequest))


def scripts_of(quest: Quest) -> set[str]:
    """Return the scripts that lines come from."""
    sources = {line.source.partition("/")[0] for line in quest.lines()}
    return {source for source in sources if source.startswith("authored:")}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_is_told_and_checked(strategy: str) -> None:
    for world in EXAMPLES:
        try:
            quest = made(world, strategy=strategy, seed=3, depth=2)
        except RequestInvalid as problem:
            assert "add" in str(problem) or "give" in str(
                problem
            )  # the world has no such thing, and it says so
            continue

        assert quest.strategy == strategy
        assert check(quest, example_world(world)).passed
        assert len(scripts_of(quest)) == 1  # lines of different scripts are never mixed


def test_the_same_request_makes_the_same_quest_and_another_seed_another() -> None:
    assert made(seed=5, depth=2) == made(seed=5, depth=2)
    assert made(seed=5).title != made(seed=6).title


def test_nothing_is_said_twice_and_every_slot_is_filled() -> None:
    for seed in range(6):
        quest = made("saltmouth", seed=seed, depth=3)
        texts = Counter(line.text.casefold() for line in quest.lines())

        assert max(texts.values()) == 1
        assert not any(re.search(r"[{}]", line.text) for line in quest.lines())


def test_whoever_lies_or_keeps_the_thing_says_so_to_the_giver() -> None:
    quest = next(
        q for q in (made("halcyon", seed=seed) for seed in range(9)) if q.evidence.endings.get("lied")
    )
    spot, back = quest.scene("arrive"), quest.scene("back")

    assert [choice.to for choice in spot.choices] == ["return", "sided", "back"]
    assert [choice.to for choice in back.choices] == ["lied", "kept", "failed"]
    assert {"declined", "done", "failed", "kept", "lied", "sided"} == set(quest.evidence.endings)
    assert all(line.speaker == quest.giver for line in quest.scene("lied").lines)


def test_a_script_without_branches_still_has_three_endings() -> None:
    (whole,) = [script for script in shipped_scripts() if script.id == "fantasy-001"]
    plain = replace(whole, needs=(), lines={act: whole.lines[act] for act in ACTS})
    world = example_world("thornford")
    quest = replace_scripts(QuestGenerator(world), plain).generate(QuestRequest(strategy=plain.strategy))

    assert set(quest.evidence.endings) == {"declined", "done", "failed"}
    assert check(quest, world).passed


def replace_scripts(made: QuestGenerator, *scripts: Script) -> QuestGenerator:
    made.scripts = scripts
    return made


def test_line_ids_of_two_quests_never_meet() -> None:
    first, second = ({line.id for line in made(seed=seed).lines()} for seed in (1, 2))

    assert not first & second


def test_what_is_asked_for_is_told() -> None:
    quest = made(seed=2, giver="Mira Ashdown", tone="weary", player="Ásta")

    assert quest.names[quest.giver] == "Mira Ashdown"
    assert quest.tone == "weary"
    assert quest.names[PLAYER] == "Ásta"
    assert {line.speaker for line in quest.scene("start").lines} == {quest.giver}


def test_people_of_a_known_gender_get_words_that_fit() -> None:
    world, by_id = example_world("saltmouth"), {script.id: script for script in shipped_scripts()}
    for seed in range(25):
        quest = made("saltmouth", seed=seed)
        script = by_id[quest.evidence.details["script"]]
        assert giver_gender(script) in (None, gender_of(world.person(quest.giver)))
        if quest.target is not None:
            assert target_gender(script) in (None, gender_of(world.person(quest.target)))


def test_the_table_of_genders_is_of_scripts_that_ship_and_agrees_with_what_they_say() -> None:
    table = {heading: set(ids) for heading, ids in words_by_heading("genders.txt").items()}
    by_id = {script.id: script for script in shipped_scripts()}
    by_title = {script.title: script for script in shipped_scripts()}

    assert set().union(*table.values()) <= by_id.keys()
    assert (
        not table["giver male"] & table["giver female"] and not table["target male"] & table["target female"]
    )
    for heading, other in (
        ("giver male", r"my husband|ma'am"),
        ("giver female", r"my wife|as a young man|, sir\b"),
    ):
        for script in (by_id[key] for key in table[heading]):
            said = (script.lines.get(act, "") for act in ("motive", "reward", "fail", "player_lie"))
            assert not any(re.search(rf"\b(?:{other})", text) for text in said), script.id
    assert giver_gender(by_title["For Services Rendered"]) == "male"
    assert giver_gender(by_title["A Question of Cushions"]) == "female"


def test_scripts_of_ones_own_are_judged_by_their_words() -> None:
    plain = replace(
        next(one for one in shipped_scripts() if not giver_gender(one)), origin=OWN, persona="baker"
    )
    rumours = {f"rumor_{when}": "Nothing new." for when in ("before", "after", "betrayal")}

    def told(**lines: str) -> str | None:
        return giver_gender(
            replace(plain, id="mine-000", lines={**plain.lines, "target_line": "Oh.", **rumours, **lines})
        )

    assert told() is None
    assert told(reward="I made it as a young man.") == "male"
    assert told(target_line="Tell her I came.") == "female"
    assert told(rumor_after="He sings now.") == "male"


def test_a_name_marks_a_gender_where_the_world_says_none() -> None:
    person = Person(id="edda", name="Mother Edda", role="priestess", home="chapel")

    assert gender_of(person) == "female"
    assert gender_of(msgspec.structs.replace(person, name="Brother Ansgar", role="scholar")) == "male"
    assert gender_of(msgspec.structs.replace(person, name="Nim", role="smith")) is None


def test_food_is_told_from_timber() -> None:
    world = example_world("thornford")
    by_title = {script.title: script for script in shipped_scripts()}

    assert sort_of_item(world.item("oak_beam")) == "building"
    assert sort_of_script(by_title["A Party for Auntie"]) == "food"


def test_a_word_that_the_rating_keeps_out_never_reaches_a_player(monkeypatch: pytest.MonkeyPatch) -> None:
    """One bad script among the good ones is passed over; where there is no other, nothing is made."""
    first = shipped_scripts()[0]
    bad = replace(first, needs=(), lines={**first.lines, "bark": "D4mn it."})
    world = example_world("thornford")
    request = QuestRequest(strategy=bad.strategy, attempts=2)
    alone = replace_scripts(QuestGenerator(world), bad)

    with pytest.raises(playloom.GenerationFailed, match="rating"):
        alone.generate(request)
    assert alone.generate(replace(request, rating="teen")).title == bad.title


def test_names_of_a_world_and_the_player_are_filtered_too() -> None:
    world = example_world("thornford")
    people = tuple(
        msgspec.structs.replace(one, name="D4mn Tom") if one.id == world.people[0].id else one
        for one in world.people
    )
    with pytest.raises(RequestInvalid, match=f"world: {people[0].id}: 'D4mn'"):
        QuestGenerator(msgspec.structs.replace(world, people=people)).generate(QuestRequest())
    with pytest.raises(RequestInvalid, match="player: 'd4mn'"):
        made(player="d4mn")


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"tone": "jolly"}, "tone is 'jolly'; choose childlike"),
        ({"genre": "opera"}, "genre is 'opera'; choose cosy"),
        ({"rating": "adult"}, "rating is 'adult'"),
        ({"attempts": 0}, "attempts is 0; choose 1 to 64"),
    ],
)
def test_wishes_that_cannot_be_are_refused(wishes: dict[str, object], message: str) -> None:
    with pytest.raises(RequestInvalid, match=message):
        made(**wishes)


def test_an_attempt_that_fails_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = generator_module.compose, []

    def once_short(*arguments: object) -> Quest:
        calls.append(1)
        if len(calls) == 1:
            raise LookupError("there are not enough lines")
        return real(*arguments)

    monkeypatch.setattr(generator_module, "compose", once_short)

    assert made(seed=1).evidence.attempts == 2


def test_narration_is_the_narrators_and_choices_are_the_players() -> None:
    quest = made("halcyon", seed=1, depth=2)

    for scene in quest.scenes:
        assert all(choice.line.speaker == PLAYER for choice in scene.choices)
    assert all(objective.line.speaker == NARRATOR for objective in quest.objectives)


def test_the_short_python_way() -> None:
    quest = playloom.quest("halcyon", seed=4)

    assert isinstance(quest, playloom.Quest)
    with pytest.raises(RequestInvalid, match="give a world file"):
        playloom.quest(7)
