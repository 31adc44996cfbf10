"""What may still be said in a quest: rules for a model that writes, and a judge of whole lines."""

from collections.abc import Iterable, Mapping
from functools import cache

from playloom.kinds.quest.genders import gender_of, giver_gender, target_gender
from playloom.kinds.quest.plan_parts import Plan
from playloom.kinds.quest.realiser.constraint import Gram, Rules, grams_of
from playloom.kinds.quest.realiser.lexicon import Lexicon
from playloom.kinds.quest.scripts import Script, shipped_scripts
from playloom.kinds.quest.slots import Filling, fill, slots_of
from playloom.kinds.quest.steps import step_lines
from playloom.kinds.quest.words import Rating, blocked_word
from playloom.kinds.quest.world import World

Fillings = Mapping[str, Filling]
_TAIL = 50  # one line in so many of our own is shorter, one longer than what a model may write
_GENDERED = {
    "male": frozenset(("he", "him", "his", "himself", "he's", "he'd", "he'll", "man", "sir", "lad", "boy")),
    "female": frozenset(
        ("she", "her", "hers", "herself", "she's", "she'd", "she'll", "woman", "lady", "girl", "lass")
    ),
}


class Admission:
    """Judges lines of one quest, and remembers those that were said."""

    def __init__(
        self, plan: Plan, script: Script, world: World, fillings: Fillings, lexicon: Lexicon, rating: Rating
    ) -> None:
        """Begin a quest of a plan in the words of a script."""
        self.fillings, self.lexicon, self.rating = fillings, lexicon, rating
        self.said: set[str] = set()  # texts in small letters, filled
        self.templates: set[str] = set()
        self.grams: set[Gram] = set()
        self.unlike = _strangers(plan, script, world)

    def rules(self, act: str, must: frozenset[str], fillings: Fillings | None = None) -> Rules:
        """Return what a line that a model writes must keep.

        Args:
            act: Of the line.
            must: Slots that it names.
            fillings: Of a step's line; else those of the quest.
        """
        there = self.fillings if fillings is None else fillings
        low, high = lengths_of(act)
        return Rules(
            lexicon=self.lexicon,
            slots=frozenset(there),
            must=must,
            high=high,
            low=low,
            title=act == "title",
            said=frozenset(self.templates),
            grams=frozenset(self.grams),
        )

    def fault(self, act: str, text: str, fillings: Fillings | None = None) -> str | None:
        """Say why a line may not be said, or nothing.

        Args:
            act: Of the line.
            text: Its template.
            fillings: Of a step's line; else those of the quest.
        """
        there = self.fillings if fillings is None else fillings
        if not slots_of(text) <= there.keys():
            return "a slot is open"
        shown = fill(text, there)
        if shown.casefold() in self.said:
            return "it was said"
        if not self.clean(shown):
            return "a word is kept out"
        words = frozenset(text.lower().replace(",", " ").replace(".", " ").split())
        if words & self.unlike:
            return "it takes somebody to be of another gender"
        return None

    def clean(self, shown: str) -> bool:
        """Whether the rating lets a text through."""
        return blocked_word(shown, self.rating) is None

    def say(self, text: str, fillings: Fillings | None = None) -> None:
        """Take a line as said."""
        self.templates.add(text.casefold())
        self.said.add(fill(text, self.fillings if fillings is None else fillings).casefold())
        self.grams |= grams_of(text)


def _strangers(plan: Plan, script: Script, world: World) -> frozenset[str]:
    """Return the words of a gender that neither giver nor target can have."""
    known = [gender_of(world.person(plan.giver)) or giver_gender(script)]
    if plan.target is not None:
        known.append(gender_of(world.person(plan.target)) or target_gender(script))
    if None in known:
        return frozenset()
    return frozenset().union(*(words for gender, words in _GENDERED.items() if gender not in known))


@cache
def lengths_of(act: str) -> tuple[int, int]:
    """Return the lengths, in characters, between which all but a few of our own lines of an act are."""
    kind = "journal" if act == "journal_step" else act
    steps = [
        text for heading, texts in step_lines().items() if heading.endswith(f"| {kind}") for text in texts
    ]
    scripts = [script.lines[act] for script in shipped_scripts() if act in script.lines]
    return _middle(len(text) for text in (scripts or steps))


def _middle(lengths: Iterable[int]) -> tuple[int, int]:
    found = sorted(lengths)
    return found[len(found) // _TAIL], found[-1 - len(found) // _TAIL]
