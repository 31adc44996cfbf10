"""The frames of a walk: which are drawn, which follow from them, and in which order a sheet shows them."""

DIRECTIONS = (
    "down",
    "left",
    "right",
    "up",
)  # rows of a sheet; a figure that walks down is seen from the front
VIEWS = ("down", "left", "up")  # that are drawn; right is left mirrored
PHASES = ("stand", "step", "counterstep")  # of a walk; the two steps are of the two feet
ORDERS = {
    4: ("stand", "step", "stand", "counterstep"),  # goes round
    3: ("step", "stand", "counterstep"),  # to and fro
}
GIVEN = ("down", "stand")  # the picture that is given
# A standing frame comes before the steps that are drawn from it.
DRAWN = tuple((view, phase) for phase in PHASES for view in VIEWS if (view, phase) != GIVEN)

Frame = tuple[str, str]  # view, phase


def places(view: str, phase: str) -> tuple[int, ...]:
    """Return which conditions hold when a frame is drawn: of its view, then of its phase."""
    return VIEWS.index(view), len(VIEWS) + PHASES.index(phase)


CONDITIONS = len(VIEWS) + len(PHASES)
