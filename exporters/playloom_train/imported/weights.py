"""The weights of a Llama in a GGUF file: read with the library `gguf`, put in the order of Hugging Face."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom_train.imported.blocks import BLOCK, Blocks, read_q4_1, read_q8_0

_MATRICES = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
_NORMS = ("attn_norm", "ffn_norm")


@dataclass(frozen=True)
class Shape:
    """The sizes of a Llama."""

    layers: int
    width: int
    heads: int  # of queries
    kv_heads: int  # of keys and values; each serves heads / kv_heads queries
    head: int  # numbers of a head
    middle: int  # width inside a block
    vocabulary: int
    context: int  # tokens it was trained on at most
    rope_base: float
    epsilon: float  # of the norms


@dataclass(frozen=True)
class Weights:
    """A Llama without biases whose last matrix is that of its first."""

    shape: Shape
    matrices: dict[str, Blocks]  # "token_embd", "0.attn_q", ...: (outputs, inputs)
    norms: dict[str, NDArray[np.float32]]  # "output_norm", "0.attn_norm", ...

    def dense(self) -> dict[str, NDArray[np.float32]]:
        """Return every weight in full."""
        return {name: blocks.dense() for name, blocks in self.matrices.items()} | self.norms


@dataclass(frozen=True)
class Source:
    """What a GGUF file holds."""

    weights: Weights
    fields: dict[str, Any]  # its metadata, by name
    sha256: str


def read_gguf(path: Path, expected: str | None = None) -> Source:
    """Read a Llama.

    Args:
        path: Of a GGUF file with matrices in Q4_1 and Q8_0.
        expected: SHA-256 that it must have; None: any.

    Raises:
        FileInvalid: If it is another file, or no such Llama.
    """
    from gguf import GGUFReader

    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise FileInvalid(f"{path}: cannot be read ({problem.strerror}); give a GGUF file") from problem
    if expected is not None and found != expected:
        raise FileInvalid(f"{path}: SHA-256 is {found[:12]}, expected {expected[:12]}; install it again")
    try:
        reader = GGUFReader(path)
        fields = {name: field.contents() for name, field in reader.fields.items()}
        tensors = {tensor.name: tensor for tensor in reader.tensors}
    except (ValueError, IndexError, KeyError, OSError) as problem:
        raise FileInvalid(f"{path}: is no GGUF file ({problem}); give another one") from problem
    try:
        return Source(_weights(fields, tensors), fields, found)
    except (KeyError, TypeError, ValueError) as problem:
        raise FileInvalid(f"{path}: is no Llama of the expected layout ({problem}); give another file") from (
            problem
        )


def _weights(fields: dict[str, Any], tensors: dict[str, Any]) -> Weights:
    shape = _shape(fields)
    matrices = {"token_embd": _blocks(tensors["token_embd.weight"])}
    norms = {"output_norm": np.array(tensors["output_norm.weight"].data, np.float32)}
    for layer in range(shape.layers):
        for name in _NORMS:
            norms[f"{layer}.{name}"] = np.array(tensors[f"blk.{layer}.{name}.weight"].data, np.float32)
        for name in _MATRICES:
            matrices[f"{layer}.{name}"] = _blocks(tensors[f"blk.{layer}.{name}.weight"])
        for name, heads in (("attn_q", shape.heads), ("attn_k", shape.kv_heads)):
            rows = matrices[f"{layer}.{name}"]
            matrices[f"{layer}.{name}"] = rows.rows(_halves_apart(heads, shape.head))
    used = {"token_embd.weight", "output_norm.weight"}
    used |= {f"blk.{key}.weight" for key in (*matrices, *norms) if key[0].isdigit()}
    if extra := sorted(set(tensors) - used):
        raise ValueError(f"it has {extra[0]}")
    return Weights(shape, matrices, norms)


def _shape(fields: dict[str, Any]) -> Shape:
    if fields["general.architecture"] != "llama":
        raise ValueError(f"its architecture is {fields['general.architecture']}")
    width, heads = int(fields["llama.embedding_length"]), int(fields["llama.attention.head_count"])
    shape = Shape(
        layers=int(fields["llama.block_count"]),
        width=width,
        heads=heads,
        kv_heads=int(fields["llama.attention.head_count_kv"]),
        head=width // heads,
        middle=int(fields["llama.feed_forward_length"]),
        vocabulary=len(fields["tokenizer.ggml.tokens"]),
        context=int(fields["llama.context_length"]),
        rope_base=float(fields["llama.rope.freq_base"]),
        epsilon=float(fields["llama.attention.layer_norm_rms_epsilon"]),
    )
    if width % BLOCK or shape.middle % BLOCK or shape.head * heads != width or heads % shape.kv_heads:
        raise ValueError(f"its sizes are {shape}")
    return shape


def _blocks(tensor: Any) -> Blocks:
    kind = tensor.tensor_type.name
    readers = {"Q4_1": read_q4_1, "Q8_0": read_q8_0}
    if kind not in readers:
        raise ValueError(f"{tensor.name} is {kind}, not one of {', '.join(readers)}")
    return readers[kind](np.array(tensor.data))


def _halves_apart(heads: int, head: int) -> NDArray[np.int64]:
    """Return the order that undoes how llama.cpp interleaves the two halves of a head's rotation."""
    rows = np.arange(heads * head).reshape(heads, head // 2, 2)
    return rows.swapaxes(1, 2).reshape(-1)
