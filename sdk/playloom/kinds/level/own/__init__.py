"""Reading the developer's own maps: their tiles become a vocabulary, their cells training data."""
