"""The cast of `playloom demo`: a sprite for each thing that stands in its levels, and what a check finds."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playloom.api.sprite_files import check_sprite, write_sprite
from playloom.api.sprite_making import USUAL, sprite, sprite_generator
from playloom.kinds.sprite.content import Animation, Clip, Examination, Sprite

PALETTE = "endesga-32"  # one for all: they stand on one sheet
SHEET = "cast.json"


@dataclass(frozen=True)
class Part:
    """One part to be cast: what is asked for, and the tile of a level that it stands for."""

    name: str
    words: str
    seed: int
    tile: str

    @property
    def file(self) -> str:
        """The picture."""
        return f"{self.name}.png"

    @property
    def command(self) -> str:
        """The command that makes the same picture."""
        return f"playloom sprite {self.words} --palette {PALETTE} --seed {self.seed} -o {self.file}"

    @property
    def python(self) -> str:
        """The Python that makes the same sprite."""
        return f'playloom.sprite("{self.words}", palette="{PALETTE}", seed={self.seed})'

    @property
    def check(self) -> str:
        """The command that judges the picture in the same way."""
        return f"playloom sprite check {self.file} --package {USUAL}"


PARTS = (
    Part("hero", "robed mage", 5, "start"),
    Part("foe", "orc warrior", 13, "enemy"),
    Part("champion", "knight", 5, "strong_enemy"),
    Part("villager", "priest", 9, "person"),
    Part("potion", "blue potion", 21, "pickup"),
    Part("book", "book", 8, "chest"),
)


@dataclass(frozen=True)
class Player:
    """A part that is cast: its sprite, and what the check of its file found."""

    part: Part
    sprite: Sprite
    found: Examination


@dataclass(frozen=True)
class Cast:
    """Everyone who plays, and the files written."""

    players: tuple[Player, ...]
    files: list[str]


def write_cast(folder: Path, report: Callable[[int], None]) -> Cast:
    """Make every part of `PARTS`, write it and all of them as a sheet, and judge each by its file.

    Args:
        folder: Where the files go.
        report: Called with how many parts are made.
    """
    players = []
    for number, part in enumerate(PARTS):
        made = sprite(part.words, palette=PALETTE, seed=part.seed)
        [path] = write_sprite(made, folder / part.file)
        players.append(Player(part, made, check_sprite(path, training=sprite_generator().originals)))
        report(number + 1)
    clips = tuple(Clip(part.name, place, place) for place, part in enumerate(PARTS))
    sheet = Animation(frames=tuple(player.sprite for player in players), clips=clips)
    written = write_sprite(sheet, folder / SHEET)
    return Cast(tuple(players), [*(part.file for part in PARTS), *(path.name for path in written)])
