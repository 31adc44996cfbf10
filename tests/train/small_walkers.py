"""An atlas of small figures drawn by code, with walks of four, three and two frames."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from playloom.kinds.walk.frames import DIRECTIONS

SIDE = 16
INKS = np.array([[20, 12, 28], [208, 70, 72], [222, 238, 214], [89, 125, 206]], np.uint8)
# The faces of a figure, by direction; a figure that walks left looks left.
_EYES = {"down": (6, 9), "left": (5,), "right": (10,), "up": ()}


def figure(number: int, direction: str, feet: int, rise: int = 0) -> np.ndarray:
    """A head on a body, with feet that are apart by ``feet``, drawn ``rise`` rows higher; RGBA."""
    picture = np.zeros((SIDE, SIDE), np.int64)
    wide = 2 + number % 3
    picture[3:8, 4:12] = 1
    picture[4:7, 5:11] = 3
    picture[5, list(_EYES[direction])] = 1
    picture[8:13, 8 - wide : 8 + wide] = 2
    picture[13, 6 + min(feet, 0)] = 1
    picture[13, 9 + max(feet, 0)] = 1
    colours = np.roll(INKS, number, axis=1)
    rgba = np.zeros((SIDE, SIDE, 4), np.uint8)
    shown = picture > 0
    rgba[shown, :3], rgba[shown, 3] = colours[picture[shown] - 1], 255
    return np.roll(rgba, -rise, axis=0)


class Atlas:
    """Sprites side by side in one picture, and the two lists beside it."""

    def __init__(self) -> None:
        self.pictures: list[np.ndarray] = []
        self.lines: list[dict[str, Any]] = []
        self.animations: list[dict[str, Any]] = []

    def add(self, picture: np.ndarray, split: str, **changes: Any) -> str:
        """Add a sprite; return its id."""
        name = f"s{len(self.pictures)}"
        line = {"id": name, "atlas": "page.png", "x": SIDE * len(self.pictures), "y": 0, "w": SIDE, "h": SIDE}
        line |= {"source": "drawn", "licence": "CC0-1.0", "tier": "cc0", "category": "character", "tags": []}
        line |= {"static": False, "synthetic": False, "group": name, "split": split}
        self.pictures.append(picture)
        self.lines.append(line | changes)
        return name

    def walker(self, number: int, split: str = "train", frames: int = 4, **changes: Any) -> dict[str, Any]:
        """Add a walker whose steps are drawn one row higher; return its line."""
        clips: dict[str, dict[str, list[str]]] = {"walk": {}}
        for direction in DIRECTIONS:
            stand = self.add(figure(number, direction, 0), split)
            steps = [self.add(figure(number, direction, feet, 1), split) for feet in (-1, 1)]
            if frames == 2:
                clips.setdefault("idle", {})[direction] = [stand]
            order = {4: [stand, steps[0], stand, steps[1]], 3: [steps[0], stand, steps[1]], 2: steps}
            clips["walk"][direction] = order[frames]
        line = {"group": f"w{number}", "source": "drawn", "licence": "CC0-1.0", "tier": "cc0", "size": SIDE}
        line |= {"category": "character", "split": split, "clips": clips}
        self.animations.append(line | changes)
        return self.animations[-1]

    def write(self, folder: Path) -> Path:
        """Write the atlas."""
        folder.mkdir(exist_ok=True)
        Image.fromarray(np.concatenate(self.pictures, axis=1)).save(folder / "page.png")
        for name, lines in (("index.jsonl", self.lines), ("anim.jsonl", self.animations)):
            (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
        return folder


def small_atlas(folder: Path) -> Path:
    """Six walkers, one of them watched and one held out."""
    atlas = Atlas()
    for number, frames in enumerate((4, 3, 2, 4)):
        atlas.walker(number, frames=frames)
    atlas.walker(4, "val")
    atlas.walker(5, "heldout")
    return atlas.write(folder)
