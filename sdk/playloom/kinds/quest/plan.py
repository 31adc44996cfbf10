"""Plans quests: who asks whom for what, where it leads, and what comes of every way through.

`plan` fills the slots of a strategy from the world, gives its steps errands down to the depth asked for, and
checks the whole before it hands it out.
"""

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.quest import strategies as roles
from playloom.kinds.quest.content import QuestRequest
from playloom.kinds.quest.plan_atlas import Atlas
from playloom.kinds.quest.plan_casting import Caster, Casting, drawn, shuffled
from playloom.kinds.quest.plan_check import plan_faults
from playloom.kinds.quest.plan_errands import Errands, Node
from playloom.kinds.quest.plan_order import in_order
from playloom.kinds.quest.plan_outcomes import outcomes
from playloom.kinds.quest.plan_parts import Plan, Step
from playloom.kinds.quest.plan_request import Wish, read_request
from playloom.kinds.quest.strategies import GET_SEVERAL, STRATEGIES, TAKE_SEVERAL, Move, Strategy
from playloom.kinds.quest.world import Person, World
from playloom.seeds import Stream

_REASONS = 3  # strategies of which a refusal speaks
_COUNT_LOW, _COUNT_HIGH = 2, 6  # of what is to be brought or beaten
_GOLD_STEP = 5  # pay is a multiple of it
_PAY_STEP, _PAY_DANGER, _PAY_TIER = 5, 10, 10  # for each step, each level of danger, each tier of an enemy


def plan(world: World, request: QuestRequest, stream: Stream) -> Plan:
    """Plan a quest in a world.

    Args:
        world: One that `check_world` has passed.
        request: What is wanted; what it leaves open is drawn.
        stream: Of the draws; the same stream gives the same plan.

    Raises:
        RequestInvalid: If nothing in the world can be what is asked for; says what is missing.
    """
    wish = read_request(world, request)
    caster = Caster(world, request.depth, wish.about)
    strategy, giver, casting, bindings = _cast(caster, wish, stream.fork("cast"))
    bindings = {"npc": giver.id, "place": casting.place, **bindings}
    _bind_rest(caster, giver, bindings, stream.fork("rest"))
    count = _count(world, bindings, stream.fork("count"))
    nodes = _nodes(caster, strategy, giver, bindings, count, stream.fork("errands"))
    steps = in_order(nodes, giver.at)
    variables, ways = outcomes(world, strategy, bindings, steps)
    made = Plan(
        request=request,
        giver=giver.id,
        target=bindings.get("target"),
        motivation=strategy.motivation,
        strategy=strategy.name,
        bindings=dict(sorted(bindings.items())),
        gold=_gold(world, bindings, steps, stream.fork("gold")),
        count=count,
        steps=steps,
        variables=variables,
        ways=ways,
        rewards=(bindings["reward"],) if "reward" in bindings else (),
    )
    faults = plan_faults(made, world)
    if faults:
        raise GenerationFailed(
            f"the plan does not hold: {'; '.join(faults)}; this is our bug, please report it with the seed",
            failed=faults,
        )
    return made


def _cast(caster: Caster, wish: Wish, stream: Stream) -> tuple[Strategy, Person, Casting, dict[str, str]]:
    """Draw a strategy and a giver that go together, and who and what fills the slots."""
    for name in shuffled(wish.strategies, stream):
        for giver in shuffled(wish.givers, stream):
            left = caster.castings(STRATEGIES[name], giver)
            while left:
                casting = drawn(left, stream, [one.weight for one in left])
                bindings = casting.draw(stream)
                if bindings is not None:
                    return STRATEGIES[name], giver, casting, bindings
                left.remove(casting)
    raise _impossible(caster, wish)


def _impossible(caster: Caster, wish: Wish) -> RequestInvalid:
    """Return the error that says what is missing, taking the first who might ask as an example."""
    giver = wish.givers[0]
    alone = len(wish.givers) == 1
    who = f"{giver.name} cannot" if alone else f"nobody in {caster.world.name!r} can"
    reasons = [(name, caster.why_not(STRATEGIES[name], giver)) for name in wish.strategies[:_REASONS]]
    one = len(wish.strategies) == 1
    each = "; ".join(reason if one else f"{name}: {reason}" for name, reason in reasons)
    example = "" if alone else f"as for {giver.name}, "
    more = "" if len(wish.strategies) <= _REASONS else "; and so on, `playloom world check` tells of all"
    what = wish.strategies[0] if one else "anything"
    return RequestInvalid(f"{who} ask for {what}: {example}{each}{more}")


def _bind_rest(caster: Caster, giver: Person, bindings: dict[str, str], stream: Stream) -> None:
    """Fill the slots that scripts may use besides those of the strategy: home, faction, reward."""
    world, place = caster.world, bindings["place"]
    home = _proper_place(world, giver.home, place)
    if home is not None:
        bindings["home"] = home
    odds = {other.id for other in world.factions if giver.faction in other.at_odds}
    odds |= {key for other in world.factions if other.id == giver.faction for key in other.at_odds}
    owner = world.item(bindings["item"]).owner if "item" in bindings else None
    foreign = [other.id for other in world.factions if other.id != giver.faction]
    if owner in foreign:
        bindings["faction"] = owner
    elif foreign:
        bindings["faction"] = drawn(foreign, stream, [3 if key in odds else 1 for key in foreign])
    keys = caster.atlas(giver.at).all_keys(place)
    rewards = [
        item.id
        for item in caster.roles.at_hand(giver)
        if item.id not in bindings.values() and item.id not in keys and "key" not in item.tags
    ]
    if rewards:
        bindings["reward"] = drawn(rewards, stream)


def _proper_place(world: World, home: str, elsewhere: str) -> str | None:
    """Return the nearest place with a proper name to where somebody lives, but for one."""
    seen, ring = {home}, [home]
    while ring:
        for place in ring:
            if place != elsewhere and world.place(place).is_proper:
                return place
        ring = sorted({other for place in ring for other in world.neighbours[place]} - seen)
        seen.update(ring)
    return None


def _count(world: World, bindings: dict[str, str], stream: Stream) -> int:
    most = _COUNT_HIGH
    for slot in ("items", "enemy"):
        if slot in bindings:
            entity = world.item(bindings[slot]) if slot == "items" else world.enemy(bindings[slot])
            most = min(most, max(entity.count, _COUNT_LOW))
    return _COUNT_LOW + stream.below(most - _COUNT_LOW + 1)


def _nodes(
    caster: Caster, strategy: Strategy, giver: Person, bindings: dict[str, str], count: int, stream: Stream
) -> list[Node]:
    """Return the steps of the strategy with their errands, in the strategy's order."""
    place = bindings["place"]
    atlas: Atlas = caster.atlas(giver.at)
    errands = Errands(caster.roles, atlas, giver, place, set(bindings.values()), stream)
    moves = _moves(caster.world, strategy, giver, bindings)
    nodes = [
        Node(
            move.action,
            tuple(bindings[slot] for slot in move.about),
            giver.at if move.at_giver else place,
            count if move.several else 1,
        )
        for move in moves
    ]
    errands.steps = len(nodes)
    for move, node in zip(moves, nodes, strict=True):
        if move.action == "goto":
            errands.unlock(node, place, caster.depth)
        if move.action == "build" and not any(other.action == "get" for other in moves):
            errands.fetch(node, bindings["items"], count)
        if not move.at_giver:
            errands.expand(node, caster.depth)
    return nodes


def _moves(world: World, strategy: Strategy, giver: Person, bindings: dict[str, str]) -> tuple[Move, ...]:
    """Return the strategy's moves; what is to be built with is taken along or found there, if it is."""
    if roles.SEVERAL_ANYWHERE not in strategy.roles.values():
        return strategy.moves
    source = world.place_of(bindings["items"])
    if source == giver.at:
        return (TAKE_SEVERAL, *strategy.moves)
    if source == bindings["place"]:
        return (strategy.moves[0], GET_SEVERAL, *strategy.moves[1:])
    return strategy.moves


def _gold(world: World, bindings: dict[str, str], steps: tuple[Step, ...], stream: Stream) -> int:
    """Return the pay: more for more steps, more danger and stronger enemies; the draw haggles a little."""
    danger = max(world.place(step.place).danger for step in steps)
    tier = max(
        (world.enemy(key).tier for step in steps if step.action == "kill" for key in step.about), default=0
    )
    pay = _PAY_STEP * len(steps) + _PAY_DANGER * danger + _PAY_TIER * tier
    return pay + _GOLD_STEP * stream.below(4)
