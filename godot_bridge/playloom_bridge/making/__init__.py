"""How each request is done: one file a kind. Runs in worker threads; knows no connection."""
