"""The strategies of quests: what each asks of the world, and what is done in it, step by step.

Source of motivations and strategies: Doran and Parberry, "A prototype quest generator based on a structural
analysis of quests from four MMORPGs", PCG 2011. The names are those of the authored scripts.
"""

from dataclasses import dataclass

ACTIONS = (
    *("goto", "get", "give", "report", "listen", "spy", "use", "kill", "explore", "confront", "capture"),
    *("free", "repair", "divert", "build", "guard", "steal", "train", "practise", "trade", "escort"),
)

# How a slot is filled; see `plan_roles`.
PERSON = "person"  # somebody at the place
FOE = "foe"  # somebody at the place who is neither kin nor friend
CAPTIVE = "captive"  # somebody held at the place: not at home, or in danger
ANYBODY = "anybody"  # somebody at the place, if there is anybody
AT_HAND = "at hand"  # item that the giver has with them
RARE = "rare"  # item worth something that lies at the place and is nobody else's
LOST = "lost"  # item of the giver's at the place, or with somebody there
THEIRS = "theirs"  # item that somebody at the place has or owns, or that a faction keeps there
SEVERAL_THERE = "several there"  # several of an item that lies at the place and is nobody else's
MATERIAL = "material"  # the same, and what can be made of it, if anything
SEVERAL_ANYWHERE = "several anywhere"  # the same, wherever it lies
SEVERAL_AT_HAND = "several at hand"
OFFERED = "offered"  # several of an item at the place that is not the giver's
TRADED = "traded"  # the same, and who is there to trade with
PEST = "pest"  # enemies of tier 1 that do not speak, at least two
SEVERAL = "several"  # enemies, at least two
ONE = "one"  # an enemy
SPARE = "spare"  # item at hand, if there is any
SEVERAL_SPARE = "several spare"
KEPT = "kept"  # item that lies at the place, if there is any
LURKING = "lurking"  # an enemy at the place or next to it, if there is any
DANGER = "danger"  # a place with danger or an enemy; fills no slot
_OPTIONAL = (ANYBODY, SPARE, SEVERAL_SPARE, KEPT, LURKING, DANGER)


@dataclass(frozen=True)
class Move:
    """One step of a strategy: an action on slots, at the place or with the giver."""

    action: str
    about: tuple[str, ...]  # slots
    at_giver: bool = False
    several: bool = False  # of `count`


@dataclass(frozen=True)
class Strategy:
    """A way to serve a motivation."""

    name: str
    motivation: str
    roles: dict[str, str]  # slot -> how it is filled
    moves: tuple[Move, ...]

    @property
    def slots(self) -> frozenset[str]:
        """Slots that a plan of this strategy always binds, besides npc and place, gold and count."""
        always = {slot for slot, role in self.roles.items() if role not in _OPTIONAL}
        return frozenset(always | ({"target"} if TRADED in self.roles.values() else set()))


GOTO = Move("goto", ("place",))
REPORT = Move("report", ("npc",), at_giver=True)
TAKE, TAKE_SEVERAL = Move("get", ("item",), True), Move("get", ("items",), True, several=True)
HAND_OVER, HAND_OVER_SEVERAL = Move("give", ("item", "npc"), True), Move("give", ("items", "npc"), True, True)
GET, GET_SEVERAL = Move("get", ("item",)), Move("get", ("items",), several=True)
KILL_SEVERAL = Move("kill", ("enemy",), several=True)

_TARGETED = {"target": PERSON}


def _on_the_spot(name: str, motivation: str, roles: dict[str, str], action: str, *slots: str) -> Strategy:
    """A strategy of one deed: go there, do it, tell."""
    return Strategy(name, motivation, roles, (GOTO, Move(action, slots), REPORT))


_LURKING = {"enemy": LURKING}
_GATHER = (GOTO, GET_SEVERAL, HAND_OVER_SEVERAL)

STRATEGIES = {
    strategy.name: strategy
    for strategy in (
        Strategy(
            "deliver_item_for_study",
            "knowledge",
            {"item": AT_HAND, **_TARGETED},
            (TAKE, GOTO, Move("give", ("item", "target")), REPORT),
        ),
        _on_the_spot("spy", "knowledge", {**_TARGETED, "item": SPARE}, "spy", "target"),
        _on_the_spot("interview_npc", "knowledge", _TARGETED, "listen", "target"),
        Strategy(
            "use_item_in_field",
            "knowledge",
            {"item": AT_HAND, "target": ANYBODY},
            (TAKE, GOTO, Move("use", ("item", "place")), REPORT),
        ),
        Strategy("obtain_luxuries", "comfort", {"items": OFFERED, "target": ANYBODY}, _GATHER),
        Strategy("kill_pests", "comfort", {"enemy": PEST}, (GOTO, KILL_SEVERAL, REPORT)),
        Strategy("obtain_rare_item", "reputation", {"item": RARE, "target": ANYBODY}, (GOTO, GET, HAND_OVER)),
        Strategy("kill_enemies", "reputation", {"enemy": SEVERAL}, (GOTO, KILL_SEVERAL, REPORT)),
        _on_the_spot("visit_dangerous_place", "reputation", {"place": DANGER}, "explore", "place"),
        _on_the_spot(
            "revenge",
            "serenity",
            {"target": FOE, "item": SPARE, "items": SEVERAL_SPARE, **_LURKING},
            "confront",
            "target",
        ),
        Strategy(
            "capture_criminal",
            "serenity",
            {"target": FOE},
            (GOTO, Move("capture", ("target",)), Move("escort", ("target", "npc"), True)),
        ),
        _on_the_spot("check_on_npc", "serenity", _TARGETED, "listen", "target"),
        Strategy("recover_lost_item", "serenity", {"item": LOST}, (GOTO, GET, HAND_OVER)),
        Strategy(
            "rescue_npc",
            "serenity",
            {"target": CAPTIVE, **_LURKING},
            (GOTO, Move("free", ("target",)), Move("escort", ("target", "npc"), True)),
        ),
        _on_the_spot("attack_threat", "protection", {"enemy": ONE}, "kill", "enemy"),
        Strategy(
            "treat_or_repair",
            "protection",
            {"item": AT_HAND, "target": ANYBODY},
            (TAKE, GOTO, Move("repair", ("place", "item")), REPORT),
        ),
        _on_the_spot(
            "create_diversion",
            "protection",
            {"target": PERSON, "items": SEVERAL_SPARE, **_LURKING},
            "divert",
            "place",
        ),
        Strategy(
            "assemble_fortification",
            "protection",
            {"items": SEVERAL_ANYWHERE, "target": ANYBODY, **_LURKING},
            (GOTO, Move("build", ("place", "items"), several=True), REPORT),
        ),
        _on_the_spot(
            "guard_entity", "protection", {"target": PERSON, "item": KEPT, **_LURKING}, "guard", "target"
        ),
        Strategy("steal_item", "conquest", {"item": THEIRS}, (GOTO, Move("steal", ("item",)), HAND_OVER)),
        Strategy("gather_materials", "wealth", {"items": SEVERAL_THERE, "target": ANYBODY}, _GATHER),
        Strategy("make_valuables", "wealth", {"items": MATERIAL, "target": ANYBODY}, _GATHER),
        _on_the_spot("obtain_training", "ability", {**_TARGETED, "item": SPARE}, "train", "target"),
        _on_the_spot(
            "practice_skill",
            "ability",
            {"target": ANYBODY, "item": SPARE, "items": SEVERAL_SPARE, **_LURKING},
            "practise",
            "place",
        ),
        Strategy(
            "deliver_supplies",
            "equipment",
            {"items": SEVERAL_AT_HAND, **_TARGETED},
            (TAKE_SEVERAL, GOTO, Move("give", ("items", "target"), several=True), REPORT),
        ),
        Strategy(
            "trade_for_supplies",
            "equipment",
            {"item": AT_HAND, "items": TRADED},
            (TAKE, GOTO, Move("trade", ("item", "items"), several=True), HAND_OVER_SEVERAL),
        ),
    )
}
MOTIVATIONS = tuple(dict.fromkeys(strategy.motivation for strategy in STRATEGIES.values()))
