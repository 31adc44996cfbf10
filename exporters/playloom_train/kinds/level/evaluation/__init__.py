"""How good a level package is: `run.evaluate` measures, `metrics` is what its card says, `page` shows it."""
