"""Playloom: checked, reproducible, accountable game content from small neural networks."""
