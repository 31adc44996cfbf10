"""Which capitals of a text name somebody or somewhere: what a script may not do, whose world is not known.

Inside a sentence a capital is a name unless the word is of a list (`lexicon.txt`: days and months, ranks and
kin, languages, God), a single letter, or shouted. A word after a title like "Your" is a form of address:
"Your Grace". At the beginning of a sentence a capital says nothing, so there only the first names of a list
are found. The same holds of titles, which are all capitals.
"""

import re
from collections.abc import Iterator

from playloom.kinds.quest.lexicon import word_list

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LISTS = ("calendar", "ranks", "languages", "holy")
_ENDED = re.compile(r"(?:[.!?…:;–—“”«»\"(]|(?<!\w)[-'‘’]|-(?=\s))['‘’]?\s*['‘’]?$")
_OWN_ENDS = re.compile(r"['’](?:s|m|ll|d|re|ve|t)?$")
_ADDRESSED = re.compile(r"\b(?:Your|His|Her|Their) $")


def names_in(text: str, *, title: bool = False) -> Iterator[str]:
    """Yield the words of a text that name somebody or somewhere, as they are written there.

    Args:
        text: A line, its slots taken out or filled.
        title: Whether it is one, where every word takes a capital.
    """
    for found in WORD.finditer(text):
        word = found[0]
        if not word[0].isupper():
            continue
        plain = _OWN_ENDS.sub("", word).casefold()
        free = title or begins(text, found.start())
        if plain in word_list("given") or not (free or _may_be_capital(word, plain, text[: found.start()])):
            yield word


def begins(text: str, place: int) -> bool:
    """Whether a sentence or a quotation begins at this place of a text."""
    before = text[:place]
    return not before.strip(" '‘’\"“") or _ENDED.search(before) is not None


def _may_be_capital(word: str, plain: str, before: str) -> bool:
    """Whether a word takes a capital inside a sentence although it names nobody."""
    shouted = len(plain) == 1 or word.isupper()
    listed = any(word_list(name) & {plain, word.casefold(), plain.removesuffix("s")} for name in _LISTS)
    return shouted or listed or _ADDRESSED.search(before) is not None
