"""Quests: planned, worded by authored scripts or with a model, checked, made anew where a check fails."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.quest.check import check
from playloom.kinds.quest.choose import (
    Chosen,
    able_scripts,
    check_wishes,
    choose,
    misfit,
    script_called,
)
from playloom.kinds.quest.compose import asked_steps, compose
from playloom.kinds.quest.content import Evidence, Quest, QuestRequest
from playloom.kinds.quest.needs import may_give
from playloom.kinds.quest.plan import plan
from playloom.kinds.quest.plan_parts import Plan
from playloom.kinds.quest.realiser.admission import Admission
from playloom.kinds.quest.realiser.lexicon import lexicon_of
from playloom.kinds.quest.realiser.telling import Realiser
from playloom.kinds.quest.realiser.wording import Account, Listener, Task, reword
from playloom.kinds.quest.reworded import Reworded
from playloom.kinds.quest.scripts import ANYWHERE, Script, shipped_scripts
from playloom.kinds.quest.slots import fillings_of
from playloom.kinds.quest.sources import SOURCES
from playloom.kinds.quest.words import Rating, blocked_word, check_rating, check_words
from playloom.kinds.quest.world import World
from playloom.kinds.quest.world_check import texts_of
from playloom.seeds import Stream

ATTEMPTS_HIGH, CANDIDATES_HIGH = 64, 16
PLANS = 12  # made for an attempt; one of those whose scripts fit best is told
RECASTS = 24  # more, cast for the scripts there are, before it is given up that one fits
NEAR = 6  # points below the best that still take part
_MODEL_WISHES = ("source", "candidates")  # of a request; say nothing where no model writes


@dataclass(frozen=True)
class _Told:
    """A plan with its script, and what a model made of its words."""

    plan: Plan
    chosen: Chosen
    reworded: Reworded = field(default_factory=Reworded)
    account: Account | None = None


class QuestGenerator:
    """Makes quests in one world."""

    def __init__(self, world: World, own: Sequence[Script] = (), realiser: Realiser | None = None) -> None:
        """Take a world that was checked, and a developer's own scripts beside ours.

        Args:
            world: As `world_file.read_world` returns it.
            own: Scripts that passed `lint`.
            realiser: Writes lines where a request's source is not "authored".
        """
        self.world, self.scripts, self.realiser = world, (*own, *shipped_scripts()), realiser
        self._lexicon = None if realiser is None else lexicon_of(self.scripts)
        self._clean: set[Rating] = set()  # ratings that let every name of the world through

    def generate(self, request: QuestRequest, listen: Listener | None = None) -> Quest:
        """Return a quest that has passed its check.

        Args:
            request: What is wanted; what it leaves open is drawn.
            listen: Is told of lines while a model words them, see `wording.Event`.

        Raises:
            RequestInvalid: If it cannot be in this world, or no script has the tone asked for, or its
                source needs a model and there is none.
            GenerationFailed: If no attempt passed its checks.
        """
        rating = self._admit(request)
        script = self._wished(request)
        wish = request if script is None else replace(request, strategy=script.strategy)
        stream = Stream(request.seed, "quest")
        faults: list[tuple[str, str]] = []
        for attempt in range(request.attempts):
            made = self._attempt(wish, rating, stream.fork(str(attempt)), listen)
            if isinstance(made, Quest):
                evidence = made.evidence
                assert evidence is not None
                evidence = replace(evidence, attempts=attempt + 1)
                return replace(made, request=_asked(request), evidence=evidence)
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
        if rating not in self._clean:
            for table, index, key, text in texts_of(self.world):
                said = key if table is None else getattr(self.world, table)[index].id
                check_words(text, rating, f"world: {said}")
            self._clean.add(rating)
        self._admit_source(request)
        return rating

    def _wished(self, request: QuestRequest) -> Script | None:
        """Return the script that is asked for by its title, if one is."""
        if request.script is None:
            return None
        if not isinstance(request.script, str):
            raise RequestInvalid(f"script is {request.script!r}; give its title")
        script = script_called(self.scripts, request.script)
        for name, asked, has in (
            ("strategy", request.strategy, script.strategy),
            ("tone", request.tone, script.tone),
        ):
            if asked not in (None, has):
                raise RequestInvalid(
                    f"{name} is {asked!r}, and {script.title!r} is {has}; leave out one of the two"
                )
        return script

    def _admit_source(self, request: QuestRequest) -> None:
        if request.source not in SOURCES:
            raise RequestInvalid(f"source is {request.source!r}; choose {', '.join(SOURCES)}")
        if type(request.candidates) is not int or not 1 <= request.candidates <= CANDIDATES_HIGH:
            raise RequestInvalid(f"candidates is {request.candidates!r}; choose 1 to {CANDIDATES_HIGH}")
        if request.source != "authored" and self.realiser is None:
            raise RequestInvalid(
                f"source is {request.source!r}, and there is no model to write; name a package, or choose "
                "authored"
            )

    def _attempt(
        self, request: QuestRequest, rating: Rating, stream: Stream, listen: Listener | None
    ) -> Quest | list[tuple[str, str]]:
        """Return a quest, or what is wrong with the one that was made."""
        told = _Told(*self._plot(request, stream))
        if request.source == "authored":
            return self._composed(told, request, rating, stream)
        made = self._composed(self._reworded(told, request, rating, stream, listen), request, rating, stream)
        if isinstance(made, Quest):
            return made
        return self._composed(told, request, rating, stream)  # no line of the model is worth a failure

    def _reworded(
        self, told: _Told, request: QuestRequest, rating: Rating, stream: Stream, listen: Listener | None
    ) -> _Told:
        """Return what is told with the words of the model."""
        plotted, script = told.plan, told.chosen.script
        assert self.realiser is not None and self._lexicon is not None
        fillings = fillings_of(plotted, self.world)
        try:
            steps = asked_steps(plotted, script, self.world, stream.fork("words"))
        except LookupError:
            return told
        able = able_scripts(plotted, self.world, self.scripts, fillings)
        near = [one for one in able if one.tone == script.tone and one.genre in (script.genre, ANYWHERE)]
        others = [one for one in near if one.id != script.id]
        task = Task(
            SOURCES[SOURCES.index(request.source)],
            script,
            others,
            steps,
            Admission(plotted, script, self.world, fillings, self._lexicon, rating),
            request.candidates,
            stream.fork("model"),
        )
        reworded, account = reword(task, self.realiser, listen)
        return replace(told, reworded=reworded, account=account)

    def _composed(
        self, told: _Told, request: QuestRequest, rating: Rating, stream: Stream
    ) -> Quest | list[tuple[str, str]]:
        """Return the quest in its words, or what is wrong with it."""
        chosen = told.chosen
        try:
            quest = compose(told.plan, chosen.script, self.world, stream.fork("words"), told.reworded)
        except LookupError as problem:
            return [("words", str(problem))]
        for line in quest.lines():
            if blocked_word(line.text, rating):
                return [("rating", f"line {line.id!r} has a word that rating {rating!r} keeps out")]
        asked = _asked(request)
        quest = replace(quest, request=asked)
        verdict = check(quest, self.world)
        if not verdict.passed:
            return list(verdict.faults)
        evidence = Evidence(
            checks=(*verdict.checks, "rating"),
            attempts=1,
            sources=dict(sorted(Counter(line.source.partition(":")[0] for line in quest.lines()).items())),
            endings=verdict.endings,
            details={
                "script": chosen.script.id,
                "score": chosen.score,
                "states": verdict.states,
                **self._model_details(told, request),
            },
        )
        return replace(quest, evidence=evidence)

    def _model_details(self, told: _Told, request: QuestRequest) -> dict[str, Any]:
        """Return what the evidence says of the model, if one was asked."""
        if request.source == "authored" or self.realiser is None:
            return {}
        account = told.account
        return {
            "model": {
                "package": self.realiser.label,
                "promise": "everywhere" if self.realiser.exact else "machine",  # where bytes are the same
                "refused": account is None,  # its words did not pass; these are the script's
                "asked": account.asked if account else 0,
                "written": account.written if account else 0,
                "kept": account.kept if account else 0,
                "failed": list(account.failed) if account else [],
            }
        }

    def _plot(self, request: QuestRequest, stream: Stream) -> tuple[Plan, Chosen]:
        """Return the plan of several whose script fits best, with it.

        Raises:
            RequestInvalid: If the world has no such plan, or no script of the tone fits any.
        """
        fixed = request.strategy is not None and request.giver is not None and request.tone is None
        wished = self._wished(request)
        scripts = self.scripts if wished is None else (wished,)
        found: list[tuple[Plan, Chosen]] = []
        misfits: list[list[str]] = []
        tones: set[str] = set()  # of scripts that fit but for a tone that was asked for
        for number, narrowed in enumerate(self._casts(request, scripts, stream.fork("casts"))):
            if found and number >= (1 if fixed else PLANS):
                break
            part = stream.fork(f"plan {number}")
            try:
                plotted = plan(self.world, narrowed, part)
            except RequestInvalid:
                if narrowed is request:
                    raise
                continue
            slots = fillings_of(plotted, self.world)
            chosen = choose(plotted, self.world, scripts, slots, part.fork("script"))
            if chosen is not None:
                found.append((plotted, chosen))
            elif wished is not None:
                misfits.append(misfit(wished, plotted, self.world, slots))
            elif not found:
                tones |= {one.tone for one in able_scripts(plotted, self.world, self.scripts, slots)}
        if found:
            best = max(chosen.score for _, chosen in found)
            near = [one for one in found if one[1].score >= best - NEAR]
            return near[stream.fork("near").below(len(near))]
        if wished is not None:
            nearest: list[str] = min(misfits, key=len)
            raise RequestInvalid(
                f"{wished.title!r} fits none of {len(misfits)} casts of {self.world.name}; nearest: "
                f"{'; '.join(nearest)}: name another giver or script, or add tags to the world"
            )
        what = f"for {request.strategy}" if request.strategy else "at all"
        tone = f" in the tone {request.tone!r}" if request.tone else ""
        raise RequestInvalid(
            f"no script {what}{tone} fits who and what this world has for it; those that fit are "
            f"{', '.join(sorted(tones)) or 'none'}: choose one, or leave tone, giver or strategy open"
        )

    def _casts(
        self, request: QuestRequest, scripts: Sequence[Script], stream: Stream
    ) -> Iterator[QuestRequest]:
        """Yield the request as often as plans are made, then with strategies and givers that scripts need."""
        for _ in range(PLANS):
            yield request
        pairs = [
            (script.strategy, person.id)
            for script in scripts
            if request.tone in (None, script.tone) and request.strategy in (None, script.strategy)
            for person in self.world.people
            if may_give(script.needs, person, self.world)
        ]
        for _ in range(min(RECASTS, len(pairs))):
            strategy, giver = pairs.pop(stream.below(len(pairs)))
            yield replace(request, strategy=strategy, giver=request.giver or giver)


def _asked(request: QuestRequest) -> Mapping[str, Any]:
    """Return the request as a quest tells it."""
    fields = asdict(request)
    if request.script is None:
        del fields["script"]
    if request.source == "authored":
        return {name: value for name, value in fields.items() if name not in _MODEL_WISHES}
    return fields
