"""Sprites of the package that ships, pinned: a change of their bytes is noticed, and on every machine."""

import hashlib
from typing import Any

import pytest

import playloom
from playloom.kinds.sprite.formats import picture

GOLDEN: list[tuple[str, dict[str, Any], str]] = [
    ("red potion", {}, "cab893193e62ff8e"),
    ("goblin with axe", {"palette": "pico-8", "seed": 3}, "df7eac6384a69afb"),
    (
        "wizard",
        {"palette": "endesga-32", "seed": 7, "outline": "outside", "shadow": True},
        "838e01e51fb984fc",
    ),
    ("grass", {"category": "terrain-floor", "size": 16, "palette": "sweetie-16"}, "4a52f3276b7037de"),
    ("sword", {"size": 24, "seed": 5, "guidance": 1.0, "colours": 32}, "3fbd215751e41b27"),
    ("dragon", {"size": 48, "seed": 2**63 - 1, "steps": 3}, "ab34652aad0fc32f"),
    ("robed mage", {"palette": "endesga-32", "seed": 5, "engine": "fast"}, "a8c6195a003f084b"),
    ("robed mage", {"palette": "endesga-32", "seed": 5, "engine": "hybrid"}, "100931bdaf705216"),
]


@pytest.mark.parametrize(("words", "wishes", "expected"), GOLDEN)
def test_the_bytes_of_a_sprite_are_pinned(words: str, wishes: dict[str, Any], expected: str) -> None:
    (data,) = picture.encode(playloom.sprite(words, package="pixels", **wishes), "sprite").values()

    assert hashlib.sha256(data).hexdigest()[:16] == expected
