"""Checks what a planner is asked for against the world."""

import difflib
from dataclasses import dataclass
from typing import get_args

from playloom.errors import RequestInvalid
from playloom.kinds.quest.content import QuestRequest
from playloom.kinds.quest.strategies import MOTIVATIONS, STRATEGIES
from playloom.kinds.quest.world import Entity, Faction, Genre, Person, World
from playloom.kinds.quest.world_check import nearest, text_problem

DEPTH_HIGH = 3
_PLAYER_HIGH = 60  # characters


@dataclass(frozen=True)
class Wish:
    """A request whose names have become ids."""

    givers: tuple[Person, ...]  # alive; one of them gives the quest
    strategies: tuple[str, ...]
    about: str | None  # id of who or what the quest is to be about


def read_request(world: World, request: QuestRequest) -> Wish:
    """Find what a request names.

    Raises:
        RequestInvalid: If it names nobody, somebody dead, or contradicts itself.
    """
    if type(request.depth) is not int or not 0 <= request.depth <= DEPTH_HIGH:
        raise RequestInvalid(f"depth is {request.depth!r}; choose 0 to {DEPTH_HIGH}")
    if request.genre is not None and request.genre not in get_args(Genre):
        raise RequestInvalid(f"genre is {request.genre!r}; choose of {', '.join(get_args(Genre))}")
    _check_player(world, request.player)
    strategies = _strategies(request)
    alive = tuple(person for person in world.people if person.alive)
    if not alive:
        raise RequestInvalid(f"nobody in {world.name!r} is alive; add somebody under [[people]]")
    about = None if request.target is None else _find(world, request.target, "target")
    if isinstance(about, Faction):
        raise RequestInvalid(
            f"target {about.name!r} is a faction; name a person, a place, an item or an enemy"
        )
    if isinstance(about, Person) and not about.alive:
        raise RequestInvalid(f"target {about.name!r} is dead; name somebody alive")
    if request.giver is not None:
        giver = _find(world, request.giver, "giver")
        if not isinstance(giver, Person):
            raise RequestInvalid(f"giver {giver.name!r} is no person; name one of [[people]]")
        if not giver.alive:
            raise RequestInvalid(
                f"giver {giver.name!r} is dead, and the dead give no quests; name somebody alive"
            )
        alive = (giver,)
    if about is not None:
        alive = tuple(person for person in alive if person.id != about.id)
        if not alive:
            raise RequestInvalid(
                f"{about.name!r} would give a quest about themselves; name another target or giver"
            )
    return Wish(alive, strategies, about.id if about is not None else None)


def _strategies(request: QuestRequest) -> tuple[str, ...]:
    if request.motivation is not None and request.motivation not in MOTIVATIONS:
        near = nearest(request.motivation, MOTIVATIONS)
        raise RequestInvalid(
            f"no motivation is called {request.motivation[:40]!r}; "
            f"{near or 'choose of ' + ', '.join(MOTIVATIONS)}"
        )
    if request.strategy is not None and request.strategy not in STRATEGIES:
        near = nearest(request.strategy, tuple(STRATEGIES))
        raise RequestInvalid(
            f"no strategy is called {request.strategy[:40]!r}; {near or 'choose of ' + ', '.join(STRATEGIES)}"
        )
    found = tuple(
        name
        for name, strategy in STRATEGIES.items()
        if request.strategy in (None, name) and request.motivation in (None, strategy.motivation)
    )
    if not found and request.strategy is not None:
        motivation = STRATEGIES[request.strategy].motivation
        raise RequestInvalid(
            f"strategy {request.strategy!r} serves {motivation}, not {request.motivation}; leave one out"
        )
    return found


def _find(world: World, text: str, what: str) -> Entity:
    """Return what has this id or name, small letters or capitals."""
    wanted = text.casefold()
    for entity in world.by_id.values():
        if wanted in (entity.id, entity.name.casefold()):
            return entity
    known = {key: key for key in world.by_id}
    known |= {entity.name.casefold(): entity.name for entity in world.by_id.values()}
    near = difflib.get_close_matches(wanted, known, n=1)
    hint = f"did you mean {known[near[0]]!r}?" if near else "`playloom world check` tells who can give what"
    raise RequestInvalid(f"{what}: nothing in {world.name!r} is called {text[:60]!r}; {hint}")


def _check_player(world: World, player: str) -> None:
    if not 1 <= len(player) <= _PLAYER_HIGH:
        raise RequestInvalid(f"player has {len(player)} characters; choose 1 to {_PLAYER_HIGH}")
    problem = text_problem(player)
    if problem:
        raise RequestInvalid(f"player: {problem}")
    for entity in world.by_id.values():
        if entity.name.casefold() == player.casefold():
            raise RequestInvalid(f"player: {player!r} is the name of {entity.id!r} too; choose another one")
