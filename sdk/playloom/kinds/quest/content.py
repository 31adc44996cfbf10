"""What is asked for and what comes back: `QuestRequest`, `Quest` and its `Evidence`.

A quest is a graph of scenes. Conditions compare with one value and effects set one, so that every writer's
tool can express them and every way through can be walked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PLAYER, NARRATOR = "player", "narrator"  # speakers that are no people of the world

Value = bool | int | str


@dataclass(frozen=True, kw_only=True)
class QuestRequest:
    """What the caller wants; None: as the seed decides. Its fields are checked where the world is known."""

    seed: int = 0
    giver: str | None = None  # id or name of a person
    target: str | None = None  # id or name of who or what the quest is about
    motivation: str | None = None  # one of the nine, see `strategies`
    strategy: str | None = None
    tone: str | None = None
    genre: str | None = None
    player: str = "Traveller"  # how people call the player
    depth: int = 1  # levels of steps that become errands of their own, 0 to 3
    rating: str = "everyone"  # of words, see `words`
    attempts: int = 8  # tries before GenerationFailed
    source: str = "authored"  # of the words: authored, mixed or model, see `realiser.wording`
    candidates: int = 3  # lines that a model writes for one that is needed
    script: str | None = None  # title or id of the script that tells it, which has a strategy and a tone


@dataclass(frozen=True)
class Variable:
    """A state variable of the game."""

    name: str
    initial: Value
    values: tuple[Value, ...]  # all it can take, the initial one among them


@dataclass(frozen=True)
class Condition:
    """Holds while a variable has a value, or, negated, any other."""

    variable: str
    value: Value
    negated: bool = False


@dataclass(frozen=True)
class Effect:
    """Sets a variable."""

    variable: str
    value: Value


@dataclass(frozen=True)
class Line:
    """One utterance."""

    id: str  # the same in every format and in translations, unique in the quest
    act: str  # greet, offer, accept, ...
    speaker: str  # id of a person, `PLAYER` or `NARRATOR`
    text: str  # every slot filled
    template: str  # as written, with its slots
    source: str  # where it comes from: "authored:cosy-000/greet"


@dataclass(frozen=True)
class Choice:
    """What the player can say or do, and where it leads."""

    line: Line
    to: str  # id of a scene
    when: tuple[Condition, ...] = ()  # all must hold
    effects: tuple[Effect, ...] = ()
    once: bool = False  # gone when taken: a question that has been answered


@dataclass(frozen=True)
class Scene:
    """Lines, then choices, or the way on, or the end."""

    id: str
    lines: tuple[Line, ...] = ()
    effects: tuple[Effect, ...] = ()  # on entering
    choices: tuple[Choice, ...] = ()
    to: str | None = None  # the next scene, if there is nothing to choose
    ending: str | None = None  # name of the ending, if this is one
    place: str | None = None  # id of where it happens


@dataclass(frozen=True)
class Entry:
    """A scene outside the story that a game may start whenever its conditions hold: a bark, a rumour."""

    name: str
    scene: str
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Objective:
    """One step for the journal."""

    id: str
    action: str  # goto, get, give, kill, listen, ...
    about: tuple[str, ...]  # ids of people, items, enemies
    place: str  # id of where it is done
    line: Line
    after: tuple[str, ...] = ()  # objectives that come before
    parent: str | None = None  # the objective of which this is an errand
    done: Condition | None = None  # tells when it is


@dataclass(frozen=True)
class Evidence:
    """How a quest came about."""

    checks: tuple[str, ...]
    attempts: int
    sources: Mapping[str, int]  # lines by where they come from
    endings: Mapping[str, int]  # ways to each ending, as walked
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Quest:
    """A quest that was checked: every scene is reachable, every way ends, every name exists."""

    title: str
    world: str  # its name
    giver: str  # ids
    target: str | None
    motivation: str
    strategy: str
    tone: str
    genre: str
    names: Mapping[str, str]  # of every id that occurs
    variables: tuple[Variable, ...]
    objectives: tuple[Objective, ...]
    scenes: tuple[Scene, ...]
    start: str
    entries: tuple[Entry, ...] = ()
    rewards: tuple[str, ...] = ()  # ids of items; gold is told by a variable
    request: Mapping[str, Any] = field(default_factory=dict)
    evidence: Evidence | None = None

    def scene(self, name: str) -> Scene:
        """Return the scene ``name``; KeyError if there is none."""
        for one in self.scenes:
            if one.id == name:
                return one
        raise KeyError(name)

    def lines(self) -> list[Line]:
        """Return every line in reading order: the journal's, the scenes' with their choices."""
        found = [objective.line for objective in self.objectives]
        for scene in self.scenes:
            found += [*scene.lines, *(choice.line for choice in scene.choices)]
        return found
