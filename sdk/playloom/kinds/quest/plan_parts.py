"""What a plan is made of: `Plan`, its `Step` tree and its `Way`s through."""

from collections.abc import Mapping
from dataclasses import dataclass

from playloom.kinds.quest.content import Condition, Effect, QuestRequest, Variable

QUEST = "quest"  # the state of the quest itself
REWARD_PAID = "reward_paid"
DEED_DONE = "deed_done"  # whether what was asked for has really happened, whatever the giver believes
GIVER_RELATION = "giver_relation"  # what the giver thinks of the player
TARGET_RELATION = "target_relation"  # the same of the target, where there is one
THING_HOLDER = "thing_holder"  # id of who has, or where lies, what the quest is about; "player"

STATES = ("offered", "active", "declined", "failed", "done", "sided", "lied", "kept")
RELATIONS = ("trust", "neutral", "grudge")

# Way through -> its ending, which is also the value of `QUEST` there.
ENDINGS = {
    "do": "done",
    "refuse": "declined",
    "side": "sided",
    "lie": "lied",
    "keep": "kept",
    "fail": "failed",
}


@dataclass(frozen=True)
class Step:
    """One thing to do, at one place; what it needs stands before it."""

    id: str  # step_1, step_2, ... in the order in which they can be done
    action: str  # goto, get, give, kill, listen, ...; see `strategies.ACTIONS`
    about: tuple[str, ...]  # ids of people, items, enemies
    place: str  # id
    after: tuple[str, ...] = ()  # steps that come right before
    parent: str | None = None  # the step of which this is an errand
    count: int = 1  # how many of the item or enemy

    @property
    def errand(self) -> bool:
        """Whether it is a step that no line of a script speaks of."""
        return self.parent is not None

    @property
    def variable(self) -> str:
        """Name of the bool that says whether it is done."""
        return f"{self.id}_done"

    @property
    def done(self) -> Condition:
        """Holds when it is done."""
        return Condition(self.variable, True)


@dataclass(frozen=True)
class Way:
    """A way through: what it makes of the variables where it ends."""

    name: str  # of `ENDINGS`
    ending: str
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Plan:
    """A quest before words: who wants what of whom, where, and what comes of it."""

    request: QuestRequest
    giver: str  # id
    target: str | None  # id of the person met on the spot; None: only the place or an enemy has a word there
    motivation: str
    strategy: str
    bindings: Mapping[str, str]  # slot -> id: npc, home, place, target, item, items, enemy, faction, reward
    gold: int  # 1 or more, in the world's currency
    count: int  # 2 or more: of items, enemies, or whatever a script counts
    steps: tuple[Step, ...]  # in an order in which they can be done; the last one is told to the giver
    variables: tuple[Variable, ...]
    ways: tuple[Way, ...]  # do, refuse, side, lie, keep, fail
    rewards: tuple[str, ...]  # ids of items that the giver hands over besides the gold
