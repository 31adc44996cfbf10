"""Drawing the frames of a walk: the surest pixels first, and a standing frame before its steps."""

import numpy as np

from playloom.kinds.walk.frames import DRAWN, GIVEN, Frame
from playloom.kinds.walk.network import Shown, Tokens, Walker


def draw_walk(walker: Walker, front: Tokens, palette: np.ndarray) -> dict[Frame, Tokens]:
    """Return all frames of a walk, the given one and those of `DRAWN`.

    Args:
        walker: The network.
        front: The figure seen from the front, (H, W): 0 to P - 1 a colour, P transparent.
        palette: Its colours, (P, 3), 0..255.
    """
    frames = {GIVEN: front}
    shown = Shown(front, front, palette.astype(np.float32), GIVEN)
    for view, phase in DRAWN:
        standing = None if phase == GIVEN[1] else frames[view, GIVEN[1]]
        frames[view, phase] = draw_frame(walker, shown.of((view, phase), standing))
    return frames


def draw_frame(walker: Walker, shown: Shown) -> Tokens:
    """Return one frame, (H, W): 0 to P - 1 a colour, P transparent.

    Each pass fills in an equal share of the pixels, the surest ones; of equally sure ones the first. A pixel
    is as sure as the smaller of two leads: of solid or transparent over the other, of its colour over the
    next.
    """
    drawn = np.full(shown.front.shape, shown.unknown, np.int64)
    for left in range(walker.settings.passes, 0, -1):
        tokens, lead = _choice(walker, shown, drawn)
        free = np.flatnonzero(drawn.ravel() == shown.unknown)
        surest = free[np.argsort(-lead.ravel()[free], kind="stable")[: -(-len(free) // left)]]
        drawn.ravel()[surest] = tokens.ravel()[surest]
    return drawn


def _choice(walker: Walker, shown: Shown, drawn: Tokens) -> tuple[Tokens, Tokens]:
    """Return the likeliest token of each pixel and its lead, (H, W)."""
    alpha, colour = walker.logits(shown, drawn)
    ranked = np.sort(colour, axis=0)
    lead = np.abs(alpha[1] - alpha[0]).astype(np.int64)
    solid = alpha[1] > alpha[0]
    if len(ranked) > 1:
        lead = np.where(solid, np.minimum(lead, ranked[-1] - ranked[-2]), lead)
    return np.where(solid, colour.argmax(axis=0), shown.transparent).astype(np.int64), lead
