"""The requests of quests.py: each follows from its number, so a longer run begins as a shorter one does."""

from dataclasses import dataclass, replace

from playloom.kinds.quest.content import QuestRequest
from playloom.kinds.quest.plan_request import DEPTH_HIGH
from playloom.kinds.quest.scripts import GENRES, TONES
from playloom.kinds.quest.strategies import MOTIVATIONS, STRATEGIES
from playloom.kinds.quest.words import RATINGS
from playloom.kinds.quest.world_file import EXAMPLES
from playloom.seeds import Stream

PLAYERS = ("Traveller", "Ash", "Old Fen", "Captain Iru", "Zoë", "O'Dair")  # how people call the player


@dataclass(frozen=True)
class Ask:
    """One request, and the same with the tone left open, which a refusal of the tone advises."""

    world: str
    request: QuestRequest

    def loosened(self) -> "Ask":
        """Return it without the wish for a tone."""
        return replace(self, request=replace(self.request, tone=None))


def ask_of(number: int, seed: int) -> Ask:
    """Return one request.

    Worlds take turns, then strategies with one place for none, then tones with one place for none. By lot:
    depth, a genre in one of four, a motivation in one of three where no strategy is asked for, what the
    player is called, and the rating.
    """
    turn, place = divmod(number, len(EXAMPLES))
    strategies, tones = (None, *STRATEGIES), (None, *TONES)
    strategy = strategies[turn % len(strategies)]
    tone = tones[turn // len(strategies) % len(tones)]
    draw = Stream(seed, f"request {number}")
    motivation = None
    if strategy is None and not draw.below(3):
        motivation = MOTIVATIONS[draw.below(len(MOTIVATIONS))]
    return Ask(
        EXAMPLES[place],
        QuestRequest(
            seed=seed + number,
            strategy=strategy,
            motivation=motivation,
            tone=tone,
            genre=GENRES[draw.below(len(GENRES))] if not draw.below(4) else None,
            depth=draw.below(DEPTH_HIGH + 1),
            player=PLAYERS[draw.below(len(PLAYERS))],
            rating=RATINGS[draw.below(len(RATINGS))],
        ),
    )
