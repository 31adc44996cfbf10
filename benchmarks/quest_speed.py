"""How long a quest takes whose words a model writes, beside PyTorch on the same weights: one thread each.

The same generator runs in turns with the graph and with the network that training would go on from. Both must
make the same quest, to the last letter.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from numpy.typing import NDArray
from record import SEED, console, machine_record, save, show, spread
from rich.progress import track

from playloom.api.quest_making import quest_generator
from playloom.kinds.quest.content import Quest, QuestRequest
from playloom.kinds.quest.generator import QuestGenerator
from playloom.kinds.quest.realiser.package import PackageRealiser
from playloom.kinds.quest.realiser.wording import Event
from playloom.kinds.quest.world_file import EXAMPLES
from playloom.library import Library
from playloom.package import Package
from playloom_train.kinds.quest.export import reread
from playloom_train.kinds.quest.onnx_writer_net import outputs

TARGETS = {"quest": 1000.0, "first token": 50.0}  # ms, median
TOKENS = 64  # written one after another, to count tokens a second
Feeds = Mapping[str, NDArray[Any]]


class Eager:
    """Stands in the place of the graph: the same network in PyTorch. Rows may be padded at their end only."""

    def __init__(self, package: Package) -> None:
        self._net = reread(package)
        self._names = [one.name for one in package.manifest.graphs["writer"].outputs]
        self._blocks = self._net.shape.blocks

    def run(self, feeds: Feeds) -> dict[str, NDArray[Any]]:
        """Return what the graph returns."""
        held = [
            feeds[f"past_key_values.{n}.{part}"] for n in range(self._blocks) for part in ("key", "value")
        ]
        return dict(zip(self._names, outputs(self._net, feeds["input_ids"], held), strict=True))


def generators(package: Package) -> dict[str, QuestGenerator]:
    """Return a generator for each way to run the network."""
    found = {}
    for name in ("onnx", "torch"):
        realiser = PackageRealiser(package)
        if name == "torch":
            realiser.model._session = Eager(package)
        found[name] = quest_generator(EXAMPLES[0], realiser=realiser)
    return found


def timed(generator: QuestGenerator, request: QuestRequest) -> tuple[float, float, Quest]:
    """Return the ms that a quest takes, the ms until its first words were there, and the quest."""
    first: list[float] = []
    began = time.perf_counter()

    def heard(event: Event) -> None:
        if not first and event.text:
            first.append((time.perf_counter() - began) * 1e3)

    made = generator.generate(request, heard)
    whole = (time.perf_counter() - began) * 1e3
    return whole, first[0] if first else whole, made


def tokens_a_second(realiser: PackageRealiser, rows: int) -> float:
    """Return how many tokens are read one after another, in so many rows, after 200 others."""
    memory = realiser.model.read([200] * 200).rows([0] * rows)
    began = time.perf_counter()
    for _ in range(TOKENS):
        memory, _ = realiser.model.advance(memory, [[300]] * rows)
    return rows * TOKENS / (time.perf_counter() - began)


def measure(package: Package, count: int, sources: Sequence[str]) -> dict[str, Any]:
    """Return medians and spreads, and how many quests were the same."""
    torch.set_num_threads(1)
    ways = generators(package)
    times: dict[str, list[float]] = {}
    same = made = lines = 0
    for seed in track(range(count), "quests", console=console):
        for source in sources:
            request = QuestRequest(seed=SEED + seed, source=source, candidates=1)
            quests = {}
            for name, generator in ways.items():
                whole, first, quest = timed(generator, request)
                times.setdefault(f"{source}, {name}", []).append(whole)
                times.setdefault(f"{source}, {name}, first words", []).append(first)
                quests[name] = replace(quest, evidence=None)
            same += quests["onnx"] == quests["torch"]
            made += 1
            lines += len(quests["onnx"].lines())
    tokens: dict[str, float] = {}
    for name, generator in ways.items():
        assert isinstance(generator.realiser, PackageRealiser)
        for rows in (1, 8):
            tokens[f"{name}, {rows} rows"] = round(tokens_a_second(generator.realiser, rows), 1)
    return {
        "quests": made,
        "same": same,
        "lines a quest": round(lines / made, 1),
        "ms": {name: spread(values) for name, values in times.items()},
        "tokens a second": tokens,
    }


def main() -> None:
    """Measure and write results/quest_speed.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", required=True, help="name or folder of a model package")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--sources", nargs="+", default=["mixed", "model"])
    options = parser.parse_args()
    package = Library.default().find(options.package, "quest")
    found = measure(package, options.count, options.sources)
    manifest = package.manifest
    model = {"name": manifest.name, "version": manifest.version, "sha256": package.hash}
    save("quest_speed", found | {"targets": TARGETS, "machine": machine_record(), "package": model})
    rows = [(name, *value.values()) for name, value in found["ms"].items()]
    show("ms a quest, one thread", ("", *next(iter(found["ms"].values()))), rows)
    for name, value in found["tokens a second"].items():
        console.print(f"{name}: {value} tokens a second")
    console.print(f"the same quest from both: {found['same']} of {found['quests']}")


if __name__ == "__main__":
    main()
