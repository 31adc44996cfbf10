"""Levels of tiles without known roles: what was seen side by side in the training maps may stand so again."""
