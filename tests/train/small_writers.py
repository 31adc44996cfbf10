"""Small realisers, of random weights or trained for a moment."""

from functools import cache

import torch

from playloom.kinds.quest.realiser.vocabulary import Vocabulary
from playloom.kinds.quest.scripts import shipped_scripts
from playloom_train.dyadic import fold
from playloom_train.kinds.quest.corpus import Document, of_script
from playloom_train.kinds.quest.tokens import learn
from playloom_train.kinds.quest.writer import WriterNet, WriterShape
from playloom_train.splits import TRAIN


@cache
def some_documents() -> tuple[Document, ...]:
    return tuple(of_script(script, TRAIN) for script in shipped_scripts()[::40])


@cache
def small_vocabulary() -> tuple[Vocabulary, bytes]:
    return learn(some_documents(), 900)


def small_writer(seed: int = 0, *, folded: bool = True) -> WriterNet:
    torch.manual_seed(seed)
    shape = WriterShape(small_vocabulary()[0].size, width=48, blocks=2, heads=2, inner=64)
    net = WriterNet(shape).eval()
    if folded:
        fold(net)
    return net
