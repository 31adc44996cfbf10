"""A package that is written only once it is proven, and what every package says of its making."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from playloom.graph import Graph
from playloom.manifest import GraphSpec
from playloom.package import Card, Dataset, Metric, Package, write_package


class Making(Protocol):
    """How a package came about; each kind has one with more."""

    @property
    def name(self) -> str:
        """Of the package."""

    @property
    def version(self) -> str:
        """Of the package."""

    @property
    def licence(self) -> str:
        """Of the package."""

    @property
    def summary(self) -> str:
        """A sentence or two."""

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        """What was learnt from."""

    @property
    def training(self) -> Mapping[str, str | int | float]:
        """Command, seed, steps, ..."""


@dataclass(frozen=True)
class Findings:
    """What was measured of a package, and files that show it."""

    metrics: tuple[Metric, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a package holds beside its card."""

    kind: str
    graphs: Mapping[str, GraphSpec]
    settings: Mapping[str, Any]
    files: Mapping[str, bytes]
    assets: Mapping[str, str] = field(default_factory=dict)  # role -> one of the files


def write_proven(
    folder: Path,
    making: Making,
    contents: Contents,
    prove: Callable[[Package], None],
    measure: Callable[[Package], Findings],
) -> Package:
    """Write an exact package once it is proven.

    Args:
        folder: Where to.
        making: How it came about.
        contents: What it holds.
        prove: Raises if the package is not what it should be; it is written to a place apart first.
        measure: Returns what the card says of the package, once it is proven.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".playloom-") as apart:
        trial = Path(apart) / contents.kind
        _write(trial, making, contents, Findings())
        package = Package.open(trial)
        prove(package)
        findings = measure(package)
    _write(folder, making, contents, findings)
    return Package.open(folder)


def prove(package: Package, name: str, recorded: Mapping[str, NDArray[Any]]) -> None:
    """Refuse a graph that does not make of the inputs what torch made of them, to the last bit.

    Args:
        package: With the graph.
        name: Of the graph.
        recorded: Inputs and outputs by "CASE/TENSOR".

    Raises:
        ValueError: Names the output.
    """
    graph = Graph.load(package, name)
    inputs = [one.name for one in graph.spec.inputs]
    for case in {key.partition("/")[0] for key in recorded}:
        made = graph.run({tensor: recorded[f"{case}/{tensor}"] for tensor in inputs})
        for tensor, array in made.items():
            if not np.array_equal(array, recorded[f"{case}/{tensor}"]):
                raise ValueError(
                    f"parity: {tensor} of {name}, case {case}, differs between torch and ONNX Runtime"
                )


def _write(folder: Path, making: Making, contents: Contents, findings: Findings) -> None:
    card = Card(
        licence=making.licence,
        summary=making.summary,
        datasets=making.datasets,
        training=dict(making.training),
        metrics=findings.metrics,
    )
    write_package(
        folder,
        kind=contents.kind,
        name=making.name,
        version=making.version,
        exact=True,
        graphs=contents.graphs,
        settings=contents.settings,
        card=card,
        files={**contents.files, **findings.files},
        assets=contents.assets,
    )
