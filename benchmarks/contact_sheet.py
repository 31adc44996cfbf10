"""A contact sheet: many small maps in one picture, to be looked at before a model is accepted."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import png
from playloom.kinds.level.vocabulary import Vocabulary

SCALE = 4  # pixels a cell
GAP = 6  # pixels between maps


def write_sheet(path: Path, maps: Sequence[NDArray[np.uint8]], vocabulary: Vocabulary) -> None:
    """Write maps (H, W), all of one size, as a square of pictures in preview colours."""
    columns = math.ceil(math.sqrt(len(maps)))
    rows = math.ceil(len(maps) / columns)
    height, width = (side * SCALE + GAP for side in maps[0].shape)
    sheet = np.full((rows * height + GAP, columns * width + GAP, 3), 255, np.uint8)
    for number, cells in enumerate(maps):
        y, x = GAP + number // columns * height, GAP + number % columns * width
        picture = vocabulary.colours[cells].repeat(SCALE, 0).repeat(SCALE, 1)
        sheet[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    path.write_bytes(png.encode(sheet))
