"""Our own lines for what no script speaks of: errands, giving up, doing as asked; none twice in a quest."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from playloom.kinds.quest.plan_parts import Step
from playloom.kinds.quest.slots import Filling, fill, slots_of, thing_fillings
from playloom.kinds.quest.world import Enemy, Item, Person, World
from playloom.seeds import Stream

ORIGIN = "steps"  # in a line's source


class StepLines:
    """Draws lines for one quest, and remembers which are used."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.used: set[tuple[str, int]] = set()
        self.said: set[str] = set()

    def draw(self, what: str, kind: str, fillings: Mapping[str, Filling]) -> tuple[str, str, str]:
        """Return a line's template, its text and its source.

        Args:
            what: An action, or another heading of `steps.txt`.
            kind: "journal", "told" or "go".
            fillings: Lines with other slots are left out.

        Raises:
            LookupError: If every variant that can be filled has been said.
        """
        heading = f"{what} | {kind}"
        lines = step_lines()[heading]
        number = [place for place, text in enumerate(lines) if slots_of(text) <= fillings.keys()]
        fresh = [place for place in number if (heading, place) not in self.used] or number
        while fresh:
            place = fresh.pop(self.stream.below(len(fresh)))
            template = lines[place]
            text = fill(template, fillings)
            if text.casefold() not in self.said:
                self.used.add((heading, place))
                self.said.add(text.casefold())
                return template, text, f"{ORIGIN}:{heading.replace(' | ', '/').replace(' ', '_')}-{place}"
        raise LookupError(f"there are not enough lines for {heading!r}")


def heading_of(step: Step, world: World) -> str:
    """Return under which heading the lines of an errand stand."""
    if step.action == "get" and isinstance(world.by_id[world.item(step.about[0]).where or ""], Person):
        return "get_from"
    return step.action


def fillings_of_step(step: Step, world: World) -> dict[str, Filling]:
    """Return what stands in the slots of an errand's lines; of several things no singular."""
    found = {"place": Filling(world.name_of(step.place), "place")}
    for key in step.about:
        entity = world.by_id[key]
        if isinstance(entity, Person):
            found["who"] = Filling(entity.name, "name")
        elif isinstance(entity, Item | Enemy):
            found |= thing_fillings(entity, step.count)
            holder = world.by_id.get(entity.where or "")
            if isinstance(holder, Person) and step.action == "get":
                found["who"] = Filling(holder.name, "name")
    return found


@cache
def step_lines() -> dict[str, list[str]]:
    """Return every line by its heading."""
    found: dict[str, list[str]] = {}
    for line in (files("playloom.kinds.quest") / "steps.txt").read_text("utf-8").splitlines():
        if line.startswith("@"):
            found[line[1:].strip()] = []
        elif line and not line.startswith("#"):
            found[[*found][-1]].append(line)
    return found
