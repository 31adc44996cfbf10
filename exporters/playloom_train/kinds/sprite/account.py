"""What the package of a sprite run says of it, and the index by which copies are noticed."""

import importlib.metadata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from playloom.kernels.counting import counted
from playloom.kinds.sprite.generator import ORIGINALS, read_originals
from playloom.kinds.sprite.originality import Index
from playloom.npz import write_npz
from playloom.package import Dataset, Package
from playloom_train.kinds.sprite.data import DataPlan, Example, SpriteSet
from playloom_train.kinds.sprite.export import Making
from playloom_train.kinds.sprite.run import ANEW, Run, Start
from playloom_train.licences import admit
from playloom_train.splits import TRAIN
from playloom_train.training import Progress

ORIGINALS_FILE = "originals.npz"
INDEXED_SIDE = 48  # pixels a side, the largest sprite's


def making(plan: DataPlan, sprites: SpriteSet, start: Start, run: Run, progress: Progress) -> Making:
    """Return data, licences, command and figures of a run, and the index of what was learnt from."""
    sources = sprites.sources()
    licences = sorted({licence for _, licence, _, _ in sources})
    length = f"--steps {run.steps}" if run.steps else f"--minutes {progress.seconds / 60:.1f}"
    datasets = [
        Dataset(name=name, source=read_from(*plan.paths), licence=licence, count=count, sha256=digest)
        for name, licence, count, digest in sources
    ]
    before = start.package.manifest.card.datasets if start.package else ()
    going_on = f" --from {start.package.manifest.name}" if start.package else f" --from {ANEW}"
    network = "" if run.network == "masked" else f" --network {run.network}"
    made = Making(
        name=run.name,
        version=run.version,
        licence=licences[0] if len(licences) == 1 else "that of the data: " + ", ".join(licences),
        summary=f"Learnt from {counted(len(sprites.of(TRAIN)), 'sprite')}: {', '.join(sprites.categories)}.",
        vocabulary=start.vocabulary,
        examples=sprites.of(TRAIN),
        files={ORIGINALS_FILE: _index(sprites.of(TRAIN), start.package)},
        assets={ORIGINALS: ORIGINALS_FILE},
        # What the networks that it goes on from have learnt of is in it too.
        datasets=tuple(dict.fromkeys((*datasets, *before))),
        training={
            "command": f"playloom train sprite {' '.join(path.name for path in plan.paths)}{going_on}"
            f"{network} {length} --seed {run.seed}",
            "seed": run.seed,
            "code": f"playloom {importlib.metadata.version('playloom')}",
            "steps": progress.step,
            "images": progress.images,
            "minutes": round(progress.seconds / 60, 1),
            **_nats(progress),
            **admit(licensed(sprites, start.package), run.allow),
        },
    )
    if run.network != "painter" or start.package is None:
        return made
    # All that the package says of itself stays true; what is new is said of the painter.
    manifest = start.package.manifest
    return replace(
        made,
        licence=manifest.card.licence,
        summary=manifest.card.summary,
        settings={name: manifest.settings[name] for name in ("seen", "tag_counts")},
        training=manifest.card.training | {f"painter, {name}": fact for name, fact in made.training.items()},
    )


def licensed(sprites: SpriteSet, begun: Package | None) -> list[tuple[str, str]]:
    """Return name and licence of all that the networks have learnt of in the end."""
    known = [(one.name, one.licence) for one in begun.manifest.card.datasets] if begun else []
    return [*((name, licence) for name, licence, _, _ in sprites.sources()), *known]


def read_from(*paths: Path) -> str:
    """Return what a card says of where data was read, without the way to it."""
    return "read from " + " and ".join(path.resolve().name for path in paths)


def _index(examples: Sequence[Example], before: Package | None) -> bytes:
    """Return the index of what was trained on, by which copies are noticed; with that of a package before."""
    index = Index.of([(one.name, one.rgba) for one in examples], INDEXED_SIDE)
    known = read_originals(before) if before else None
    if known is not None and known.figures.shape[1:] == index.figures.shape[1:]:
        there = {(name, figure.tobytes()) for name, figure in zip(known.names, known.figures, strict=True)}
        both = zip(index.names, index.figures, strict=True)
        new = [place for place, (name, figure) in enumerate(both) if (name, figure.tobytes()) not in there]
        names = (*known.names, *(index.names[place] for place in new))
        index = Index(names, np.concatenate([known.figures, index.figures[new]]))
    return write_npz(index.arrays())


def _nats(progress: Progress) -> dict[str, str]:
    """Return the last losses of sprites set aside, and those before the networks were put on the grid."""
    told = {"nats a pixel, code or number": progress.figures, "the same in floating point": progress.floating}
    return {
        name: ", ".join(f"{what} {value:.3f}" for what, value in figures.items())
        for name, figures in told.items()
        if figures
    }
