"""Judges a finished quest: its graph, every way through it, its words.

It knows nothing of how quests are made.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from playloom.kinds.quest.check_graph import graph_faults
from playloom.kinds.quest.check_words import name_faults, word_faults
from playloom.kinds.quest.content import Quest
from playloom.kinds.quest.walk import Walk, walk
from playloom.kinds.quest.world import World

_STATE = "quest"  # variable that names the ending that was reached


@dataclass(frozen=True)
class Verdict:
    """What a check found."""

    checks: tuple[str, ...]  # names of those that were made
    faults: tuple[tuple[str, str], ...]  # name of the check, what is wrong
    endings: Mapping[str, int]  # states in which each ending is reached
    states: int  # walked in all

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def check(quest: Quest, world: World) -> Verdict:
    """Judge a quest: walk every way, read every line.

    Args:
        quest: By whomever it was made.
        world: In which it is set.

    Returns:
        What was checked and what is wrong. Where the graph itself is broken it is not walked.
    """
    faults = [("graph", text) for text in graph_faults(quest, world)]
    checks = ["graph"]
    endings: Mapping[str, int] = {}
    states = 0
    if not faults:
        story = walk(quest, quest.start)
        states, endings = len(story.states), Counter(_endings(quest, story))
        for name, find in _WALKED.items():
            checks.append(name)
            faults += [(name, text) for text in find(quest, story)]
    for name, find_words in {"words": word_faults, "names": name_faults}.items():
        checks.append(name)
        faults += [(name, text) for text in find_words(quest, world)]
    return Verdict(tuple(checks), tuple(faults), dict(sorted(endings.items())), states)


def _endings(quest: Quest, story: Walk) -> Iterator[str]:
    for state in story.ends:
        ending = quest.scene(state.scene).ending
        if ending is not None:
            yield ending


def _unreached(quest: Quest, story: Walk) -> Iterator[str]:
    """Every scene of the story is reached, every choice can be taken, every objective be done."""
    if not story.complete:
        yield "there are too many states to walk them all; use fewer variables and choices"
        return
    outside = _outside(quest)
    reached = story.scenes()
    for scene in quest.scenes:
        if scene.id not in reached and scene.id not in outside:
            yield f"scene {scene.id!r} is never reached"
        for index, choice in enumerate(scene.choices):
            if scene.id in reached and (scene.id, index) not in story.taken:
                yield f"scene {scene.id!r}: choice {choice.line.id!r} can never be taken"
    for objective in quest.objectives:
        if objective.done is not None and not story.meets([objective.done]):
            yield f"objective {objective.id!r} can never be done"


def _dead_ends(quest: Quest, story: Walk) -> Iterator[str]:
    """From everywhere an ending can be reached."""
    for scene in sorted({state.scene for state in story.stuck}):
        yield f"scene {scene!r} leaves nothing to choose and is no ending"
    stuck = set(story.stuck)
    for scene in sorted({state.scene for state in story.lost() if state not in stuck}):
        yield f"scene {scene!r} can be entered with no ending in reach"


def _ends(quest: Quest, story: Walk) -> Iterator[str]:
    """Where the quest ends, its state says so."""
    if not story.ends:
        yield "there is no ending"
    place = story.names.index(_STATE) if _STATE in story.names else None
    for state in story.ends:
        ending = quest.scene(state.scene).ending
        if place is not None and state.values[place] != ending:
            yield f"scene {state.scene!r} ends {ending!r} while {_STATE} is {state.values[place]!r}"


def _entries(quest: Quest, story: Walk) -> Iterator[str]:
    """Every entry can be met at some time of the story, and what it starts comes to an end."""
    for entry in quest.entries:
        met = story.meets(entry.when)
        if not met:
            yield f"entry {entry.name!r} can never be met"
            continue
        starts = {state.values: dict(zip(story.names, state.values, strict=True)) for state in met}
        aside = walk(quest, entry.scene, starts.values())
        bare = {scene.id for scene in quest.scenes if not scene.choices}  # said, and that is all
        ends = [state for state in aside.stuck if state.scene in bare]
        if len(ends) < len(aside.stuck):
            yield f"entry {entry.name!r} can leave nothing to choose"
        aside.ends += ends
        if aside.lost():
            yield f"entry {entry.name!r} can go on for ever"
        for scene in aside.scenes():
            for index, choice in enumerate(quest.scene(scene).choices):
                if (scene, index) not in aside.taken:
                    yield f"entry {entry.name!r}: choice {choice.line.id!r} can never be taken"


def _outside(quest: Quest) -> set[str]:
    """Return the scenes that entries lead to."""
    scenes = {scene.id: scene for scene in quest.scenes}
    found, edge = set[str](), [entry.scene for entry in quest.entries]
    while edge:
        name = edge.pop()
        if name not in found:
            found.add(name)
            edge += [choice.to for choice in scenes[name].choices]
            edge += [scenes[name].to or name]
    return found


_WALKED: dict[str, Callable[[Quest, Walk], Iterator[str]]] = {
    "reachable": _unreached,
    "no dead end": _dead_ends,
    "endings": _ends,
    "entries": _entries,
}
