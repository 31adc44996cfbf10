"""What comes of a quest: the state variables, and what each way through makes of them."""

from playloom.kinds.quest.content import Effect, Value, Variable
from playloom.kinds.quest.plan_parts import (
    DEED_DONE,
    ENDINGS,
    GIVER_RELATION,
    QUEST,
    RELATIONS,
    REWARD_PAID,
    STATES,
    TARGET_RELATION,
    THING_HOLDER,
    Step,
    Way,
)
from playloom.kinds.quest.strategies import Strategy
from playloom.kinds.quest.world import World

_UNKIND = ("revenge", "capture_criminal", "steal_item", "spy", "create_diversion")  # to the target
_GIVER_FEELS = {"do": "trust", "side": "grudge", "lie": "grudge", "keep": "grudge"}
_TARGET_FEELS = {"do": "trust", "side": "trust"}


def outcomes(
    world: World, strategy: Strategy, bindings: dict[str, str], steps: tuple[Step, ...]
) -> tuple[tuple[Variable, ...], tuple[Way, ...]]:
    """Return the variables of a quest, and its ways through with what they set at their ends."""
    flags = (False, True)
    variables = [
        Variable(QUEST, "offered", STATES),
        *(Variable(step.variable, False, flags) for step in steps),
        Variable(REWARD_PAID, False, flags),
        Variable(DEED_DONE, False, flags),
        Variable(GIVER_RELATION, "neutral", RELATIONS),
    ]
    if "target" in bindings:
        variables.append(Variable(TARGET_RELATION, "neutral", RELATIONS))
    holders = _holders(world, strategy, bindings)
    if holders:
        held = (holders["before"], *holders.values())
        variables.append(Variable(THING_HOLDER, holders["before"], tuple(dict.fromkeys(held))))
    ways = tuple(
        Way(name, ending, tuple(_effects(name, ending, strategy, variables, holders)))
        for name, ending in ENDINGS.items()
    )
    return tuple(variables), ways


def _effects(
    name: str, ending: str, strategy: Strategy, variables: list[Variable], holders: dict[str, str]
) -> list[Effect]:
    wanted: dict[str, Value] = {QUEST: ending, REWARD_PAID: name == "do", DEED_DONE: name == "do"}
    wanted[GIVER_RELATION] = _GIVER_FEELS.get(name, "neutral")
    target = _TARGET_FEELS.get(name, "neutral")
    wanted[TARGET_RELATION] = "grudge" if name == "do" and strategy.name in _UNKIND else target
    wanted[THING_HOLDER] = holders.get(name, holders.get("before", ""))
    return [
        Effect(variable.name, wanted[variable.name])
        for variable in variables
        if variable.name in wanted and wanted[variable.name] != variable.initial
    ]


def _holders(world: World, strategy: Strategy, bindings: dict[str, str]) -> dict[str, str]:
    """Return who has the thing that a quest is about, before it and after each way; empty without one."""
    moved = [(move, slot) for move in strategy.moves for slot in move.about if slot in ("item", "items")]
    if not moved:
        return {}
    last, slot = moved[-1]
    before = world.item(bindings[slot]).where
    assert before is not None  # what is still to be made is nobody's task
    giver, place = bindings["npc"], bindings["place"]
    target = bindings.get("target", place)
    after = bindings[last.about[-1]] if last.action == "give" else place
    from_giver = world.place_of(bindings[slot]) == world.person(giver).at
    left = target if from_giver else before
    return {
        "before": before,
        "do": after,
        "side": left,
        "lie": left,
        "keep": "player",
        "fail": "player" if from_giver else before,
    }
