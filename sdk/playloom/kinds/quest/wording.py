"""The lines that a quest is composed of: a script's acts, and what no script says, drawn from `steps.txt`."""

import hashlib
from dataclasses import replace

from playloom.kinds.quest.content import NARRATOR, PLAYER, Choice, Line
from playloom.kinds.quest.course import course_of
from playloom.kinds.quest.plan_parts import Plan, Step
from playloom.kinds.quest.reworded import Reworded
from playloom.kinds.quest.scripts import Script
from playloom.kinds.quest.slots import Filling, fill, fillings_of, slots_of
from playloom.kinds.quest.steps import StepLines, fillings_of_step, payoff_of
from playloom.kinds.quest.world import World
from playloom.seeds import Stream


class Wording:
    """Words one plan with one script in one world; each line drawn is drawn once."""

    def __init__(self, plan: Plan, script: Script, world: World, stream: Stream, reworded: Reworded) -> None:
        new = {act: template for act, (template, _) in reworded.lines.items()}
        self.plan, self.world, self.stream = plan, world, stream
        self.script = replace(script, lines={**script.lines, **new})
        self.sources = {act: source for act, (_, source) in reworded.lines.items()}
        self.fillings = fillings_of(plan, world)
        self.course = course_of(plan)
        self.steps = StepLines(stream.fork("steps"), reworded.steps)
        self.told: list[tuple[Step, Line]] = []  # errands, with the line that told of each
        self.prefix = _prefix(plan, script, world, reworded)

    def met(self, act: str) -> str:
        """Return who speaks on the spot: the target, unless the words speak of them or it has none."""
        uses = slots_of(*self.script.lines.values())
        spoken = "target" in uses and "target" not in slots_of(self.script.lines[act])
        return self.plan.target if spoken and self.plan.target is not None else NARRATOR

    def passer_by(self, act: str) -> str:
        """Return who spreads a rumour: somebody else who lives, if there is anybody."""
        involved = {self.plan.giver, self.plan.target}
        others = [one.id for one in self.world.people if one.alive and one.id not in involved]
        return others[self.stream.fork(act).below(len(others))] if others else NARRATOR

    def lines(self, *acts: str, speaker: str | None = None) -> tuple[Line, ...]:
        """Return acts of the script as lines, of the giver unless another speaks."""
        return tuple(self.line(act, speaker or self.plan.giver) for act in acts)

    def line(self, act: str, speaker: str) -> Line:
        """Return one act of the script as a line."""
        template = self.script.lines[act]
        text = fill(template, self.fillings)
        source = self.sources.get(act) or self.script.source(act)
        return Line(f"{self.prefix}_{act}", act, speaker, text, template, source)

    def choice(self, act: str, to: str, *, once: bool = False) -> Choice:
        """Return what the player says in one act of the script, and which scene it leads to."""
        return Choice(self.line(act, PLAYER), to, once=once)

    def step_line(self, scene: str, what: str, kind: str, fillings: dict[str, Filling]) -> Line:
        """Draw a line that no script has; its id is made of the scene and the kind."""
        template, text, source = self.steps.draw(what, kind, fillings)
        speaker = PLAYER if kind == "go" else NARRATOR
        return Line(f"{self.prefix}_{scene}_{kind}", kind, speaker, text, template, source)

    def named(self) -> dict[str, Filling]:
        """Return the fillings, but for the target of whom the script says nothing."""
        silent = "target" not in slots_of(*self.script.lines.values())
        return {slot: found for slot, found in self.fillings.items() if slot != "target" or not silent}

    def paid(self) -> tuple[Line, ...]:
        """Tell on the spot what the errands of the quest were good for."""
        found = []
        for step, told in self.told:
            what = payoff_of(step, self.world)
            fillings = {**fillings_of_step(step, self.world), "place": self.fillings["place"]}
            paid = None if what is None else self.steps.paid(what, told.source, fillings)
            if paid is not None:
                template, text, source = paid
                found.append(Line(f"{self.prefix}_{step.id}_paid", "told", NARRATOR, text, template, source))
        return tuple(found)

    def give_up(self, scene: str, fillings: dict[str, Filling]) -> Choice:
        """Return the choice of giving up, which names what is dropped."""
        template, text, source = self.steps.draw("give up", "go", fillings)
        line = Line(f"{self.prefix}_{scene}_give_up", "give_up", PLAYER, text, template, source)
        return Choice(line, "failed")


def _prefix(plan: Plan, script: Script, world: World, reworded: Reworded) -> str:
    """Return what a quest's line ids begin with, so that they are unique among the quests of a game."""
    asked = (plan.request.player, plan.request.seed, plan.request.depth, plan.request.rating)
    told = (world.name, script.source(""), plan.gold, plan.count, *asked)
    every = (*told, sorted(plan.bindings.items()), [(s.action, s.about, s.place) for s in plan.steps])
    words = repr(every)
    if reworded.lines or reworded.steps:
        words += repr((sorted(reworded.lines.items()), sorted(reworded.steps.items())))
    return "q" + hashlib.blake2b(words.encode(), digest_size=6).hexdigest()
