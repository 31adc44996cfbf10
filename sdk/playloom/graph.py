"""One ONNX graph: what goes in and what comes out is checked against the manifest."""

import threading
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import PackageInvalid, RequestInvalid
from playloom.manifest import ELEMENTS_MOST, GraphSpec, TensorSpec, part_of, terms_of
from playloom.onnx_scan import check_run, only_grows
from playloom.onnx_sizes import PACKAGE, Bounds
from playloom.package import Package

_SEEN_MOST = 256  # forms of runs that are remembered
_Form = tuple[tuple[np.dtype[Any], tuple[int, ...]] | None, ...]


class Graph:
    """A loaded graph. `run` may be called from several threads at once."""

    def __init__(self, spec: GraphSpec, data: bytes, where: str, bounds: Bounds = PACKAGE) -> None:
        """Load scanned bytes; `load` is the way to get a graph."""
        self.spec = spec
        self._data = data
        self._where = where
        self._limits = bounds
        self._session = _session(data, where)
        self._bounds: list[dict[str, int]] = []  # sizes that were checked
        self._expected = {tensor.name for tensor in spec.inputs}
        self._inputs = sorted(spec.inputs, key=_has_sum)  # a sum is known once its terms are
        self._seen: dict[_Form, tuple[dict[str, int], _Form]] = {}  # of runs that were checked
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
        if feeds.keys() != self._expected:
            raise RequestInvalid(
                f"{self._where}: inputs are {', '.join(feeds) or 'none'}; "
                f"expected {', '.join(sorted(self._expected))}"
            )
        form = _form(feeds[tensor.name] for tensor in self._inputs)
        sizes, made = self._seen.get(form, ({}, ()))
        if not sizes:
            for tensor in self._inputs:
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
        if _form(arrays) != made:
            for tensor, array in zip(self.spec.outputs, arrays, strict=True):
                if fault := _fault(tensor, array, sizes):
                    raise PackageInvalid(
                        f"{self._where}: output {tensor.name!r} {fault}; export the package again"
                    )
            if len(self._seen) < _SEEN_MOST:
                self._seen[form] = sizes, _form(arrays)
        return dict(zip(names, arrays, strict=True))

    def prepare(self, sizes: Mapping[str, int]) -> None:
        """Check the graph at the largest sizes that a caller will ask for, so that no run has to.

        Args:
            sizes: Of the free dimensions by name.

        Raises:
            PackageInvalid: If a tensor would grow too large.
        """
        self._bound(dict(sizes))

    def _bound(self, sizes: dict[str, int]) -> None:
        """Check that no tensor inside grows too large at these sizes, unless larger ones were checked.

        Where tensors only grow with the sizes a check is made at the next powers of two and holds below
        them; elsewhere each set of sizes has its own.
        """
        if sizes in self._bounds or (self._grows and any(_covers(bound, sizes) for bound in self._bounds)):
            return
        if self._grows:
            wide = {name: 1 << max(0, size - 1).bit_length() for name, size in sizes.items()}
            try:
                check_run(self._data, self.spec, wide, self._where, self._limits)
            except PackageInvalid:
                pass  # these sizes may fit all the same
            else:
                self._bounds.append(wide)
                return
        check_run(self._data, self.spec, sizes, self._where, self._limits)
        self._bounds.append(sizes)

    @cached_property
    def _grows(self) -> bool:
        return self._limits.grows or only_grows(self._data)


def _form(arrays: Iterable[Any]) -> _Form:
    """Return dtype and shape of each array, None of what is none."""
    return tuple((one.dtype, one.shape) if isinstance(one, np.ndarray) else None for one in arrays)


def _covers(bound: Mapping[str, int], sizes: Mapping[str, int]) -> bool:
    return all(size <= bound[name] for name, size in sizes.items())


def _has_sum(tensor: TensorSpec) -> bool:
    return any(isinstance(size, str) and len(terms_of(size)) > 1 for size in tensor.shape)


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
    terms = terms_of(size)
    if len(terms) > 1:
        return found == sum(sizes.get(term, 0) for term in terms)
    return found * divisor == sizes.setdefault(name, found * divisor)


def _first_line(problem: Exception) -> str:
    return ascii(str(problem).partition("\n")[0][:200])[1:-1]
