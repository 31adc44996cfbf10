"""From a trained net to a verified package: graph, parity samples, card."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from playloom.graph import Graph
from playloom.kinds.level.condition import CONTROLS
from playloom.npz import write_npz
from playloom.package import Card, Dataset, Metric, Package, write_package
from playloom_train.dyadic import LOGITS_PER_NAT
from playloom_train.kinds.level.data import measures
from playloom_train.kinds.level.model import LevelNet
from playloom_train.kinds.level.onnx_graph import GRAPH_FILE, level_graph, level_spec
from playloom_train.kinds.level.recipe import Collection, Recipe, Source


def settings(recipe: Recipe, collections: list[Collection]) -> dict[str, Any]:
    """Return what the generator must know: tiles, movement, styles with what their maps measure, grid."""
    described = []
    for name, (theme, border) in recipe.styles.items():
        some = [one for one in collections if one.style == name and len(one.cells)]
        shares = np.concatenate([measures(one, recipe.vocabulary) for one in some])
        quantiles = np.quantile(shares, (0.1, 0.5, 0.9), axis=0)
        typical = {key: [round(float(q), 4) for q in quantiles[:, i]] for i, key in enumerate(CONTROLS)}
        described.append({"name": name, "theme": theme, "border": border, "controls": typical})
    told = {
        "vocabulary": msgspec.to_builtins(recipe.vocabulary.tiles),
        "logits_per_nat": int(LOGITS_PER_NAT),
        "multiple": recipe.multiple,
        "condition": [*(f"style:{name}" for name in recipe.styles), *CONTROLS],
        "styles": described,
        "movement": msgspec.to_builtins(recipe.movement),
        "sides": list(recipe.sides),
    }
    return told | dict(recipe.settings)


def samples(net: LevelNet, seed: int) -> dict[str, NDArray[Any]]:
    """Return inputs and torch's outputs for three sizes, to be replayed on the user's machine."""
    random = np.random.default_rng(seed)
    recorded: dict[str, NDArray[Any]] = {}
    for case, size in enumerate(((32, 32), (24, 40), (64, 16))):
        tokens = random.integers(0, net.shape.vocabulary + 2, (1, *size))
        told = random.integers(0, 128, (1, net.shape.condition)).astype(np.float32)
        with torch.no_grad():
            logits = net(torch.from_numpy(tokens), torch.from_numpy(told)).numpy()
        recorded |= {f"{case}/tokens": tokens, f"{case}/condition": told, f"{case}/logits": logits}
    return recorded


@dataclass(frozen=True)
class Making:
    """Everything a package says of how it came about, but its metrics."""

    recipe: Recipe
    version: str
    settings: dict[str, Any]  # see `settings`
    sources: list[Source]
    training: dict[str, str | int | float]  # command, seed, steps, ...


@dataclass(frozen=True)
class Findings:
    """What was measured of a package, and files that show it."""

    metrics: tuple[Metric, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


def export(net: LevelNet, folder: Path, making: Making, measure: Callable[[Package], Findings]) -> Package:
    """Write the package once it is proven: ONNX Runtime must repeat torch's logits to the last bit.

    Args:
        net: The trained network.
        folder: Where to.
        making: How it came about.
        measure: Returns what the card says of the package, which is written to a place apart first.

    Raises:
        ValueError: If the net's sums could leave the exact range, or any logit differs.
    """
    recorded = samples(net, 0)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".playloom-") as apart:
        trial = Path(apart) / "level"
        _write(net, trial, making, recorded, Findings(()))
        package = Package.open(trial)
        _prove(package, recorded)
        findings = measure(package)
    _write(net, folder, making, recorded, findings)
    return Package.open(folder)


def _prove(package: Package, recorded: dict[str, NDArray[Any]]) -> None:
    graph = Graph.load(package, "denoiser")
    for case in range(3):
        feeds = {name: recorded[f"{case}/{name}"] for name in ("tokens", "condition")}
        if not np.array_equal(graph.run(feeds)["logits"], recorded[f"{case}/logits"]):
            raise ValueError(f"parity: case {case} differs between torch and ONNX Runtime")


def _write(
    net: LevelNet,
    folder: Path,
    making: Making,
    recorded: dict[str, NDArray[Any]],
    findings: Findings,
) -> None:
    card = Card(
        licence=making.recipe.licence,
        summary=making.recipe.summary,
        datasets=tuple(
            Dataset(name=s.name, source=s.origin, licence=s.licence, count=s.count, sha256=s.sha256)
            for s in making.sources
        ),
        training=making.training,
        metrics=findings.metrics,
    )
    files = {GRAPH_FILE: level_graph(net), "samples.npz": write_npz(recorded)}
    write_package(
        folder,
        kind="level",
        name=making.recipe.name,
        version=making.version,
        exact=True,
        graphs={"denoiser": level_spec(net.shape)},
        settings=making.settings,
        card=card,
        files=files | dict(making.recipe.files) | dict(findings.files),
    )
