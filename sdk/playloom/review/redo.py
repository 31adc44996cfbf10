"""A part of a level made anew, or all but a part: the rest stays pinned, and so do its wishes."""

from dataclasses import replace

from playloom.api.packages import KIND, default_library, level_generator, only_theme
from playloom.errors import RequestInvalid
from playloom.feedback.events import Feedback
from playloom.feedback.rejected import rejected
from playloom.kinds.level.content import FREE, Level, LevelRequest
from playloom.kinds.level.formats.evidence import fingerprint
from playloom.kinds.level.generator import LevelGenerator
from playloom.kinds.level.pinning import Rectangle, lasting_controls, recode, redo
from playloom.seeds import SEED_LIMIT

_TRIES = 8  # seeds, for one that changes something


def redone(level: Level, part: Rectangle, *, keep: bool, after: int, feedback: Feedback) -> Level:
    """Return the level with a part made anew.

    Args:
        level: What is on the table.
        part: In cells.
        keep: The part stays, and everything else is made anew.
        after: Seeds above this one are tried, those that were rejected left out.
        feedback: Where it says which.

    Raises:
        RequestInvalid: If the part is not on the map, or no package makes such levels.
        GenerationFailed: If no attempt passed its checks.
    """
    evidence = level.evidence
    generator = _generator(level)
    cells = recode(level.cells, level.vocabulary, generator.vocabulary)
    pinned = redo(cells, [part])
    if keep:
        free = pinned == FREE
        pinned[free], pinned[~free] = cells[free], FREE
    if not (pinned == FREE).any():
        raise RequestInvalid("all of the map is kept: nothing is left to be made anew; choose a smaller part")
    asked = LevelRequest(
        theme=level.theme or only_theme(generator),
        width=level.width,
        height=level.height,
        style=None if evidence is None else evidence.style,
        pinned=pinned,
        **({} if evidence is None else lasting_controls(evidence.request)),
    )
    spoilt = rejected(feedback.path, "level", generator.package.hash, asked.record())
    made = level
    for seed in _seeds(after, spoilt):
        made = generator.generate(replace(asked, seed=seed))
        if fingerprint(made) != fingerprint(level):
            return made
    raise RequestInvalid("the same map came out again and again; choose a larger part")


def _generator(level: Level) -> LevelGenerator:
    """Return that of the package that made the level, if the library has it by name, else of its theme.

    The name comes out of a file: it must not lead to a folder that somebody else chose.
    """
    name = None if level.evidence is None else level.evidence.package
    known = {manifest.name for _, manifest in default_library().manifests(KIND)}
    if name is None and not level.theme:
        raise RequestInvalid("the map says no theme, so nothing is known to make a part of it anew")
    return level_generator(name if name in known else None, level.theme or None)


def _seeds(after: int, spoilt: frozenset[int]) -> list[int]:
    found: list[int] = []
    seed = after
    while len(found) < _TRIES and seed + 1 < SEED_LIMIT:
        seed += 1
        if seed not in spoilt:
            found.append(seed)
    return found
