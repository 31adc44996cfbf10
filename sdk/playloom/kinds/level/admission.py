"""What a package refuses at the door: requests that no level of it can meet."""

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid
from playloom.kernels.counting import counted
from playloom.kinds.level.content import CONTROLS, FREE, LevelRequest
from playloom.kinds.level.movement import Free, Movement, Platform, Push
from playloom.kinds.level.platform.solve import NODES_MOST, searchable, states_of
from playloom.kinds.level.solve import SEARCH_LIMIT
from playloom.kinds.level.vocabulary import Role, Vocabulary

# Roles without which a control asks for what a package cannot make.
_NEEDS = {
    "enemies": (Role.ENEMY,),
    "common": (Role.ENEMY,),
    "strong": (Role.ENEMY,),
    "bosses": (Role.BOSS,),
    "treasure": (Role.PICKUP, Role.CHEST),
    "keys": (Role.KEY,),
    "locks": (Role.LOCK,),
    "people": (Role.PERSON,),
    "crates": (Role.CRATE,),
    "pushes": (Role.CRATE,),
}


def check_sides(request: LevelRequest, sides: tuple[int, int]) -> None:
    """Refuse a size that the package does not make.

    Raises:
        RequestInvalid: With the sides it makes.
    """
    low, high = sides
    for name in ("width", "height"):
        if not low <= getattr(request, name) <= high:
            found = getattr(request, name)
            raise RequestInvalid(
                f"{name} is {found}; this package makes levels of {low} to {high} cells a side"
            )


def check_controls(request: LevelRequest, vocabulary: Vocabulary, movement: Movement) -> None:
    """Refuse a control of which the package has no tiles or rules.

    Raises:
        RequestInvalid: Naming the control.
    """
    shape = request.height, request.width
    if isinstance(movement, Platform) and states_of(shape, movement) > NODES_MOST:
        raise RequestInvalid(
            f"{request.width}x{request.height} cells are too many for how far this package's player jumps: "
            f"{states_of(shape, movement)} states of the search, up to {NODES_MOST} are possible; "
            "choose a smaller size"
        )
    doors = (request.locks or request.keys or (0, 0))[0]
    keys = max(doors, (request.keys or (0, 0))[0])
    if isinstance(movement, Platform) and not searchable(shape, movement, keys, doors):
        raise RequestInvalid(
            f"{counted(keys, 'key')} and {counted(doors, 'locked door')} on {request.width}x{request.height} "
            f"cells make over {NODES_MOST} states of the search; choose a smaller size or ask for fewer"
        )
    if request.path is not None and request.path[1] == 0:
        raise RequestInvalid("path is 0: no level is over before the first move; ask for 1 or more")
    for name in CONTROLS:
        wanted = getattr(request, name)
        if wanted is None or (wanted[1] == 0 and name != "difficulty"):
            continue
        if isinstance(movement, Free):
            raise RequestInvalid(
                f"{name}: this package's tiles have no roles, so nothing can be counted; leave it out"
            )
        if name in _NEEDS and not vocabulary.ids(*_NEEDS[name]):
            raise RequestInvalid(f"{name}: this package has no tiles for that; leave it out")
        if name in ("path", "difficulty") and not (
            vocabulary.ids(Role.START) and (vocabulary.ids(Role.EXIT) or isinstance(movement, Push))
        ):
            raise RequestInvalid(f"{name}: this package's levels have no start and exit; leave it out")


def check_pinned(request: LevelRequest, vocabulary: Vocabulary) -> None:
    """Refuse pinned cells that no level can have.

    Raises:
        RequestInvalid: For unknown tiles, a second start or exit, more keys or locks than can be solved.
    """
    if request.pinned is None:
        return
    known = request.pinned[request.pinned != FREE]
    if known.size and int(known.max()) >= len(vocabulary):
        raise RequestInvalid(f"pinned map has tile id {int(known.max())}; ids end at {len(vocabulary) - 1}")
    limits = ((Role.START, 1), (Role.EXIT, 1), (Role.KEY, SEARCH_LIMIT), (Role.LOCK, SEARCH_LIMIT))
    for role, most in limits:
        places = np.argwhere(np.isin(request.pinned, vocabulary.ids(role)))
        if len(places) > most:
            named = ", ".join(f"({x}, {y})" for y, x in places[:4].tolist())
            raise RequestInvalid(
                f"pinned map has {len(places)} of {role.value}, at {named}...; at most {most} can be had"
            )


def check_openness(request: LevelRequest, vocabulary: Vocabulary, *, closed: bool) -> None:
    """Refuse a share that a closed border, or start and exit, rule out.

    Raises:
        RequestInvalid: With the shares that are possible.
    """
    wanted = cells_open(request)
    if wanted is None or request.openness is None:
        return
    most = request.width * request.height
    if closed:
        most -= int(edge_of(request).sum()) - len(open_border(request, vocabulary))
    if wanted[0] > most or wanted[1] < 2:
        area = request.width * request.height
        raise RequestInvalid(
            f"openness is {request.openness[0]:g}..{request.openness[1]:g}; "
            f"{request.width}x{request.height} cells allow {2 / area:.3f} to {most / area:.3f}"
        )


def open_border(request: LevelRequest, vocabulary: Vocabulary) -> tuple[tuple[int, int], ...]:
    """Return the cells (x, y) of the border that are pinned open."""
    if request.pinned is None:
        return ()
    open_cells = edge_of(request) & (request.pinned != FREE)
    open_cells[open_cells] = vocabulary.open[request.pinned[open_cells]]
    return tuple((x, y) for y, x in np.argwhere(open_cells).tolist())


def edge_of(request: LevelRequest) -> NDArray[np.bool_]:
    """Return the outermost ring of cells, shape (H, W)."""
    edge = np.ones((request.height, request.width), np.bool_)
    edge[1:-1, 1:-1] = False
    return edge


def cells_open(request: LevelRequest) -> tuple[int, int] | None:
    """Return the least and most walkable cells that the openness control admits.

    An exact share that falls between two counts of cells is met by the nearer one.
    """
    if request.openness is None:
        return None
    area = request.width * request.height
    low, high = request.openness
    least, most = int(-(-low * area // 1)), int(high * area // 1)
    return (least, most) if least <= most else (round(low * area), round(low * area))
