"""Shared by the tests of the command line: the command, its output, and a network without training."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from playloom.kinds.level.condition import CONTROLS
from playloom.kinds.level.vocabulary import CORE

COMMAND = Path(sys.executable).parent / "playloom"
STYLES = {"plain": "dungeon", "hollow": "cave", "corridors": "maze", "village": "overworld"}
CONDITION = len(STYLES) + len(CONTROLS)
Run = Callable[..., subprocess.CompletedProcess[str]]

# A map with a tileset that says nothing of its tiles, and what they mean.
FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<map version="1.10" orientation="orthogonal" width="8" height="8" tilewidth="16" tileheight="16">
 <tileset firstgid="1" name="ruins" tilewidth="16" tileheight="16" tilecount="9" columns="3"/>
 <layer id="1" name="ground" width="8" height="8">
  <data encoding="csv">1,1,1,1,1,1,1,1,
1,3,0,0,0,0,0,1,
1,0,1,1,1,1,0,1,
1,0,1,1,1,1,0,1,
1,0,1,1,1,1,0,1,
1,0,1,1,1,1,0,1,
1,0,0,0,0,0,4,1,
1,1,1,1,1,1,1,1</data>
 </layer>
</map>
"""
LEGEND = '"ruins:0" = "wall"\n"ruins:2" = "start"\n4 = "exit"\n0 = "floor"\n'


def tiny_graph() -> bytes:
    """Return a graph whose odds follow the open share of the neighbours: blobs of floor and wall."""
    count = len(CORE)
    base = np.full(count, -400.0, np.float32)
    for name, value in (
        ("floor", 40),
        ("wall", 30),
        ("path", -60),
        ("tree", -90),
        ("enemy", -30),
        ("key", -40),
    ):
        base[CORE.id(name)] = value
    for name in ("locked_door", "pickup", "chest", "person", "start", "exit", "strong_enemy", "boss"):
        base[CORE.id(name)] = -40
    kernel = np.zeros((count, count + 2, 3, 3), np.float32)
    for name in ("floor", "wall"):
        kernel[CORE.id(name), CORE.id(name)] = 8
    one_hot = np.eye(count + 2, dtype=np.float32)
    constants = [
        numpy_helper.from_array(one_hot, "table"),
        numpy_helper.from_array(kernel, "kernel"),
        numpy_helper.from_array(base, "base"),
        numpy_helper.from_array(np.zeros((1, 1, 1, 1), np.float32), "nothing"),
        numpy_helper.from_array(np.array([2, 3], np.int64), "axes"),
        numpy_helper.from_array(np.array([1], np.int64), "channel"),
    ]
    nodes = [
        helper.make_node("Gather", ["table", "tokens"], ["looked"], axis=0),
        helper.make_node("Transpose", ["looked"], ["channels"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["channels", "kernel", "base"], ["odds"], pads=[1, 1, 1, 1]),
        helper.make_node("Unsqueeze", ["condition", "axes"], ["told"]),
        helper.make_node("ReduceSum", ["told", "channel"], ["sum"], keepdims=1),
        helper.make_node("Mul", ["sum", "nothing"], ["unheard"]),
        helper.make_node("Add", ["odds", "unheard"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "height", "width"]),
            helper.make_tensor_value_info("condition", TensorProto.FLOAT, [1, CONDITION]),
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, count, "height", "width"])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def documents(done: subprocess.CompletedProcess[str]) -> list[Any]:
    """Return the JSON documents of stdout, one a line."""
    return [json.loads(line) for line in done.stdout.splitlines()]
