"""Training of sprite models."""
