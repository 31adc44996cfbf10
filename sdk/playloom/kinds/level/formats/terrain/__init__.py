"""Terrains: grounds whose corners and sides are drawn to fit, out of the user's own tileset.

`points` says what a tile should show at its corners and sides, `fill` picks the tiles, `dress` does so for a
level. `wang` reads the terrain sets of Tiled, `tileset_resource` those of a Godot TileSet; which tile of ours
is which terrain of theirs says `formats.mapping`.
"""
