"""How near an exported graph is to the weights it was made of: logits, and what it would say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.quest.realiser.language_model import LanguageModel
from playloom_train.imported.llama import Llama

TEXT = (
    "The gate stood open. Inside, an old woman was mending a net by the light of one candle, and she did not "
    "look up. 'You are late,' she said. 'The bell rang an hour ago.' He put the lantern down and"
)
SPOKEN = 24  # tokens that both say, the likeliest each time
FP32_NATS = 0.05  # more than rounding to 1/32 nats and the order of sums make

_STEP = 1 / 32  # nats: logits come in on this grid


@dataclass(frozen=True)
class Parity:
    """What was found."""

    largest: float  # difference of two logits, nats
    typical: float  # root mean square of the differences, nats
    same: int  # of `read` places, how many have the same likeliest token
    read: int
    nats: float  # how much likelier the original finds the text than the graph does, nats a token
    spoken: int  # tokens of `SPOKEN` that it says as the network would, before the first other one


def compare(network: Llama, model: LanguageModel, encode: Callable[[str], list[int]]) -> Parity:
    """Compare a loaded graph with the network on `TEXT`."""
    ids = encode(TEXT)
    original = _logits(network, ids)
    _, read = model.advance(model.read(ids[:1]), [ids[1:]])
    exported = read[0] * _STEP
    difference = original[1:] - exported
    told = np.array(ids[2:])
    likelier = _surprise(exported[:-1], told) - _surprise(original[1:-1], told)
    return Parity(
        float(np.abs(difference).max()),
        float(np.sqrt((difference**2).mean())),
        int((original[1:].argmax(-1) == exported.argmax(-1)).sum()),
        len(difference),
        float(likelier.mean()),
        _spoken(network, model, ids),
    )


def check_parity(parity: Parity, precision: str) -> None:
    """Refuse a graph in full precision that says anything else than the network.

    Raises:
        FileInvalid: If it does.
    """
    if precision == "fp32" and (parity.largest > FP32_NATS or parity.spoken < SPOKEN):
        raise FileInvalid(f"the exported graph differs from its weights: {parity}; report this")


def _logits(network: Llama, ids: Sequence[int]) -> NDArray[np.float32]:
    count = len(ids)
    with torch.no_grad():
        mask, places = torch.ones(1, count, dtype=torch.int64), torch.arange(count)[None]
        logits = network(torch.tensor([list(ids)]), mask, places, *network.empty())[0][0]
    found: NDArray[np.float32] = logits.numpy()
    return found


def _surprise(logits: NDArray[np.floating], told: NDArray[np.int64]) -> NDArray[np.float64]:
    wide = logits.astype(np.float64)
    top = wide.max(-1)
    every: NDArray[np.float64] = top + np.log(np.exp(wide - top[:, None]).sum(-1))
    return every - wide[np.arange(len(told)), told]


def _spoken(network: Llama, model: LanguageModel, ids: Sequence[int]) -> int:
    """Let the graph go on with the text as long as the network would; of what is equal to a step, any."""
    said, memory = list(ids), model.read(ids)
    for count in range(SPOKEN):
        mine, theirs = _logits(network, said)[-1], int(memory.last[0].argmax())
        if mine[theirs] < mine.max() - _STEP:
            return count
        said.append(theirs)
        memory, _ = model.advance(memory, [[theirs]])
    return SPOKEN
