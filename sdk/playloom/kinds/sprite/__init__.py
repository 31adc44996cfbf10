"""Sprites: pixel art that keeps its contract: on the grid, in the palette, opaque or transparent."""
