"""Files of sprites: PNG, sheets with Aseprite's JSON, Godot's SpriteFrames, GIF, contact sheets, palettes."""
