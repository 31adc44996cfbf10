"""Writes a Llama as an ONNX graph in Optimum's layout: in full, or with its matrices in 8 or 4 bits.

Written node by node, as `onnx_writer` does: stable names and bytes. Small matrices are ONNX Runtime's
MatMulNBits (com.microsoft), which multiplies whole numbers; all else is standard. Q4_1 has a lowest value
for each block, for which MatMulNBits has no room; it adds the block's sum of inputs times that value.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from playloom_train.imported.blocks import BLOCK, Blocks, in_eight_bits
from playloom_train.imported.llama import frequencies
from playloom_train.imported.precisions import Precision
from playloom_train.imported.weights import Weights

OPSET, IR_VERSION = 17, 8
CONTRIBUTED = "com.microsoft"
_WHOLE_INPUTS = 4  # accuracy level of MatMulNBits: inputs as int8, block by block
_HIDDEN = -1e9  # added to the score of what a token must not see


def write_graph(weights: Weights, precision: Precision) -> bytes:
    """Return the graph's file."""
    return _Writer(weights, precision).model()


@dataclass
class _Writer:
    weights: Weights
    precision: Precision
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)  # constants by what they hold
    vectors: dict[str, str] = field(default_factory=dict)  # sizes as vectors of one, by name
    packed: dict[str, Blocks] = field(default_factory=dict)  # matrices that are stored, by name
    sums: dict[str, str] = field(default_factory=dict)  # block sums of an input, by its name

    def model(self) -> bytes:
        shape = self.weights.shape
        self.positions()
        x = self.embedding()
        for layer in range(shape.layers):
            x = self.block(layer, x)
        self.matrix(self.norm(x, "output_norm"), "token_embd", "logits")
        inputs = [_whole("input_ids", "batch", "time"), _whole("attention_mask", "batch", "total")]
        inputs.append(_whole("position_ids", "batch", "time"))
        outputs = [_real("logits", "batch", "time", shape.vocabulary)]
        for layer in range(shape.layers):
            for part in ("key", "value"):
                inputs.append(
                    _real(f"past_key_values.{layer}.{part}", "batch", shape.kv_heads, "past", shape.head)
                )
                outputs.append(_real(f"present.{layer}.{part}", "batch", shape.kv_heads, "total", shape.head))
        graph = helper.make_graph(self.nodes, "language_model", inputs, outputs, self.constants)
        opsets = [helper.make_opsetid("", OPSET)]
        if self.precision != "fp32":
            opsets.append(helper.make_opsetid(CONTRIBUTED, 1))
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        model.producer_name = "playloom"
        return bytes(model.SerializeToString(deterministic=True))

    def node(self, operator: str, inputs: Sequence[str], name: str, outputs: int = 1, **more: Any) -> str:
        names = [name] if outputs == 1 else [f"{name}.{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, name, **more))
        return names[0]

    def constant(self, value: Any, dtype: Any = np.float32) -> str:
        """Add a small constant, once."""
        array = np.array(value, dtype)
        key = repr((array.tolist(), array.dtype.name))
        if key not in self.known:
            self.known[key] = self.store(array, f"constant.{len(self.known)}")
        return self.known[key]

    def store(self, value: NDArray[Any], name: str) -> str:
        self.constants.append(numpy_helper.from_array(value.copy(order="C"), name))
        return name

    def positions(self) -> None:
        """Make `cos`, `sin` (batch, 1, time, head) and `hidden` (batch, 1, 1, time, total)."""
        whole = np.int64
        ids = self.node("Cast", ["position_ids"], "positions", to=TensorProto.FLOAT)
        ids = self.node("Unsqueeze", [ids, self.constant([1, 3], whole)], "positions.column")
        turns = self.store(frequencies(self.weights.shape), "frequencies")
        angle = self.node("Mul", [ids, turns], "angle")
        angle = self.node("Concat", [angle, angle], "angles", axis=-1)
        self.node("Cos", [angle], "cos")
        self.node("Sin", [angle], "sin")
        zero, one = self.constant(0, whole), self.constant(1, whole)
        time = self.node("Gather", [self.node("Shape", ["input_ids"], "ids.shape"), one], "time", axis=0)
        shape = self.node("Shape", ["attention_mask"], "mask.shape")
        total = self.node("Gather", [shape, one], "total", axis=0)
        past = self.node("Sub", [total, time], "past")
        rows = self.node("Range", [past, total, one], "rows")
        rows = self.node("Unsqueeze", [rows, self.constant([1], whole)], "rows.column")
        columns = self.node("Range", [zero, total, one], "columns")
        causal = self.node("LessOrEqual", [columns, rows], "causal")
        shown = self.node("Cast", ["attention_mask"], "shown", to=TensorProto.BOOL)
        shown = self.node("Unsqueeze", [shown, self.constant([1, 2, 3], whole)], "shown.row")
        seen = self.node("And", [causal, shown], "seen")
        self.node("Where", [seen, self.constant(0.0), self.constant(_HIDDEN)], "hidden")

    def embedding(self) -> str:
        """Look the tokens up, in the last matrix's own blocks where that is small."""
        if self.precision == "fp32":
            self.store(self.weights.matrices["token_embd"].dense(), "token_embd")
            return self.node("Gather", ["token_embd", "input_ids"], "embedding", axis=0)
        self.pack("token_embd")
        steps = self.node("Gather", ["token_embd.blocks", "input_ids"], "embedding.bytes", axis=0)
        steps = self.node("Cast", [steps], "embedding.wide", to=TensorProto.FLOAT)
        steps = self.node("Sub", [steps, self.constant(128.0)], "embedding.steps")
        scale = self.node("Gather", ["token_embd.scale", "input_ids"], "embedding.scales", axis=0)
        scale = self.node("Unsqueeze", [scale, self.constant([3], np.int64)], "embedding.scale")
        full = self.node("Mul", [steps, scale], "embedding.blocks")
        size = self.constant([0, 0, self.weights.shape.width], np.int64)
        return self.node("Reshape", [full, size], "embedding")

    def block(self, layer: int, x: str) -> str:
        mixed = self.attention(layer, self.norm(x, f"{layer}.attn_norm"))
        x = self.node("Add", [x, mixed], f"{layer}.attended")
        y = self.norm(x, f"{layer}.ffn_norm")
        gate = self.matrix(y, f"{layer}.ffn_gate")
        open_ = self.node("Mul", [gate, self.node("Sigmoid", [gate], f"{layer}.opening")], f"{layer}.open")
        middle = self.node("Mul", [open_, self.matrix(y, f"{layer}.ffn_up")], f"{layer}.middle")
        return self.node("Add", [x, self.matrix(middle, f"{layer}.ffn_down")], f"{layer}.out")

    def attention(self, layer: int, x: str) -> str:
        """Let every key serve its group of queries without being copied."""
        shape, at = self.weights.shape, f"{layer}.attention"
        group, whole = shape.heads // shape.kv_heads, np.int64
        parts = {}
        for part, heads in (("q", shape.heads), ("k", shape.kv_heads), ("v", shape.kv_heads)):
            flat = self.matrix(x, f"{layer}.attn_{part}")
            size = self.constant([0, 0, heads, shape.head], whole)
            split = self.node("Reshape", [flat, size], f"{at}.{part}.heads")
            parts[part] = self.node("Transpose", [split], f"{at}.{part}", perm=[0, 2, 1, 3])
        q, k = self.turned(parts["q"], f"{at}.q"), self.turned(parts["k"], f"{at}.k")
        cached = [f"past_key_values.{layer}.key", f"past_key_values.{layer}.value"]
        k = self.node("Concat", [cached[0], k], f"present.{layer}.key", axis=2)
        v = self.node("Concat", [cached[1], parts["v"]], f"present.{layer}.value", axis=2)
        together = self.constant([0, shape.kv_heads, -1, shape.head], whole)
        q = self.node("Reshape", [q, together], f"{at}.q.groups")
        q = self.node("Mul", [q, self.constant(shape.head**-0.5)], f"{at}.q.scaled")
        score = self.node(
            "MatMul", [q, self.node("Transpose", [k], f"{at}.k.columns", perm=[0, 1, 3, 2])], f"{at}.score"
        )
        size = self.node(
            "Concat",
            [self.constant([0, shape.kv_heads, group], whole), self.one("time"), self.one("total")],
            f"{at}.sizes",
            axis=0,
        )
        score = self.node("Reshape", [score, size], f"{at}.scores")
        score = self.node("Add", [score, "hidden"], f"{at}.seen")
        weight = self.node("Softmax", [score], f"{at}.weight", axis=-1)
        flat = self.node("Concat", [self.constant([0, shape.kv_heads, -1], whole), self.one("total")],
                         f"{at}.flat", axis=0)  # fmt: skip
        weight = self.node("Reshape", [weight, flat], f"{at}.weights")
        mixed = self.node("MatMul", [weight, v], f"{at}.mixed")
        size = self.node("Concat", [self.constant([0, shape.heads], whole), self.one("time"),
                                    self.constant([shape.head], whole)], f"{at}.apart", axis=0)  # fmt: skip
        mixed = self.node("Reshape", [mixed, size], f"{at}.heads")
        mixed = self.node("Transpose", [mixed], f"{at}.rows", perm=[0, 2, 1, 3])
        mixed = self.node("Reshape", [mixed, self.constant([0, 0, shape.width], whole)], f"{at}.joined")
        return self.matrix(mixed, f"{layer}.attn_output")

    def one(self, name: str) -> str:
        """Return a size as a vector of one."""
        if name not in self.vectors:
            self.vectors[name] = self.node(
                "Unsqueeze", [name, self.constant([0], np.int64)], f"{name}.vector"
            )
        return self.vectors[name]

    def turned(self, x: str, name: str) -> str:
        """Turn queries or keys by their positions."""
        half = self.weights.shape.head // 2
        sizes = self.constant([half, half], np.int64)
        first = self.node("Split", [x, sizes], f"{name}.half", outputs=2, axis=-1)
        second = self.node("Neg", [f"{name}.half.1"], f"{name}.negative")
        other = self.node("Concat", [second, first], f"{name}.other", axis=-1)
        straight = self.node("Mul", [x, "cos"], f"{name}.straight")
        return self.node(
            "Add", [straight, self.node("Mul", [other, "sin"], f"{name}.across")], f"{name}.turned"
        )

    def norm(self, x: str, name: str) -> str:
        """Divide by the root mean square, in the steps that ONNX Runtime joins into one."""
        square = self.node("Pow", [x, self.constant(2.0)], f"{name}.square")
        mean = self.node("ReduceMean", [square], f"{name}.mean", axes=[-1])
        mean = self.node("Add", [mean, self.constant(self.weights.shape.epsilon)], f"{name}.above")
        size = self.node("Sqrt", [mean], f"{name}.size")
        scaled = self.node("Div", [x, size], f"{name}.scaled")
        return self.node("Mul", [scaled, self.store(self.weights.norms[name], f"{name}.gain")], name)

    def matrix(self, x: str, name: str, out: str = "") -> str:
        """Multiply by a matrix; the result has its name, or another."""
        out = out or f"{name}.product"
        if self.precision == "fp32":
            if name == "token_embd":
                turned = self.node("Transpose", ["token_embd"], "token_embd.turned", perm=[1, 0])
                return self.node("MatMul", [x, turned], out)
            return self.node("MatMul", [x, self.store(self.weights.matrices[name].dense().T, name)], out)
        blocks = self.pack(name)
        rows, groups, _ = blocks.steps.shape
        more = {"N": rows, "K": groups * BLOCK, "bits": blocks.bits, "block_size": BLOCK}
        product = out if blocks.lowest is None else f"{name}.whole"
        self.node("MatMulNBits", [x, f"{name}.blocks", f"{name}.scale"], product,
                  domain=CONTRIBUTED, accuracy_level=_WHOLE_INPUTS, **more)  # fmt: skip
        if blocks.lowest is None:
            return out
        # What was stored is step - 8, so the lowest value is that of step 8.
        lowest = self.store((blocks.lowest + 8 * blocks.scale).T, f"{name}.lowest")
        below = self.node("MatMul", [self.block_sums(x, groups), lowest], f"{name}.below")
        return self.node("Add", [product, below], out)

    def block_sums(self, x: str, groups: int) -> str:
        if x not in self.sums:
            size = self.constant([0, 0, groups, BLOCK], np.int64)
            split = self.node("Reshape", [x, size], f"{x}.split")
            axes = self.constant([-1], np.int64)
            self.sums[x] = self.node("ReduceSum", [split, axes], f"{x}.sums", keepdims=0)
        return self.sums[x]

    def pack(self, name: str) -> Blocks:
        """Store a matrix in blocks: what is in 4 bits as it is or in 8."""
        if name in self.packed:
            return self.packed[name]
        blocks = self.weights.matrices[name]
        if blocks.bits == 4 and self.precision == "int8":
            blocks = in_eight_bits(blocks.dense())
        steps = blocks.steps
        packed = (steps[..., ::2] | (steps[..., 1::2] << 4)) if blocks.bits == 4 else steps + 128
        self.store(packed.astype(np.uint8), f"{name}.blocks")
        self.store(blocks.scale, f"{name}.scale")
        self.packed[name] = blocks
        return blocks


def _whole(name: str, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.INT64, list(shape))


def _real(name: str, *shape: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
