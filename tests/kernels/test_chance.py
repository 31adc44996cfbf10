"""Integer sampling: the tables are right, and draws follow the softmax."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from playloom.kernels import chance
from playloom.kernels.chance import FINE, GRID, gumbel_table, negative_log_likelihood, noise
from playloom.seeds import Stream


def sha256(table: NDArray[np.int64]) -> str:
    return hashlib.sha256(table.astype("<i8").tobytes()).hexdigest()


def test_the_tables_never_change() -> None:
    assert sha256(gumbel_table()) == "2767aaa191401bb7e0e615b773a407934d53833d7d535efdca1ef7dde9c3123a"
    assert sha256(chance._exp_table()) == "40cc2f5f9aaed5eebee89e9b31861f2b2fb2fcb242f28688062217ccadcd9aa4"
    assert sha256(chance._log_table()) == "ea45bb3634f3cb6f2f91fc9ee7ea5308621d5e5be36639633cd4e235e2999389"


def test_likelihoods_agree_with_floating_point() -> None:
    logits = (Stream(1).bits(24_000) % np.uint64(600)).astype(np.int64).reshape(1000, 24)
    nats = logits / GRID
    expected = np.log(np.exp(nats).sum(axis=-1, keepdims=True)) - nats

    assert np.abs(negative_log_likelihood(logits) / (GRID * FINE) - expected).max() < 2e-3


def test_draws_follow_the_softmax() -> None:
    logits = np.array([0, 32, 64, -32], np.int64)
    draws = (logits * FINE + noise(Stream(2).bits(80_000)).reshape(-1, 4)).argmax(axis=-1)
    share = np.bincount(draws, minlength=4) / len(draws)
    expected = np.exp(-negative_log_likelihood(logits) / (GRID * FINE))

    assert np.abs(share - expected).max() < 0.01
