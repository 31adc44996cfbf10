"""What a bundled server starts with: `playloom`, and the worlds and scripts beside it."""

import sys
from collections.abc import Sequence
from pathlib import Path

from playloom.cli import main


def with_neighbours(arguments: Sequence[str], folder: Path) -> list[str]:
    """Return the arguments of `serve` with the worlds and scripts in a folder; others as they are."""
    if arguments[:1] != ["serve"]:
        return [*arguments]
    worlds = sorted((folder / "worlds").glob("*.toml"))
    scripts = sorted(place for place in (folder / "scripts").glob("*") if place.is_dir())
    return [*arguments, *(f"--world={one}" for one in worlds), *(f"--scripts={one}" for one in scripts)]


if __name__ == "__main__":
    main(with_neighbours(sys.argv[1:], Path(sys.executable).parent))
