"""Small sprites drawn by code, put into files as people have them, and read again."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playloom_train.kinds.sprite.data import DataPlan, Example, SpriteSet, gather

Pixels = NDArray[np.uint8]
INKS = np.array(
    [[20, 12, 28, 255], [208, 70, 72, 255], [222, 238, 214, 255], [89, 125, 206, 255], [109, 170, 44, 255]],
    np.uint8,
)


def thing(seed: int, side: int = 16, margin: int = 1) -> Pixels:
    """A round thing with an outline; each seed another one."""
    rng = np.random.default_rng(seed)
    inner = side - 2 * margin
    places = np.add.outer(
        (np.arange(inner) - inner / 2 + 0.5) ** 2, (np.arange(inner) - inner / 2 + 0.5) ** 2
    )
    radius = (inner / 2) ** 2 * (0.6 + 0.4 * rng.random())
    shown = places <= radius
    shown[rng.integers(0, inner, 4), rng.integers(0, 2, 4)] ^= True  # no two are alike
    sprite = np.zeros((side, side, 4), np.uint8)
    body = INKS[1 + rng.integers(0, 4, (inner, inner)) * (rng.random((inner, inner)) < 0.5)]
    body[places > 0.6 * radius] = INKS[0]
    sprite[margin : side - margin, margin : side - margin][shown] = body[shown]
    return sprite


def recoloured(sprite: Pixels) -> Pixels:
    other = sprite.copy()
    other[sprite[:, :, 3] > 0, :3] = 255 - sprite[sprite[:, :, 3] > 0, :3]
    return other


def large(sprite: Pixels, factor: int) -> Pixels:
    return sprite.repeat(factor, 0).repeat(factor, 1)


def on_ground(sprite: Pixels, colour: tuple[int, int, int]) -> Pixels:
    whole = sprite.copy()
    whole[sprite[:, :, 3] == 0] = (*colour, 255)
    return whole


def save(path: Path, pixels: Pixels) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.ascontiguousarray(pixels)).save(path)


def sheet(sprites: list[Pixels], columns: int, margin: int = 0, spacing: int = 0) -> Pixels:
    side = sprites[0].shape[0]
    rows = -(-len(sprites) // columns)
    high, wide = (2 * margin + n * (side + spacing) - spacing for n in (rows, columns))
    whole = np.zeros((high, wide, 4), np.uint8)
    for number, sprite in enumerate(sprites):
        row, column = divmod(number, columns)
        top, left = (margin + n * (side + spacing) for n in (row, column))
        whole[top : top + side, left : left + side] = sprite
    return whole


def picture(example: Example) -> Pixels:
    whole = np.zeros((*example.tokens.shape, 4), np.uint8)
    shown = example.tokens > 0
    whole[shown, :3], whole[shown, 3] = example.colours[example.tokens[shown] - 1], 255
    return whole


def cut(pixels: Pixels) -> bytes:
    rows, columns = (np.flatnonzero(pixels[:, :, 3].any(axis=axis)) for axis in (1, 0))
    part = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return str(part.shape).encode() + part.tobytes()


def looks(sprites: SpriteSet) -> set[bytes]:
    return {cut(picture(example)) for example in sprites.examples}


def read(*paths: Path, **how: Any) -> SpriteSet:
    return gather(DataPlan(paths=paths, **how))
