"""Training of level models."""
