"""How a list of moves ends, by the rules of the level's movement."""

from playloom.kinds.level.content import Level, Verdict
from playloom.kinds.level.movement import Platform, Push
from playloom.kinds.level.platform.replay import replay as replay_platform
from playloom.kinds.level.push.replay import replay as replay_push
from playloom.kinds.level.replay import replay as replay_walk


def outcome(level: Level, moves: str, name: str) -> Verdict:
    """Return the verdict ``name``: whether ``moves``, played one by one, end as a solution should."""
    match level.movement:
        case Platform():
            problem, end = replay_platform(level, moves).problem, "end on the exit"
        case Push():
            problem, end = replay_push(level, moves).problem, "end with every crate on a goal"
        case _:
            problem, end = replay_walk(level, moves).problem, "end on the exit"
    return Verdict(name, not problem, problem or f"{len(moves)} moves {end}")
