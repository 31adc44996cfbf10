"""Building language models of others for `playloom quest --model`: read, exported, made small, compared."""
