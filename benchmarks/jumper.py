"""A simulated player of levels seen from the side, whose fingers slip; for `difficulty.py`.

It knows the way: from wherever it is it goes on by the shortest play. But what it presses is wrong now and
then: seldom while it runs, more often as it takes off and while it is in the air. Then it presses something
else for up to three ticks, and goes on from wherever that leads it. A death costs health, and it begins again
where it last stood for a while. It fights every foe within two cells, as the explorer on foot does, and loses
up to that foe's threat. It knows nothing of what the measure counts but how strong foes are: not where falls
are deadly, nor how far a jump is.
"""

from copy import copy
from dataclasses import dataclass

import numpy as np

from playloom.kinds.level.content import Level
from playloom.kinds.level.difficulty.scale import threats
from playloom.kinds.level.movement import Platform
from playloom.kinds.level.platform.physics import AIR, HELD
from playloom.kinds.level.platform.replay import Body, Misplay
from playloom.kinds.level.platform.solve import explore

_SLIP_HELD, _SLIP_JUMP, _SLIP_AIR = 0.02, 0.2, 0.1  # of every press
_SLIPS = 3  # ticks at most that a wrong key is held
_DEATH_LOSS = 5  # health
_FIGHT = 2  # cells
_STOOD = 3  # ticks in a row that he is held, to begin again there
_PATIENCE = 40  # ticks for each cell of width and height


@dataclass
class Run:
    """How one play went."""

    arrived: bool
    lost: int  # health
    deaths: int
    ticks: int


class Jumper:
    """A level, to be played any number of times."""

    def __init__(self, level: Level) -> None:
        assert isinstance(level.movement, Platform)
        self.level, self.movement = level, level.movement
        self.plays = explore(level.cells, level.vocabulary, level.movement)
        worth = threats(level.vocabulary)[level.cells]
        self.foes = {(int(x), int(y)): int(worth[y, x]) for y, x in np.argwhere(worth)}
        self.most = _PATIENCE * (level.width + level.height)

    def play(self, rng: np.random.Generator) -> Run:
        """Play until the exit, or until patience ends."""
        run, foes = Run(False, 0, 0, 0), dict(self.foes)
        node = self.plays.start
        body = self._body(node)
        safe, stood = (node, body), 0
        wrong, slipping = "", 0
        while run.ticks < self.most:
            if not self.plays.left[node]:
                run.arrived = True
                break
            run.ticks += 1
            if not slipping:
                wrong, slipping = self._slip(node, rng)
            after = self._press(node, body, wrong if slipping else "")
            slipping = max(0, slipping - 1)
            if after is None:
                run.deaths += 1
                run.lost += _DEATH_LOSS
                (node, body), stood, slipping = safe, 0, 0
                continue
            node, body = after
            stood = stood + 1 if self.plays.held[node] else 0
            if stood >= _STOOD and self.plays.left[node] >= 0:
                safe = (node, body)
            for place in [p for p in foes if abs(p[0] - body.x) + abs(p[1] - body.y) <= _FIGHT]:
                run.lost += int(rng.integers(0, foes.pop(place) + 1))
        return run

    def _slip(self, node: int, rng: np.random.Generator) -> tuple[str, int]:
        """Return what is pressed instead of the right key and for how long; for no time, mostly."""
        held, right = bool(self.plays.held[node]), self._right(node)
        chance = (_SLIP_JUMP if right in "J[]" else _SLIP_HELD) if held else _SLIP_AIR
        if rng.random() >= chance:
            return "", 0
        others = [other for other in (HELD if held else AIR) if other != right]
        return others[int(rng.integers(len(others)))], 1 + int(rng.integers(_SLIPS))

    def _right(self, node: int) -> str:
        """Return the first letter of a shortest play; where none is left, of any."""
        left, moves = self.plays.left, self._moves(node)
        good = [letter for letter, to in moves.items() if 0 <= left[to] < left[node]]
        return good[0] if good else next(iter(moves), ".")

    def _press(self, node: int, body: Body, wrong: str) -> tuple[int, Body] | None:
        """Return where a press leads, the right one if ``wrong`` is none here; None if to death."""
        moves = self._moves(node)
        if wrong and self._kills(body, wrong):
            return None
        letter = wrong if wrong in moves else self._right(node)
        return (moves[letter], _pressed(body, letter)) if letter in moves else None

    def _moves(self, node: int) -> dict[str, int]:
        """Return the nodes that letters lead to."""
        graph = self.plays.graph
        row = slice(graph.indptr[node], graph.indptr[node + 1])
        letters = HELD if self.plays.held[node] else AIR
        found: dict[str, int] = {}
        for slot, to in zip(self.plays.letters[row].tolist(), graph.indices[row].tolist(), strict=True):
            found.setdefault(letters[slot], to)
        return found

    def _body(self, node: int) -> Body:
        y, x = divmod(int(self.plays.cells[node]), self.level.width + 2)
        return Body(self.level, x - 1, y - 1, self.movement)

    def _kills(self, body: Body, letter: str) -> bool:
        try:
            _pressed(body, letter)
        except Misplay as misplay:
            return "harms" in str(misplay)
        return False


def _pressed(body: Body, letter: str) -> Body:
    after = copy(body)
    after.spent, after.passed = set(body.spent), []
    after.tick(letter)
    return after
