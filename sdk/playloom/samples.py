"""Recorded inputs and outputs of a package, replayed on this machine.

samples.npz holds arrays called ``CASE/TENSOR``, or ``GRAPH/CASE/TENSOR`` in a
package of several graphs: the inputs of a graph and what the training framework made of them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid, RequestInvalid
from playloom.graph import Graph
from playloom.manifest import SAMPLES_FILE
from playloom.npz import read_npz
from playloom.package import Package

_Case = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Replay:
    """One output of one recorded case, made again."""

    graph: str
    case: str
    output: str
    difference: float  # largest absolute one to the recorded output; infinite if dtype or shape differ
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether the difference is within the tolerance; NaN is not."""
        return self.difference <= self.tolerance


def tolerance(package: Package) -> float:
    """Return the difference that the package allows between machines: none if it is exact.

    Raises:
        PackageInvalid: If it is not exact and its settings state no ``tolerance`` above 0.
    """
    if package.manifest.exact:
        return 0.0
    stated = package.manifest.settings.get("tolerance")
    if not isinstance(stated, int | float) or isinstance(stated, bool) or stated <= 0:
        raise PackageInvalid(
            f"{package.root}: not exact, and settings.tolerance is {stated!r}; expected a number above 0"
        )
    return float(stated)


def replay(package: Package) -> list[Replay]:
    """Run every recorded case and compare.

    Raises:
        PackageInvalid: If there are no samples, a case is incomplete, or a graph fails.
    """
    if SAMPLES_FILE not in package.manifest.files:
        raise PackageInvalid(f"{package.root}: has no {SAMPLES_FILE}; export the package with samples")
    allowed = tolerance(package)
    where = str(package.root / SAMPLES_FILE)
    graphs: dict[str, Graph] = {}
    results = []
    for (graph_name, case_name), case in _cases(package, where).items():
        if graph_name not in graphs:
            graphs[graph_name] = Graph.load(package, graph_name)
        graph = graphs[graph_name]
        wanted = {tensor.name for tensor in graph.spec.inputs + graph.spec.outputs}
        if case.keys() != wanted:
            found = ", ".join(sorted(case))
            raise PackageInvalid(
                f"{where}: case {case_name}: has {found}; expected {', '.join(sorted(wanted))}"
            )
        try:
            made = graph.run({tensor.name: case[tensor.name] for tensor in graph.spec.inputs})
        except RequestInvalid as problem:  # it is the package that asks here
            raise PackageInvalid(f"{where}: case {case_name}: {problem}") from None
        results += [
            Replay(graph_name, case_name, name, _difference(array, case[name]), allowed)
            for name, array in made.items()
        ]
    return results


def _cases(package: Package, where: str) -> dict[tuple[str, str], _Case]:
    names = list(package.manifest.graphs)
    cases: dict[tuple[str, str], _Case] = {}
    for key, array in read_npz(package.read(SAMPLES_FILE), where).items():
        place, _, tensor = key.rpartition("/")
        graph, _, case = place.rpartition("/") if len(names) > 1 else (names[0] if names else "", "", place)
        if graph not in names or not case:
            raise PackageInvalid(
                f"{where}: array {key!r} belongs to no graph; expected CASE/TENSOR of {names}"
            )
        cases.setdefault((graph, case), {})[tensor] = array
    if not cases:
        raise PackageInvalid(f"{where}: holds no case; export the package with samples")
    return cases


def _difference(made: NDArray[Any], recorded: NDArray[Any]) -> float:
    if made.dtype != recorded.dtype or made.shape != recorded.shape:
        return float("inf")
    if np.array_equal(made, recorded):
        return 0.0
    return float(np.abs(made.astype(np.float64) - recorded.astype(np.float64)).max())
