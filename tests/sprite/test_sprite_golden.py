"""Sprites of the package that ships, pinned: a change of their bytes is noticed, and on every machine."""

import hashlib
from typing import Any

import pytest

import playloom
from playloom.kinds.sprite.formats import picture

GOLDEN: list[tuple[str, dict[str, Any], str]] = [
    ("red potion", {}, "f6a878abcdea07b7"),
    ("goblin with axe", {"palette": "pico-8", "seed": 3}, "2518e343809c6018"),
    (
        "wizard",
        {"palette": "endesga-32", "seed": 7, "outline": "outside", "shadow": True},
        "e0433a1886d17dd1",
    ),
    ("grass", {"category": "terrain-floor", "size": 16, "palette": "sweetie-16"}, "a8befbd7805f7649"),
    ("sword", {"size": 24, "seed": 5, "guidance": 1.0, "colours": 32}, "7c349293e6f95152"),
    ("dragon", {"size": 48, "seed": 2**63 - 1, "steps": 3}, "f0ea59c307d0b0a6"),
    ("robed mage", {"palette": "endesga-32", "seed": 5, "engine": "fast"}, "9de41bf838614705"),
    ("robed mage", {"palette": "endesga-32", "seed": 5, "engine": "hybrid"}, "f714af228521835e"),
]


@pytest.mark.parametrize(("words", "wishes", "expected"), GOLDEN)
def test_the_bytes_of_a_sprite_are_pinned(words: str, wishes: dict[str, Any], expected: str) -> None:
    (data,) = picture.encode(playloom.sprite(words, package="pixels", **wishes), "sprite").values()

    assert hashlib.sha256(data).hexdigest()[:16] == expected
