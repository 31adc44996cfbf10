"""The tokens of somebody's model: what each spells, and which of them can begin or go on with a text."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from playloom.errors import FileInvalid

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SIZE_MOST = 1 << 20  # tokens
PIECE_MOST = 64  # characters of a token that is written
_ANCHOR = ":"  # before a token, so that one that begins a word keeps its space


class Tokens:
    """Turns text into tokens, and tells what each token adds to a text."""

    def __init__(self, tokenizer: "Tokenizer", ends: frozenset[int], where: str) -> None:
        """Take a tokenizer and the tokens that end a text.

        Raises:
            FileInvalid: If it has no tokens, too many, or none that spells a new line.
        """
        self._tokenizer, self._ends = tokenizer, ends
        self._firsts: dict[str, frozenset[int]] = {}
        self.size = int(tokenizer.get_vocab_size(with_added_tokens=True))
        if not 2 <= self.size <= SIZE_MOST:
            raise FileInvalid(f"{where}: {self.size} tokens; expected 2 to {SIZE_MOST}")
        if not self.encode(_ANCHOR) or not self.ends or not self.line_end:
            raise FileInvalid(f"{where}: cannot spell {_ANCHOR!r} or end a line; take another model")

    @classmethod
    def from_bytes(cls, data: bytes, ends: frozenset[int], where: str) -> "Tokens":
        """Read a tokenizer.json.

        Raises:
            FileInvalid: If it is none.
        """
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_str(data.decode("utf-8"))
        except BaseException as problem:  # a panic of the library is no Exception
            if isinstance(problem, KeyboardInterrupt | SystemExit):
                raise
            reason = ascii(str(problem)[:120])[1:-1]
            raise FileInvalid(f"{where}: not a tokenizer ({reason}); copy it again") from None
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(tokenizer, ends, where)

    def encode(self, text: str) -> list[int]:
        """Return the tokens of a text, without those that open and close one."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    @cached_property
    def pieces(self) -> Sequence[str]:
        """What each token adds to a text; a control token nothing."""
        anchor = self.encode(_ANCHOR)
        every = [[*anchor, number] for number in range(self.size)]
        before = len(self._tokenizer.decode(anchor))
        found = self._tokenizer.decode_batch(every, skip_special_tokens=True)
        return tuple(text[before:] if len(text) - before <= PIECE_MOST else "" for text in found)

    @cached_property
    def ends(self) -> frozenset[int]:
        """Tokens that end a line."""
        known = self._ends & set(range(self.size))
        return frozenset(n for n, text in enumerate(self.pieces) if text.startswith("\n")) | known

    @property
    def line_end(self) -> list[int]:
        """What a line ends with where it is read."""
        return self.encode("\n")

    def going_on(self, text: str) -> list[int]:
        """Return the tokens that spell a beginning of a text, in the order of their numbers."""
        starts = (text[:end] for end in range(1, len(text) + 1))
        return sorted(number for start in starts for number in self._by_piece.get(start, ()))

    @cached_property
    def _by_piece(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, piece in enumerate(self.pieces):
            if piece:
                found.setdefault(piece, []).append(number)
        return found

    def beginning(self, texts: Iterable[str]) -> frozenset[int]:
        """Return the first token of each text where a word may begin, with a space before and without."""
        return frozenset().union(*(self._first(text) for text in texts))

    def _first(self, text: str) -> frozenset[int]:
        if text not in self._firsts:
            both = [self.encode(f"{before}{text}") for before in (" ", "")]
            self._firsts[text] = frozenset(ids[0] for ids in both if ids)
        return self._firsts[text]
