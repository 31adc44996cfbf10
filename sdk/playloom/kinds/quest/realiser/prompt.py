"""What the realiser is told before it writes: the setting of a quest, then its lines in the order of play.

    <quest> <strategy:..> <tone:..> <genre:..> <persona> words <slots> {item} {place} .. <lines>
    <act:greet> <says> text <end> <act:offer> {item} {place} <says> text <end> ..

What is not known is left out. The slots between an act and <says> are those that its line names. Training
makes its sequences of the same parts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from playloom.kinds.quest.realiser.vocabulary import (
    LINES,
    NAMED,
    OTHER_ACTS,
    PERSONA,
    QUEST,
    SAYS,
    SLOTS_MARK,
    STEP_ACTS,
    STEPS,
    Vocabulary,
)
from playloom.kinds.quest.scripts import GENRES, TONES
from playloom.kinds.quest.strategies import STRATEGIES

CONTEXT = 1024  # tokens, the written line among them
PERSONA_TOKENS = 24  # of a persona; what is over is cut
ACT_ORDER = (
    "title", "rumor_before", "bark", "greet", "offer", "ask_why", "motive", "ask_reward", "pay", "decline",
    "decline_reply", "accept", "accept_reply", "hint", "journal", *STEP_ACTS, "progress", "arrive",
    "target_line", "target_plea", "player_side", "outcome_side", "player_lie", "outcome_lie", "player_keep",
    "outcome_keep", "rumor_betrayal", "fail", "complete", "reward", "farewell", "rumor_after", "later",
    *OTHER_ACTS,
)  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What holds for a whole quest; "" or a word the model does not know: left open."""

    strategy: str = ""
    tone: str = ""
    genre: str = ""
    persona: str = ""  # of the giver, in words
    slots: tuple[str, ...] = ()  # that the plan fills


def header(vocabulary: Vocabulary, setting: Setting) -> list[int]:
    """Return the tokens before the first line."""
    ids = [vocabulary.control(QUEST)]
    if setting.strategy in STRATEGIES:
        ids.append(vocabulary.control(f"<strategy:{setting.strategy}>"))
    if setting.tone in TONES:
        ids.append(vocabulary.control(f"<tone:{setting.tone}>"))
    if setting.genre in GENRES:
        ids.append(vocabulary.control(f"<genre:{setting.genre}>"))
    if setting.persona:
        ids += [vocabulary.control(PERSONA), *vocabulary.encode(setting.persona)[:PERSONA_TOKENS]]
    slots = [slot for slot in NAMED if slot in setting.slots]
    if slots:
        ids += [vocabulary.control(SLOTS_MARK), *(vocabulary.slot_ids(slot)[0] for slot in slots)]
    return [*ids, vocabulary.control(LINES)]


def opening(vocabulary: Vocabulary, act: str, must: Iterable[str] = (), step: str = "") -> list[int]:
    """Return the tokens before a line's text.

    Args:
        vocabulary: Of the package.
        act: Of the line, one of `EVERY_ACT`.
        must: The slots that it must name.
        step: What the step is that it tells of, one of `STEPS`, for the acts of `STEP_ACTS`.
    """
    named = set(must)
    slots = [vocabulary.slot_ids(slot)[0] for slot in NAMED if slot in named]
    what = [vocabulary.control(f"<step:{step}>")] if step in STEPS else []
    return [vocabulary.act(act), *what, *slots, vocabulary.control(SAYS)]


def line(vocabulary: Vocabulary, act: str, text: str, must: Iterable[str] = (), step: str = "") -> list[int]:
    """Return all tokens of a line; see `opening`."""
    return [*opening(vocabulary, act, must, step), *vocabulary.encode(text), vocabulary.end]


def step_of(heading: str) -> str:
    """Return what a step is by the heading of its lines in `steps`: "do kill" is do, "give up" give_up."""
    first = heading.partition(" ")[0]
    return "give_up" if heading == "give up" else first
