"""The course of a plan through the scenes: what is done at the start, on the way, on the spot, at the end."""

from dataclasses import dataclass

from playloom.kinds.quest.content import Effect
from playloom.kinds.quest.plan_parts import Plan, Step


@dataclass(frozen=True)
class Course:
    """The steps of a plan by the scene that does them."""

    taken: tuple[Step, ...]  # what the giver hands over when the player accepts
    errands: tuple[
        tuple[Step, tuple[Step, ...]], ...
    ]  # each with a scene, and the way there that it does, too
    went: tuple[Step, ...]  # done by coming to the spot
    did: tuple[Step, ...]  # done there as asked
    told: tuple[Step, ...]  # done by coming back to the giver

    @property
    def deed(self) -> Step:
        """What the quest is about."""
        return (self.did or self.went)[-1]

    def after(self, step: Step | None) -> str:
        """Return the scene after an errand; of None the first one."""
        ids = [errand.id for errand, _ in self.errands]
        place = 0 if step is None else ids.index(step.id) + 1
        return ids[place] if place < len(ids) else "arrive"


def course_of(plan: Plan) -> Course:
    """Return the course of a plan."""
    spot = plan.bindings["place"]
    own = [step for step in plan.steps if not step.errand]
    taken = own[:1] if own[0].action == "get" and own[0].place != spot else []
    here = own[len(taken) : -1]
    return Course(
        taken=tuple(taken),
        errands=tuple(_errands([step for step in plan.steps if step.errand])),
        went=tuple(step for step in here if step.action == "goto"),
        did=tuple(step for step in here if step.action != "goto"),
        told=(own[-1],),
    )


def did(*steps: Step) -> tuple[Effect, ...]:
    """Return the effects that say that steps are done."""
    return tuple(Effect(step.variable, True) for step in steps)


def _errands(steps: list[Step]) -> list[tuple[Step, tuple[Step, ...]]]:
    """Return errands with the way there, where that is a step of its own."""
    ways: dict[str, tuple[Step, ...]] = {}
    alone = []
    for place, step in enumerate(steps):
        there = [
            other
            for other in steps[place + 1 :]
            if (other.parent, other.place) == (step.parent, step.place) and other.action != "goto"
        ]
        if step.action == "goto" and there:
            ways[there[0].id] = (*ways.get(there[0].id, ()), step)
        else:
            alone.append(step)
    return [(step, ways.get(step.id, ())) for step in alone]
