"""Plans are exact: over all strategies, worlds and depths they can be done; the same seed gives the same."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quest_worlds import changed, locked, planned, small

from playloom.errors import RequestInvalid
from playloom.kinds.quest.content import QuestRequest
from playloom.kinds.quest.plan import plan
from playloom.kinds.quest.plan_check import plan_faults
from playloom.kinds.quest.plan_parts import ENDINGS
from playloom.kinds.quest.strategies import ACTIONS, MOTIVATIONS, STRATEGIES
from playloom.kinds.quest.world import Enemy, Faction, Item, Person, Place, World
from playloom.kinds.quest.world_check import faults
from playloom.kinds.quest.world_draft import draft_world
from playloom.kinds.quest.world_file import EXAMPLES, example_world
from playloom.seeds import Stream

GENRES = ("fantasy", "gothic", "scifi", "sea", "wasteland", "cosy", "mystery", "frontier")


def test_there_are_nine_motivations_and_the_strategies_of_the_scripts() -> None:
    assert len(MOTIVATIONS) == 9
    assert len(STRATEGIES) == 26
    assert {move.action for strategy in STRATEGIES.values() for move in strategy.moves} <= set(ACTIONS)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_strategy_can_be_planned_in_every_example_world(name: str, strategy: str) -> None:
    world = example_world(name)

    for depth in range(4):
        made = planned(world, depth, strategy=strategy, depth=depth)

        assert plan_faults(made, world) == ()
        assert STRATEGIES[strategy].slots <= made.bindings.keys()
        assert {way.ending for way in made.ways} == set(ENDINGS.values())
        assert all(step.place != made.bindings["place"] for step in made.steps if step.errand)


@pytest.mark.parametrize("genre", GENRES)
def test_every_strategy_can_be_planned_in_every_draft(genre: str) -> None:
    world = draft_world(genre, 1)

    for strategy in STRATEGIES:
        planned(world, 2, strategy=strategy)


def test_the_same_stream_gives_the_same_plan() -> None:
    world = example_world("thornford")

    assert planned(world, 9, depth=3) == planned(world, 9, depth=3)
    assert len({str(planned(world, seed).bindings) for seed in range(20)}) > 10


def test_a_motivation_chooses_among_its_strategies() -> None:
    world = example_world("halcyon")

    for motivation in MOTIVATIONS:
        made = planned(world, 3, motivation=motivation)

        assert made.motivation == STRATEGIES[made.strategy].motivation == motivation


@pytest.mark.parametrize("target", ["garrick", "Garrick Vane", "the REED marsh", "crypt_key", "ridge_wolf"])
def test_a_quest_is_about_the_target_that_was_asked_for(target: str) -> None:
    world = example_world("thornford")

    made = planned(world, 1, target=target, depth=2)

    names = {name for key in made.bindings.values() for name in (key, world.name_of(key).casefold())}
    assert target.casefold() in names


def test_a_giver_is_found_by_name() -> None:
    assert planned(example_world("saltmouth"), giver="odile d’armor").giver == "odile"


@pytest.mark.parametrize("keys", [1, 2, 3])
def test_keys_are_fetched_before_the_places_they_open(keys: int) -> None:
    made = planned(locked(keys), strategy="kill_enemies", giver="ada", depth=keys)

    got = [step.about[0] for step in made.steps if step.action == "get"]
    assert [name for name in got if name.startswith("key")] == [f"key_{n}" for n in range(keys)]


def test_a_depth_of_zero_makes_no_errands() -> None:
    world = example_world("halcyon")

    assert not any(step.errand for seed in range(40) for step in planned(world, seed, depth=0).steps)


def test_deeper_quests_have_longer_ways() -> None:
    world = example_world("saltmouth")

    steps = [sum(len(planned(world, seed, depth=depth).steps) for seed in range(40)) for depth in range(4)]

    assert steps == sorted(steps)
    assert steps[0] < steps[-1]


def test_the_consequences_of_each_way_are_told() -> None:
    made = planned(example_world("thornford"), strategy="steal_item", giver="mira")

    ends = {way.name: {effect.variable: effect.value for effect in way.effects} for way in made.ways}
    assert ends["do"]["thing_holder"] == "mira"
    assert ends["do"]["reward_paid"] is True
    assert ends["keep"]["thing_holder"] == "player"
    assert ends["lie"] == {"quest": "lied", "giver_relation": "grudge"}
    assert ends["refuse"] == {"quest": "declined"}


def test_a_reward_is_the_givers_own_and_no_part_of_the_quest() -> None:
    world = example_world("thornford")

    for seed in range(60):
        made = planned(world, seed, depth=2)
        for reward in made.rewards:
            assert world.item(reward).owner == made.giver or world.item(reward).where == made.giver
            assert all(reward not in step.about for step in made.steps)


ids = st.integers(0, 5)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Any small world that holds together: locked places, dead people, islands and all."""
    places = tuple(
        Place(
            id=f"place_{n}",
            name=f"the place {n} x" if draw(st.booleans()) else f"Town {n} x",
            connections=tuple({f"place_{m}" for m in draw(st.lists(ids, max_size=3)) if m != n}),
            danger=draw(st.integers(0, 3)),
            needs=f"item_{draw(ids)}" if draw(st.integers(0, 3)) == 0 else None,
        )
        for n in range(6)
    )
    people = tuple(
        Person(
            id=f"who_{n}",
            name=f"Who {n}",
            role="cook",
            home=f"place_{draw(ids)}",
            where=f"place_{draw(ids)}" if draw(st.booleans()) else None,
            alive=draw(st.integers(0, 5)) > 0,
            faction=draw(st.sampled_from([None, "red", "blue"])),
            relations={
                f"who_{m}": draw(st.sampled_from(["kin", "friend", "rival", "foe"]))
                for m in [draw(ids)]
                if m != n
            },
        )
        for n in range(6)
    )
    alive = [person.id for person in people if person.alive]
    spots = [*(place.id for place in places), *alive]
    items = tuple(
        Item(
            id=f"item_{n}",
            name=f"thing {n}",
            where=draw(st.sampled_from(spots)),
            owner=draw(st.sampled_from([None, "red", *(person.id for person in people)])),
            count=draw(st.integers(1, 4)),
            value=draw(st.integers(0, 80)),
            tags=tuple(draw(st.lists(st.sampled_from(["key", "tool", "weapon"]), max_size=2))),
        )
        for n in range(6)
    )
    enemies = tuple(
        Enemy(
            id=f"foe_{n}",
            name=f"foe {n}",
            where=f"place_{draw(ids)}",
            count=draw(st.integers(1, 5)),
            tier=draw(st.integers(1, 3)),
        )
        for n in range(draw(st.integers(0, 3)))
    )
    factions = (Faction(id="red", name="the Red", at_odds=("blue",)), Faction(id="blue", name="the Blue"))
    return World(name="Any", people=people, places=places, items=items, enemies=enemies, factions=factions)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.integers(0, 2**40), st.integers(0, 3), st.sampled_from([None, *STRATEGIES]))
def test_any_world_gives_a_sound_plan_or_a_reason(
    world: World, seed: int, depth: int, strategy: str | None
) -> None:
    assert list(faults(world)) == []

    try:
        made = plan(world, QuestRequest(seed=seed, depth=depth, strategy=strategy), Stream(seed))
    except RequestInvalid as problem:
        assert "; " in str(problem) or ": " in str(problem)
        return

    assert plan_faults(made, world) == ()


def test_a_false_plan_is_seen_through() -> None:
    world = locked(1)
    made = planned(world, strategy="kill_enemies", giver="ada", depth=1)
    goto, get, *rest = made.steps
    false = {
        "'crypt' cannot be reached": {"steps": (goto, replace(get, action="goto", about=("mill",)), *rest)},
        "is not there": {"steps": (*made.steps[:-1], replace(made.steps[-1], place="mill"))},
        "it does not do": {"steps": made.steps[:-1]},
        "which is not before it": {"steps": made.steps[::-1]},
        "does not fit it": {"bindings": {**made.bindings, "place": "nowhere"}},
        "lacks ['enemy']": {"bindings": {"npc": "ada", "place": "crypt"}},
        "is not the one in its slot": {"target": "bo"},
        "part of the quest": {"rewards": ("key_0",)},
        "a way through is missing": {"ways": made.ways[1:]},
        "the pay is 0": {"gold": 0},
        "nothing tells whether": {"variables": made.variables[:1]},
    }

    for message, change in false.items():
        assert message in " ".join(plan_faults(replace(made, **change), world))  # type: ignore[arg-type]
    dead = changed(world, people=(changed(world.people[0], alive=False), world.people[1]))
    assert "is dead" in " ".join(plan_faults(made, dead))


def test_two_people_are_enough_for_a_quest() -> None:
    made = planned(small(), strategy="interview_npc")

    assert {made.giver, made.target} == {"ada", "bo"}
