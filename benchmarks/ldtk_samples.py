"""LDtk's own sample projects, tiled by their rules here and compared with what the editor saved.

    python benchmarks/ldtk_samples.py FOLDER

FOLDER holds .ldtk files that LDtk saved, such as the samples that come with it. Every auto-layer of every
level is computed anew and held against the tiles in the file, order included. Exit code 1 where one differs.
"""

import sys
import time
from pathlib import Path

from playloom.errors import FileInvalid
from playloom.kinds.level.formats.bounds import read_file
from playloom.kinds.level.formats.ldtk.project import PROJECT_BYTES, open_project
from playloom.kinds.level.formats.ldtk.retile import Comparison, compare

HEAD = (
    f"{'project':<44} {'levels':>6} {'layers':>6} {'same':>6} {'tiles':>7} {'equal':>7} {'more':>6} {'s':>6}"
)


def main(folder: Path) -> int:
    """Print one line a project and a total; return 0 if everything is equal."""
    print(HEAD)
    every: list[Comparison] = []
    for path in sorted(folder.glob("*.ldtk")):
        begun = time.perf_counter()
        opened = open_project(path, read_file(path, PROJECT_BYTES))
        found: list[Comparison] = []
        missing = 0
        for name in opened.names():
            try:
                found += compare(opened, opened.level(name))
            except FileInvalid as problem:  # its level is in a file that is not there
                missing += 1
                print(f"  {problem}", file=sys.stderr)
        every += found
        print(line(path.name, len(opened.names()) - missing, found, time.perf_counter() - begun))
    print(line("all", 0, every, 0))
    return int(not all(one.same for one in every))


def line(name: str, levels: int, found: list[Comparison], seconds: float) -> str:
    """Return one row of the table."""
    stored, equal = sum(one.stored for one in found), sum(one.equal for one in found)
    more = sum(one.computed for one in found) - equal
    same = sum(one.same for one in found)
    counts = f"{levels or '':>6} {len(found):>6} {same:>6} {stored:>7} {equal:>7} {more:>6}"
    return f"{name:<44} {counts} {seconds:6.2f}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
