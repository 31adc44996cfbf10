"""The word filter: which words of a text a rating keeps out, also where somebody hid them.

Text is first made plain: look-alikes of other scripts, accents, invisible signs. A term must be a whole word,
with its usual endings, so that Scunthorpe and the stubborn ass pass; its letters may be drawn out, spaced
out, written as digits and signs, or masked with stars. It is a list of words (`words.txt`), no judge of
meaning.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from playloom.errors import RequestInvalid
from playloom.kinds.quest.lexicon import word_list, words_by_heading

Rating = Literal["everyone", "teen", "mature"]
RATINGS: tuple[Rating, ...] = ("everyone", "teen", "mature")

# Letters of other scripts and rare ones of ours that look like a plain one, each with what it looks like.
_ALIKE = (
    "ßss æae øo þp đd ħh ıi łl ŋn ŧt ƀb ƈc ƒf ƙk ƞn ƭt ƴy ƶz ǝe ȷj ɐa ɑa ɔc əa ɛe ɠg ɡg ɢg ɨi ɩi ɪi "
    "ɯw ɲn ɴn ʀr ʂs ʃf ʉu ʊu ʋu ʏy ʙb ʜh ʟl αa βb γy εe ζz ηn θo ιi κk μu νv οo ρp ςc σo τt υu χx ωw "
    "ϝf ϲc ϳj аa вb гr еe зe иu йu кk мm нh оo пn рp сc тt уy хx ьb яr ёe ѕs іi їi јj ћh ѡw ѵv үy һh "
    "ӏl ԁd ԛq ԝw աw գq կq հh ոn սu տs ցg ւl օo ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz "
)
_SQUARED = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)  # code points of A in frames, discs and flags
_SIGNS = {
    "a": "a4@", "b": "b8", "c": "c(", "e": "e3", "g": "g9", "i": "i1!|", "l": "l1|", "o": "o0", "s": "s5$",
    "t": "t7+", "u": "uv", "z": "z2",
}  # fmt: skip
_LETTER = r"[a-z0-9@$]"
_ENDINGS = "(?:s|es|z|ed|d|er|ers|r|ing|in|y|ies|head|heads|hole|holes|tard|wit)?"
_MASKS = "*#%"
_INSIDE = re.compile(
    r"(?<=[^\W_])[^\w\s@$!|(+'’]+(?=[^\W_@$])|_+|(?<=\w)[.,*-]+(?=[@$!|(+])|(?<=[@$!|(+])[.,*-]+(?=\w)"
)


@dataclass(frozen=True)
class _Lists:
    """What one rating looks for."""

    words: re.Pattern[str]
    hidden: re.Pattern[str]  # words that may be said as they are
    masked: tuple[str, ...]  # terms that stars may stand in
    allowed: re.Pattern[str]


def blocked_word(text: str, rating: Rating = "everyone") -> str | None:
    """Return the first word of a text that the rating keeps out, as it is written there, or None."""
    return next(_found(text, rating), None)


def check_rating(rating: str) -> Rating:
    """Return a rating.

    Raises:
        RequestInvalid: If there is no such rating.
    """
    for known in RATINGS:
        if rating == known:
            return known
    raise RequestInvalid(f"rating is {rating!r}; choose {', '.join(RATINGS)}")


def check_words(text: str, rating: Rating, where: str) -> None:
    """Refuse text that holds a word which the rating keeps out.

    Args:
        text: Somebody's: a name, say.
        rating: One of `RATINGS`.
        where: Names the text in the message.

    Raises:
        RequestInvalid: Names the word.
    """
    if found := blocked_word(text, rating):
        raise RequestInvalid(f"{where}: {found!r} is kept out at rating {rating!r}; choose another word")


def plain(text: str) -> str:
    """Return a text in small plain letters: no accents, invisible signs or look-alikes."""
    if text.isascii():
        return text.lower()
    text = text.replace("ß", "b")  # as it looks, not as it sounds
    shown = (
        char
        for char in unicodedata.normalize("NFKD", text)
        if unicodedata.category(char) not in ("Cf", "Mn", "Me")
    )
    return "".join(_table().get(char, char) for char in "".join(shown).casefold())


def _found(text: str, rating: Rating) -> Iterator[str]:
    lists = _lists(rating)
    words = _words(text)
    whole = lists.allowed.sub(" ", " ".join(flat for _, flat in words))
    if found := lists.words.search(whole):
        yield _written(words, found[0])
    for raw, flat in words:
        joined = _INSIDE.sub("", flat)
        if joined != flat and not lists.allowed.search(flat) and lists.words.search(joined):
            yield raw
        if any(mask in flat for mask in _MASKS) and _is_masked(flat, lists.masked):
            yield raw
        found = lists.hidden.search(joined)
        if found and not (found[0].isalpha() and found[0] in raw.lower()):
            yield raw
    for run in _spaced(words):
        joined = "".join(flat for _, flat in run)
        if lists.words.search(joined) or lists.hidden.search(joined):
            yield " ".join(raw for raw, _ in run)


def _words(text: str) -> list[tuple[str, str]]:
    """Return the words as written and plain."""
    return [(raw, plain(raw)) for raw in text.split()]


def _written(words: list[tuple[str, str]], found: str) -> str:
    """Return the written word that a plain find stands in."""
    first = found.split(maxsplit=1)[0]
    return next((raw for raw, flat in words if first in flat), found)


def _is_masked(flat: str, terms: tuple[str, ...]) -> bool:
    """Whether stars stand in for some letters of a term, at least the first being there."""
    bare = flat.strip(".,;:!?\"'()")
    shown = sum(char not in _MASKS for char in bare)
    return shown * 2 >= len(bare) and any(
        len(bare) == len(term)
        and bare[0] == term[0]
        and all(mine in (theirs, *_MASKS) for mine, theirs in zip(bare, term, strict=True))
        for term in terms
    )


def _spaced(words: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Yield what may be one word with spaces in it: three single letters or more, or two scraps of a word."""
    run: list[tuple[str, str]] = []
    short = word_list("short")
    for word in [*words, ("", "")]:
        if len(word[1].strip(".,-_*")) == 1:
            run.append((word[0], word[1].strip(".,-_*")))
            continue
        if len(run) >= 3:
            yield run
        run = []
    for one, two in pairwise(words):
        if all(1 < len(flat) <= 4 and flat.isalpha() and flat not in short for _, flat in (one, two)):
            yield [one, two]


@cache
def _table() -> dict[str, str]:
    pairs = {pair[0]: pair[1:] for pair in _ALIKE.split()}
    return pairs | {chr(start + n): chr(97 + n) for start in _SQUARED for n in range(26)}


@cache
def _lists(rating: Rating) -> _Lists:
    terms = _terms()
    kept_out = [*terms["never"]]
    for level in RATINGS[RATINGS.index(rating) + 1 :]:
        kept_out += terms[level]
    return _Lists(
        words=_any(kept_out, _ENDINGS),
        hidden=_any(terms["plain"], "(?:s|es)?"),
        masked=tuple(term.strip("*!=") for term in kept_out if "_" not in term),
        allowed=_any(terms["allowed"], "", signs=False),
    )


@cache
def _terms() -> dict[str, list[str]]:
    """Return the terms of `words.txt` by heading."""
    return {
        heading: [codecs.decode(word, "rot13") for word in words]
        for heading, words in words_by_heading("words.txt").items()
    }


def _any(terms: list[str], endings: str, *, signs: bool = True) -> re.Pattern[str]:
    """Return what finds any of the terms, each letter once or drawn out, as it is or as a sign."""
    inside, begins = list[str](), list[str]()
    for term in terms:
        exact = term.endswith("!")
        runs = re.finditer(r"(.)\1*", term.strip("*!="))
        body = "".join(_spelt(run[0], signs=signs, drawn=signs and not exact) for run in runs)
        after = "" if term.endswith("*") else f"{'' if term.endswith(('!', '=')) else endings}(?!{_LETTER})"
        (inside if term.startswith("*") else begins).append(body + after)
    words = f"(?<!{_LETTER})(?:{'|'.join(begins)})"
    return re.compile("|".join([words, *inside]))


def _spelt(run: str, *, signs: bool, drawn: bool) -> str:
    if run[0] == "_":
        return r"\s+"
    if not run[0].isalpha():
        return re.escape(run)
    found = _SIGNS.get(run[0]) if signs else None
    one = f"[{re.escape(found)}]" if found else run[0]
    return one * len(run) + ("+" if drawn else "")
