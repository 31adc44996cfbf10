"""Puts words to a plan: the scenes of a quest from one authored script.

`start` offers the quest and leads to `talk`, where the player asks, accepts or declines. The errands follow
one after another, then `arrive`, on the spot: do as asked (`return`), take the other side (`sided`), or leave
it and go `back` to the giver, to lie, to keep the thing, or to own up. What a script says of lying and
keeping is said to the giver, so it is there that the player chooses it.
"""

from playloom.kinds.quest.content import (
    NARRATOR,
    PLAYER,
    Choice,
    Condition,
    Effect,
    Entry,
    Line,
    Objective,
    Quest,
    Scene,
    Variable,
)
from playloom.kinds.quest.course import did
from playloom.kinds.quest.plan_parts import QUEST, Plan
from playloom.kinds.quest.reworded import Reworded
from playloom.kinds.quest.scripts import ANYWHERE, Script
from playloom.kinds.quest.slots import fill, slots_of
from playloom.kinds.quest.steps import (
    Asked,
    deed_heading,
    fillings_of_step,
    heading_of,
)
from playloom.kinds.quest.wording import Wording
from playloom.kinds.quest.world import World
from playloom.seeds import Stream

REWARD_GOLD = "reward_gold"  # what the giver has paid, in the world's currency
MAIN = "main"  # id of the objective that the script's own journal line tells
_ASIDES = {  # entry -> states of the quest in which it may be said
    "bark": ("offered",),
    "progress": ("active",),
    "rumor_before": ("offered",),
    "rumor_after": ("done",),
    "rumor_betrayal": ("sided", "lied", "kept"),
    "later": ("done",),
}
_OF_GIVER = ("bark", "progress", "later")  # the others are a passer-by's


def compose(
    plan: Plan, script: Script, world: World, stream: Stream, reworded: Reworded | None = None
) -> Quest:
    """Return the quest that a script makes of a plan.

    Args:
        plan: What happens.
        script: Of the plan's strategy, with no slot that the plan leaves open.
        world: Where the names come from.
        stream: Draws the lines that no script has, and who spreads rumours.
        reworded: Lines to take instead; an act that the script lacks may be among them.

    Raises:
        LookupError: If there are not enough lines for so many errands.
    """
    return _Composer(plan, script, world, stream, reworded or Reworded()).quest()


def asked_steps(plan: Plan, script: Script, world: World, stream: Stream) -> list[Asked]:
    """Return the lines of steps that `compose` would draw for the same quest, in its order.

    Raises:
        LookupError: If there are not enough lines for so many errands.
    """
    composer = _Composer(plan, script, world, stream, Reworded())
    composer.quest()
    return composer.steps.asked


class _Composer(Wording):
    def __init__(self, plan: Plan, script: Script, world: World, stream: Stream, reworded: Reworded) -> None:
        super().__init__(plan, script, world, stream, reworded)
        self.ways = {way.name: way for way in plan.ways}
        self.home = world.person(plan.giver).at
        self.spot = plan.bindings["place"]
        self.says_gold = "gold" in slots_of(self.script.lines["reward"], self.script.lines["pay"])
        self.says_reward = "reward" in slots_of(self.script.lines["reward"])

    def quest(self) -> Quest:
        plan, script = self.plan, self.script
        scenes = [*self._offering(), *self._errands(), *self._on_the_spot(), *self._ends()]
        entries, asides = self._asides()
        scenes += asides
        objectives = self._objectives()
        variables = list(plan.variables)
        if self.says_gold:
            variables.append(Variable(REWARD_GOLD, 0, (0, plan.gold)))
        rewards = plan.rewards if self.says_reward else ()
        return Quest(
            title=fill(script.title, self.fillings),
            world=self.world.name,
            giver=plan.giver,
            target=plan.target,
            motivation=plan.motivation,
            strategy=plan.strategy,
            tone=script.tone,
            genre=self.world.genre if script.genre == ANYWHERE else script.genre,
            names=self._names(scenes, objectives, rewards),
            variables=tuple(variables),
            objectives=objectives,
            scenes=tuple(scenes),
            start="start",
            entries=entries,
            rewards=rewards,
        )

    def _offering(self) -> list[Scene]:
        """The giver asks; the player asks back, accepts or declines."""
        once = (
            self.choice("ask_why", "why", once=True),
            self.choice("ask_reward", "pay", once=True),
        )
        accept, decline = self.choice("accept", "accepted"), self.choice("decline", "declined")
        taken = (Effect(QUEST, "active"), *did(*self.course.taken))
        return [
            Scene("start", self.lines("greet", "offer", "hint"), to="talk", place=self.home),
            Scene("talk", choices=(*once, accept, decline), place=self.home),
            Scene("why", self.lines("motive"), to="talk", place=self.home),
            Scene("pay", self.lines("pay"), to="talk", place=self.home),
            Scene(
                "accepted",
                self.lines("accept_reply"),
                taken,
                to=self.course.after(None),
                place=self.home,
            ),
        ]

    def _errands(self) -> list[Scene]:
        """Each errand is gone on with or given up."""
        scenes = []
        for step, before in self.course.errands:
            fillings = {"npc": self.fillings["npc"], **fillings_of_step(step, self.world)}
            heading = heading_of(step, self.world)
            go = Choice(
                self.step_line(step.id, heading, "go", fillings),
                self.course.after(step),
                effects=did(*before, step),
            )
            told = self.step_line(step.id, heading, "told", fillings)
            self.told.append((step, told))
            choices = (go, self.give_up(step.id, fillings))
            scenes.append(Scene(step.id, (told,), choices=choices, place=step.place))
        return scenes

    def _on_the_spot(self) -> list[Scene]:
        """Do as asked, take the other side, or go back with it undone; without branches, or give up."""
        do = Choice(
            self.step_line("arrive", deed_heading(self.course.deed), "go", self.named()),
            "return",
            effects=did(*self.course.did),
        )
        entering = did(*self.course.went)
        if not self.script.branched:
            told = self.step_line("arrive", "arrive", "told", self.fillings)
            lines = (told, *self.paid(), *self.lines("target_line", speaker=self.met("target_line")))
            choices = (do, self.give_up("arrive", self.fillings))
            return [Scene("arrive", lines, entering, choices, place=self.spot)]
        lines = (
            *self.paid(),
            *self.lines("arrive", speaker=NARRATOR),
            *self.lines("target_line", speaker=self.met("target_line")),
            *self.lines("target_plea", speaker=self.met("target_plea")),
        )
        leave = Choice(self.step_line("leave", "undone", "go", self.fillings), "back")
        side = self.choice("player_side", "sided")
        admit = Choice(self.step_line("admit", "admit", "go", self.fillings), "failed")
        lie, keep = self.choice("player_lie", "lied"), self.choice("player_keep", "kept")
        told = self.step_line("back", "back", "told", self.fillings)
        return [
            Scene("arrive", lines, entering, (do, side, leave), place=self.spot),
            Scene("back", (told,), choices=(lie, keep, admit), place=self.home),
        ]

    def _ends(self) -> list[Scene]:
        """What the giver says at each end, and what it makes of the state."""
        last = did(*self.course.told)
        paid = (Effect(REWARD_GOLD, self.plan.gold),) if self.says_gold else ()
        acts = {"refuse": "decline_reply", "fail": "fail"}
        if self.script.branched:
            acts |= {"side": "outcome_side", "lie": "outcome_lie", "keep": "outcome_keep"}
        done = self.ways["do"]
        ends = [
            Scene(
                "return",
                (*self.lines("complete", "reward"), *self._wages(), *self.lines("farewell")),
                (*last, *paid, *done.effects),
                ending=done.ending,
                place=self.home,
            )
        ]
        for name, act in acts.items():
            way = self.ways[name]
            ends.append(Scene(way.ending, self.lines(act), way.effects, ending=way.ending, place=self.home))
        return ends

    def _wages(self) -> tuple[Line, ...]:
        """Tell of the gold that was promised where the words of the reward do not."""
        lines = self.script.lines
        if "gold" in slots_of(lines["reward"]) or "gold" not in slots_of(lines["pay"]):
            return ()
        return (self.step_line("return", "paid", "told", self.fillings),)

    def _asides(self) -> tuple[tuple[Entry, ...], list[Scene]]:
        """What is said outside the story."""
        entries, scenes = [], []
        for act, states in _ASIDES.items():
            if act not in self.script.lines:
                continue
            speaker = self.plan.giver if act in _OF_GIVER else self.passer_by(act)
            scenes.append(Scene(act, self.lines(act, speaker=speaker)))
            entries.append(Entry(act, act, self._while(states)))
        return tuple(entries), scenes

    def _while(self, states: tuple[str, ...]) -> tuple[Condition, ...]:
        """Conditions that together hold in these states of the quest alone."""
        if len(states) == 1:
            return (Condition(QUEST, states[0]),)
        every = next(variable.values for variable in self.plan.variables if variable.name == QUEST)
        return tuple(Condition(QUEST, value, negated=True) for value in every if value not in states)

    def _objectives(self) -> tuple[Objective, ...]:
        """The errands, then what the script's journal asks for."""
        deeds = [step for step, _ in self.course.errands]
        kept = {step.id for step in deeds}
        parents = {step.id: step.parent for step in self.plan.steps}
        found = []
        for step in deeds:
            fillings = fillings_of_step(step, self.world)
            line = self.step_line(step.id, heading_of(step, self.world), "journal", fillings)
            parent = step.parent
            while parent is not None and parent not in kept:
                parent = parents[parent]
            after = tuple(other.id for other in deeds if other.parent == step.id)
            found.append(
                Objective(
                    step.id, step.action, step.about, step.place, line, after, parent or MAIN, step.done
                )
            )
        main = Objective(
            MAIN,
            self.course.deed.action,
            self.course.deed.about,
            self.spot,
            self.line("journal", NARRATOR),
            after=tuple(step.id for step in deeds if step.parent not in kept),
            done=self.course.told[-1].done,
        )
        return (*found, main)

    def _names(
        self, scenes: list[Scene], objectives: tuple[Objective, ...], rewards: tuple[str, ...]
    ) -> dict[str, str]:
        """Return the name of every id that occurs."""
        ids = {self.plan.giver, *self.plan.bindings.values(), *rewards}
        ids |= {line.speaker for scene in scenes for line in scene.lines}
        ids |= {scene.place for scene in scenes if scene.place is not None}
        for step in self.plan.steps:
            ids |= {*step.about, step.place}
        for objective in objectives:
            ids |= {*objective.about, objective.place}
        values = {value for variable in self.plan.variables for value in variable.values}
        ids |= {str(value) for value in values} & self.world.by_id.keys()
        names = {key: self.world.name_of(key) for key in sorted(ids - {PLAYER, NARRATOR})}
        return names | {PLAYER: self.plan.request.player}
