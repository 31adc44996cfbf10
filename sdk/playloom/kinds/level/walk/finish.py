"""Finish a level walked through on foot: one region, then structure, then what stands around."""

import numpy as np
from numpy.typing import NDArray

from playloom.kernels.paths import distances
from playloom.kinds.level.admission import cells_open
from playloom.kinds.level.chokepoints import Cell
from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.difficulty.scale import Gauge
from playloom.kinds.level.difficulty.steer import aim
from playloom.kinds.level.difficulty.walk import gauge
from playloom.kinds.level.mission import Mission, lay_out
from playloom.kinds.level.place import Placing, Unplaceable, furnish
from playloom.kinds.level.repair import connect, resize
from playloom.kinds.level.vocabulary import Role
from playloom.kinds.level.work import Work


def finish(work: Work) -> None:
    """Join the ground, meet the openness asked for, and place every object.

    Raises:
        Unplaceable: If a control cannot be met on this ground.
    """
    draft, request = work.draft, work.request
    if not connect(draft):
        pins = "pinned cells wall a part in: free some of them"
        few = "hardly a cell is open: ask for more openness"
        raise Unplaceable("reachable", few if request.pinned is None else pins)
    persons = request.people[0] if request.people else 0
    target = cells_open(request)
    if target and not resize(draft, target[0] + persons, target[1] + persons, stubs_only=False):
        raise Unplaceable("openness", "too little is left to open or close: widen the range or pin less")
    work.mark("repair")
    placing = work.placing()
    vocabulary = draft.vocabulary
    if vocabulary.ids(Role.START) and vocabulary.ids(Role.EXIT):
        _place(placing, request, work.style.theme)
    else:  # a developer's own tiles may have one of them, or neither
        start = _lone_end(placing)
        furnish(placing, request, start, np.zeros(draft.cells.shape, np.bool_))
    if target and not resize(draft, *target, stubs_only=True):
        raise Unplaceable("openness", "too few dead ends to adjust it exactly: widen the range")


def _place(placing: Placing, request: LevelRequest, theme: str) -> None:
    """Place the mission and what stands around, as hard as it is asked to be."""
    if request.difficulty is None:
        mission = lay_out(placing, request)
        furnish(placing, request, mission.start, mission.way)
        return
    missions: list[Mission] = []  # the one laid out last counts

    def structure(here: Placing, wanted: LevelRequest) -> Gauge:
        missions.append(lay_out(here, wanted))
        return gauge(here.draft.cells, here.draft.vocabulary, missions[-1].moves, theme)

    def around(here: Placing, wanted: LevelRequest) -> None:
        furnish(here, wanted, missions[-1].start, missions[-1].way)

    aim(placing, request, _farthest(placing.draft.walkable), structure, around)


def _farthest(walkable: NDArray[np.bool_]) -> int:
    """Return about the longest of the shortest ways on the ground, which is one region."""
    steps = distances(walkable, tuple(np.argwhere(walkable)[0].tolist()))
    y, x = divmod(int(steps.argmax()), steps.shape[1])
    return int(distances(walkable, (y, x)).max())


def _lone_end(placing: Placing) -> Cell | None:
    """Place the start or the exit where the tiles have one of them alone; return where the start is.

    Raises:
        Unplaceable: If there is no room.
    """
    for role in (Role.START, Role.EXIT):
        if not placing.draft.vocabulary.ids(role):
            continue
        if not placing.held(role):
            spots = placing.ranked(placing.tile(role), role.value, placing.spots)
            if not spots:
                raise Unplaceable(role.value, "it found no free floor: ask for more openness or pin less")
            placing.put(spots[0], placing.tile(role))
        y, x = np.argwhere(placing.having(role))[0].tolist()
        return (y, x) if role is Role.START else None
    return None
