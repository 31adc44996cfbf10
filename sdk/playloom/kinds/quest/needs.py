"""What a script needs of those it is told of, and whether a plan's cast has it.

A script may have one line more, before its acts:

    needs: giver=smith|innkeeper; item=drink; place=indoors; world=not scifi

Each part names a slot and classes of which one must fit; "not" before a class means any but it; a word in
quotes is looked for itself. The same slot may come again: both parts must fit then. A script without needs
fits all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from playloom.kinds.quest.casting import SLOTS, classes_of, is_of
from playloom.kinds.quest.plan_parts import Plan
from playloom.kinds.quest.world import Enemy, Item, Person, Place, World
from playloom.kinds.quest.world_check import nearest

NEEDS = "needs"  # the key of the line
NEEDS_HIGH = 16  # parts of a line
_NOT = "not "
_QUOTED = re.compile(r'"[^\W\d_]+"')
_BOUND = {"giver": "npc"}  # slots that a plan binds under another name


@dataclass(frozen=True)
class Need:
    """What one slot must be: of one of some classes."""

    slot: str  # of `SLOTS`
    classes: tuple[str, ...]  # "smith", "not child", or a word in quotes

    def __str__(self) -> str:
        return f"{self.slot}={'|'.join(self.classes)}"


def parse_needs(text: str) -> tuple[Need, ...]:
    """Read a line of needs.

    Raises:
        ValueError: If a slot or a class is not known, or nothing is asked of a slot; says what was expected.
    """
    parts = text.split(";")
    if len(parts) > NEEDS_HIGH:
        raise ValueError(f"has {len(parts)} parts, at most {NEEDS_HIGH} are read; ask for less")
    found = []
    for part in parts:
        slot, equals, classes = (piece.strip() for piece in part.partition("="))
        if slot not in SLOTS or not equals or not classes:
            hint = nearest(slot, SLOTS) or f"slots are {', '.join(SLOTS)}"
            raise ValueError(f"found {part.strip()[:40]!r}, expected 'slot=class|class'; {hint}")
        each = tuple(" ".join(one.split()) for one in classes.split("|"))
        for one in each:
            _check(slot, one.removeprefix(_NOT))
        found.append(Need(slot, each))
    return tuple(found)


def unmet(needs: Sequence[Need], plan: Plan, world: World) -> list[Need]:
    """Return the needs that a plan's cast does not meet; a slot that is not bound needs nothing."""
    return [need for need in needs if not _is_met(need, plan, world)]


def may_give(needs: Sequence[Need], giver: Person, world: World) -> bool:
    """Whether a person can be the giver, and a world the place, as far as it can be told before planning."""
    return all(
        any(
            _agrees(one, is_of("giver", giver, one.removeprefix(_NOT), world, giver))
            if need.slot == "giver"
            else _agrees(one, world.genre == one.removeprefix(_NOT))
            for one in need.classes
        )
        for need in needs
        if need.slot in ("giver", "world")
    )


def explained(need: Need, plan: Plan, world: World) -> str:
    """Return what a need asks for and what there is: "the giver is to be cook; Mira Ashdown is smith"."""
    wanted = f"the {need.slot} is to be {' or '.join(need.classes)}"
    if need.slot == "world":
        return f"{wanted}; {world.name} is {world.genre}"
    entity = world.by_id[plan.bindings[_BOUND.get(need.slot, need.slot)]]
    what = entity.role if isinstance(entity, Person) else "none"
    return f"{wanted}; {entity.name} is {what}"


def _check(slot: str, name: str) -> None:
    known = classes_of(slot)
    if name in known or (slot != "world" and _QUOTED.fullmatch(name)):
        return
    hint = nearest(name, known) or f"choose of {', '.join(known)}"
    quote = "" if slot == "world" else ', or put a word in quotes to look for it itself: "falconer"'
    raise ValueError(f"{slot} class {name[:40]!r} is not known; {hint}{quote}")


def _is_met(need: Need, plan: Plan, world: World) -> bool:
    if need.slot == "world":
        return any(_agrees(one, world.genre == one.removeprefix(_NOT)) for one in need.classes)
    entity = world.by_id.get(plan.bindings.get(_BOUND.get(need.slot, need.slot), ""))
    if not isinstance(entity, Person | Item | Enemy | Place):
        return True
    giver = world.person(plan.giver)
    return any(
        _agrees(one, is_of(need.slot, entity, one.removeprefix(_NOT), world, giver)) for one in need.classes
    )


def _agrees(one: str, true: bool) -> bool:
    return true != one.startswith(_NOT)
