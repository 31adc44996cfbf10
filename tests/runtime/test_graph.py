"""One graph of a package: checked inputs, checked outputs, bounded insides."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hostile_graphs import node, real, whole
from onnx import TensorProto, helper
from tiny_packages import Manifest, model_of, write

from playloom import graph as graph_module
from playloom.errors import PackageInvalid, RequestInvalid
from playloom.graph import Graph
from playloom.onnx_scan import only_grows
from playloom.package import Package

X = np.arange(6, dtype=np.float32).reshape(1, 2, 3)


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    return Graph.load(Package.open(write(tmp_path / "tiny")), "net")


def opened(folder: Path, model: onnx.ModelProto, edit: Callable[[Manifest], object] | None = None) -> Graph:
    package = Package.open(write(folder, files={"net.onnx": model.SerializeToString()}, edit=edit))
    return Graph.load(package, "net")


def test_it_computes(graph: Graph) -> None:
    assert graph.run({"x": X})["y"].tolist() == [[[0, 2, 0], [3, 8, 0]]]


@pytest.mark.parametrize("length", [1, 7, 300])
def test_a_free_dimension_takes_any_size(graph: Graph, length: int) -> None:
    assert graph.run({"x": np.ones((1, length, 3), np.float32)})["y"].shape == (1, length, 3)


@pytest.mark.parametrize(
    ("feeds", "words"),
    [
        ({}, "inputs are none; expected x"),
        ({"y": X}, "inputs are y; expected x"),
        ({"x": X, "z": X}, "inputs are x, z"),
        ({"x": X.astype(np.float64)}, "is float64; expected an array of float32"),
        ({"x": X.astype(np.int64)}, "is int64"),
        ({"x": X.astype(">f4")}, "is >f4"),
        ({"x": X.tolist()}, "is list"),
        ({"x": np.array(["a"], object)}, "is object"),
        ({"x": X[0]}, r"has shape \(2, 3\)"),
        ({"x": X[:, :, :2]}, r"has shape \(1, 2, 2\)"),
        ({"x": np.ones((2, 2, 3), np.float32)}, r"has shape \(2, 2, 3\)"),
    ],
)
def test_what_does_not_fit_is_refused(graph: Graph, feeds: Any, words: str) -> None:
    with pytest.raises(RequestInvalid, match=words):
        graph.run(feeds)


def test_dimensions_of_one_name_agree(tmp_path: Path) -> None:
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "length", 3]) for name in "xz"]

    def edit(manifest: Manifest) -> None:
        declared = manifest["graphs"]["net"]["inputs"]
        declared.append({**declared[0], "name": "z"})

    graph = opened(tmp_path / "two", model_of([node("Add", "x z")], inputs=inputs), edit)

    assert graph.run({"x": X, "z": X})["y"].tolist() == (2 * X).tolist()
    with pytest.raises(RequestInvalid, match=r"input 'z' has shape \(1, 1, 3\).*length = 2"):
        graph.run({"x": X, "z": X[:, :1]})


def test_a_dimension_may_be_a_part_of_another(tmp_path: Path) -> None:
    """Codes beside pixels: four cells of one for each cell of the other, at any size and in the probe."""
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, size, 3])
        for name, size in (("x", "length"), ("z", "length/4"))
    ]
    times = whole("times", 1, 4, 1)

    def edit(manifest: Manifest) -> None:
        declared = manifest["graphs"]["net"]["inputs"]
        declared.append({**declared[0], "name": "z", "shape": [1, "length/4", 3]})

    nodes = [node("Tile", "z times", "wide"), node("Add", "x wide")]
    graph = opened(tmp_path / "two", model_of(nodes, inputs=inputs, stored=[times]), edit)

    wide = np.ones((1, 8, 3), np.float32)
    assert graph.run({"x": wide, "z": wide[:, :2]})["y"].tolist() == (2 * wide).tolist()
    with pytest.raises(RequestInvalid, match=r"input 'z' has shape \(1, 3, 3\).*length = 8"):
        graph.run({"x": wide, "z": wide[:, :3]})


def _joined(folder: Path, joined: str = "past+length") -> Graph:
    """Return a graph that joins what came before and what is new: a cache in small."""
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, size, 3])
        for name, size in (("m", joined), ("x", "length"), ("z", "past"))
    ]

    def edit(manifest: Manifest) -> None:
        graph = manifest["graphs"]["net"]
        graph["inputs"] = [
            {"name": name, "dtype": "float32", "shape": [1, size, 3]}
            for name, size in (("m", joined), ("x", "length"), ("z", "past"))
        ]
        graph["outputs"][0]["shape"] = [1, joined, 3]

    nodes = [node("Concat", "z x", "both", axis=1), node("Add", "both m")]
    return opened(folder, model_of(nodes, inputs=inputs, output=[1, joined, 3]), edit)


def test_a_dimension_may_be_the_sum_of_two(tmp_path: Path) -> None:
    graph = _joined(tmp_path / "cache")
    wide = np.ones((1, 8, 3), np.float32)

    assert graph.run({"m": wide, "x": wide[:, :1], "z": wide[:, :7]})["y"].tolist() == (2 * wide).tolist()
    assert graph.run({"m": wide, "x": wide, "z": wide[:, :0]})["y"].shape == wide.shape
    with pytest.raises(RequestInvalid, match=r"input 'm' has shape \(1, 8, 3\).*past = 6"):
        graph.run({"m": wide, "x": wide[:, :1], "z": wide[:, :6]})
    with pytest.raises(PackageInvalid, match="'future' of a sum is no dimension of an input"):
        _joined(tmp_path / "other", "past+future")


def test_a_cache_that_grows_is_looked_through_a_few_times_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Any] = []
    look = graph_module.check_run
    monkeypatch.setattr(graph_module, "check_run", lambda *a: [looked.append(a[2]), look(*a)])
    graph, wide = _joined(tmp_path / "cache"), np.ones((1, 400, 3), np.float32)

    for past in range(300):
        graph.run({"m": wide[:, : past + 1], "x": wide[:, :1], "z": wide[:, :past]})
    assert len(looked) == 10  # 1, 2, 4, ... 512
    graph.prepare({"past": 2000, "length": 16})
    graph.run({"m": wide, "x": wide[:, :10], "z": wide[:, :390]})
    assert len(looked) == 11


_BENT = {  # how a graph can be larger at a smaller length
    "a constant less the length": [node("Sub", "many length", "size")],
    "a negative multiple": [node("Mul", "length down", "size")],
    "what is left": [node("Div", "many two", "half"), node("Sub", "half length", "size")],
    "a maximum of what falls": [node("Neg", "length", "less"), node("Add", "less many", "size")],
}


@pytest.mark.parametrize("name", _BENT)
def test_no_bound_is_taken_over_where_less_makes_more(tmp_path: Path, name: str) -> None:
    stored = [whole("axis", 1), whole("many", 1 << 28), whole("down", -1), whole("two", 2), whole("none", 0)]
    nodes = [
        node("Shape", "x", "length", start=1, end=2),
        *_BENT[name],
        node("Max", "size none", "at_least"),
        node("ConstantOfShape", "at_least", "zeros"),
        node("ReduceSum", "zeros", "sum", keepdims=0),
        node("Add", "x sum"),
    ]
    model = model_of(nodes, stored, opset=18)

    assert not only_grows(model.SerializeToString())


def test_sizes_that_are_added_and_multiplied_only_grow() -> None:
    stored = [whole("axis", 1), whole("two", 2), whole("one", 1), whole("three", 3)]
    nodes = [
        node("Shape", "x", "length", start=1, end=2),
        node("Mul", "length two", "twice"),
        node("Concat", "one twice three", "shape", axis=0),
        node("Expand", "one_row shape", "rows"),
        node("Slice", "rows one length axis", "some"),
        node("Add", "x some"),
    ]
    model = model_of(nodes, [*stored, real("one_row", 1, 1, 3)], opset=18)

    assert only_grows(model.SerializeToString())
    assert not only_grows(model_of([node("Slice", "x from to axis")], [
        whole("from", -9), whole("to", 9), whole("axis", 1)
    ]).SerializeToString())  # of nine all, of eighteen nothing  # fmt: skip


def test_an_unknown_graph_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageInvalid, match="no graph 'denoiser'; the manifest has net"):
        Graph.load(Package.open(write(tmp_path / "tiny")), "denoiser")


def test_a_failing_run_is_a_typed_error(tmp_path: Path) -> None:
    """An index out of bounds shows only in the run."""
    nodes = [node("Cast", "x", "i", to=TensorProto.INT64), node("Gather", "w i")]
    graph = opened(tmp_path / "bad", model_of(nodes, [real("w", 4)]))

    with pytest.raises(PackageInvalid, match="failed while running"):
        graph.run({"x": X * 100})


def test_a_size_that_is_not_the_declared_one_is_found(tmp_path: Path) -> None:
    nodes = [node("Slice", "x start end axis")]
    graph = opened(
        tmp_path / "cut", model_of(nodes, [whole("start", 0), whole("end", 100), whole("axis", 1)])
    )

    assert graph.run({"x": X})["y"].shape == X.shape
    with pytest.raises(PackageInvalid, match="output 'y' has shape"):
        graph.run({"x": np.ones((1, 200, 3), np.float32)})


def test_a_graph_that_is_small_when_scanned_cannot_grow_without_bound(tmp_path: Path) -> None:
    """length ** 4 numbers: 64 MiB at the size of the scan, 400 MB at not twice that."""
    nodes = [node("Shape", "x", "s", start=1, end=2), node("Mul", "s s", "s2"), node("Mul", "s2 s2", "s4")]
    nodes += [node("ConstantOfShape", "s4", "t"), node("Slice", "t zero one", "m"), node("Add", "x m")]
    graph = opened(tmp_path / "grow", model_of(nodes, [whole("zero", 0), whole("one", 1)]))

    assert graph.run({"x": X})["y"].shape == X.shape
    with pytest.raises(PackageInvalid, match="at most 8 dimensions and"):
        graph.run({"x": np.ones((1, 100, 3), np.float32)})


@pytest.mark.parametrize("opset", [17, 18, 21])
def test_sizes_that_an_exporter_computes_are_followed(tmp_path: Path, opset: int) -> None:
    """Flatten by the input's own size, halve it, and come back: the arithmetic of exported graphs."""
    nodes = [
        node("Shape", "x", "shape"),
        node("Gather", "shape one", "length0", axis=0),
        node("Unsqueeze", "length0 zero", "length"),
        node("Concat", "length three", "flat", axis=0),
        node("Reshape", "x flat", "a"),
        node("Mul", "length two", "twice"),
        node("Concat", "twice three", "wide", axis=0),
        helper.make_node("Resize", ["a", "", "", "wide"], ["b"], mode="nearest"),
        node("Div", "twice two", "again"),
        node("Slice", "b zero again zero", "c"),
        node("Reshape", "c shape", "d"),
        node("ConstantOfShape", "shape", "zeros"),
        node("Add", "d zeros"),
    ]
    scalar = onnx.numpy_helper.from_array(np.array(1, np.int64), "one")
    model = model_of(nodes, [scalar, whole("zero", 0), whole("two", 2), whole("three", 3)], opset=opset)

    assert opened(tmp_path / "sizes", model).run({"x": X})["y"].shape == X.shape


def test_eight_threads_get_what_one_gets(graph: Graph) -> None:
    feeds = [{"x": np.full((1, n, 3), n, np.float32)} for n in range(1, 65)]
    alone = [graph.run(feed)["y"].tobytes() for feed in feeds]

    with ThreadPoolExecutor(8) as pool:
        together = [made["y"].tobytes() for made in pool.map(graph.run, feeds)]

    assert together == alone
