"""One folder a kind."""
