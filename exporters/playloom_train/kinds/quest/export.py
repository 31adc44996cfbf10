"""From a trained writer to a verified package: graph, words, parity samples, card."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playloom.kinds.quest.realiser.package import GRAPH, TOKENIZER, PackageRealiser
from playloom.manifest import SAMPLES_FILE
from playloom.npz import write_npz
from playloom.package import Dataset, Metric, Package
from playloom_train.kinds.quest.onnx_writer_net import FILE, graph, graph_spec, restored, samples, sizes_of
from playloom_train.kinds.quest.writer import WriterNet, WriterShape
from playloom_train.proven import Contents, Findings, prove, write_proven

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
    net: WriterNet, tokenizer: bytes, folder: Path, making: Making, metrics: tuple[Metric, ...] = ()
) -> Package:
    """Write the package once it is proven: ONNX Runtime must repeat torch's outputs to the last bit.

    Args:
        net: Folded.
        tokenizer: Its tokenizer.json.
        folder: Where to.
        making: How it came about.
        metrics: What was measured of the network.

    Raises:
        PackageInvalid: If the realiser would refuse its graph or words.
        ValueError: If the net's sums could leave the exact range, or an output differs.
    """
    recorded = samples(net)
    contents = Contents(
        kind="quest",
        graphs={GRAPH: graph_spec(net.shape)},
        settings=dict(sizes_of(net.shape)),
        files={FILE: graph(net), TOKENIZER_FILE: tokenizer, SAMPLES_FILE: write_npz(recorded)},
        assets={TOKENIZER: TOKENIZER_FILE},
    )

    def proven(package: Package) -> None:
        PackageRealiser(package)  # refuses what the generator would not take
        prove(package, GRAPH, recorded)

    return write_proven(folder, making, contents, proven, lambda package: Findings(metrics))


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
