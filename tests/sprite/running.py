"""The installed command, what runs it in a test, and pictures on disk as Pillow reads and writes them."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

COMMAND = Path(sys.executable).parent / "playloom"
Run = Callable[..., subprocess.CompletedProcess[str]]


def save(path: Path, pixels: np.ndarray, **how: Any) -> Path:
    Image.fromarray(np.ascontiguousarray(pixels)).save(path, **how)
    return path


def rgba(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.array(image.convert("RGBA"))
