"""A tiny random Llama in Optimum's layout, exported by torch, and graphs that no loader should take."""

import io
import json
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from playloom.kinds.quest.imported.prompting import example_text
from playloom.kinds.quest.scripts import shipped_scripts
from playloom.kinds.quest.slots import SLOT
from playloom_train.imported.llama import Llama
from playloom_train.imported.weights import Shape

SHAPE = Shape(
    layers=2, width=64, heads=4, kv_heads=2, head=16, middle=96, vocabulary=600, context=2048,
    rope_base=10000.0, epsilon=1e-5,
)  # fmt: skip


@cache
def tokenizer() -> str:
    """Return a byte-level BPE learnt from a few of our lines."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SHAPE.vocabulary,
        special_tokens=["<|end|>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    lines = [SLOT.sub("Mira", text) for script in shipped_scripts()[:40] for text in script.lines.values()]
    made.train_from_iterator(lines, trainer)
    return str(made.to_str())


@cache
def llama() -> Llama:
    """Return a network with random weights of a usual size."""
    torch.manual_seed(0)
    made = Llama(SHAPE).eval()
    with torch.no_grad():
        for weight in made.parameters():
            if weight.dim() == 2:
                weight.normal_(0, 0.2)
    return made


@cache
def taught() -> Llama:
    """Return a network that has seen a little of what our scripts are like in the form of the prompt."""
    torch.manual_seed(0)
    made = Llama(SHAPE)
    spoken = Tokenizer.from_str(tokenizer())
    ids = spoken.encode("".join(example_text(script) for script in shipped_scripts()[:60])).ids
    text = torch.tensor(ids[: len(ids) // 65 * 65]).view(-1, 65)
    optimiser = torch.optim.AdamW(made.parameters(), lr=4e-3)
    with torch.no_grad():
        made.token_embd.weight.normal_(0, 0.05)
    for step in range(60):
        rows = text[torch.arange(8) * 7 + step % len(text) - len(text)]
        mask, places = torch.ones(8, 64, dtype=torch.int64), torch.arange(64)[None].repeat(8, 1)
        logits = made(rows[:, :-1], mask, places, *made.empty(8))[0]
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return made.eval()


@cache
def exported(network: Callable[[], Llama] = llama) -> bytes:
    """Return a network as torch's own exporter writes it, as Optimum does."""
    names = [f"{n}.{part}" for n in range(SHAPE.layers) for part in ("key", "value")]
    inputs = ["input_ids", "attention_mask", "position_ids", *(f"past_key_values.{name}" for name in names)]
    outputs = ["logits", *(f"present.{name}" for name in names)]
    rows = {0: "batch_size", 1: "sequence_length"}
    axes = {"input_ids": rows, "position_ids": rows, "logits": rows}
    axes |= {"attention_mask": {0: "batch_size", 1: "past_sequence_length + sequence_length"}}
    axes |= {f"past_key_values.{name}": {0: "batch_size", 2: "past_sequence_length"} for name in names}
    axes |= {f"present.{name}": {0: "batch_size", 2: "past_sequence_length + 1"} for name in names}
    past = [torch.randn(2, SHAPE.kv_heads, 3, SHAPE.head) for _ in names]
    ids = torch.zeros(2, 4, dtype=torch.int64)
    arguments = (ids, torch.ones(2, 7, dtype=torch.int64), ids + 3, *past)
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls this exporter old; Optimum uses it
        torch.onnx.export(
            network(), arguments, file, dynamo=False, input_names=inputs, output_names=outputs,
            dynamic_axes=axes, opset_version=17,
        )  # fmt: skip
    return file.getvalue()


def write_folder(root: Path, model: bytes | None = None) -> Path:
    """Write a whole folder."""
    root.mkdir(exist_ok=True)
    (root / "model.onnx").write_bytes(exported() if model is None else model)
    (root / "tokenizer.json").write_text(tokenizer(), "utf-8")
    (root / "config.json").write_text(json.dumps({"eos_token_id": 0}), "utf-8")
    return root
