"""One seed becomes many independent, named streams of random bits.

Counter-based: the bits at position ``i`` of a stream depend on the seed, the
stream's name and ``i`` alone, never on what was drawn before. Integer
arithmetic only, so every machine draws the same.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from playloom.errors import RequestInvalid

SEED_LIMIT = 2**63  # a seed fits a signed 64-bit integer in every language we meet

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)


class Stream:
    """Random bits of one purpose; fork it by name for a part of that purpose."""

    def __init__(self, seed: int, name: str = "") -> None:
        """Make the stream ``name`` of ``seed`` (0 to 2**63 - 1).

        Raises:
            RequestInvalid: If ``seed`` is out of range.
        """
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < SEED_LIMIT:
            raise RequestInvalid(f"seed is {seed!r}; choose a whole number from 0 to 2**63 - 1")
        self.seed = seed
        self.name = name
        digest = hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest()
        self._key = np.uint64(int.from_bytes(digest, "little"))
        self._used = 0

    def fork(self, name: str) -> "Stream":
        """Return the independent stream for a named part; the order of forks does not matter."""
        return Stream(self.seed, f"{self.name}/{name}")

    def bits(self, count: int) -> NDArray[np.uint64]:
        """Return the next ``count`` 64-bit words, shape (count,)."""
        start = self._used
        self._used += count
        counter = np.arange(start + 1, start + count + 1, dtype=np.uint64)
        # SplitMix64 (Steele, Lea, Flood 2014) in counter form: unsigned wrap-around is intended.
        word = self._key + counter * _GOLDEN
        word = (word ^ (word >> np.uint64(30))) * _MIX_A
        word = (word ^ (word >> np.uint64(27))) * _MIX_B
        return word ^ (word >> np.uint64(31))

    def below(self, limit: int) -> int:
        """Return the next integer in [0, limit); the bias is under limit / 2**64."""
        return (int(self.bits(1)[0]) * limit) >> 64
