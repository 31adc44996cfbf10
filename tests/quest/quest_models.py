"""A small language model for tests, made of counts: a package whose graph has the cache of a real one.

Its logits are those of pairs of tokens in the scripts, so that it writes words, and a part that depends on
all tokens before, so that a wrong cache, mask or position shows.
"""

from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from playloom.kernels.chance import GRID
from playloom.kinds.quest.realiser import prompt
from playloom.kinds.quest.realiser.vocabulary import SPECIAL, Vocabulary
from playloom.kinds.quest.scripts import shipped_scripts
from playloom.kinds.quest.slots import SLOT, slots_of
from playloom.kinds.quest.steps import step_lines
from playloom.manifest import Card, GraphSpec, TensorSpec
from playloom.package import write_package

SIZE = 900  # tokens
WIDTH = 4  # of a head
CONTEXT = 640
_SCRIPTS = 150
Table = NDArray[np.float32]


@cache
def tokenizer_bytes() -> bytes:
    """A tokenizer.json of few words."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE, special_tokens=list(SPECIAL), initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator((SLOT.sub("", f" {text}") for _, text in _lines()), trainer)
    return tokenizer.to_str(pretty=False).encode()


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary.from_bytes(tokenizer_bytes(), "tokenizer.json")


def counted() -> Table:
    """Logits of the next token after each, from how often they follow one another, (SIZE, SIZE)."""
    words, counts = vocabulary(), Counter[tuple[int, int]]()
    for act, text in _lines():
        counts.update(pairwise(prompt.line(words, act, text, slots_of(text))))
    table = np.full((SIZE, SIZE), -8.0)
    for (one, two), times in counts.items():
        table[one, two] = np.log(times)
    return np.rint((table - table.max(axis=1, keepdims=True)) * GRID).astype(np.float32)


def drawn(seed: int) -> Table:
    """Logits that mean nothing."""
    return np.random.default_rng(seed).integers(-90, 91, (SIZE, SIZE)).astype(np.float32)


def package(
    folder: Path, table: Table, *, tokenizer: bytes | None = b"", version: str = "0.1.0", **settings: Any
) -> Path:
    """Write a package of the kind quest, its tokenizer another one or none."""
    words = tokenizer_bytes() if tokenizer == b"" else tokenizer
    files = {} if words is None else {"tokenizer.json": words}
    write_package(
        folder,
        kind="quest",
        name=folder.name,
        version=version,
        exact=True,
        graphs={"writer": spec()},
        settings={"context": CONTEXT, "fluent": True, **settings},
        card=Card(licence="CC0-1.0", summary="Counts.", datasets=(), training={}, metrics=()),
        files={"writer.onnx": graph(table), **files},
        assets={"tokenizer": "tokenizer.json"} if files else {},
    )
    return folder


def spec() -> GraphSpec:
    def tensor(name: str, dtype: str, *shape: int | str) -> TensorSpec:
        return TensorSpec(name, dtype, shape)

    past, present = (
        tuple(tensor(f"{side}.0.{part}", "float32", "batch", 1, length, WIDTH) for part in ("key", "value"))
        for side, length in (("past_key_values", "past"), ("present", "past+time"))
    )
    inputs = (
        tensor("input_ids", "int64", "batch", "time"),
        tensor("attention_mask", "int64", "batch", "past+time"),
        tensor("position_ids", "int64", "batch", "time"),
        *past,
    )
    logits = tensor("logits", "float32", "batch", "time", SIZE)
    return GraphSpec(file="writer.onnx", inputs=inputs, outputs=(logits, *present))


def graph(table: Table) -> bytes:
    """The graph: logits of the token, and a few of the sum of what was before, by place."""
    random = np.random.default_rng(5)
    stored = {
        "table": table,
        "inner": random.integers(-1, 2, (SIZE, WIDTH)).astype(np.float32),
        "out": random.integers(-6, 7, (WIDTH, SIZE)).astype(np.float32),
        "low": np.array(-3, np.float32),
        "high": np.array(3, np.float32),
        "places": random.integers(-3, 4, (2048, SIZE)).astype(np.float32),
        "axis1": np.array([1], np.int64),
        "axes12": np.array([1, 2], np.int64),
        "one": np.array(1, np.float32),
    }
    node = helper.make_node
    ones = helper.make_tensor("v", TensorProto.FLOAT, [1], [1.0])
    nodes = [
        node("Gather", ["table", "input_ids"], ["pairs"]),
        node("Gather", ["inner", "input_ids"], ["new"]),
        node("Unsqueeze", ["new", "axis1"], ["new.head"]),
        node("Concat", ["past_key_values.0.key", "new.head"], ["present.0.key"], axis=2),
        node("Concat", ["past_key_values.0.value", "new.head"], ["present.0.value"], axis=2),
        node("Shape", ["input_ids"], ["time"], start=1, end=2),
        node("Shape", ["past_key_values.0.key"], ["past"], start=2, end=3),
        node("Add", ["time", "past"], ["total"]),
        node("Concat", ["time", "total"], ["square"], axis=0),
        node("ConstantOfShape", ["square"], ["ones"], value=ones),
        node("Squeeze", ["past"], ["past.number"]),
        node("Trilu", ["ones", "past.number"], ["before"], upper=0),
        node("Cast", ["attention_mask"], ["real"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["real", "axes12"], ["real.rows"]),
        node("Mul", ["before", "real.rows"], ["seen"]),
        node("MatMul", ["seen", "present.0.value"], ["sums"]),
        node("Clip", ["sums", "low", "high"], ["bounded"]),
        node("Squeeze", ["bounded", "axis1"], ["heard"]),
        node("MatMul", ["heard", "out"], ["history"]),
        node("Gather", ["places", "position_ids"], ["place"]),
        node("Sum", ["pairs", "history", "place"], ["logits"]),
    ]
    told = spec()
    types = {"int64": TensorProto.INT64, "float32": TensorProto.FLOAT}
    inputs, outputs = (
        [helper.make_tensor_value_info(one.name, types[one.dtype], list(one.shape)) for one in side]
        for side in (told.inputs, told.outputs)
    )
    constants = [numpy_helper.from_array(array, name) for name, array in stored.items()]
    made = helper.make_graph(nodes, "writer", inputs, outputs, constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


@cache
def _lines() -> tuple[tuple[str, str], ...]:
    """Act and text of lines to learn from."""
    scripts = [line for script in shipped_scripts()[:_SCRIPTS] for line in script.lines.items()]
    steps = [
        ("journal_step" if heading.endswith("journal") else heading.rpartition(" ")[2], text)
        for heading, texts in step_lines().items()
        for text in texts
    ]
    return (*scripts, *steps)
