"""What somebody's model is told: an example of our own, who and what a quest is about, the lines so far.

Plain text that a base model goes on with as well as one that was taught to chat: one line each, before it who
speaks and what for. The example has names of its own, which the rules keep out of what is written.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from playloom.kinds.quest.realiser.prompt import Setting
from playloom.kinds.quest.scripts import Script, shipped_scripts
from playloom.kinds.quest.slots import SLOTS, Filling, fill, slots_of
from playloom.kinds.quest.strategies import STRATEGIES

EXAMPLE_ACTS = ("title", "journal", "greet", "offer", "ask_why", "motive", "accept", "complete", "farewell")
_GIVER, _PLAYER, _MET, _NOBODY = "npc", "player", "target", ""
_PURPOSE: Mapping[str, tuple[str, str]] = {  # act -> who speaks, and what for
    "title": (_NOBODY, "Title"),
    "journal": (_NOBODY, "Journal, what is to be done"),
    "greet": (_GIVER, "greets a stranger"),
    "offer": (_GIVER, "asks for help"),
    "motive": (_GIVER, "tells why it matters"),
    "hint": (_GIVER, "gives a piece of advice for the way"),
    "ask_why": (_PLAYER, "asks why"),
    "ask_reward": (_PLAYER, "asks what it pays"),
    "pay": (_GIVER, "names the pay"),
    "accept": (_PLAYER, "accepts"),
    "accept_reply": (_GIVER, "is glad"),
    "decline": (_PLAYER, "declines"),
    "decline_reply": (_GIVER, "takes the refusal"),
    "progress": (_GIVER, "asks how it goes"),
    "target_line": (_MET, "speaks when found"),
    "target_plea": (_MET, "begs the player to take the other side"),
    "complete": (_GIVER, "hears that it is done"),
    "reward": (_GIVER, "pays"),
    "farewell": (_GIVER, "says goodbye"),
    "fail": (_GIVER, "hears that it failed"),
    "bark": (_GIVER, "mutters to nobody"),
    "arrive": (_NOBODY, "Narrator, what is seen on arrival"),
    "player_side": (_PLAYER, "takes the other side"),
    "player_lie": (_PLAYER, "lies to the giver"),
    "player_keep": (_PLAYER, "keeps it"),
    "outcome_side": (_GIVER, "learns of the other side"),
    "outcome_lie": (_GIVER, "sees through the lie"),
    "outcome_keep": (_GIVER, "learns that it was kept"),
    "rumor_before": (_NOBODY, "A passer-by, a rumour before"),
    "rumor_after": (_NOBODY, "A passer-by, a rumour after it was done"),
    "rumor_betrayal": (_NOBODY, "A passer-by, a rumour after a betrayal"),
    "later": (_GIVER, "speaks a week later"),
    "journal_step": (_NOBODY, "Journal, one step"),
    "told": (_NOBODY, "Narrator, what happens"),
    "go": (_PLAYER, "goes on"),
}
_EXAMPLE = {
    "player": "Wanderer", "npc": "Aldith", "target": "Corwin", "faction": "the Lamplighters",
    "home": "Fenwick", "place": "Sallow Bridge", "item": "copper bell", "enemy": "marsh wolf",
    "reward": "wool cloak", "items": "copper bells", "enemies": "marsh wolves", "gold": "twelve pennies",
    "count": "three", "who": "Bettany",
}  # fmt: skip
_CALLED = {
    "target": "The one to be met is {}.", "place": "It happens at {}.", "home": "{} is home.",
    "faction": "They speak of {}.", "item": "It is about the {}.", "items": "It is about {}.",
    "enemy": "There is a {}.", "enemies": "There are {}.", "reward": "A {} is promised.",
    "gold": "It pays {}.",
}  # fmt: skip

Names = Mapping[str, Filling]


def example_of(tone: str, genre: str) -> Script:
    """Return one of our scripts in a tone, of the genre if there is one; of several the first."""
    alike = [one for one in shipped_scripts() if one.tone == tone] or [*shipped_scripts()]
    return next((one for one in alike if one.genre == genre), alike[0])


def example_text(script: Script) -> str:
    """Return a script with names of its own, as far as an example needs it."""
    names = example_names()
    lines = [
        line_text(act, script.lines[act], slots_of(script.lines[act]), names)
        for act in EXAMPLE_ACTS
        if act in script.lines
    ]
    return "\n".join(
        [_about(script.persona, script.tone, script.genre, script.strategy, names), *lines, "", ""]
    )


def setting_text(setting: Setting, names: Names) -> str:
    """Return what is told before the first line of a quest."""
    told = _about(setting.persona, setting.tone, setting.genre, setting.strategy, names)
    called = [form.format(names[slot].text) for slot, form in _CALLED.items() if slot in names]
    return " ".join([told, *called]) + "\n"


def opening_text(act: str, must: Sequence[str] | frozenset[str], names: Names) -> str:
    """Return what stands before a line's text, which begins with a space."""
    speaker, purpose = _PURPOSE[act]
    said = [names[slot].text for slot in sorted(must) if slot in names]
    named = f", speaking of {' and '.join(said)}" if said else ""
    if not speaker:
        return f"{purpose}{named}:"
    who = names.get(speaker) or names.get(_GIVER)
    return f"{who.text if who else 'Somebody'} ({purpose}{named}):"


def line_text(act: str, template: str, must: Sequence[str] | frozenset[str], names: Names) -> str:
    """Return a whole line without its end."""
    return f"{opening_text(act, must, names)} {fill(template, names)}"


def _about(persona: str, tone: str, genre: str, strategy: str, names: Names) -> str:
    npc, player = (names[slot].text if slot in names else slot for slot in (_GIVER, _PLAYER))
    who = f", {persona}," if persona else ""
    deed = strategy.replace("_", " ") if strategy in STRATEGIES else "an errand"
    return (
        f"The script of a {genre or 'fantasy'} game. {npc}{who} is {tone or 'plain'} and needs the player, "
        f"called {player}, for this: {deed}."
    )


@cache
def example_names() -> Names:
    """Return something for every slot."""
    return {
        slot: Filling(text, SLOTS.get(slot, "name"), plural=slot in ("items", "enemies", "faction"))
        for slot, text in _EXAMPLE.items()
    }
