"""The sprites of determinism.py: what is asked for, in Python and on the command line, and which files."""

from pathlib import Path
from typing import Any, get_args

import numpy as np

import playloom
from playloom.api.sprite_making import sprite_generator
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.palette import find_palette
from playloom.kinds.sprite.request import Engine

OUTPUTS = ("sprite.png", "sprite.gif", "sprite.tres", "sheet.json")
SHAPE, LIKE = "shape.png", "like.png"  # pictures that requests start from; the second is the first request's
REQUESTS: tuple[dict[str, Any], ...] = (
    {"words": "red potion", "size": 16, "seed": 7},
    {"words": "wizard", "palette": "pico-8", "outline": "outside", "shadow": True, "seed": 8},
    {"words": "dragon", "size": 48, "colours": 32, "seed": 2**63 - 1},
    {
        "words": "goblin with axe",
        "size": 24,
        "palette": "endesga-32",
        "guidance": 2.0,
        "steps": 5,
        "seed": 10,
    },
    {"words": "grass", "category": "terrain-floor", "size": 16, "seed": 11},
    {"words": "potion", "like": LIKE, "strength": 0.4, "seed": 12},
    {"words": "shield", "silhouette": SHAPE, "margin": 2, "seed": 13},
)
FEW = (0, 6)  # of them, for an emulated processor


def requests() -> tuple[dict[str, Any], ...]:
    """Return what the package takes: where it has a painter, also a sprite of each engine that paints."""
    if not sprite_generator().networks.paints:
        return REQUESTS
    painted = [engine for engine in get_args(Engine) if engine != "best"]
    return (*REQUESTS, *({"words": "sword", "engine": engine, "seed": 14} for engine in painted))


def draw_shape(path: Path) -> None:
    """Write the picture of a rhombus, 32x32."""
    away = np.abs(np.arange(32) * 2 - 31)
    inside = (away[:, None] + away <= 25).astype(np.uint8)
    playloom.write_sprite(Sprite(pixels=inside, palette=find_palette("game-boy")), path)


def make(number: int, folder: Path) -> None:
    """Make one request, and write it in every format into a folder; what it starts from goes beside that."""
    request = dict(requests()[number])
    pictures = folder.parent / "pictures"
    pictures.mkdir()
    for name in ("like", "silhouette"):
        if name in request:
            request[name] = pictures / request[name]
    if "like" in request:
        playloom.write_sprite(playloom.sprite(**requests()[0]), request["like"])
    if "silhouette" in request:
        draw_shape(request["silhouette"])
    playloom.write_sprite(playloom.sprite(**request), *(folder / name for name in OUTPUTS))


def words_of(request: dict[str, Any], pictures: Path) -> list[str]:
    """Return a request as words of the command line; pictures lie in a folder."""
    words = ["sprite", *request["words"].split()]
    for name, value in request.items():
        if name in ("like", "silhouette"):
            words += [f"--{name}", str(pictures / value)]
        elif value is True:
            words.append(f"--{name}")
        elif name != "words":
            words += [f"--{name}", str(value)]
    return [*words, *(word for output in OUTPUTS for word in ("-o", output)), "--quiet"]
