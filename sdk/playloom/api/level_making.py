"""Making levels: one, several unlike one another, or a world without end."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playloom.api.packages import check_theme, level_generator, level_themes, only_theme
from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.level.content import ENDLESS_STEPS, STEPS, Level, LevelRequest
from playloom.kinds.level.controls import HIGHEST
from playloom.kinds.level.variety import TRIES, UNLIKE, unlike

if TYPE_CHECKING:
    from playloom.kinds.level.endless.world import World
    from playloom.kinds.level.generator import LevelGenerator

# Exact, or (low, high) with both included; None in the place of one: no lower or no upper end.
Counts = int | tuple[int | None, int | None]
Shares = float | tuple[float | None, float | None]


def level(
    theme: str | None = None,
    *,
    size: tuple[int, int] | None = None,
    seed: int = 0,
    style: str | None = None,
    enemies: Counts | None = None,
    common: Counts | None = None,
    strong: Counts | None = None,
    bosses: Counts | None = None,
    treasure: Counts | None = None,
    keys: Counts | None = None,
    locks: Counts | None = None,
    people: Counts | None = None,
    openness: Shares | None = None,
    path: Counts | None = None,
    crates: Counts | None = None,
    pushes: Counts | None = None,
    difficulty: Shares | None = None,
    steps: int = STEPS,
    attempts: int = 8,
    pinned: NDArray[np.uint8] | None = None,
    package: str | Path | None = None,
) -> Level:
    """Make one level that has passed the independent check and meets every control.

    Args:
        theme: Such as ``"dungeon"``; None where ``package`` has one alone, as those of your own maps have.
        size: (width, height) in cells, 8 to 1024 each; None takes the package's usual one.
        seed: Same package, request and seed give the same level.
        style: One of the theme's styles; None draws one from the seed.
        enemies: Common and strong enemies together, bosses apart; 0 leaves out bosses too. This and each
            control below is exact or ``(low, high)``, with None for an open end: ``(4, None)`` is 4 or more.
            None alone leaves it to the model.
        common: Common enemies.
        strong: Strong enemies.
        bosses: Bosses.
        treasure: Pickups and chests.
        keys: Keys; with ``locks`` None as many locked doors.
        locks: Locked doors; with ``keys`` None as many keys.
        people: People to meet.
        openness: Share of cells that can be walked on, 0 to 1.
        path: Moves of the shortest solution.
        crates: Sokoban: crates, each with a goal.
        pushes: Sokoban: pushes of the shortest solution.
        difficulty: How hard it is, 0 to 1: 0.5 is the middle of levels made with no wishes, 0.9 is harder
            than nine in ten of them. One number is met within 0.05.
        steps: Network passes, 1 to 64; more look better and take longer.
        attempts: Tries before giving up, 1 to 64.
        pinned: Shape (height, width): tile ids to keep, 255 where the model may choose.
        package: Name or folder of a level package; None takes the one that is shipped.

    Raises:
        RequestInvalid: If the request contradicts itself, the package or the limits.
        GenerationFailed: If no attempt passed its checks.
    """
    generator, theme = _home(package, theme)
    width, height = generator.size if size is None else _size(size)
    controls = {
        "enemies": enemies,
        "common": common,
        "strong": strong,
        "bosses": bosses,
        "treasure": treasure,
        "keys": keys,
        "locks": locks,
        "people": people,
        "openness": openness,
        "path": path,
        "crates": crates,
        "pushes": pushes,
        "difficulty": difficulty,
    }
    request = LevelRequest(
        theme=theme,
        width=width,
        height=height,
        seed=seed,
        style=style,
        **{name: control_range(name, value) for name, value in controls.items()},
        steps=steps,
        attempts=attempts,
        pinned=pinned,
    )
    return make_level(request, generator)


def distinct_levels(
    theme: str | None, count: int, *, by: float = UNLIKE, seed: int = 0, **wishes: Any
) -> list[Level]:
    """Make levels unlike one another: seeds from ``seed`` upwards, less those too near to one before.

    Args:
        theme: As for `level`.
        count: How many, at least 1; up to 8 seeds are tried for each.
        by: Share of cells in which the ground of any two differs at least, however turned or mirrored.
        seed: The first seed.
        **wishes: Anything else that `level` takes.

    Raises:
        RequestInvalid: If the request, the count or the share cannot be.
        GenerationFailed: If there are not so many; says how many there were.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1 or not 0 <= by <= 1:
        raise RequestInvalid(
            f"{count!r} levels, {by!r} apart; choose 1 or more levels, and a share within 0..1"
        )

    def attempt(seed: int) -> tuple[int, Level | GenerationFailed]:
        try:
            return seed, level(theme, seed=seed, **wishes)
        except GenerationFailed as failure:
            return seed, failure

    made = map(attempt, range(seed, seed + count * TRIES))
    return [found for _, found, _ in unlike(made, count, by)]


def endless(
    theme: str | None = None,
    *,
    seed: int = 0,
    chunk: tuple[int, int] = (32, 32),
    style: str | None = None,
    enemies: Counts | None = None,
    common: Counts | None = None,
    strong: Counts | None = None,
    bosses: Counts | None = None,
    treasure: Counts | None = None,
    people: Counts | None = None,
    steps: int = ENDLESS_STEPS,
    package: str | Path | None = None,
) -> "World":
    """Lay out an endless level, whose chunks are made when they are asked for.

    ``world.chunk(x, y)`` is the same whatever was asked for before, in whatever order, in any process; chunks
    side by side fit, and from every chunk a way leads to every other.

    Args:
        theme: Such as ``"cave"``; None where ``package`` has one alone.
        seed: Same package, arguments and seed give the same world.
        chunk: (width, height) of a chunk in cells, 16 to 128 each.
        style: One of the theme's styles; None draws one from the seed.
        enemies: Common and strong enemies in each chunk; 0 leaves out bosses too. This and each control
            below is exact or ``(low, high)``, None for an open end; None alone leaves it to the model.
        common: Common enemies.
        strong: Strong enemies.
        bosses: Bosses.
        treasure: Pickups and chests.
        people: People to meet.
        steps: Network passes, 1 to 64; more look better and take longer.
        package: Name or folder of a level package; None takes the one that is shipped.

    Raises:
        RequestInvalid: If the request contradicts itself, the package or the limits.
    """
    from playloom.kinds.level.endless.world import World

    generator, theme = _home(package, theme)
    width, height = _size(chunk)
    controls = {
        "enemies": enemies,
        "common": common,
        "strong": strong,
        "bosses": bosses,
        "treasure": treasure,
        "people": people,
    }
    request = LevelRequest(
        theme=theme,
        width=width,
        height=height,
        seed=seed,
        style=style,
        **{name: control_range(name, value) for name, value in controls.items()},
        steps=steps,
    )
    check_theme(request, generator.themes)
    return World(generator, request)


def make_level(
    request: LevelRequest,
    generator: "LevelGenerator",
    progress: Callable[[float], None] | None = None,
) -> Level:
    """Make the level of ``request``, whose theme and style the package must have (`check_theme`)."""
    check_theme(request, generator.themes)
    return generator.generate(request, progress)


def _size(size: object) -> tuple[Any, Any]:
    if not isinstance(size, tuple | list) or len(size) != 2:
        raise RequestInvalid(f"size is {size!r}; give (width, height) in cells")
    return size[0], size[1]


def control_range(name: str, value: object) -> Any:
    """Return the range that is meant by one number, or by ends of which None is open.

    Whether they are numbers that can be, `LevelRequest` judges.

    Raises:
        RequestInvalid: If it is text, or open at both ends.
    """
    if isinstance(value, str):
        raise RequestInvalid(f"{name} is {value!r}; give a number or (low, high)")
    if value is None:
        return None
    if not isinstance(value, tuple | list):
        return value, value
    if len(value) == 2 and any(end is None for end in value):
        if value[0] is None and value[1] is None:
            raise RequestInvalid(
                f"{name} is open at both ends; give one of them, or None to leave it to the model"
            )
        low, high = value
        return 0 if low is None else low, HIGHEST[name] if high is None else high
    return value


def _home(package: str | Path | None, theme: str | None) -> tuple["LevelGenerator", str]:
    """Return the generator that makes the theme, and the theme, which may be its package's only one."""
    if theme is None and package is None:
        raise RequestInvalid(f"give a theme: one of {', '.join(level_themes())}")
    generator = level_generator(package, theme)
    return generator, only_theme(generator) if theme is None else theme
