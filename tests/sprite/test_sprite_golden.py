"""Sprites of the package that ships, pinned: a change of their bytes is noticed, and on every machine."""

import hashlib
from typing import Any

import pytest

import playloom
from playloom.kinds.sprite.formats import picture

GOLDEN: list[tuple[str, dict[str, Any], str]] = [
    ("red potion", {}, "b060db1296743010"),
    ("goblin with axe", {"palette": "pico-8", "seed": 3}, "7a713d4c84a0a687"),
    (
        "wizard",
        {"palette": "endesga-32", "seed": 7, "outline": "outside", "shadow": True},
        "dc540c44857ada88",
    ),
    ("grass", {"category": "terrain-floor", "size": 16, "palette": "sweetie-16"}, "d65f6177e5c7ae51"),
    ("sword", {"size": 24, "seed": 5, "guidance": 1.0, "colours": 32}, "f677cfd6ddb863e4"),
    ("dragon", {"size": 48, "seed": 2**63 - 1, "steps": 3}, "b760514ddf2c5361"),
]


@pytest.mark.parametrize(("words", "wishes", "expected"), GOLDEN)
def test_the_bytes_of_a_sprite_are_pinned(words: str, wishes: dict[str, Any], expected: str) -> None:
    (data,) = picture.encode(playloom.sprite(words, package="pixels", **wishes), "sprite").values()

    assert hashlib.sha256(data).hexdigest()[:16] == expected
