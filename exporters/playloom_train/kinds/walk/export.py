"""From a trained walker to a verified package: graph, parity samples, figures on walkers set aside, card."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from playloom.kinds.sprite.generator import ORIGINALS
from playloom.kinds.sprite.originality import Index
from playloom.kinds.walk.network import Settings, Walker, read_settings
from playloom.manifest import SAMPLES_FILE
from playloom.npz import write_npz
from playloom.package import Dataset, Package
from playloom_train.dyadic import LOGITS_PER_NAT, TOP
from playloom_train.kinds.sprite.account import ORIGINALS_FILE
from playloom_train.kinds.walk.data import SIDES
from playloom_train.kinds.walk.onnx_walk import GRAPH, graph, graph_spec, samples, sizes_of
from playloom_train.kinds.walk.walker import WalkerNet
from playloom_train.proven import Contents, Findings, prove, write_proven

PASSES = 2  # in which a frame is drawn


@dataclass(frozen=True)
class Making:
    """Everything a package says of how it came about, but its metrics."""

    name: str
    version: str
    licence: str
    summary: str
    datasets: tuple[Dataset, ...]
    training: Mapping[str, str | int | float]  # command, seed, steps, ...
    learnt: Index  # the fronts of the walkers trained on


def export(
    net: WalkerNet,
    folder: Path,
    making: Making,
    measure: Callable[[Package], Findings] = lambda package: Findings(),
) -> Package:
    """Write the package once it is proven: ONNX Runtime must repeat torch's outputs to the last bit.

    Args:
        net: Folded.
        folder: Where to.
        making: How it came about.
        measure: Returns what the card says of the package, which is written to a place apart first.

    Raises:
        PackageInvalid: If the generator would refuse its settings or graph.
        ValueError: If the net's sums could leave the exact range, or an output differs.
    """
    recorded = samples(net)
    files = {
        graph_spec().file: graph(net),
        SAMPLES_FILE: write_npz(recorded),
        ORIGINALS_FILE: write_npz(making.learnt.arrays()),
    }
    settings = Settings(
        sizes=SIDES,
        hot=TOP,
        logits_per_nat=int(LOGITS_PER_NAT),
        passes=PASSES,
        network=sizes_of(net),
    )

    def proven(package: Package) -> None:
        Walker(package, read_settings(package))  # refuses what the generator would not take
        prove(package, GRAPH, recorded)

    contents = Contents(
        kind="walk",
        graphs={GRAPH: graph_spec()},
        settings=msgspec.to_builtins(settings),
        files=files,
        assets={ORIGINALS: ORIGINALS_FILE},
    )
    return write_proven(folder, making, contents, proven, measure)
