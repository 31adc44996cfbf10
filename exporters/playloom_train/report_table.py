"""Figures as rows of words, as every evaluation shows them on the screen and on its page."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A title, heads, rows of text; the first column is the name."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share as text, "" for None."""
    return "" if share is None else f"{share * 100:.{digits}f} %"


def counts(found: Mapping[str, int]) -> str:
    """Return names, each with its number."""
    return ", ".join(f"{name} {number}" for name, number in found.items())
