"""What a realiser is to those who ask it for lines, whatever model is behind: `Realiser` and `Telling`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from playloom.kinds.quest.realiser.constraint import Rules
from playloom.kinds.quest.realiser.prompt import Setting
from playloom.kinds.quest.slots import Filling
from playloom.seeds import Stream

Heard = Callable[[str], None]  # is given a line's template as far as it is written
Fillings = Mapping[str, Filling]  # what stands in slots, for models that read names


@dataclass(frozen=True)
class Candidate:
    """A line that was written and keeps its rules."""

    text: str  # a template
    score: int  # how well it goes with what was said before, see `Telling.rank`
    kept: Any = None  # what the model remembers of it, for `Telling.add`


class Telling(Protocol):
    """One quest that is being told, line after line."""

    def write(
        self,
        act: str,
        rules: Rules,
        streams: Sequence[Stream],
        step: str = "",
        heard: Heard | None = None,
        fillings: Fillings | None = None,
    ) -> list[Candidate]:
        """Return lines that may come next, none twice, the best first; may be none.

        Args:
            act: Of the line.
            rules: That it keeps; what it must name among them.
            streams: One for each try.
            step: What the step is, of a step's line; see `prompt.step_of`.
            heard: Is given the text of the first try as it grows.
            fillings: Of a step's line; else those of the quest.
        """
        ...

    def rank(
        self, act: str, texts: Sequence[str], step: str = "", fillings: Fillings | None = None
    ) -> list[int]:
        """Return how well each text goes with what was said before.

        Pointwise mutual information with it: how much likelier a token is after the lines before than
        after the setting alone, in 1/1024 nats.
        """
        ...

    def add(
        self, act: str, text: str, step: str = "", kept: Any = None, fillings: Fillings | None = None
    ) -> None:
        """Take a line as said.

        Args:
            act: Of the line.
            text: Its template, whoever wrote it.
            step: As in `write`.
            kept: Of the candidate that it is, if it is one of the last that were written.
            fillings: As in `write`.
        """
        ...


class Realiser(Protocol):
    """A model that writes and ranks lines."""

    @property
    def label(self) -> str:
        """What lines of it give as their source: "quests-1.0.0"."""
        ...

    @property
    def exact(self) -> bool:
        """Whether the same request gives the same lines on every machine, not only on this one."""
        ...

    @property
    def fluent(self) -> bool:
        """Whether its lines read well enough to stand among those of people where nobody asked for them."""
        ...

    def begin(self, setting: Setting, fillings: Fillings | None = None) -> Telling:
        """Begin a quest; what stands in its slots is for models that read names."""
        ...
