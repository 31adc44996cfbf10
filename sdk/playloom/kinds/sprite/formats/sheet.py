"""Sprite sheets: one PNG of all frames, and the JSON beside it that Aseprite writes and engines read.

Source: Aseprite, docs/cli.md (--sheet, --data, --format json-hash, --list-tags) and
src/app/doc_exporter.cpp, DocExporter::createDataFile.
"""

import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import png
from playloom.kinds.sprite.content import Animation
from playloom.kinds.sprite.formats.evidence import evidence_line, notes_of, notes_of_preview

_COLUMNS_HIGH = 16


def encode(animation: Animation, stem: str) -> dict[str, bytes]:
    """Return the JSON file and the PNG file that it names.

    Frames stand in rows of equal cells without gaps, one row a clip where clips are of one length.
    """
    columns = columns_of(animation)
    first = animation.frames[0]
    frames = {}
    for place in range(len(animation.frames)):
        row, column = divmod(place, columns)
        frames[f"{stem} {place}.aseprite"] = {
            "frame": {
                "x": column * first.width,
                "y": row * first.height,
                "w": first.width,
                "h": first.height,
            },
            "rotated": False,
            "trimmed": False,
            "spriteSourceSize": {"x": 0, "y": 0, "w": first.width, "h": first.height},
            "sourceSize": {"w": first.width, "h": first.height},
            "duration": animation.milliseconds,
        }
    picture = sheet(animation)
    meta: dict[str, Any] = {
        "app": "https://www.aseprite.org/",  # readers look for this to know the format
        "version": "1.3",
        "image": f"{stem}.png",
        "format": "I8",
        "size": {"w": picture.shape[1], "h": picture.shape[0]},
        "scale": "1",
        "frameTags": [
            {
                "name": clip.name,
                "from": clip.first,
                "to": clip.last,
                "direction": "forward",
                "color": "#000000ff",
            }
            | ({} if clip.loop else {"repeat": "1"})
            for clip in animation.clips
        ],
        "layers": [{"name": "Layer", "opacity": 255, "blendMode": "normal"}],
        "slices": [],
    }
    evidence = [json.loads(line) if (line := evidence_line(frame)) else None for frame in animation.frames]
    if any(evidence):
        meta["playloom_evidence"] = evidence
    text = json.dumps({"frames": frames, "meta": meta}, indent=1, ensure_ascii=False) + "\n"
    notes = notes_of(first) if len(animation.frames) == 1 else notes_of_preview(made=any(evidence))
    image = png.encode_indexed(picture, first.table, text=notes)
    return {f"{stem}.json": text.encode(), f"{stem}.png": image}


def columns_of(animation: Animation) -> int:
    """Return how many frames stand in a row of the sheet."""
    lengths = {clip.last - clip.first + 1 for clip in animation.clips}
    if len(lengths) == 1:
        (length,) = lengths
        if [clip.first for clip in animation.clips] == [n * length for n in range(len(animation.clips))]:
            return min(length, _COLUMNS_HIGH)
    return min(math.ceil(math.sqrt(len(animation.frames))), _COLUMNS_HIGH)


def sheet(animation: Animation) -> NDArray[np.uint8]:
    """Return the pixels of all frames, (rows * H, columns * W); empty cells are transparent."""
    columns = columns_of(animation)
    first = animation.frames[0]
    rows = -(-len(animation.frames) // columns)
    whole = np.zeros((rows * first.height, columns * first.width), np.uint8)
    for place, frame in enumerate(animation.frames):
        top, left = place // columns * first.height, place % columns * first.width
        whole[top : top + first.height, left : left + first.width] = frame.pixels
    return whole
