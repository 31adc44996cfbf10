"""What the readers hand on: sprites as they were found, and what was left out with the reason."""

from dataclasses import dataclass, field
from pathlib import Path

from playloom.kinds.sprite.clean import Cleaned


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a data set says of a sprite itself, instead of its name."""

    category: str
    tags: tuple[str, ...]
    style: str
    group: str
    split: str
    licence: str
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class FoundSprite:
    """One sprite in true size with hard edges, not yet on a canvas."""

    name: str  # path from the folder that was given, with "#..." for one of several in a file
    picture: Cleaned
    style: str  # the name of what was given
    series: str = ""  # sprites of one series, such as an animation, stay together
    given: Given | None = None


@dataclass(frozen=True)
class LeftOut:
    """Something that was not read or not kept."""

    name: str
    reason: str  # the same words for the same reason
    detail: str = ""


def unreadable(name: str, error: Exception) -> LeftOut:
    """Return a file that could not be read; the message without its path, which ``name`` tells."""
    _, at, rest = str(error).partition(f"{Path(name).name}: ")
    return LeftOut(name, "not readable", rest if at else str(error))


@dataclass
class Findings:
    """What one reader found."""

    sprites: list[FoundSprite] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # decisions that may be wrong, such as a grid
    pictures: int = 0  # files read

    def add(self, other: "Findings") -> None:
        """Append what another reader found."""
        self.sprites += other.sprites
        self.left_out += other.left_out
        self.notes += other.notes
        self.pictures += other.pictures
