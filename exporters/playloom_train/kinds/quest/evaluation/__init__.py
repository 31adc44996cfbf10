"""How good a quest package is, beside writers' lines, an n-gram model and our templates. No torch."""
