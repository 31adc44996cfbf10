"""The solver's judge: a search over full states that knows no tricks, for small maps."""

from playloom.kinds.level.content import Level
from playloom.kinds.level.vocabulary import Passability, Role


def shortest_by_full_search(level: Level) -> int | None:
    """Moves of the shortest solution, by a search over place, keys taken and doors opened."""
    rows = level.rows
    (start,) = [(x, y) for y, row in enumerate(rows) for x, char in enumerate(row) if char == "<"]
    first = (start, frozenset[tuple[int, int]](), frozenset[tuple[int, int]]())
    queue, seen = [(first, 0)], {first}
    for ((x, y), keys, doors), length in queue:  # grows as it goes
        if rows[y][x] == ">":
            return length
        for to in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if not (0 <= to[0] < level.width and 0 <= to[1] < level.height):
                continue
            tile = level.vocabulary.tiles[level.cells[to[1], to[0]]]
            if tile.passability is not Passability.OPEN:
                continue
            after = (
                to,
                keys | {to} if tile.role is Role.KEY else keys,
                doors | {to} if tile.role is Role.LOCK else doors,
            )
            if after not in seen and len(after[2]) <= len(after[1]):
                seen.add(after)
                queue.append((after, length + 1))
    return None
