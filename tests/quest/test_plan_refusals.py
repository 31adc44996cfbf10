"""What cannot be is refused, and the refusal says what is missing and what to add."""

import pytest
from quest_worlds import changed, locked, planned, small

from playloom.errors import RequestInvalid
from playloom.kinds.quest.strategies import STRATEGIES
from playloom.kinds.quest.world import Enemy, Faction, Place
from playloom.kinds.quest.world_draft import draft_world
from playloom.kinds.quest.world_report import report


def test_a_kill_quest_needs_an_enemy() -> None:
    with pytest.raises(
        RequestInvalid, match=r"Ada cannot ask for kill_pests: no enemies of tier 1 .*\[\[enemies\]\]"
    ):
        planned(small(), strategy="kill_pests", giver="ada")


def test_nobody_talks_to_themselves() -> None:
    alone = small(people=small().people[:1])

    with pytest.raises(
        RequestInvalid, match=r"Ada is the only person alive; add another one under \[\[people\]\]"
    ):
        planned(alone, strategy="interview_npc")


def test_a_place_that_nothing_connects_is_out_of_reach() -> None:
    places = (*small().places, Place(id="isle", name="the isle", danger=2))

    with pytest.raises(
        RequestInvalid, match="'the isle' cannot be reached from 'the forge'; add a connection"
    ):
        planned(small(places=places), strategy="visit_dangerous_place", giver="ada")


def test_a_key_behind_its_own_door_opens_nothing() -> None:
    world = locked(1)
    shut = changed(world, items=(changed(world.items[0], where="crypt"),))

    with pytest.raises(RequestInvalid, match="'the crypt' cannot be reached"):
        planned(shut, strategy="kill_enemies", depth=3)


def test_locks_need_depth() -> None:
    with pytest.raises(RequestInvalid, match="needs 'key 0', 'key 1' first; ask for a depth of 2 or more"):
        planned(locked(2), strategy="kill_enemies", giver="ada", depth=1)


def test_a_single_place_is_too_few() -> None:
    ada, bo = small().people
    world = small(people=(ada, changed(bo, home="forge")), places=(Place(id="forge", name="the forge"),))

    with pytest.raises(RequestInvalid, match=r"only one place; add another one under \[\[places\]\]"):
        planned(world, strategy="interview_npc")


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"giver": "Adda"}, "nothing in 'Tiny' is called 'Adda'; did you mean 'Ada'"),
        ({"giver": "the mill"}, "'the mill' is no person"),
        ({"giver": "ada", "target": "ada"}, "'Ada' would give a quest about themselves"),
        ({"target": "red"}, "'the Red' is a faction"),
        ({"strategy": "spyy"}, "no strategy is called 'spyy'; did you mean 'spy'"),
        ({"motivation": "greed"}, "no motivation is called 'greed'; choose of knowledge"),
        ({"motivation": "wealth", "strategy": "spy"}, "'spy' serves knowledge, not wealth"),
        ({"depth": 4}, "depth is 4; choose 0 to 3"),
        ({"depth": True}, "depth is True"),
        ({"genre": "western"}, "genre is 'western'; choose of"),
        ({"player": "{npc}"}, "player: '{npc}' has '{'"),
        ({"player": "Ada"}, "player: 'Ada' is the name of 'ada' too"),
        ({"player": ""}, "player has 0 characters"),
        ({"target": "bo", "strategy": "kill_enemies"}, "cannot ask for kill_enemies"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(wishes: dict[str, object], message: str) -> None:
    world = small(factions=(Faction(id="red", name="the Red"),))

    with pytest.raises(RequestInvalid) as problem:
        planned(world, **wishes)

    assert message in str(problem.value)


def test_the_dead_neither_give_quests_nor_are_their_target() -> None:
    ada, bo = small().people
    world = small(people=(ada, changed(bo, alive=False)))

    with pytest.raises(RequestInvalid, match="giver 'Bo' is dead"):
        planned(world, giver="bo")
    with pytest.raises(RequestInvalid, match="target 'Bo' is dead"):
        planned(world, target="bo")
    with pytest.raises(RequestInvalid, match="nobody in 'Tiny' is alive"):
        planned(small(people=(changed(bo, alive=False),)))


def test_nothing_at_all_can_be_asked_for_in_an_empty_world() -> None:
    alone = small(people=small().people[:1], places=small().places[:1])

    with pytest.raises(RequestInvalid, match=r"Ada cannot ask for anything: .*world check"):
        planned(changed(alone, places=(changed(alone.places[0], connections=()),)))


def test_what_is_missing_for_every_strategy_is_told() -> None:
    found = report(small())

    assert found.givers["interview_npc"] == ("ada", "bo")
    assert "[[enemies]]" in found.missing["attack_threat"]
    assert found.givers.keys() == STRATEGIES.keys()
    assert not report(draft_world("sea", 0)).missing


def test_a_target_that_takes_no_part_is_told() -> None:
    world = small(enemies=(Enemy(id="wolf", name="wolf", where="mill", count=2),))

    with pytest.raises(RequestInvalid, match="'Bo' fits no part of it"):
        planned(world, strategy="kill_enemies", giver="ada", target="bo")
