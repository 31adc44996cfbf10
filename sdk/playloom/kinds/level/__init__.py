"""The level kind: tile maps that can be played."""
