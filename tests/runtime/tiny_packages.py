"""Real packages of a few hundred bytes, and the means to bend them: whatever is bent is signed again.

Nothing here uses the writer under test.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from playloom.npz import write_npz

Manifest = dict[str, Any]
OPSET, IR_VERSION = 17, 9


def tiny_model() -> onnx.ModelProto:
    """y = clip(x * w, 0, 9); x is (1, "length", 3)."""
    nodes = [
        helper.make_node("Cast", ["weight8"], ["weight"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["x", "weight"], ["scaled"]),
        helper.make_node("Clip", ["scaled", "low", "high"], ["y"]),
    ]
    stored = [
        numpy_helper.from_array(np.array([1, 2, -3], np.int8), "weight8"),
        numpy_helper.from_array(np.array(0, np.float32), "low"),
        numpy_helper.from_array(np.array(9, np.float32), "high"),
    ]
    return model_of(nodes, stored)


def model_of(
    nodes: list[onnx.NodeProto],
    stored: list[onnx.TensorProto] | None = None,
    *,
    opset: int = OPSET,
    output: list[int | str] | None = None,
    inputs: list[onnx.ValueInfoProto] | None = None,
) -> onnx.ModelProto:
    """A model with the tiny signature unless told otherwise."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, "length", 3])
    shape = [1, "length", 3] if output is None else output
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)
    graph = helper.make_graph(nodes, "tiny", inputs or [x], [y], stored or [])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=IR_VERSION)


def tiny_samples() -> dict[str, np.ndarray]:
    x = np.arange(12, dtype=np.float32).reshape(1, 4, 3)
    y = np.clip(x * np.array([1, 2, -3], np.float32), 0, 9)
    return {"0/x": x, "0/y": y, "1/x": x[:, :1], "1/y": y[:, :1]}


def tiny_manifest() -> Manifest:
    """Everything but ``files``, which `write` fills in."""
    return {
        "format": 1,
        "kind": "tiny",
        "name": "tiny",
        "version": "1.0",
        "exact": True,
        "graphs": {
            "net": {
                "file": "net.onnx",
                "inputs": [{"name": "x", "dtype": "float32", "shape": [1, "length", 3]}],
                "outputs": [{"name": "y", "dtype": "float32", "shape": [1, "length", 3]}],
            }
        },
        "settings": {"words": ["a", "b"]},
        "assets": {"words": "words.json"},
        "files": {},
        "card": {
            "licence": "MIT",
            "summary": "Clips a product.",
            "datasets": [
                {"name": "maps", "source": "here", "licence": "CC0-1.0", "count": 3, "sha256": "0" * 64}
            ],
            "training": {"seed": 1},
            "metrics": [{"name": "error", "value": 0.5, "how": "counted"}],
        },
    }


def tiny_files() -> dict[str, bytes]:
    return {
        "net.onnx": tiny_model().SerializeToString(deterministic=True),
        "samples.npz": write_npz(tiny_samples()),
        "words.json": b'["one", "two"]',
        "CARD.md": b"# tiny\n",
    }


def write(
    folder: Path,
    *,
    files: Mapping[str, bytes] | None = None,
    edit: Callable[[Manifest], object] | None = None,
) -> Path:
    """Write a package whose manifest matches its files; then ``edit`` bends the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest, contents = tiny_manifest(), {**tiny_files(), **(files or {})}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        manifest["files"][name] = signed(content)
    if edit is not None:
        edit(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def signed(content: bytes) -> dict[str, Any]:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
