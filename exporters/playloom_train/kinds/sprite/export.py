"""From trained sprite networks to a verified package: graphs, parity samples, card."""

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from playloom.graph import Graph
from playloom.kinds.sprite.settings import Seen, Settings, read_settings
from playloom.manifest import GraphSpec
from playloom.npz import write_npz
from playloom.package import Card, Dataset, Metric, Package, write_package
from playloom_train.dyadic import LOGITS_PER_NAT
from playloom_train.kinds.sprite.batches import HOT, Vocabulary
from playloom_train.kinds.sprite.data import Example
from playloom_train.kinds.sprite.gan import Painter
from playloom_train.kinds.sprite.masked import MaskedNet
from playloom_train.kinds.sprite.onnx_graph import (
    DENOISER_FILE,
    denoiser_graph,
    denoiser_net,
    denoiser_spec,
    network_settings,
)
from playloom_train.kinds.sprite.onnx_painter import PAINTER_FILE, painter_graph, painter_net, painter_spec

# A sword that a paper doll holds is no sword to ask for.
_PARTS = ("paperdoll",)
_CASES = ((32, 32, 12), (16, 16, 3), (48, 24, 32))  # height, width, colours of the parity samples

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Making:
    """Everything a package says of how it came about, but its metrics."""

    name: str
    version: str
    licence: str
    summary: str
    vocabulary: Vocabulary
    examples: Sequence[Example]  # those trained on
    datasets: tuple[Dataset, ...]
    training: Mapping[str, str | int | float]  # command, seed, steps, ...
    settings: Mapping[str, Any] = field(
        default_factory=dict
    )  # of the generator, beside those of the networks
    files: Mapping[str, bytes] = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)  # role -> one of the files


@dataclass(frozen=True)
class Findings:
    """What was measured of a package, and files that show it."""

    metrics: tuple[Metric, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


def settings(
    vocabulary: Vocabulary, examples: Sequence[Example], denoiser: MaskedNet, painter: Painter | None
) -> Settings:
    """Return what the generator must know: conditions in their order, what was seen, grid, sizes."""
    drawn = [one for one in examples if one.weight >= 1] or examples
    seen = Counter((one.category, one.style, len(one.tokens)) for one in drawn)
    known, counts = set(vocabulary.tags), Counter[tuple[str, str]]()
    for one in drawn:
        if one.category not in _PARTS:
            counts.update((tag, one.category) for tag in known & set(one.tags))
    by_tag: dict[str, dict[str, int]] = {}
    for (tag, category), count in sorted(counts.items()):
        by_tag.setdefault(tag, {})[category] = count
    networks = {"denoiser": network_settings(denoiser.shape)}
    if painter is not None:
        networks["painter"] = network_settings(painter.shape)
    return Settings(
        categories=vocabulary.categories,
        styles=vocabulary.styles,
        sizes=vocabulary.sizes,
        tags=vocabulary.tags,
        seen=tuple(Seen(*key, count) for key, count in sorted(seen.items())),
        tag_counts=by_tag,
        hot=HOT,
        logits_per_nat=int(LOGITS_PER_NAT),
        multiple=denoiser.shape.multiple,
        networks=networks,
        noise=0 if painter is None else painter.shape.noise,
    )


def export(
    denoiser: MaskedNet,
    painter: Painter | None,
    folder: Path,
    making: Making,
    measure: Callable[[Package], Findings] = lambda package: Findings(()),
) -> Package:
    """Write the package once it is proven: ONNX Runtime must repeat torch's outputs to the last bit.

    Args:
        denoiser: The masked network.
        painter: The generator of the GAN, if the package has one.
        folder: Where to.
        making: How it came about.
        measure: Returns what the card says of the package, which is written to a place apart first.

    Raises:
        PackageInvalid: If the generator would refuse its settings.
        ValueError: If a net's sums could leave the exact range, or any output differs.
    """
    recorded: dict[str, Arrays] = {"denoiser": denoiser_samples(denoiser)}
    graphs = {"denoiser": denoiser_spec(denoiser.shape)}
    files = {DENOISER_FILE: denoiser_graph(denoiser)}
    if painter is not None:
        recorded["painter"] = painter_samples(painter)
        graphs["painter"] = painter_spec(painter.shape)
        files[PAINTER_FILE] = painter_graph(painter)
    flat = {f"{graph}/{key}": value for graph, arrays in recorded.items() for key, value in arrays.items()}
    files |= {"samples.npz": write_npz(flat), **making.files}
    told = msgspec.to_builtins(settings(making.vocabulary, making.examples, denoiser, painter))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".playloom-") as apart:
        trial = Path(apart) / "sprite"
        _write(trial, making, graphs, told, files, Findings(()))
        package = Package.open(trial)
        read_settings(package)  # refuses what the generator would not take
        for graph, arrays in recorded.items():
            _prove(package, graph, arrays)
        findings = measure(package)
    _write(folder, making, graphs, told, files, findings)
    return Package.open(folder)


def opened(package: Package) -> tuple[MaskedNet, Painter | None, Vocabulary]:
    """Return the networks of a package and the vocabulary of their conditions, to go on training."""
    told = read_settings(package)
    vocabulary = Vocabulary(told.categories, told.styles, told.sizes, told.tags)
    denoiser = denoiser_net(package.read(DENOISER_FILE), told.networks["denoiser"])
    if "painter" not in told.networks:
        return denoiser, None, vocabulary
    return denoiser, painter_net(package.read(PAINTER_FILE), told.networks["painter"]), vocabulary


def denoiser_samples(net: MaskedNet, seed: int = 0) -> Arrays:
    """Return inputs and torch's outputs for three sizes, to be replayed on the user's machine."""
    random = np.random.default_rng(seed)
    recorded: Arrays = {}
    for case, (height, width, colours) in enumerate(_CASES):
        tokens = random.integers(0, colours + 3, (1, height, width))
        palette, told = _given(colours, net.shape.condition, random)
        with torch.no_grad():
            alpha, colour = net(
                torch.from_numpy(tokens), torch.from_numpy(palette)[None], torch.from_numpy(told)
            )
        arrays: Arrays = {"tokens": tokens, "palette": palette, "condition": told}
        arrays |= {"alpha": alpha.numpy(), "colour": colour.numpy()}
        recorded |= {f"{case}/{name}": array for name, array in arrays.items()}
    return recorded


def painter_samples(net: Painter, seed: int = 0) -> Arrays:
    """Return inputs and torch's outputs of the generator for three palettes."""
    random = np.random.default_rng(seed)
    recorded: Arrays = {}
    for case, (_, _, colours) in enumerate(_CASES):
        noise = random.integers(0, HOT + 1, (1, net.shape.noise)).astype(np.float32)
        palette, told = _given(colours, net.shape.condition, random)
        with torch.no_grad():
            alpha, colour = net(
                torch.from_numpy(noise), torch.from_numpy(palette)[None], torch.from_numpy(told)
            )
        arrays: Arrays = {"noise": noise, "palette": palette, "condition": told}
        arrays |= {"alpha": alpha.numpy(), "colour": colour.numpy()}
        recorded |= {f"{case}/{name}": array for name, array in arrays.items()}
    return recorded


def _given(
    colours: int, condition: int, random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    palette = random.integers(0, 256, (colours, 3)).astype(np.float32)
    told = np.where(random.random((1, condition)) < 6 / condition, HOT, 0).astype(np.float32)
    return palette, told


def _prove(package: Package, name: str, recorded: Arrays) -> None:
    graph = Graph.load(package, name)
    inputs = [tensor.name for tensor in graph.spec.inputs]
    for case in range(len(_CASES)):
        outputs = graph.run({tensor: recorded[f"{case}/{tensor}"] for tensor in inputs})
        for tensor, array in outputs.items():
            if not np.array_equal(array, recorded[f"{case}/{tensor}"]):
                raise ValueError(
                    f"parity: {tensor} of {name}, case {case}, differs between torch and ONNX Runtime"
                )


def _write(
    folder: Path,
    making: Making,
    graphs: dict[str, GraphSpec],
    told: dict[str, Any],
    files: dict[str, bytes],
    findings: Findings,
) -> None:
    card = Card(
        licence=making.licence,
        summary=making.summary,
        datasets=making.datasets,
        training=dict(making.training),
        metrics=findings.metrics,
    )
    write_package(
        folder,
        kind="sprite",
        name=making.name,
        version=making.version,
        exact=True,
        graphs=graphs,
        settings=told,
        card=card,
        files=files | dict(findings.files),
        assets=making.assets,
    )
