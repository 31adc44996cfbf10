"""Words a quest with the help of a model: writes what its script lacks, varies what can be varied.

`mixed` keeps the script. The model chooses the lines of errands, and among those of other scripts for what
does not carry the story, where one goes better with what was said before by `MARGIN`. Lines of its own take
part if it is fluent; it then also writes the other ways through where the script has none. `model` writes
every line, and keeps the script's where it finds none that passes. Whatever the model does there is a line:
the script's, or ours for steps.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from playloom.kinds.quest.realiser.admission import Admission
from playloom.kinds.quest.realiser.prompt import ACT_ORDER, Setting, step_of
from playloom.kinds.quest.realiser.telling import Candidate, Realiser
from playloom.kinds.quest.realiser.vocabulary import OTHER_ACTS, STEP_ACTS
from playloom.kinds.quest.reworded import Reworded, Sourced
from playloom.kinds.quest.scripts import BRANCH_ACTS, Script
from playloom.kinds.quest.slots import Filling, fill, slots_of
from playloom.kinds.quest.sources import Source
from playloom.kinds.quest.steps import Asked, Key, step_lines
from playloom.seeds import Stream

ORIGIN = "model"  # in a line's source
VARIED = (  # acts that carry nothing of the story
    "bark", "greet", "ask_why", "ask_reward", "decline", "decline_reply", "accept", "progress", "farewell",
)  # fmt: skip
SHARE = 3  # of these, one in so many is offered variations
FOREIGN_HIGH = 4  # lines of other scripts among them
MARGIN = 256  # by which another line must go better than the script's, in 1/1024 nats a token
STEPS_HIGH = 3  # of our own lines for a step
_PLACE = ("arrive",)  # acts of the other ways that say where it is


@dataclass(frozen=True)
class Event:
    """Something to show while a quest is written."""

    act: str
    text: str  # as far as it is written, names filled in; it may change where a line is given up
    done: bool


Listener = Callable[[Event], None]


@dataclass
class Account:
    """What came of the model's tries."""

    asked: int = 0  # lines that it was to write
    written: int = 0  # of these, found one that passes and was taken
    kept: int = 0  # the line that was there before went better
    failed: list[str] = field(default_factory=list)  # acts for which nothing passed


@dataclass(frozen=True)
class Task:
    """What is to be worded."""

    source: Source
    script: Script
    others: Sequence[Script]  # that could tell the same plan in the same tone
    steps: Sequence[Asked]
    admission: Admission
    candidates: int
    stream: Stream


def reword(task: Task, realiser: Realiser, listen: Listener | None = None) -> tuple[Reworded, Account]:
    """Return the lines to take instead of the script's own, and what came of the model's tries."""
    rewording = _Rewording(task, realiser, listen)
    for act in ACT_ORDER:
        if act == STEP_ACTS[0]:
            for asked in task.steps:
                rewording.step(asked)
        elif act in task.script.lines:
            rewording.act(act)
        elif act not in (*STEP_ACTS, *OTHER_ACTS):
            rewording.missing(act)
    return rewording.result(), rewording.account


def setting_of(script: Script, steps: Sequence[Asked]) -> Setting:
    """Return what a model is told of a quest before its first line."""
    slots = slots_of(*script.lines.values(), *(asked.template for asked in steps))
    return Setting(script.strategy, script.tone, script.genre, script.persona, tuple(sorted(slots)))


class _Rewording:
    def __init__(self, task: Task, realiser: Realiser, listen: Listener | None) -> None:
        self.task, self.listen = task, listen
        self.label = realiser.label
        self.telling = realiser.begin(setting_of(task.script, task.steps), task.admission.fillings)
        self.admission = task.admission
        self.account = Account()
        self.writes = task.source == "model" or realiser.fluent
        self.lines: dict[str, Sourced] = {}
        self.steps: dict[Key, Sourced] = {}

    def result(self) -> Reworded:
        """Return all that is worded anew; the other ways through only if all of them are there."""
        missing = [act for act in BRANCH_ACTS if act not in self.task.script.lines]
        if any(act not in self.lines for act in missing):
            return Reworded({act: line for act, line in self.lines.items() if act not in missing}, self.steps)
        return Reworded(self.lines, self.steps)

    def act(self, act: str) -> None:
        """Say a line that the script has, or another one."""
        text = self.task.script.lines[act]
        chosen: Candidate | None = None
        source = self._source(act)
        if self.task.source == "model":
            chosen = self._written(act, text)
        elif act in VARIED and self.task.stream.fork(f"vary {act}").below(SHARE) == 0:
            chosen, source = self._varied(act, text)
        if chosen is not None:
            self.lines[act] = (chosen.text, source)
        self._say(act, chosen or Candidate(text, 0))

    def missing(self, act: str) -> None:
        """Say a line that the script lacks, the best of the model's and of other scripts'."""
        if not self.writes:
            return
        slots = frozenset(("place",)) if act in _PLACE else frozenset()
        found = {one.text: (one, self._source(act)) for one in self._candidates(act, slots)}
        for script in self.task.others:
            line = script.lines.get(act, "")
            if line and self.admission.fault(act, line) is None and len(found) < FOREIGN_HIGH + 2:
                found.setdefault(line, (Candidate(line, 0), script.source(act)))
        if not found:
            self.account.failed.append(act)
            return
        candidate, source = self._best(act, list(found.values()))
        self.lines[act] = (candidate.text, source)
        self._say(act, candidate)

    def step(self, asked: Asked) -> None:
        """Say a line of a step."""
        what, kind, number = asked.key
        act, step = ("journal_step" if kind == "journal" else kind), step_of(what)
        name = f"{what} {kind} {number}"
        must = slots_of(asked.template)
        written = self._candidates(act, must, step, asked, name)
        taken: tuple[Candidate, str] | None = None
        if self.task.source == "model":
            taken = (written[0], self._source(f"{step}_{kind}")) if written else None
        else:
            ours = [(Candidate(text, 0), source) for text, source in self._ours(asked)]
            offered = [*ours, *((one, self._source(f"{step}_{kind}")) for one in written)]
            taken = self._best(act, offered, step, asked.fillings) if offered else None
        if taken is not None:
            self.steps[asked.key] = (taken[0].text, taken[1])
        self._say(act, taken[0] if taken else Candidate(asked.template, 0), step, asked)

    def _ours(self, asked: Asked) -> list[Sourced]:
        """Return some of our own lines for a step that were not said: the one that was drawn, and others."""
        what, kind, _ = asked.key
        every = step_lines()[f"{what} | {kind}"]
        start = asked.source.rpartition("-")[0]
        fresh = [
            (text, f"{start}-{place}")
            for place, text in enumerate(every)
            if self.admission.fault(kind, text, asked.fillings) is None
        ]
        drawn = [one for one in fresh if one[0] == asked.template]
        others = [one for one in fresh if one[0] != asked.template]
        return [*drawn, *others][:STEPS_HIGH]

    def _varied(self, act: str, text: str) -> tuple[Candidate | None, str]:
        """Return a line that goes better than the script's, with its source, or None."""
        offered = [(one, self._source(act)) for one in self._candidates(act, slots_of(text))]
        for script in self.task.others:
            line = script.lines.get(act, "")
            alike = slots_of(line) == slots_of(text) and self.admission.fault(act, line) is None
            if line and alike and len(offered) < FOREIGN_HIGH + self.task.candidates:
                offered.append((Candidate(line, 0), script.source(act)))
        candidate, source = self._best(act, [(Candidate(text, 0), ""), *offered], margin=MARGIN)
        return (candidate, source) if source else (None, "")

    def _written(self, act: str, text: str) -> Candidate | None:
        found = self._candidates(act, slots_of(text))
        return found[0] if found else None

    def _best(
        self,
        act: str,
        offered: Sequence[tuple[Candidate, str]],
        step: str = "",
        fillings: Mapping[str, Filling] | None = None,
        margin: int = 0,
    ) -> tuple[Candidate, str]:
        """Return what goes best with what was said before; the first, unless one does by over ``margin``."""
        if len(offered) == 1:
            return offered[0]
        scores = self.telling.rank(act, [one.text for one, _ in offered], step, fillings)
        scores = [scores[0] + margin, *scores[1:]]
        best = max(range(len(offered)), key=lambda place: (scores[place], -place))
        if offered[best][0].kept is None and any(one.kept is not None for one, _ in offered):
            self.account.kept += 1
        return offered[best]

    def _candidates(
        self,
        act: str,
        must: frozenset[str],
        step: str = "",
        asked: Asked | None = None,
        name: str = "",
    ) -> list[Candidate]:
        """Return lines of the model that may be said, the best first."""
        if not self.writes:
            return []
        fillings = asked.fillings if asked else None
        rules = self.admission.rules(act, must, fillings)
        stream = self.task.stream.fork(f"write {name or act}")
        streams = [stream.fork(str(number)) for number in range(self.task.candidates)]
        self.account.asked += 1

        def heard(text: str) -> None:
            self._tell(act, text.rpartition(" ")[0], fillings, done=False)

        written = self.telling.write(act, rules, streams, step, heard if self._streams else None, fillings)
        found = [one for one in written if self.admission.fault(act, one.text, fillings) is None]
        if not found:
            self.account.failed.append(name or act)
        return found

    @property
    def _streams(self) -> bool:
        """Whether lines are shown while they are written, which only makes sense where none competes."""
        return self.listen is not None and self.task.source == "model" and self.task.candidates == 1

    def _say(self, act: str, one: Candidate, step: str = "", asked: Asked | None = None) -> None:
        fillings = asked.fillings if asked else None
        self.account.written += one.kept is not None
        self.telling.add(act, one.text, step, one.kept, fillings)
        self.admission.say(one.text, fillings)
        self._tell(act, one.text, fillings, done=True)

    def _tell(self, act: str, text: str, fillings: Mapping[str, object] | None, *, done: bool) -> None:
        if self.listen is not None and text:
            shown = fill(text, self.admission.fillings if fillings is None else fillings)  # type: ignore[arg-type]
            if done or self.admission.clean(shown):
                self.listen(Event(act, shown, done))

    def _source(self, act: str) -> str:
        return f"{ORIGIN}:{self.label}/{act}"
