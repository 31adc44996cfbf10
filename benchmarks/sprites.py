"""What sprites are like: on the contract, the same again, unlike the training sprites and one another.

Requests of all categories, sizes and twelve palettes, with and without words and terms. Each sprite is
written, read back from its file, and judged by what the file says of itself. Ctrl-C stops; the same command
goes on.
"""

import argparse
import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from record import HERE, SEED, WORK, console, machine_record, package_record, save
from resumable import make_again, make_all
from sprite_counting import counted
from sprite_report import report, sheet
from sprite_requests import request_of

import playloom
from playloom.api.sprite_files import stored_contract
from playloom.api.sprite_making import sprite_generator
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.request import SpriteRequest
from playloom.kinds.sprite.terms import contract_of
from playloom_train.kinds.sprite.data import DataPlan
from playloom_train.kinds.sprite.evaluation.makers import Maker, makers_of
from playloom_train.kinds.sprite.evaluation.reference import Reference, find_reference
from playloom_train.kinds.sprite.evaluation.sampling import Sample, make

CHUNK = 10  # sprites a task
AGAIN = 50  # one sprite in so many is made again, in another process


class Row(msgspec.Struct, frozen=True):
    """One request and what became of it; the sprite itself is the file of its number."""

    number: int
    first_failed: tuple[str, ...] = ()  # checks that the first proposal failed
    failed: tuple[str, ...] = ()  # checks that no attempt passed: it was refused
    wrong: tuple[str, ...] = ()  # checks that the written file does not pass
    sha256: str = ""  # of the file


@dataclass(frozen=True)
class Run:
    """What every sprite of a run has in common."""

    package: str | None
    engine: str
    seed: int
    folder: str

    def maker(self, generator: SpriteGenerator) -> Maker:
        """Return the engine as what makes sprites of some sizes."""
        makers = {maker.name: maker for maker in makers_of(generator)}
        if self.engine not in makers:
            name = generator.package.manifest.name
            raise SystemExit(f"{name} has no engine {self.engine!r}; choose {' or '.join(makers)}")
        return makers[self.engine]

    def path(self, number: int) -> Path:
        """Return the file of a sprite."""
        return Path(self.folder) / f"{number:06}.png"


def make_each(run: Run, numbers: Sequence[int]) -> list[Row]:
    """Make, write and judge some sprites; runs in a process of its own."""
    generator = sprite_generator(run.package)
    maker = run.maker(generator)
    return [_row(run, number, generator, maker) for number in numbers]


def _row(run: Run, number: int, generator: SpriteGenerator, maker: Maker) -> Row:
    request = request_of(number, generator.settings, maker, run.seed)
    sample = make(generator, request, str(request.category))
    if sample.sprite is None:
        return Row(number, sample.first_failed, sample.failed)
    path = run.path(number)
    playloom.write_sprite(sample.sprite, path)
    wrong = faults(path, sample.sprite, request, generator.originals)
    return Row(number, sample.first_failed, (), wrong, hashlib.sha256(path.read_bytes()).hexdigest())


def faults(path: Path, sprite: Sprite, request: SpriteRequest, training: Index | None) -> tuple[str, ...]:
    """Return what is wrong with a written sprite: checks that it fails, other pixels, another contract."""
    wrong = playloom.check_sprite(path, training=training).failed
    back = playloom.read_sprite(path, request.palette)
    if not np.array_equal(back.pixels, sprite.pixels):
        wrong += ("file",)
    if back.evidence is None:
        return (*wrong, "evidence")
    asked, said = contract_of(request, request.category), stored_contract(back.evidence)
    same = said.palette is not None and said.palette.colours == request.palette.colours
    return wrong if same and replace(said, palette=asked.palette) == asked else (*wrong, "terms")


def made_twice(run: Run, count: int, jobs: int) -> tuple[dict[int, Row], dict[str, Any]]:
    """Make the first ``count`` sprites, and some once more in another order; return rows and what differs."""
    rows = make_all(
        partial(make_each, run), Row, Path(run.folder), count=count, chunk=CHUNK, jobs=jobs, what="sprites"
    )
    with tempfile.TemporaryDirectory() as folder:
        other = replace(run, folder=folder)
        numbers = sorted(rows)[::AGAIN][::-1]
        return rows, make_again(partial(make_each, other), rows, numbers, jobs)


def samples_of(run: Run, rows: dict[int, Row], generator: SpriteGenerator) -> list[Sample]:
    """Return the sprites as their files have them."""
    maker = run.maker(generator)
    samples = []
    for number, row in sorted(rows.items()):
        request = request_of(number, generator.settings, maker, run.seed)
        sprite = None if row.failed else playloom.read_sprite(run.path(number), request.palette)
        passed = sprite is not None and not row.wrong
        category = str(request.category)
        samples.append(Sample(request, category, None, sprite, passed, row.first_failed, row.failed))
    return samples


def folder_of(generator: SpriteGenerator, engine: str, seed: int) -> Path:
    """Return where the sprites of a run lie: of one package, engine and seed, and one state of our code."""
    whole = hashlib.sha256(f"{generator.package.hash} {engine} {seed}\n".encode())
    runtime = Path(str(playloom.__file__)).parent
    for path in (*sorted(runtime.rglob("*.py")), HERE / "sprite_requests.py", HERE / "sprites.py"):
        whole.update(path.read_bytes())
    folder = WORK / "sprites" / whole.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def reference_of(data: Path | None, generator: SpriteGenerator) -> Reference:
    """Return the real sprites to compare with; say it if there are none."""
    if data is None:
        console.print(
            "[bold red]LEFT OUT: held-out sprites, and pixels of training ones: give --data FOLDER[/]"
        )
        return Reference()
    with console.status("reading real sprites"):
        return find_reference(DataPlan(paths=(data,)), generator.settings.categories)


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", help="name or folder; default: the shipped one")
    parser.add_argument("--engine", default="best", help="of the package; default: best")
    parser.add_argument("--count", type=int, default=960, help="sprites; default: 960, each kind once")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes; default: cores")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="what `playloom train sprite` was given")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="also draw the first 200 sprites (.png)")
    arguments = parser.parse_args()
    generator = sprite_generator(arguments.package)
    folder = folder_of(generator, arguments.engine, arguments.seed)
    run = Run(arguments.package, arguments.engine, arguments.seed, str(folder))
    run.maker(generator)
    results: dict[str, Any] = {"package": package_record(generator), "machine": machine_record()}
    # Processes side by side: a numerical library's own threads would only be in each other's way.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        rows, again = made_twice(run, arguments.count, arguments.jobs)
    except KeyboardInterrupt:
        console.print("stopped; the same command goes on from here")
        raise SystemExit(130) from None
    samples = samples_of(run, rows, generator)
    reference = reference_of(arguments.data, generator)
    results |= {"engine": arguments.engine, "seed": arguments.seed, "requests": len(samples)}
    results |= counted(
        samples, [row.wrong for _, row in sorted(rows.items())], generator.originals, reference
    )
    results["again"] = again
    report(results)
    if arguments.sheet:
        sheet(arguments.sheet, samples[:200])
    save("sprites" if arguments.engine == "best" else f"sprites-{arguments.engine}", results)
    sound = not results["wrong_by_check"] and not again["differ"]
    sys.exit(not sound)


if __name__ == "__main__":
    main()
