"""Learns the words of the realiser: byte-level BPE over the training split."""

from collections.abc import Iterable, Iterator

from playloom.kinds.quest.realiser.vocabulary import SPECIAL, Vocabulary
from playloom.kinds.quest.slots import SLOT
from playloom_train.kinds.quest.batches import SHARES
from playloom_train.kinds.quest.corpus import SCRIPTS, Document

SIZE = 4096
_OFTEN = 4  # times our scripts are counted, which are what is written most


def learn(documents: Iterable[Document], size: int = SIZE) -> tuple[Vocabulary, bytes]:
    """Return the words that spell these documents shortest, and their tokenizer.json.

    Args:
        documents: To train on.
        size: Tokens in all, those for slots, acts and bytes among them.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(documents), trainer)
    data = tokenizer.to_str(pretty=False).encode()
    return Vocabulary.from_bytes(data, "tokenizer.json"), data


def _texts(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        times = _OFTEN if document.source == SCRIPTS else 1 if document.source in SHARES else 0
        texts = [line.text for line in document.lines]
        if document.setting.persona:
            texts.append(document.setting.persona)
        for text in texts:
            for part in SLOT.split(f" {text}")[::2]:
                yield from [part] * times
