"""Sprites of the package that ships, pinned: a change of their bytes is noticed, and on every machine."""

import hashlib
from typing import Any

import pytest

import playloom
from playloom.kinds.sprite.formats import picture

GOLDEN: list[tuple[str, dict[str, Any], str]] = [
    ("red potion", {}, "30b4f0b5a5be6fc3"),
    ("goblin with axe", {"palette": "pico-8", "seed": 3}, "9f70db32ea7cee31"),
    (
        "wizard",
        {"palette": "endesga-32", "seed": 7, "outline": "outside", "shadow": True},
        "484984a825e17f36",
    ),
    ("grass", {"category": "terrain-floor", "size": 16, "palette": "sweetie-16"}, "d473b22f43c6d9d6"),
    ("sword", {"size": 24, "seed": 5, "guidance": 1.0, "colours": 32}, "367dac1c29fab135"),
    ("dragon", {"size": 48, "seed": 2**63 - 1, "steps": 3}, "7bb3d3dcc0c182c4"),
    ("robed mage", {"palette": "endesga-32", "seed": 5, "engine": "fast"}, "c22ba7cd2ca9f08b"),
    ("robed mage", {"palette": "endesga-32", "seed": 5, "engine": "hybrid"}, "b26604656e8ce402"),
]


@pytest.mark.parametrize(("words", "wishes", "expected"), GOLDEN)
def test_the_bytes_of_a_sprite_are_pinned(words: str, wishes: dict[str, Any], expected: str) -> None:
    (data,) = picture.encode(playloom.sprite(words, package="pixels", **wishes), "sprite").values()

    assert hashlib.sha256(data).hexdigest()[:16] == expected
