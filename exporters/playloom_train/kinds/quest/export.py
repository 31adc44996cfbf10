"""From a trained writer to a verified package: graph, words, parity samples, card."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from playloom.kinds.quest.realiser.package import GRAPH, TOKENIZER, PackageRealiser
from playloom.manifest import SAMPLES_FILE
from playloom.npz import write_npz
from playloom.package import Card, Dataset, Metric, Package, write_package
from playloom_train.kinds.quest.onnx_writer_net import FILE, graph, graph_spec, restored, samples, sizes_of
from playloom_train.kinds.quest.writer import WriterNet, WriterShape
from playloom_train.kinds.sprite.parity import prove

TOKENIZER_FILE = "tokenizer.json"


@dataclass(frozen=True)
class Making:
    """Everything a package says of how it came about, but its metrics."""

    name: str
    version: str
    licence: str
    summary: str
    datasets: tuple[Dataset, ...]
    training: Mapping[str, str | int | float]  # command, seed, steps, ...


def export(
    net: WriterNet,
    tokenizer: bytes,
    folder: Path,
    making: Making,
    measure: Callable[[Package], tuple[Metric, ...]] = lambda package: (),
) -> Package:
    """Write the package once it is proven: ONNX Runtime must repeat torch's outputs to the last bit.

    Args:
        net: Folded.
        tokenizer: Its tokenizer.json.
        folder: Where to.
        making: How it came about.
        measure: Returns what the card says of the package, which is written to a place apart first.

    Raises:
        PackageInvalid: If the realiser would refuse its graph or words.
        ValueError: If the net's sums could leave the exact range, or an output differs.
    """
    recorded = samples(net)
    files = {FILE: graph(net), TOKENIZER_FILE: tokenizer, SAMPLES_FILE: write_npz(recorded)}
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".playloom-") as apart:
        trial = Path(apart) / "quest"
        _write(trial, making, net.shape, files, ())
        package = Package.open(trial)
        PackageRealiser(package)  # refuses what the generator would not take
        prove(package, GRAPH, recorded)
        metrics = measure(package)
    _write(folder, making, net.shape, files, metrics)
    return Package.open(folder)


def reread(package: Package) -> WriterNet:
    """Return the network of a package, folded, to go on training.

    Raises:
        PackageInvalid: If the package does not say of which shape its network is.
    """
    size = package.manifest.graphs[GRAPH].outputs[0].shape[-1]
    assert isinstance(size, int)
    told = package.manifest.settings
    shape = WriterShape(size, **{name: int(told[name]) for name in sizes_of(WriterShape(size))})
    return restored(WriterNet(shape), package.read(FILE))


def _write(
    folder: Path,
    making: Making,
    shape: WriterShape,
    files: Mapping[str, bytes],
    metrics: tuple[Metric, ...],
) -> None:
    card = Card(
        licence=making.licence,
        summary=making.summary,
        datasets=making.datasets,
        training=dict(making.training),
        metrics=metrics,
    )
    write_package(
        folder,
        kind="quest",
        name=making.name,
        version=making.version,
        exact=True,
        graphs={GRAPH: graph_spec(shape)},
        settings=dict(sizes_of(shape)),
        assets={TOKENIZER: TOKENIZER_FILE},
        card=card,
        files=files,
    )
