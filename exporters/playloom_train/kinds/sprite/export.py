"""From trained sprite networks to a verified package: graphs, parity samples, card."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from torch import nn

from playloom.errors import PackageInvalid
from playloom.kinds.sprite import networks as runtime
from playloom.kinds.sprite.settings import Seen, Settings, read_settings
from playloom.npz import write_npz
from playloom.package import Dataset, Package
from playloom_train.dyadic import LOGITS_PER_NAT
from playloom_train.kinds.sprite.batches import HOT, Vocabulary
from playloom_train.kinds.sprite.data import Example
from playloom_train.kinds.sprite.family import Networks
from playloom_train.kinds.sprite.layers import CODES, LEVELS
from playloom_train.kinds.sprite.networks import MULTIPLE
from playloom_train.kinds.sprite.onnx_graph import (
    DRAWINGS,
    graph,
    graph_spec,
    network,
    network_settings,
)
from playloom_train.kinds.sprite.parity import samples
from playloom_train.proven import Contents, Findings, prove, write_proven

# A sword that a paper doll holds is no sword to ask for.
_PARTS = ("paperdoll",)


@dataclass(frozen=True)
class Making:
    """Everything a package says of how it came about, but its metrics."""

    name: str
    version: str
    licence: str
    summary: str
    vocabulary: Vocabulary
    examples: Sequence[Example]  # those trained on
    datasets: tuple[Dataset, ...]
    training: Mapping[str, str | int | float]  # command, seed, steps, ...
    settings: Mapping[str, Any] = field(
        default_factory=dict
    )  # of the generator, where the examples do not say
    files: Mapping[str, bytes] = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)  # role -> one of the files


def settings(vocabulary: Vocabulary, examples: Sequence[Example], networks: Networks) -> Settings:
    """Return what the generator must know: conditions in their order, what was seen, grid, sizes."""
    drawn = [one for one in examples if one.weight >= 1] or examples
    seen = Counter((one.category, one.style, len(one.tokens)) for one in drawn)
    known, counts = set(vocabulary.tags), Counter[tuple[str, str]]()
    for one in drawn:
        if one.category not in _PARTS:
            counts.update((tag, one.category) for tag in known & set(one.tags))
    by_tag: dict[str, dict[str, int]] = {}
    for (tag, category), count in sorted(counts.items()):
        by_tag.setdefault(tag, {})[category] = count
    return Settings(
        categories=vocabulary.categories,
        styles=vocabulary.styles,
        sizes=vocabulary.sizes,
        tags=vocabulary.tags,
        seen=tuple(Seen(*key, count) for key, count in sorted(seen.items())),
        tag_counts=by_tag,
        hot=HOT,
        logits_per_nat=int(LOGITS_PER_NAT),
        multiple=MULTIPLE,
        codes=CODES,
        levels=LEVELS,
        gist=networks.layout.shape.gist,
        networks={name: network_settings(net) for name, net in _named(networks).items()},
    )


def export(
    networks: Networks,
    folder: Path,
    making: Making,
    measure: Callable[[Package], Findings] = lambda package: Findings(),
) -> Package:
    """Write the package once it is proven: ONNX Runtime must repeat torch's outputs to the last bit.

    Args:
        networks: Folded.
        folder: Where to.
        making: How it came about.
        measure: Returns what the card says of the package, which is written to a place apart first.

    Raises:
        PackageInvalid: If the generator would refuse its settings or graphs.
        ValueError: If a net's sums could leave the exact range, or any output differs.
    """
    nets = _named(networks)
    recorded = {name: samples(name, net) for name, net in nets.items()}
    graphs = {name: graph_spec(name, net) for name, net in nets.items()}
    files = {graphs[name].file: graph(name, net) for name, net in nets.items()}
    flat = {f"{name}/{key}": value for name, arrays in recorded.items() for key, value in arrays.items()}
    files |= {"samples.npz": write_npz(flat), **making.files}
    told = msgspec.to_builtins(settings(making.vocabulary, making.examples, networks))
    told |= making.settings

    def proven(package: Package) -> None:
        runtime.Networks(package, read_settings(package))  # refuses what the generator would not take
        for name, arrays in recorded.items():
            prove(package, name, arrays)

    contents = Contents(kind="sprite", graphs=graphs, settings=told, files=files, assets=making.assets)
    return write_proven(folder, making, contents, proven, measure)


def opened(package: Package) -> tuple[Networks, Vocabulary]:
    """Return the networks of a package and the vocabulary of their conditions, to go on training.

    Raises:
        PackageInvalid: If it does not hold the networks that `export` of this version writes.
    """
    told = read_settings(package)
    vocabulary = Vocabulary(told.categories, told.styles, told.sizes, told.tags)
    graphs = package.manifest.graphs
    needed = DRAWINGS.keys() - {"painter"}
    if not needed <= graphs.keys() <= DRAWINGS.keys() or graphs.keys() != told.networks.keys():
        raise PackageInvalid(
            f"{package.root}: its networks are {', '.join(sorted(graphs))}; to go on from, expected "
            f"{', '.join(sorted(needed))}, each with its sizes in the settings; train a package anew"
        )
    nets: dict[str, Any] = {
        name: network(name, package.read(spec.file), told.networks[name]) for name, spec in graphs.items()
    }
    return Networks(**nets), vocabulary


def _named(networks: Networks) -> dict[str, nn.Module]:
    """Return the networks that are there, by the names of their graphs."""
    every = {name: getattr(networks, name) for name in DRAWINGS}
    return {name: net for name, net in every.items() if net is not None}
