"""Quests from authored scripts: planned, worded, checked, and made anew where a check fails."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.quest.check import check
from playloom.kinds.quest.choose import Chosen, able_scripts, check_wishes, choose
from playloom.kinds.quest.compose import compose
from playloom.kinds.quest.content import Evidence, Quest, QuestRequest
from playloom.kinds.quest.plan import plan
from playloom.kinds.quest.plan_parts import Plan
from playloom.kinds.quest.scripts import Script, shipped_scripts
from playloom.kinds.quest.slots import fillings_of
from playloom.kinds.quest.words import Rating, blocked_word, check_rating, check_words
from playloom.kinds.quest.world import Person, World
from playloom.seeds import Stream

ATTEMPTS_HIGH = 64
PLANS = 6  # made for an attempt; one of those whose scripts fit best is told
NEAR = 6  # points below the best that still take part


class QuestGenerator:
    """Makes quests in one world."""

    def __init__(self, world: World, own: Sequence[Script] = ()) -> None:
        """Take a world that was checked, and a developer's own scripts beside ours.

        Args:
            world: As `world_file.read_world` returns it.
            own: Scripts that passed `lint`.
        """
        self.world, self.scripts = world, (*own, *shipped_scripts())

    def generate(self, request: QuestRequest) -> Quest:
        """Return a quest that has passed its check.

        Args:
            request: What is wanted; what it leaves open is drawn.

        Raises:
            RequestInvalid: If it cannot be in this world, or no script has the tone asked for.
            GenerationFailed: If no attempt passed its checks.
        """
        rating = self._admit(request)
        stream = Stream(request.seed, "quest")
        faults: list[tuple[str, str]] = []
        for attempt in range(request.attempts):
            made = self._attempt(request, rating, stream.fork(str(attempt)))
            if isinstance(made, Quest):
                evidence = made.evidence
                assert evidence is not None
                return replace(made, evidence=replace(evidence, attempts=attempt + 1))
            faults = made
        raise GenerationFailed(
            f"no attempt of {request.attempts} made a quest that holds; the last: "
            + "; ".join(f"{name}: {text}" for name, text in faults[:3]),
            failed=tuple(dict.fromkeys(name for name, _ in faults)),
            advice="ask for another seed, fewer errands (depth), or another strategy",
        )

    def _admit(self, request: QuestRequest) -> Rating:
        """Refuse what cannot be said or made, before anything is planned."""
        rating = check_rating(request.rating)
        check_wishes(request.tone, request.genre)
        if type(request.attempts) is not int or not 1 <= request.attempts <= ATTEMPTS_HIGH:
            raise RequestInvalid(f"attempts is {request.attempts!r}; choose 1 to {ATTEMPTS_HIGH}")
        if not isinstance(request.player, str):
            raise RequestInvalid(f"player is {request.player!r}; give a name")
        check_words(request.player, rating, "player")
        for where, text in texts_of(self.world):
            check_words(text, rating, where)
        return rating

    def _attempt(
        self, request: QuestRequest, rating: Rating, stream: Stream
    ) -> Quest | list[tuple[str, str]]:
        """Return a quest, or what is wrong with the one that was made."""
        plotted, chosen = self._plot(request, stream)
        try:
            quest = compose(plotted, chosen.script, self.world, stream.fork("words"))
        except LookupError as problem:
            return [("words", str(problem))]
        for line in quest.lines():
            if blocked_word(line.text, rating):
                return [("rating", f"line {line.id!r} has a word that rating {rating!r} keeps out")]
        verdict = check(quest, self.world)
        if not verdict.passed:
            return list(verdict.faults)
        evidence = Evidence(
            checks=(*verdict.checks, "rating"),
            attempts=1,
            sources=dict(sorted(Counter(line.source.partition(":")[0] for line in quest.lines()).items())),
            endings=verdict.endings,
            details={"script": chosen.script.id, "score": chosen.score, "states": verdict.states},
        )
        return replace(quest, request=asdict(request), evidence=evidence)

    def _plot(self, request: QuestRequest, stream: Stream) -> tuple[Plan, Chosen]:
        """Return the plan of several whose script fits best, with it.

        Raises:
            RequestInvalid: If the world has no such plan, or no script of the tone fits any.
        """
        fixed = request.strategy is not None and request.giver is not None and request.tone is None
        found: list[tuple[Plan, Chosen]] = []
        plotted: Plan | None = None
        for number in range(1 if fixed else PLANS):
            part = stream.fork(f"plan {number}")
            plotted = plan(self.world, request, part)
            slots = fillings_of(plotted, self.world)
            chosen = choose(plotted, self.world, self.scripts, slots, part.fork("script"))
            if chosen is not None:
                found.append((plotted, chosen))
        if found:
            best = max(chosen.score for _, chosen in found)
            near = [one for one in found if one[1].score >= best - NEAR]
            return near[stream.fork("near").below(len(near))]
        assert plotted is not None
        able = able_scripts(plotted, self.world, self.scripts, fillings_of(plotted, self.world))
        tones = ", ".join(sorted({one.tone for one in able})) or "none"
        raise RequestInvalid(
            f"no script for {plotted.strategy} in the tone {request.tone!r} fits who and what this world has "
            f"for it; those that fit are {tones}: choose one, or leave tone or strategy open"
        )


def texts_of(world: World) -> list[tuple[str, str]]:
    """Return every text of a world that may be said, with where it stands."""
    texts = [("world: name", world.name), ("world: currency", world.currency)]
    for entity in world.by_id.values():
        where = f"world: {entity.id}"
        texts.append((where, entity.name))
        texts += [(where, text) for text in (getattr(entity, "plural", None),) if text]
        if isinstance(entity, Person):
            texts += [(where, entity.role), (where, entity.persona)]
    return texts
