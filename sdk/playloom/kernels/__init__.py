"""Pure array code shared by kinds and by training."""
