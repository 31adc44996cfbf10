"""Our own lines for what no script speaks of: errands, giving up, doing as asked; none twice in a quest."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from playloom.kinds.quest.plan_parts import Step
from playloom.kinds.quest.slots import Filling, fill, slots_of, thing_fillings
from playloom.kinds.quest.world import Enemy, Item, Person, World
from playloom.seeds import Stream

ORIGIN = "steps"  # in a line's source
Key = tuple[str, str, int]  # heading of `steps.txt`, kind, and the how manieth such line of the quest


@dataclass(frozen=True)
class Asked:
    """A line that a quest needs for a step, and the one of ours that was drawn."""

    key: Key
    fillings: Mapping[str, Filling]
    template: str
    source: str


class StepLines:
    """Draws lines for one quest, and remembers which are used."""

    def __init__(self, stream: Stream, given: Mapping[Key, tuple[str, str]] | None = None) -> None:
        """Begin a quest.

        Args:
            stream: Of the draws.
            given: Templates with their sources that are taken instead of a draw.
        """
        self.stream = stream
        self.given = given or {}
        self.asked: list[Asked] = []
        self.used: set[tuple[str, int]] = set()
        self.said: set[str] = set()
        self.times: Counter[tuple[str, str]] = Counter()

    def draw(self, what: str, kind: str, fillings: Mapping[str, Filling]) -> tuple[str, str, str]:
        """Return a line's template, its text and its source.

        Args:
            what: An action, or another heading of `steps.txt`.
            kind: "journal", "told" or "go".
            fillings: Lines with other slots are left out.

        Raises:
            LookupError: If every variant that can be filled has been said.
        """
        key = (what, kind, self.times[what, kind])
        self.times[what, kind] += 1
        template, text, source = self._given(key, fillings) or self._drawn(what, kind, fillings)
        self.said.add(text.casefold())
        self.asked.append(Asked(key, fillings, template, source))
        return template, text, source

    def paid(self, what: str, told: str, fillings: Mapping[str, Filling]) -> tuple[str, str, str] | None:
        """Return the line that tells on the spot what an errand was good for; None: there is none for it.

        Args:
            what: "key", "get", "kill" or "listen".
            told: Source of the line that told of the errand; of advice the line of its number answers it.
            fillings: Lines with other slots are left out.
        """
        heading, number = f"pay {what}", told.rpartition("-")[2]
        if what != "listen":
            return self._drawn(heading, "told", fillings)
        if not told.startswith(f"{ORIGIN}:") or not number.isdecimal():
            return None  # advice in a model's words
        template = step_lines()[f"{heading} | told"][int(number)]
        return template, fill(template, fillings), _source(f"{heading} | told", int(number))

    def _given(self, key: Key, fillings: Mapping[str, Filling]) -> tuple[str, str, str] | None:
        """Return the line that is given for this place, if it can be said here."""
        template, source = self.given.get(key, ("", ""))
        if not template or not slots_of(template) <= fillings.keys():
            return None
        text = fill(template, fillings)
        return None if text.casefold() in self.said else (template, text, source)

    def _drawn(self, what: str, kind: str, fillings: Mapping[str, Filling]) -> tuple[str, str, str]:
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
                return template, text, _source(heading, place)
        raise LookupError(f"there are not enough lines for {heading!r}")


def _source(heading: str, place: int) -> str:
    return f"{ORIGIN}:{heading.replace(' | ', '/').replace(' ', '_')}-{place}"


def heading_of(step: Step, world: World) -> str:
    """Return under which heading the lines of an errand stand."""
    if step.action == "get" and isinstance(world.by_id[world.item(step.about[0]).where or ""], Person):
        return "get_from"
    return step.action


def deed_heading(step: Step) -> str:
    """Return under which heading the lines of the deed of a quest stand."""
    several = f"do {step.action} several"
    return several if step.count > 1 and f"{several} | go" in step_lines() else f"do {step.action}"


def payoff_of(step: Step, world: World) -> str | None:
    """Return what an errand is good for on the spot: "key", "get", "kill" or "listen"; None: for others."""
    if step.action == "get":
        item = step.about[0]
        return "key" if any(place.needs == item for place in world.places) else "get"
    return step.action if step.action in ("kill", "listen") else None


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
