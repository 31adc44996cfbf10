"""How the player of a level moves: which rules its check plays by.

A package says it once, a level carries it, and its evidence keeps it.
"""

from typing import TypeAlias

import msgspec

from playloom.kinds.level.vocabulary import CORE, SIDE, SOKOBAN, Vocabulary

_FALL_TICKS = 32  # each is one more copy of the map in the search for a way


class Walk(msgspec.Struct, frozen=True, tag="walk", forbid_unknown_fields=True):
    """Seen from above: one cell up, down, left or right a move; keys are used up by locked doors."""


class Platform(msgspec.Struct, frozen=True, tag="platform", forbid_unknown_fields=True):
    """Seen from the side: gravity, jumps, ladders, one-way platforms; `platform.physics` states the rules."""

    jump_height: int = 3  # cells from take-off to the apex
    jump_length: int = 6  # cells between take-off and landing at the same height, at full run
    fall_speed: int = 2  # cells a tick at most

    def __post_init__(self) -> None:
        for name, low, high in (("jump_height", 1, 16), ("jump_length", 2, 32), ("fall_speed", 1, 8)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} is {value}; choose {low} to {high}")
        ticks = (
            self.fall_speed
            * (self.jump_length // 2)
            * ((self.jump_length + 1) // 2)
            // (2 * self.jump_height)
        )
        if ticks > _FALL_TICKS:
            raise ValueError(
                f"a fall takes {ticks} ticks to reach fall_speed {self.fall_speed}; {_FALL_TICKS} are "
                "possible; choose a higher jump_height, or a lower jump_length or fall_speed"
            )


class Push(msgspec.Struct, frozen=True, tag="push", forbid_unknown_fields=True):
    """Sokoban: crates are pushed, one at a time and never pulled, until every goal holds one."""


class Free(msgspec.Struct, frozen=True, tag="free", forbid_unknown_fields=True):
    """The tiles have no known roles: what can be checked is which tiles may stand side by side."""


Movement: TypeAlias = Walk | Platform | Push | Free
WALK = Walk()  # what is meant where nothing else is said

MOVES: dict[type, str] = {
    Walk: "UDLR",
    Platform: "UDLRJ[].",
    Push: "UDLR",
    Free: "",
}  # letters of a solution


def movement_line(movement: Movement) -> str:
    """Return a movement as one line of canonical JSON; "" for the usual one."""
    return "" if movement == WALK else msgspec.json.encode(movement, order="deterministic").decode()


def read_movement(line: str) -> Movement:
    """Return what `movement_line` wrote.

    Raises:
        ValueError: If it is no movement of this version.
    """
    if not line:
        return WALK
    movement: Movement = msgspec.json.decode(line, type=Movement)  # its errors are ValueErrors
    return movement


def vocabulary_for(movement: Movement, given: Vocabulary) -> Vocabulary:
    """Return the vocabulary of a map that names its movement: CORE means the one of that movement."""
    if given is not CORE:
        return given
    match movement:
        case Platform():
            return SIDE
        case Push():
            return SOKOBAN
        case _:
            return CORE
