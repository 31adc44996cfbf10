"""A quest as the page plays it: from its choices so far, what was said, and what can be chosen next."""

from typing import Any

from playloom.errors import RequestInvalid
from playloom.kinds.quest.content import NARRATOR, PLAYER, Line, Quest
from playloom.kinds.quest.play import Playthrough

CHOICES_HIGH = 200  # in one play


def quest_details(quest: Quest) -> dict[str, Any]:
    """Return what is told of a quest beside its play."""
    return {
        "giver": quest.names.get(quest.giver, quest.giver),
        "facts": [quest.world, quest.genre, quest.tone, quest.motivation, quest.strategy],
        "journal": [one.line.text for one in quest.objectives],
        "endings": sorted({scene.ending for scene in quest.scenes if scene.ending}),
        "lines": len(quest.lines()),
        "checks": [[name, True, ""] for name in quest.evidence.checks] if quest.evidence else [],
    }


def played(quest: Quest, choices: list[int]) -> dict[str, Any]:
    """Play a quest through these choices.

    Args:
        quest: What is played.
        choices: Each counted from 0 among those that could be taken then.

    Raises:
        RequestInvalid: If one could not be taken.
        FileInvalid: If the quest goes round without end.
    """
    if len(choices) > CHOICES_HIGH:
        raise RequestInvalid(f"{len(choices)} choices are more than a play has; begin anew")
    through = Playthrough(quest)
    said = [_spoken(quest, line) for line in through.advance()]
    for place, number in enumerate(choices):
        if through.over or not 0 <= number < len(through.choices()):
            raise RequestInvalid(f"choice {place + 1} of the play is {number}, which cannot be taken there")
        said.append(_spoken(quest, through.choose(number), chosen=True))
        said += [_spoken(quest, line) for line in through.advance()]
    return {
        "said": said,
        "choices": [] if through.over else [choice.line.text for choice in through.choices()],
        "ending": through.ending if through.over else None,
        "over": through.over,
    }


def _spoken(quest: Quest, line: Line, *, chosen: bool = False) -> list[str]:
    """Return who speaks ("" is the narrator), what, and whether the player chose it."""
    who = {NARRATOR: "", PLAYER: "You"}.get(line.speaker, quest.names.get(line.speaker, line.speaker))
    return [who, line.text, "chosen" if chosen else ""]
