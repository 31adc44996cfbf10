"""Levels in the developer's own tiles, as a `TileBook` keeps them: drawn, written and read again."""
