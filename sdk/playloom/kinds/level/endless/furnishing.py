"""What stands on the ground of a chunk: put on its main part alone, which is joined to all others."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from playloom.kinds.level.chokepoints import Cell
from playloom.kinds.level.content import LevelRequest
from playloom.kinds.level.draft import Draft, closing_tiles
from playloom.kinds.level.endless.check import main_part
from playloom.kinds.level.place import Placing, Unplaceable, furnish
from playloom.kinds.level.vocabulary import Role, Vocabulary
from playloom.seeds import Stream


def furnish_chunk(
    tokens: NDArray[np.int64],
    place: tuple[slice, slice],
    network: Callable[[NDArray[np.int64]], NDArray[np.int32]],
    vocabulary: Vocabulary,
    request: LevelRequest,
    stream: Stream,
    *,
    start: bool,
) -> NDArray[np.int64]:
    """Return the cells of a chunk (H, W) with its objects.

    Args:
        tokens: The finished ground of the chunk and some around it, which the network is shown.
        place: Rows and columns of the chunk within ``tokens``.
        network: Tokens to logits; the token after the last tile masks a cell.
        vocabulary: The tiles.
        request: The controls.
        stream: The randomness.
        start: Whether the start is to be here.

    Raises:
        Unplaceable: If a control cannot be met.
    """
    ground = tokens[place]
    main = main_part(vocabulary.open[ground])
    masked = tokens.copy()
    masked[place] = np.where(main, len(vocabulary), ground)
    # Elsewhere nothing may be put: to whoever places people, what is not the main part is closed.
    closing = int(np.flatnonzero(closing_tiles(vocabulary))[0])
    nothing = np.zeros(main.shape, np.bool_)
    # Objects are no edits, so nobody asks what a change would cost.
    costs = np.zeros((*main.shape, len(vocabulary)), np.int32)
    draft = Draft(np.where(main, ground, closing), nothing, nothing, costs, vocabulary)
    spots = main & vocabulary.having(Role.FLOOR)[ground]
    placing = Placing(draft, network(masked)[place], spots, stream)
    begin = _put_start(placing) if start else None
    rim = np.ones(main.shape, np.bool_)
    rim[1:-1, 1:-1] = False
    furnish(placing, request, begin, rim)  # people keep off the rim: they might shut a way to the next chunk
    return np.where(main, draft.cells, ground)


def _put_start(placing: Placing) -> Cell | None:
    tiles = placing.draft.vocabulary.ids(Role.START)
    if not tiles:
        return None
    ranked = placing.ranked(tiles[0], "put start", placing.spots)
    if not ranked:
        raise Unplaceable("start", "no floor is left for a start: take larger chunks")
    placing.put(ranked[0], tiles[0])
    return ranked[0]
