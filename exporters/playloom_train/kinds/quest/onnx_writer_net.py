"""The graph of the realiser, with its cache, in the layout that Optimum gives causal language models.

A token sees those before it that the attention mask shows; its position is told. So a row that is padded
comes to the same numbers as one that is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from playloom.manifest import GraphSpec
from playloom_train.dyadic import EXACT, TOP, GridLinear
from playloom_train.kinds.quest.writer import (
    EMBEDDING,
    GATE,
    LOGIT,
    RESIDUAL,
    RESIDUAL_TOP,
    SCORE,
    SCORE_LOW,
    SHARES,
    SIZE,
    TURN,
    Block,
    Cache,
    WriterNet,
    WriterShape,
    score_weights,
)
from playloom_train.onnx_writer import GraphWriter, restore_matrices, stored, tensor

FILE = "writer.onnx"
EMBEDDING8 = "embedding8"
Arrays = dict[str, NDArray[Any]]


def graph_spec(shape: WriterShape) -> GraphSpec:
    """Return what the manifest says of the graph."""
    past, total = (
        [
            tensor(f"{side}.{block}.{what}", "float32", "batch", shape.heads, length, shape.head_width)
            for block in range(shape.blocks)
            for what in ("key", "value")
        ]
        for side, length in (("past_key_values", "past"), ("present", "past+time"))
    )
    logits = tensor("logits", "float32", "batch", "time", shape.vocabulary)
    told = (
        tensor("input_ids", "int64", "batch", "time"),
        tensor("attention_mask", "int64", "batch", "past+time"),
        tensor("position_ids", "int64", "batch", "time"),
    )
    return GraphSpec(file=FILE, inputs=(*told, *past), outputs=(logits, *total))


def graph(net: WriterNet) -> bytes:
    """Return the graph of a folded network.

    Raises:
        ValueError: If it is not folded, or some sum could leave the whole numbers that fp32 holds exactly.
    """
    check_exact(net)
    return _Drawing(net).drawn()


def check_exact(net: WriterNet) -> None:
    """Refuse a network whose graph would not be exact on every machine.

    Raises:
        ValueError: Says what is wrong.
    """
    if not net.exact:
        raise ValueError("the writer is not folded; fold it before it is exported")
    shape = net.shape
    weights = score_weights()
    sums = {
        "logits": int(net.grid_embedding().detach().abs().sum(1).max()) * TOP,
        "scores": shape.head_width * TOP * TOP,
        "sizes": shape.width * int(RESIDUAL_TOP),
        "weights of scores": int(weights.max()) * shape.context,
        # Each share is rounded up by a half at most.
        "mixed values": (int(SHARES) + shape.context // 2) * TOP,
        **{name: one.widest_sum() for name, one in net.named_modules() if isinstance(one, GridLinear)},
    }
    for name, widest in sums.items():
        if widest >= EXACT:
            raise ValueError(f"{name}: a sum can reach {widest} steps; below {EXACT} it would be exact")


class _Drawing:
    def __init__(self, net: WriterNet) -> None:
        self.net, self.writer = net, GraphWriter()
        writer = self.writer
        half = net.shape.head_width // 2
        for name, value in (
            ("one", 1.0), ("low", -float(TOP)), ("residual", RESIDUAL), ("residual.top", RESIDUAL_TOP),
            ("residual.low", -RESIDUAL_TOP), ("size", SIZE * net.shape.width), ("score", SCORE),
            ("score.low", SCORE_LOW), ("hidden", 1e5), ("shares", SHARES), ("share", 1 / SHARES),
            ("gate.unit", GATE), ("turn", 1 / TURN), ("logit", LOGIT),
        ):  # fmt: skip
            writer.constant(name, np.array(value, np.float32))
        for name, numbers in (
            ("last", [-1]), ("one1", [1]), ("rows", [1, 2]), ("turn.half", [half, half]),
            ("halves", [net.shape.inner] * 2),
            ("turning", [2 * net.shape.heads, net.shape.heads]), ("each", [net.shape.heads] * 2),
            ("heads", [0, 0, 3 * net.shape.heads, net.shape.head_width]), ("flat", [0, 0, net.shape.width]),
        ):  # fmt: skip
            writer.constant(name, np.array(numbers, np.int64))
        writer.constant("score.weights", score_weights().numpy())
        writer.constant("cos.table", net.cos.numpy())
        writer.constant("sin.table", net.sin.numpy())

    def drawn(self) -> bytes:
        writer, net = self.writer, self.net
        steps = net.grid_embedding().detach().numpy().astype(np.int8)
        table = writer.node("Cast", [writer.constant(EMBEDDING8, steps)], "embedding", to=TensorProto.FLOAT)
        self._places()
        rows = writer.node("Gather", [table, "input_ids"], "words", axis=0)
        x = writer.node("Mul", [rows, "residual"], "stream")
        for number, block in enumerate(net.blocks):
            assert isinstance(block, Block)
            x = self._block(block, number, x)
        seen = self._normed(x, "end")
        turned = writer.node("Transpose", [table], "embedding.turned", perm=[1, 0])
        products = writer.node("MatMul", [seen, turned], "products")
        writer.node("Round", [writer.node("Mul", [products, "logit"], "products.scaled")], "logits")
        return writer.serialized("writer", graph_spec(net.shape))

    def _places(self) -> None:
        """Cosines and sines of the new tokens, and which tokens each may see."""
        node = self.writer.node
        for name in ("cos", "sin"):
            rows = node("Gather", [f"{name}.table", "position_ids"], f"{name}.rows", axis=0)
            node("Unsqueeze", [rows, "one1"], name)
        time = node("Shape", ["input_ids"], "time.length", start=1, end=2)
        past = node("Shape", ["past_key_values.0.key"], "past.length", start=2, end=3)
        square = node("Concat", [time, node("Add", [past, time], "total.length")], "square", axis=0)
        ones = node(
            "ConstantOfShape", [square], "ones", value=numpy_helper.from_array(np.ones(1, np.float32))
        )
        before = node("Trilu", [ones, node("Squeeze", [past], "past.number")], "before", upper=0)
        real = node("Cast", ["attention_mask"], "real", to=TensorProto.FLOAT)
        shown = node("Mul", [before, node("Unsqueeze", [real, "rows"], "real.rows")], "shown")
        node("Mul", [node("Sub", ["one", shown], "unseen"), "hidden"], "penalty")

    def _block(self, block: Block, number: int, x: str) -> str:
        writer, name = self.writer, f"block{number}"
        node = writer.node
        seen = self._normed(x, f"{name}.seen")
        made = self._fitted(writer.matrices([block.query, block.key, block.value], f"{name}.qkv", seen))
        split = node(
            "Transpose", [node("Reshape", [made, "heads"], f"{name}.rows")], f"{name}.all", perm=[0, 2, 1, 3]
        )
        turning, value = writer.split(split, "turning", (f"{name}.turning", f"{name}.value"), 1)
        query, key = writer.split(self._turned(turning), "each", (f"{name}.query", f"{name}.key"), 1)
        held = {"key": key, "value": value}
        for part, new in held.items():
            past = f"past_key_values.{number}.{part}"
            held[part] = node("Concat", [past, new], f"present.{number}.{part}", axis=2)
        mixed = self._attended(query, held["key"], held["value"], name)
        x = self._added(x, writer.matrices([block.out], f"{name}.out", mixed), f"{name}.middle")
        seen = self._normed(x, f"{name}.again")
        both = self._fitted(writer.matrices([block.gate, block.up], f"{name}.inner", seen))
        gate, up = writer.split(both, "halves", (f"{name}.gate", f"{name}.up"), 2)
        opened = node("Mul", [node("Relu", [gate], f"{name}.opened"), up], f"{name}.product")
        inner = self._fitted(node("Mul", [opened, "gate.unit"], f"{name}.gated"))
        return self._added(x, writer.matrices([block.down], f"{name}.down", inner), f"{name}.end")

    def _attended(self, query: str, key: str, value: str, name: str) -> str:
        node = self.writer.node
        across = node("Transpose", [key], f"{name}.across", perm=[0, 1, 3, 2])
        scores = node("Mul", [node("MatMul", [query, across], f"{name}.scores"), "score"], f"{name}.scaled")
        whole = node("Floor", [scores], f"{name}.whole")
        # What is not seen is as far below the best as can be, where its weight is 0.
        shown = node("Sub", [whole, "penalty"], f"{name}.shown")
        best = node("ReduceMax", [shown], f"{name}.best", axes=[-1], keepdims=1)
        below = node(
            "Clip", [node("Sub", [best, shown], f"{name}.far"), "zero", "score.low"], f"{name}.below"
        )
        places = node("Cast", [below], f"{name}.places", to=TensorProto.INT64)
        weights = node("Gather", ["score.weights", places], f"{name}.weights", axis=0)
        sums = node("ReduceSum", [weights, "last"], f"{name}.sums", keepdims=1)
        unit = node("Div", ["shares", sums], f"{name}.unit")
        shares = node("Round", [node("Mul", [weights, unit], f"{name}.parts")], f"{name}.shares")
        mixed = node("Mul", [node("MatMul", [shares, value], f"{name}.mixed"), "share"], f"{name}.mean")
        fitted = self._fitted(mixed)
        turned = node("Transpose", [fitted], f"{name}.mixed.turned", perm=[0, 2, 1, 3])
        return node("Reshape", [turned, "flat"], f"{name}.mixed.flat")

    def _turned(self, x: str) -> str:
        node = self.writer.node
        first, second = self.writer.split(x, "turn.half", (f"{x}.first", f"{x}.second"), 3)
        parts = []
        for name, one, other, operator in (("real", first, second, "Sub"), ("other", second, first, "Add")):
            along = node("Mul", [one, "cos"], f"{x}.{name}.along")
            across = node("Mul", [other, "sin"], f"{x}.{name}.across")
            parts.append(node(operator, [along, across], f"{x}.{name}"))
        both = node("Concat", parts, f"{x}.both", axis=3)
        return self._fitted(node("Mul", [both, "turn"], f"{x}.turned"))

    def _fitted(self, x: str) -> str:
        whole = self.writer.node("Round", [x], f"{x}.whole")
        return self.writer.node("Clip", [whole, "low", "top"], f"{x}.fitted")

    def _normed(self, x: str, name: str) -> str:
        node = self.writer.node
        sizes = node("ReduceL1", [x], f"{name}.size", axes=[-1], keepdims=1)
        unit = node("Div", ["size", node("Add", [sizes, "one"], f"{name}.above")], f"{name}.unit")
        return self._fitted(node("Mul", [x, unit], name))

    def _added(self, x: str, more: str, name: str) -> str:
        node = self.writer.node
        bounds = ("residual.low", "residual.top")
        whole = node("Round", [node("Mul", [more, "residual"], f"{name}.more")], f"{name}.whole")
        bounded = node("Clip", [whole, *bounds], f"{name}.bounded")
        return node("Clip", [node("Add", [x, bounded], f"{name}.sum"), *bounds], name)


def restored(net: WriterNet, data: bytes) -> WriterNet:
    """Return a network with the weights of its graph, folded, to go on training.

    Args:
        net: New, of the same shape.
        data: The graph.
    """
    constants = stored(data)
    with torch.no_grad():
        net.embedding.copy_(torch.from_numpy(constants[EMBEDDING8].astype(np.float32) / EMBEDDING))
    for number, block in enumerate(net.blocks):
        assert isinstance(block, Block)
        parts = {
            "qkv": [block.query, block.key, block.value],
            "out": [block.out],
            "inner": [block.gate, block.up],
            "down": [block.down],
        }
        for part, linears in parts.items():
            restore_matrices(linears, f"block{number}.{part}", constants)
    return net.eval()


def samples(net: WriterNet, seed: int = 0) -> Arrays:
    """Return inputs and torch's outputs, by "CASE/TENSOR": from nothing, a step, a batch after a past."""
    random = np.random.default_rng(seed)
    shape = net.shape
    spec = graph_spec(shape)
    recorded: Arrays = {}
    for case, (rows, time, past) in enumerate(((1, 9, 0), (1, 1, 12), (2, 3, 5))):
        ids = random.integers(0, shape.vocabulary, (rows, time))
        sizes = (rows, shape.heads, past, shape.head_width)
        before = [random.integers(-TOP, TOP + 1, sizes).astype(np.float32) for _ in range(2 * shape.blocks)]
        arrays = dict(zip((one.name for one in spec.inputs), feeds(ids, before), strict=True))
        arrays |= zip((one.name for one in spec.outputs), outputs(net, ids, before), strict=True)
        recorded |= {f"{case}/{name}": array for name, array in arrays.items()}
    return recorded


def feeds(ids: NDArray[np.int64], past: Sequence[NDArray[np.float32]]) -> list[NDArray[Any]]:
    """Return the inputs of the graph in its order, for rows without padding.

    Args:
        ids: (batch, time).
        past: Keys and values of the blocks in turn, (batch, heads, past, head width).
    """
    rows, time = ids.shape
    held = past[0].shape[2]
    places = np.broadcast_to(np.arange(held, held + time), (rows, time)).copy()
    return [ids, np.ones((rows, held + time), np.int64), places, *past]


def outputs(
    net: WriterNet, ids: NDArray[np.int64], past: Sequence[NDArray[np.float32]]
) -> list[NDArray[Any]]:
    """Return what torch makes of the inputs of the graph, in the order of its outputs."""
    tensors = [torch.from_numpy(one) for one in past]
    cache: Cache = tuple(zip(tensors[::2], tensors[1::2], strict=True))
    with torch.no_grad():
        logits, present = net(torch.from_numpy(ids), cache)
    return [logits.numpy(), *(part.numpy() for pair in present for part in pair)]


def sizes_of(shape: WriterShape) -> Mapping[str, int]:
    """Return the sizes that the settings of a package name."""
    return {name: size for name, size in asdict(shape).items() if name != "vocabulary"}
