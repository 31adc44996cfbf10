"""Whose words a quest is told in."""

from typing import Literal

Source = Literal["authored", "mixed", "model"]
SOURCES: tuple[Source, ...] = ("authored", "mixed", "model")
