"""Training of Playloom models: torch in, verified model packages out (extra: train)."""
