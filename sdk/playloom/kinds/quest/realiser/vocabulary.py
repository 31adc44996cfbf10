"""Words of the realiser: byte-level BPE (Sennrich et al. 2016) with tokens for slots, acts and conditions.

A slot is one token and takes the space before it along, so that every line begins with a space and a
template is what its tokens spell. Control tokens spell nothing.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from playloom.errors import PackageInvalid
from playloom.kinds.quest.scripts import ACTS, BRANCH_ACTS, GENRES, TONES
from playloom.kinds.quest.slots import SLOTS
from playloom.kinds.quest.strategies import ACTIONS, STRATEGIES

if TYPE_CHECKING:
    from tokenizers import Tokenizer

STEP_ACTS = ("journal_step", "told", "go")  # the kinds of lines in `steps`
STEPS = (*ACTIONS, "get_from", "do", "arrive", "undone", "back", "admit", "give_up")  # what a step is
OTHER_ACTS = ("line", "persona", "description")  # what training data has and no quest asks for
NAMED = (*SLOTS, "who")  # slots that a line can have; who: whom a step is about
EVERY_ACT = (*ACTS, *BRANCH_ACTS, *STEP_ACTS, *OTHER_ACTS)
PAD, QUEST, PERSONA, SLOTS_MARK, LINES, SAYS, END = (
    "<pad>", "<quest>", "<persona>", "<slots>", "<lines>", "<says>", "<end>",
)  # fmt: skip
CONTROL = (
    PAD, QUEST, PERSONA, SLOTS_MARK, LINES, SAYS, END,
    *(f"<strategy:{name}>" for name in sorted(STRATEGIES)),
    *(f"<tone:{name}>" for name in TONES),
    *(f"<genre:{name}>" for name in GENRES),
    *(f"<act:{name}>" for name in EVERY_ACT),
    *(f"<step:{name}>" for name in STEPS),
)  # fmt: skip
SLOT_TOKENS = tuple(token for slot in NAMED for token in (f"{{{slot}}}", f" {{{slot}}}"))
SPECIAL = (*CONTROL, *SLOT_TOKENS)  # ids 0, 1, ... in this order
TOKENIZER_BYTES = 4 << 20
_SLOT_PART = re.compile(r"( ?\{[a-z_]+\})")


class Vocabulary:
    """Turns templates into tokens and back."""

    def __init__(self, tokenizer: "Tokenizer", where: str = "tokenizer.json") -> None:
        """Take a tokenizer whose first tokens are `SPECIAL`.

        Raises:
            PackageInvalid: If they are not.
        """
        self._tokenizer = tokenizer
        self.size = int(tokenizer.get_vocab_size(with_added_tokens=True))
        for number, token in enumerate(SPECIAL):
            if tokenizer.token_to_id(token) != number:
                raise PackageInvalid(
                    f"{where}: token {token!r} is {tokenizer.token_to_id(token)}, expected {number}; "
                    "the package is of another version of playloom: train it again"
                )
        self._ids = {token: number for number, token in enumerate(SPECIAL)}
        self.pad, self.says, self.end = self._ids[PAD], self._ids[SAYS], self._ids[END]

    @classmethod
    def from_bytes(cls, data: bytes, where: str) -> "Vocabulary":
        """Read a tokenizer.json.

        Raises:
            PackageInvalid: If it is too large, is none, or is not one of ours.
        """
        from tokenizers import Tokenizer

        if len(data) > TOKENIZER_BYTES:
            raise PackageInvalid(f"{where}: {len(data)} bytes; at most {TOKENIZER_BYTES} are read")
        try:
            tokenizer = Tokenizer.from_str(data.decode("utf-8"))
        except Exception as problem:  # the library's errors share no narrower base
            reason = ascii(str(problem)[:120])[1:-1]
            raise PackageInvalid(f"{where}: not a tokenizer ({reason}); export the package again") from None
        return cls(tokenizer, where)

    def encode(self, template: str) -> list[int]:
        """Return the tokens of a text, slots one token each; what looks like a control token is text."""
        ids: list[int] = []
        for part in _SLOT_PART.split(f" {template}"):
            known = self._ids.get(part)
            if known is not None and part in SLOT_TOKENS:
                ids.append(known)
            elif part:
                # "<end>" in a text must not become the token: the library would see to it that it does.
                ids += (
                    number
                    for piece in re.split(r"(?<=<)|(?<=\{)", part)
                    for number in self._tokenizer.encode(piece, add_special_tokens=False).ids
                )
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Return the template that tokens spell, without control tokens and the space it begins with."""
        out: list[str] = []
        run: list[int] = []
        for number in (*ids, self.end):
            if number >= len(SPECIAL):
                run.append(number)
                continue
            if run:
                out.append(self._tokenizer.decode(run, skip_special_tokens=False))
                run = []
            if number >= len(CONTROL):
                out.append(SPECIAL[number])
        return "".join(out).removeprefix(" ")

    def act(self, name: str) -> int:
        """Return the token of an act; KeyError if there is none."""
        return self._ids[f"<act:{name}>"]

    def control(self, token: str) -> int:
        """Return a control token by what it is called in `CONTROL`; KeyError if there is none."""
        return self._ids[token]

    def slot_ids(self, slot: str) -> tuple[int, int]:
        """Return the two tokens of a slot, without and with a space before; KeyError if there is none."""
        return self._ids[f"{{{slot}}}"], self._ids[f" {{{slot}}}"]

    def pieces(self) -> Sequence[str]:
        """Return what every token spells; a part of a letter spells U+FFFD, a control token nothing."""
        return self._pieces

    @cached_property
    def _pieces(self) -> tuple[str, ...]:
        words = (self._tokenizer.decode([number]) for number in range(len(SPECIAL), self.size))
        return (*("" for _ in CONTROL), *SLOT_TOKENS, *words)
