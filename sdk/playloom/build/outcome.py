"""What became of a build."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from playloom.errors import PlayloomError

Report = Callable[[float], None]  # is told how far it is, 0 to 1


@dataclass
class Outcome:
    """What became of a build."""

    made: list[str] = field(default_factory=list)  # tasks
    cached: list[str] = field(default_factory=list)  # tasks, taken from the cache
    failures: dict[str, PlayloomError] = field(default_factory=dict)
    rejected: list[str] = field(default_factory=list)  # tasks, made or in the cache, but rejected in a review
    skipped: dict[str, str] = field(default_factory=dict)  # tasks that need one that failed, with that one
    written: list[str] = field(default_factory=list)  # files
    kept: list[str] = field(default_factory=list)  # files that somebody changed, left as they are
    notes: list[str] = field(default_factory=list)

    def after(self, earlier: "Outcome") -> "Outcome":
        """Return what became of two builds, one after the other."""
        return replace(
            self,
            made=earlier.made + self.made,
            cached=earlier.cached + self.cached,
            written=earlier.written + self.written,
            notes=earlier.notes + self.notes,
        )
