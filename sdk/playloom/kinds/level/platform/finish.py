"""Finish a level seen from the side: ways first, then doors and the exit, then what stands around."""

from dataclasses import replace

import numpy as np

from playloom.kinds.level.admission import cells_open
from playloom.kinds.level.content import Level, LevelRequest
from playloom.kinds.level.difficulty.platform import gauge
from playloom.kinds.level.difficulty.scale import Gauge
from playloom.kinds.level.difficulty.steer import aim
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.place import Placing, Unplaceable
from playloom.kinds.level.place import furnish as stand_around
from playloom.kinds.level.platform.gates import place_gates
from playloom.kinds.level.platform.openness import resize
from playloom.kinds.level.platform.place import Scene, furnish, on_air, place_exit, scene
from playloom.kinds.level.platform.repair import mend
from playloom.kinds.level.vocabulary import Role
from playloom.kinds.level.work import Work


def finish(work: Work) -> None:
    """Make the draft playable, place every object and meet the openness asked for.

    Raises:
        Unplaceable: If a control cannot be met on this ground.
    """
    draft, request, movement = work.draft, work.request, work.movement
    assert isinstance(movement, Platform)
    if not (draft.vocabulary.ids(Role.START) and draft.vocabulary.ids(Role.EXIT)):
        work.mark("repair")  # a developer's own tiles may have neither: there is no way to judge or to mend
        placing = work.placing()
        placing.spots &= on_air(draft)
        stand_around(placing, request, None, np.zeros(draft.cells.shape, np.bool_))
        return
    start = mend(draft, movement, work.stream.fork("mend"))
    y, x = divmod(start, draft.cells.shape[1] + 2)
    work.mark("repair")
    made = scene(work.placing(), movement, (y - 1, x - 1))
    if request.difficulty is None:
        try:
            _lay_out(made, request)
        except Unplaceable as problem:
            if problem.check != "path" or not _start_later(made):
                raise
            _lay_out(made, request)
        furnish(made, request)
    else:
        _aim(made, request, work.style.theme)
    target = cells_open(request)
    if target and not resize(draft, movement, *target, request.path):
        raise Unplaceable("openness", "too few cells can be opened or closed: widen the range or pin less")


def _start_later(made: Scene) -> bool:
    """Move the start to a place that plays can always come back to; return whether that was possible.

    A start that is left for good, by a drop say, has no exit near: no short way can be had from there.
    """
    placing = made.placing
    y, x = made.start
    able = made.plays().lasting() & placing.spots & made.grounded
    if placing.draft.fixed[y, x] or not able.any():
        return False
    placing.draft.cells[y, x] = made.air
    placing.spots[y, x] = True
    made.start = made.ranked(Role.START, "start later", able)[0]
    placing.put(made.start, placing.tile(Role.START))
    return True


def _aim(made: Scene, request: LevelRequest, theme: str) -> None:
    """Place every object so that the level is as hard as it is asked to be."""

    def structure(here: Placing, wanted: LevelRequest) -> Gauge:
        laid = replace(made, placing=here)
        _lay_out(laid, wanted)
        moves = laid.plays().solution()
        if moves is None:
            raise Unplaceable("solvable", "start and exit are parted by pinned cells: free some of them")
        level = Level(
            cells=here.draft.cells.astype(np.uint8),
            vocabulary=here.draft.vocabulary,
            theme=theme,
            movement=made.movement,
        )
        return gauge(level, moves)

    farthest = int(made.plays().arrivals().max())
    aim(made.placing, request, farthest, structure, lambda here, w: furnish(replace(made, placing=here), w))


def _lay_out(made: Scene, request: LevelRequest) -> None:
    """Place doors, keys and the exit: behind a door if that can be, else without what nobody asked for."""
    draft, placing = made.placing.draft, made.placing
    before = draft.cells.copy(), placing.spots.copy(), len(draft.edits)
    asked = request.locks is not None or request.keys is not None
    plans = [(True, True), (True, False)] if asked else [(True, True), (False, False)]
    for likely, behind in plans:
        try:
            place_gates(made, request, likely=likely)
            place_exit(made, request, behind=behind)
            return
        except Unplaceable as problem:
            draft.cells[:], placing.spots[:] = before[0], before[1]
            del draft.edits[before[2] :]
            if (likely, behind) == plans[-1] or (asked and problem.check not in ("path", "exit")):
                raise
