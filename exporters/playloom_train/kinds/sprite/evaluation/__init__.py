"""How good a sprite package is: measured beside sprites that were never trained on, and baselines."""
