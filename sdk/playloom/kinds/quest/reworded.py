"""Lines that a quest has beside those of its script, or instead of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playloom.kinds.quest.steps import Key

Sourced = tuple[str, str]  # a template and its source


@dataclass(frozen=True)
class Reworded:
    """What `compose` takes instead of what it would take by itself."""

    lines: Mapping[str, Sourced] = field(default_factory=dict)  # by act
    steps: Mapping[Key, Sourced] = field(default_factory=dict)
