"""How long a sprite takes by ONNX Runtime, beside PyTorch eager on the same weights: one thread each.

The same generator runs alone, as for somebody who wants sprites; then in turns with one that has the networks
which training would go on from, which cools the caches of both. So do the networks alone, on inputs that they
really had. Both must make the same, to the last bit.
"""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from record import SEED, console, machine_record, package_record, save, show, spread
from rich.progress import track

from playloom.api.sprite_making import sprite_generator
from playloom.errors import GenerationFailed
from playloom.graph import Graph
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.request import Engine, SpriteRequest
from playloom.package import Package
from playloom_train.kinds.sprite.evaluation.makers import Maker, makers_of
from playloom_train.kinds.sprite.export import opened
from playloom_train.kinds.sprite.onnx_graph import outputs

SIZE = 32
TARGETS = {"best": 150.0, "fast": 10.0}  # ms, median
KEPT = 12  # inputs of each network that it is timed on

Feeds = Mapping[str, NDArray[Any]]


class Eager:
    """Stands in the place of a graph: the same network in PyTorch."""

    def __init__(self, name: str, net: torch.nn.Module, graph: Graph) -> None:
        self.spec = graph.spec
        self._name, self._net = name, net

    def run(self, feeds: Feeds) -> dict[str, NDArray[Any]]:
        """Return what the graph returns."""
        made = outputs(
            self._name, self._net, *(torch.from_numpy(feeds[one.name]) for one in self.spec.inputs)
        )
        return {one.name: part.numpy() for one, part in zip(self.spec.outputs, made, strict=True)}


class Recording:
    """Stands before a graph and keeps what goes in."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.seen: list[Feeds] = []

    def run(self, feeds: Feeds) -> dict[str, NDArray[Any]]:
        """Run the graph."""
        self.seen.append({name: array.copy() for name, array in feeds.items()})
        return self._graph.run(feeds)


def graphs_of(generator: SpriteGenerator) -> dict[str, Graph]:
    """Return the graphs of a generator by name."""
    return {name: getattr(generator.networks, f"_{name}") for name in generator.package.manifest.graphs}


def put(generator: SpriteGenerator, graphs: Mapping[str, Any]) -> None:
    """Give a generator other graphs."""
    for name, graph in graphs.items():
        setattr(generator.networks, f"_{name}", graph)


def eager_of(package: Package, graphs: Mapping[str, Graph]) -> dict[str, Eager]:
    """Return the networks of a package in PyTorch, by the names of their graphs."""
    networks, _ = opened(package)
    return {name: Eager(name, getattr(networks, name), graph) for name, graph in graphs.items()}


def requests_of(generator: SpriteGenerator, maker: Maker, count: int) -> list[SpriteRequest]:
    """Return requests of one attempt, so that a time is that of one proposal, mended and checked."""
    categories = generator.settings.categories
    return [
        SpriteRequest(
            category=categories[i % len(categories)], size=SIZE, seed=SEED + i, attempts=1, **maker.wishes
        )
        for i in range(count)
    ]


def in_turns(
    both: Mapping[str, Callable[[], Any]], turn: int
) -> tuple[dict[str, Any], dict[str, tuple[float, float]]]:
    """Call each, every other turn in the other order; return results, and wall and processor ms."""
    made, spans = {}, {}
    for name in list(both)[:: 1 if turn % 2 else -1]:
        wall, cpu = time.perf_counter(), time.process_time()
        made[name] = both[name]()
        spans[name] = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
    return made, spans


def compared(spans: Sequence[Mapping[str, tuple[float, float]]]) -> dict[str, Any]:
    """Return medians of both, and the median of how many times as long the other took."""
    result: dict[str, Any] = {}
    ratios = {}
    for place, clock in enumerate(("wall", "cpu")):
        columns = {name: [span[name][place] for span in spans] for name in spans[0]}
        result[f"{clock}_ms"] = {name: spread(column) for name, column in columns.items()}
        times = np.array(columns["eager"]) / np.maximum(columns["ours"], 1e-3)
        ratios[clock] = round(float(np.median(times)), 2)
    return result | {"eager_over_ours": ratios}


def time_sprites(ours: SpriteGenerator, eager: SpriteGenerator, maker: Maker, count: int) -> dict[str, Any]:
    """Time whole sprites; the first of each is warm-up."""
    spans, same = [], 0
    requests = requests_of(ours, maker, count + 1)
    alone = [in_turns({"ours": partial(_made, ours, request)}, 0) for request in requests][1:]
    stages = [made["ours"].timings for made, _ in alone if made["ours"]]
    for number, request in enumerate(track(requests, f"sprites, engine {maker.name}", console=console)):
        both = {"ours": partial(_made, ours, request), "eager": partial(_made, eager, request)}
        made, taken = in_turns(both, number)
        if number == 0:
            continue
        spans.append(taken)
        first, second = made["ours"], made["eager"]
        same += first is second is None or bool(
            first and second and np.array_equal(first.pixels, second.pixels)
        )
    return {
        "engine": maker.name,
        "size": SIZE,
        "sprites": count,
        "same_pixels": same,
        "alone_ms": {
            clock: spread([taken["ours"][place] for _, taken in alone])
            for place, clock in enumerate(("wall", "cpu"))
        },
        "stages_ms": {name: spread([one[name] for one in stages]) for name in (stages or [{}])[0]},
    } | compared(spans)


def _made(generator: SpriteGenerator, request: SpriteRequest) -> Sprite | None:
    with suppress(GenerationFailed):
        return generator.generate(request)
    return None


def record_inputs(
    generator: SpriteGenerator, makers: Sequence[Maker]
) -> tuple[dict[str, list[Feeds]], dict[str, dict[str, int]]]:
    """Return inputs of each network, and how often each runs for a sprite by maker.

    A variation of a sprite is made as well: it alone needs the encoders.
    """
    plain = graphs_of(generator)
    sprite = generator.generate(
        SpriteRequest(category=generator.settings.categories[0], size=SIZE, seed=SEED)
    )
    like = replace(requests_of(generator, makers[0], 1)[0], palette=sprite.palette, like=sprite.pixels)
    recording = {name: Recording(graph) for name, graph in plain.items()}
    put(generator, recording)
    runs = {}
    try:
        for maker in makers:
            before = {name: len(one.seen) for name, one in recording.items()}
            _made(generator, requests_of(generator, maker, 1)[0])
            runs[maker.name] = {name: len(one.seen) - before[name] for name, one in recording.items()}
        _made(generator, like)
    finally:
        put(generator, plain)
    # Some of them, from the first pass to the last.
    inputs = {name: one.seen[:: -(-len(one.seen) // KEPT)] for name, one in recording.items() if one.seen}
    return inputs, runs


def time_networks(
    graphs: Mapping[str, Graph], nets: Mapping[str, Eager], inputs: Mapping[str, Sequence[Feeds]], rounds: int
) -> list[dict[str, Any]]:
    """Time each network alone; the first round is warm-up."""
    cases = []
    for name, some in track(inputs.items(), "networks alone", console=console):
        spans, same = [], 0
        for number in range(rounds + 1):
            for feeds in some:
                both = {"ours": partial(graphs[name].run, feeds), "eager": partial(nets[name].run, feeds)}
                made, taken = in_turns(both, number)
                spans += [taken] if number else []
                same += all(np.array_equal(made["ours"][key], made["eager"][key]) for key in made["ours"])
        cases.append(
            {"network": name, "runs": len(spans), "same": same == (rounds + 1) * len(some)} | compared(spans)
        )
    return cases


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", help="name or folder; default: the shipped one")
    parser.add_argument("--sprites", type=int, default=40, help="of each engine; default: 40")
    parser.add_argument("--rounds", type=int, default=10, help="over the inputs of a network; default: 10")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    ours = sprite_generator(arguments.package)
    results: dict[str, Any] = {"package": package_record(ours), "machine": machine_record()}
    results["machine"]["torch"] = torch.__version__
    graphs = graphs_of(ours)
    nets = eager_of(ours.package, graphs)
    eager = SpriteGenerator(ours.package)
    put(eager, nets)
    makers = [maker for maker in makers_of(ours) if SIZE in maker.sizes]
    inputs, runs = record_inputs(ours, makers)
    results["sprites"] = [time_sprites(ours, eager, maker, arguments.sprites) for maker in makers]
    results["networks"] = time_networks(graphs, nets, inputs, arguments.rounds)
    results["runs_a_sprite"] = runs
    results["left_out"] = sorted(set(get_args(Engine)) - {maker.name for maker in makers})
    report(results)
    save("eager", results)


def report(results: Mapping[str, Any]) -> None:
    """Print what was measured."""
    rows: list[tuple[object, ...]] = []
    for case in results["sprites"]:
        name = f"{case['engine']} {SIZE}x{SIZE} ({case['sprites']})"
        same = f"{case['same_pixels']}/{case['sprites']}"
        target = f"< {TARGETS[case['engine']]:g}" if case["engine"] in TARGETS else ""
        alone = [case["alone_ms"][clock]["median"] for clock in ("wall", "cpu")]
        rows.append((name, *alone, target, *_times(case), same))
    title = "One sprite, everything included, one thread; milliseconds, medians: alone, and in turns"
    columns = ("wall", "p95", "eager wall", "eager/ours", "cpu", "eager cpu", "eager/ours", "same pixels")
    show(title, ("engine", "alone", "alone cpu", "target", *columns), rows)
    rows = [
        (f"{case['network']} ({case['runs']})", *_times(case), "yes" if case["same"] else "NO")
        for case in results["networks"]
    ]
    show("One run of a network alone", ("network", *columns[:-1], "same bits"), rows)
    for case in results["sprites"]:
        stages = ", ".join(f"{name} {found['median']:.3g}" for name, found in case["stages_ms"].items())
        each = results["runs_a_sprite"][case["engine"]]
        runs = ", ".join(f"{name} {count}" for name, count in each.items() if count)
        console.print(f"{case['engine']}, ms by stage: {stages}; runs of a network: {runs}")
    for engine in results["left_out"]:
        package = results["package"]
        console.print(
            f"[bold red]LEFT OUT: engine {engine}: {package['name']} {package['version']} has none[/]"
        )


def _times(case: Mapping[str, Any]) -> tuple[object, ...]:
    wall, cpu, ratio = case["wall_ms"], case["cpu_ms"], case["eager_over_ours"]
    return (
        wall["ours"]["median"],
        wall["ours"]["p95"],
        wall["eager"]["median"],
        ratio["wall"],
        cpu["ours"]["median"],
        cpu["eager"]["median"],
        ratio["cpu"],
    )


if __name__ == "__main__":
    main()
