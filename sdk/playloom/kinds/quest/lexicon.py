"""Lists of words, from text files of ours: a heading in brackets, then words with spaces between them."""

from functools import cache
from importlib.resources import files


@cache
def word_list(heading: str) -> frozenset[str]:
    """Return the words under a heading of `lexicon.txt`; KeyError if there is none."""
    return frozenset(words_by_heading("lexicon.txt")[heading])


@cache
def words_by_heading(name: str) -> dict[str, tuple[str, ...]]:
    """Return the words of a file of this package by heading; lines that begin with # are comments."""
    found: dict[str, list[str]] = {}
    for line in (files("playloom.kinds.quest") / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            words += line.split()
    return {heading: tuple(words) for heading, words in found.items()}
