"""What evaluations of sprites are tried on: drawings of three kinds, a package written by hand."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from drawn_sprites import save, sheet, thing
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
CATEGORIES = ("creature", "terrain-floor", "weapon")
TRAINED, HELD = 30, 12  # sprites of a category
Pixels = NDArray[np.uint8]


def helper(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / "sprite" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tiny = helper("tiny_sprites")


def blade(seed: int) -> Pixels:
    """A thin thing from one corner to the other, in a shape of its own: it is no other one recoloured."""
    rng = np.random.default_rng(seed)
    drawn = np.zeros((16, 16, 4), np.uint8)
    start, guard = (int(number) for number in rng.integers((0, 3), (3, 7)))
    for i in range(start, 9 + int(rng.integers(0, 6))):
        left = i + int(rng.integers(-1, 2)) if i > guard else i
        drawn[15 - i, max(left, 0) : left + int(rng.integers(2, 4))] = (*rng.integers(60, 255, 3), 255)
    for i in range(-int(rng.integers(1, 4)), int(rng.integers(2, 5))):  # the guard, across
        drawn[min(15 - guard + i, 15), max(guard + i, 0)] = (90, 90, 100, 255)
    return drawn


def ground(seed: int) -> Pixels:
    """A tile of speckles in two browns."""
    rng = np.random.default_rng(seed)
    drawn = np.full((16, 16, 4), 255, np.uint8)
    drawn[:, :, :3] = np.where(rng.random((16, 16, 1)) < 0.3, [120, 80, 40], [90, 60, 30])
    return drawn


DRAW = dict(zip(CATEGORIES, (thing, ground, blade), strict=True))


def write_atlas(folder: Path) -> Path:
    """Sprites of three kinds in our atlas format, a part of them held out."""
    lines: list[dict[str, Any]] = []
    drawn: list[Pixels] = []
    for category, draw in DRAW.items():
        for i in range(TRAINED + HELD):
            x, y = len(drawn) % 16 * 16, len(drawn) // 16 * 16
            tags = ["red"] if i % 2 else ["goblin"]
            lines.append(
                {
                    "id": f"{category}-{i}", "atlas": "page.png", "x": x, "y": y, "w": 16, "h": 16,
                    "source": "plain", "licence": "CC0-1.0", "tier": "cc0", "category": category,
                    "tags": tags,
                    "static": True, "synthetic": False, "group": f"{category}-{i}",
                    "split": "train" if i < TRAINED else "heldout",
                }
            )  # fmt: skip
            drawn.append(draw(i))
    save(folder / "page.png", sheet(drawn, 16))
    (folder / "index.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder
