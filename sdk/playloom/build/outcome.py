"""What became of a build."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playloom.errors import PlayloomError

Report = Callable[[float], None]  # is told how far it is, 0 to 1


@dataclass
class Outcome:
    """What became of a build."""

    made: list[str] = field(default_factory=list)  # tasks
    cached: list[str] = field(default_factory=list)  # tasks, taken from the cache
    failures: dict[str, PlayloomError] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)  # tasks that need one that failed, with that one
    written: list[str] = field(default_factory=list)  # files
    kept: list[str] = field(default_factory=list)  # files that somebody changed, left as they are
    notes: list[str] = field(default_factory=list)
