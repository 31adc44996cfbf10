"""Matrices as a GGUF file stores them: whole numbers in blocks of 32 with a scale, and a lowest value.

The layouts are those of llama.cpp's ggml-common.h (MIT): Q8_0 is a half float and 32 signed bytes; Q4_1 is
two half floats, scale and lowest value, and 16 bytes, each with the number of its place and 16 places on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK = 32  # numbers that share a scale
Q4_1_BYTES, Q8_0_BYTES = 20, 34  # of a block


@dataclass(frozen=True)
class Blocks:
    """A matrix (rows, columns): ``scale * step + lowest``, block by block along a row."""

    steps: NDArray[np.int16]  # (rows, columns / 32, 32): 0 to 15, or -127 to 127
    scale: NDArray[np.float32]  # (rows, columns / 32)
    lowest: NDArray[np.float32] | None  # (rows, columns / 32); None: 0
    bits: int  # 4 or 8

    def dense(self) -> NDArray[np.float32]:
        """Return the matrix in full."""
        full = self.steps * self.scale[..., None]
        if self.lowest is not None:
            full += self.lowest[..., None]
        return full.reshape(len(full), -1).astype(np.float32)

    def rows(self, order: NDArray[np.int64]) -> "Blocks":
        """Return the rows in another order."""
        lowest = None if self.lowest is None else self.lowest[order]
        return Blocks(self.steps[order], self.scale[order], lowest, self.bits)


def read_q4_1(data: NDArray[np.uint8]) -> Blocks:
    """Read rows of Q4_1 blocks, shape (rows, bytes)."""
    blocks = data.reshape(len(data), -1, Q4_1_BYTES)
    halves = np.ascontiguousarray(blocks[..., :4]).view(np.float16).astype(np.float32)
    packed = blocks[..., 4:]
    steps = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.int16)
    return Blocks(steps, halves[..., 0], halves[..., 1], 4)


def read_q8_0(data: NDArray[np.uint8]) -> Blocks:
    """Read rows of Q8_0 blocks, shape (rows, bytes)."""
    blocks = data.reshape(len(data), -1, Q8_0_BYTES)
    scale = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)[..., 0]
    steps = np.ascontiguousarray(blocks[..., 2:]).view(np.int8).astype(np.int16)
    return Blocks(steps, scale, None, 8)


def in_eight_bits(matrix: NDArray[np.float32]) -> Blocks:
    """Round a matrix (rows, columns) to 255 steps in blocks of 32, the largest of a block exact."""
    blocks = matrix.reshape(len(matrix), -1, BLOCK)
    scale = np.maximum(np.abs(blocks).max(-1), np.float32(1e-12)) / np.float32(127)
    steps = np.rint(blocks / scale[..., None]).astype(np.int16)
    return Blocks(steps, scale.astype(np.float32), None, 8)
