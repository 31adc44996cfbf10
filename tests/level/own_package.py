"""A package of a developer's own maps with an untrained network: what it makes, the exact parts have made."""

from pathlib import Path

import msgspec
import torch

from playloom.kinds.level.condition import CONTROLS
from playloom.kinds.level.own.legend import packed_legend
from playloom.kinds.level.own.reader import MapSet
from playloom.kinds.level.tiles import TILES_FILE
from playloom.package import Card, Dataset, GraphSpec, TensorSpec, write_package
from playloom_train.kinds.level.model import LevelNet, Shape
from playloom_train.kinds.level.onnx_graph import level_graph


def write_own_package(
    folder: Path, maps: MapSet, *, border: bool = False, legend: Path | None = None
) -> None:
    """Write the package ``folder``, theme "own", style "own"; it remembers ``legend`` as training does."""
    torch.manual_seed(7)
    tiles, told = len(maps.vocabulary), 1 + len(CONTROLS)
    net = LevelNet(Shape(tiles, told, widths=(8, 16)))
    typical = dict.fromkeys(CONTROLS, (0.0, 0.1, 0.2)) | {"openness": (0.5, 0.6, 0.7)}
    settings = {
        "vocabulary": msgspec.to_builtins(maps.vocabulary.tiles),
        "logits_per_nat": 32,
        "multiple": 2,
        "condition": ["style:own", *CONTROLS],
        "styles": [{"name": "own", "theme": "own", "border": border, "controls": typical}],
        "movement": msgspec.to_builtins(maps.movement),
        "adjacency": msgspec.to_builtins(maps.adjacency),
    }
    if maps.book is not None:
        settings["tiles"] = TILES_FILE
    remembered = {} if legend is None else {"legend.json": packed_legend(legend)}
    if remembered:
        settings["legend"] = "legend.json"
    spec = GraphSpec(
        file="denoiser.onnx",
        inputs=(
            TensorSpec(name="tokens", dtype="int64", shape=(1, "height", "width")),
            TensorSpec(name="condition", dtype="float32", shape=(1, told)),
        ),
        outputs=(TensorSpec(name="logits", dtype="float32", shape=(1, tiles, "height", "width")),),
    )
    source = Dataset(
        name="own", source="maps of this test", licence="CC0-1.0", count=len(maps.maps), sha256="0" * 64
    )
    write_package(
        folder,
        kind="level",
        name=folder.name,
        version="0.1.0",
        exact=True,
        graphs={"denoiser": spec},
        settings=settings,
        card=Card(licence="CC0-1.0", summary="Test.", datasets=(source,), training={}, metrics=()),
        files={"denoiser.onnx": level_graph(net)} | (maps.book.files() if maps.book else {}) | remembered,
    )
