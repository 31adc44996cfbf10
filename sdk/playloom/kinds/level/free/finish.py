"""Finishing a level of tiles without roles: every pair of neighbours becomes one seen in training."""

import numpy as np

from playloom.kinds.level.draft import Draft
from playloom.kinds.level.free.settle import settle
from playloom.kinds.level.place import Unplaceable
from playloom.kinds.level.settings import Adjacency
from playloom.kinds.level.work import Work
from playloom.seeds import Stream


def finish(work: Work) -> None:
    """Make every pair of neighbours in the draft a known one.

    Raises:
        Unplaceable: If some cells find no tile that fits, however many around them are drawn anew.
    """
    draft = work.draft
    if work.adjacency is not None and not settle(draft, work.adjacency, work.stream.fork("adjacency")):
        pinned = "; pin fewer cells" if draft.fixed.any() else ""
        raise Unplaceable("adjacency", f"some tiles found no neighbours that were seen beside them{pinned}")
    work.mark("repair")


def harmonise(draft: Draft, adjacency: Adjacency, stream: Stream) -> None:
    """Make pairs of neighbours known ones where that changes nothing for the player.

    A cell takes only tiles with the role and passability of the one it has, and objects stay; so what was
    checked about playing holds as before. Strange pairs that cannot be mended so stay.
    """
    vocabulary = draft.vocabulary
    kinds: dict[tuple[str, str], int] = {}
    kind = np.array([kinds.setdefault((t.role, t.passability), len(kinds)) for t in vocabulary.tiles])
    same = kind[:, None] == kind[None]
    same[vocabulary.objects] = np.eye(len(vocabulary), dtype=np.bool_)[vocabulary.objects]
    settle(draft, adjacency, stream, instead=same)
