"""Which act a line is, where a file says so: by the id of a line of ours, by a name, or as a choice."""

import re

from playloom.kinds.quest.realiser.vocabulary import EVERY_ACT, STEPS

GO = "go"  # the player's choice
_OURS = re.compile(r"(q[0-9a-f]{8,16})_([a-z0-9_]+)")
_ENDINGS = {"_journal": "journal_step", "_told": "told", "_paid": "told", "_go": GO, "_give_up": GO}
_PAYING = {"pay_key": "get", "paid": "do"}  # what the lines are about that tell of a step's good end
_CALLED = {"player_choice": GO, "choice": GO, "option": GO, "response": GO, "reply": GO, "give_up": GO}
_CALLED |= {"objective": "journal", "item_description": "description", "place_description": "description"}
_PLAYERS = frozenset(
    ("ask_why", "ask_reward", "accept", "decline", "player_side", "player_lie", "player_keep", GO)
)
_NOBODYS = frozenset(("title", "journal", "arrive", "journal_step", "told", "description"))
_TARGETS = frozenset(("target_line", "target_plea"))
_PASSERS_BY = frozenset(("rumor_before", "rumor_after", "rumor_betrayal"))


def act_of_id(key: str) -> tuple[str, str | None]:
    """Return the quest and the act that the id of a line tells; "" and None if it is none of ours."""
    found = _OURS.fullmatch(key)
    if not found:
        return "", None
    name = found[2]
    if name in EVERY_ACT:
        return found[1], name
    return found[1], next((act for ending, act in _ENDINGS.items() if name.endswith(ending)), None)


def act_named(name: object) -> str | None:
    """Return the act of a name, in any case and with spaces, or None."""
    if not isinstance(name, str) or len(name) > 40:
        return None
    plain = re.sub(r"[\s-]+", "_", name.strip().lower())
    return plain if plain in EVERY_ACT else _CALLED.get(plain)


def step_of_source(source: str) -> str | None:
    """Return what a step of ours is by a line's source: "steps:do_kill/go-0" is do."""
    if not source.startswith("steps:"):
        return None
    name = source.removeprefix("steps:").partition("/")[0]
    name = _PAYING.get(name, name.removeprefix("pay_"))
    return "do" if name.startswith("do_") else name if name in STEPS else None


def speaker_of(act: str) -> str | None:
    """Return who says an act of a script; None: narration, or whoever passes by."""
    if act in _PLAYERS:
        return "{player}"
    if act in _TARGETS:
        return "{target}"
    return None if act in _NOBODYS or act in _PASSERS_BY else "{npc}"
