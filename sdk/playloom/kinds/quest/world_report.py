"""What quests a world has room for: who can ask for what, and what is missing for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

from playloom.kinds.quest.plan_casting import Caster
from playloom.kinds.quest.plan_request import DEPTH_HIGH
from playloom.kinds.quest.strategies import STRATEGIES
from playloom.kinds.quest.world import World


@dataclass(frozen=True)
class WorldReport:
    """What `report` finds."""

    counts: Mapping[str, int]  # table -> entries
    givers: Mapping[str, tuple[str, ...]]  # strategy -> ids of who can give such a quest
    missing: Mapping[str, str]  # strategy that nobody can give -> why, and what to add
    notes: tuple[str, ...]  # what is allowed but may not be meant


def report(world: World) -> WorldReport:
    """Find which strategies of quests can be planned in a world, with errands as deep as they go."""
    caster = Caster(world, DEPTH_HIGH, None)
    alive = [person for person in world.people if person.alive]
    givers, missing = {}, {}
    for name, strategy in STRATEGIES.items():
        givers[name] = tuple(person.id for person in alive if caster.is_castable(strategy, person))
        if not givers[name]:
            missing[name] = caster.why_not(strategy, alive[0]) if alive else "nobody is alive"
    counts = {
        table: len(getattr(world, table)) for table in ("people", "places", "items", "enemies", "factions")
    }
    return WorldReport(counts, givers, missing, tuple(_notes(world, caster)))


def _notes(world: World, caster: Caster) -> list[str]:
    found = []
    alive = [person for person in world.people if person.alive]
    if alive:
        start = alive[0].at
        out = [place.id for place in world.places if place.id not in caster.atlas(start).rounds]
        if out:
            names = ", ".join(repr(world.name_of(key)) for key in out)
            found.append(
                f"out of reach of {world.name_of(start)!r}: {names}; connect them, or see to their keys"
            )
    if not any(place.is_proper for place in world.places):
        found.append("no place has a proper name, so no line can say where somebody is from; name a town")
    idle = [person.name for person in alive if not person.persona]
    if idle:
        found.append(f"no persona: {', '.join(idle[:8])}; with one, lines are chosen that suit them")
    return found
