"""Writes the tile sets that the Godot addon ships: a picture and a TileSet for each theme.

    python scripts/addon_tiles.py [FOLDER]

A test compares the files of the addon with what this makes.
"""

import sys
from pathlib import Path

from playloom.api.packages import default_library, level_themes
from playloom.kernels import png
from playloom.kinds.level.formats.godot import own_picture, own_tiles
from playloom.kinds.level.settings import read_settings
from playloom.kinds.level.vocabulary import SIDE, Vocabulary

HOME = Path(__file__).parents[1] / "godot_bridge/addons/playloom/runtime/tiles"
WHERE = "res://addons/playloom/runtime/tiles"


def tile_sets() -> dict[str, bytes]:
    """Return the files by name."""
    found: dict[str, bytes] = {}
    for theme, package in level_themes().items():
        settings = read_settings(default_library().find(package, "level"))
        vocabulary = Vocabulary(settings.vocabulary)
        second = "/surface" if vocabulary == SIDE else "/top"
        atlas, tile_set = own_tiles(vocabulary, theme, called="playloom", second=second)
        found[f"{theme}.png"] = png.encode(own_picture(vocabulary, theme))
        picture = f'[ext_resource type="Texture2D" path="{WHERE}/{theme}.png" id="texture"]'
        source = ['[sub_resource type="TileSetAtlasSource" id="atlas"]', 'texture = ExtResource("texture")']
        parts = ['[gd_resource type="TileSet" format=3]', picture, "\n".join(source + atlas)]
        parts.append("\n".join(["[resource]", *tile_set]))
        found[f"{theme}.tres"] = ("\n\n".join(parts) + "\n").encode()
    return found


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HOME
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in tile_sets().items():
        (folder / name).write_bytes(data)
