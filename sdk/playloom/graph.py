"""One ONNX graph: what goes in and what comes out is checked against the manifest."""

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid, RequestInvalid
from playloom.manifest import ELEMENTS_MOST, GraphSpec, TensorSpec, part_of
from playloom.onnx_scan import check_run
from playloom.package import Package


class Graph:
    """A loaded graph. `run` may be called from several threads at once."""

    def __init__(self, spec: GraphSpec, data: bytes, where: str) -> None:
        """Load scanned bytes; `load` is the way to get a graph."""
        self.spec = spec
        self._data = data
        self._where = where
        self._session = _session(data, where)
        self._bounded: set[tuple[tuple[str, int], ...]] = set()
        self._runs = 0
        self._counting = threading.Lock()

    @classmethod
    def load(cls, package: Package, name: str) -> "Graph":
        """Load the graph ``name`` of a package on the CPU.

        One thread runs it, node after node: a second thread costs more than it gains at these sizes, and
        requests run side by side instead.

        Raises:
            PackageInvalid: If there is no such graph or ONNX Runtime refuses it.
        """
        spec = package.manifest.graphs.get(name)
        if spec is None:
            there = ", ".join(package.manifest.graphs)
            raise PackageInvalid(f"{package.root}: no graph {name!r}; the manifest has {there or 'none'}")
        where = str(package.root / spec.file)
        return cls(spec, package.read(spec.file), where)

    @property
    def runs(self) -> int:
        """How often it has run."""
        return self._runs

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Run the graph.

        Args:
            feeds: One array for each input of ``spec``, with its dtype and shape; dimensions of one name
                agree.

        Returns:
            One array for each output.

        Raises:
            RequestInvalid: If an input is missing, too many, or does not fit.
            PackageInvalid: If the graph fails or an output is not what the manifest promises.
        """
        expected = {tensor.name for tensor in self.spec.inputs}
        if feeds.keys() != expected:
            raise RequestInvalid(
                f"{self._where}: inputs are {', '.join(feeds) or 'none'}; "
                f"expected {', '.join(sorted(expected))}"
            )
        sizes: dict[str, int] = {}
        for tensor in self.spec.inputs:
            if fault := _fault(tensor, feeds[tensor.name], sizes):
                raise RequestInvalid(f"{self._where}: input {tensor.name!r} {fault}")
        self._bound(sizes)
        with self._counting:
            self._runs += 1
        names = [tensor.name for tensor in self.spec.outputs]
        try:
            arrays = self._session.run(names, dict(feeds))
        except Exception as problem:  # ONNX Runtime's errors share no narrower base
            raise PackageInvalid(f"{self._where}: failed while running: {_first_line(problem)}") from None
        for tensor, array in zip(self.spec.outputs, arrays, strict=True):
            if fault := _fault(tensor, array, sizes):
                raise PackageInvalid(
                    f"{self._where}: output {tensor.name!r} {fault}; export the package again"
                )
        return dict(zip(names, arrays, strict=True))

    def _bound(self, sizes: dict[str, int]) -> None:
        """Check once for each set of sizes that no tensor inside grows too large; the scan did it for one."""
        key = tuple(sorted(sizes.items()))
        if key not in self._bounded:
            check_run(self._data, self.spec, sizes, self._where)
            self._bounded.add(key)


def _session(data: bytes, where: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4  # what matters comes as an exception
    with _QUIET:
        try:
            return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as problem:  # ONNX Runtime's errors share no narrower base
            raise PackageInvalid(
                f"{where}: ONNX Runtime refuses the graph: {_first_line(problem)}; export the package again"
            ) from None


_QUIET = threading.Lock()  # loading takes a few times a graph's memory for a moment: one at a time


def _fault(tensor: TensorSpec, array: Any, sizes: dict[str, int]) -> str:
    """Say how an array breaks its specification, or nothing; learns the sizes of named dimensions."""
    if not isinstance(array, np.ndarray) or array.dtype != tensor.dtype:
        found = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
        return f"is {found}; expected an array of {tensor.dtype}"
    fits = array.ndim == len(tensor.shape) and all(
        _fits(size, found, sizes) for size, found in zip(tensor.shape, array.shape, strict=True)
    )
    if not fits:
        known = ", ".join(f"{name} = {size}" for name, size in sizes.items())
        return f"has shape {array.shape}; expected {list(tensor.shape)}" + (f" with {known}" if known else "")
    if array.size > ELEMENTS_MOST:
        return f"has {array.size} elements; at most {ELEMENTS_MOST} are run"
    return ""


def _fits(size: int | str, found: int, sizes: dict[str, int]) -> bool:
    if isinstance(size, int):
        return found == size
    name, divisor = part_of(size)
    return found * divisor == sizes.setdefault(name, found * divisor)


def _first_line(problem: Exception) -> str:
    return ascii(str(problem).partition("\n")[0][:200])[1:-1]
