"""LDtk projects: read, written, and tiled by their own auto-layer rules without the editor."""
