"""The engines that paint: fast, and hybrid, which draws a part of what was painted anew."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_sprites
from pixel_art import PICO

from playloom.errors import PackageInvalid, RequestInvalid
from playloom.kinds.sprite.contract import Contract, examine
from playloom.kinds.sprite.generator import KIND, SpriteGenerator
from playloom.kinds.sprite.networks import Networks, Told
from playloom.kinds.sprite.propose import FAST_GIST_PASSES
from playloom.kinds.sprite.request import SpriteRequest
from playloom.package import GraphSpec, Package

BLANK = np.zeros((32, 32), np.uint8)


def request(**wishes: Any) -> SpriteRequest:
    return SpriteRequest(**{"words": "goblin", "palette": PICO, "steps": 4, "size": 32, **wishes})


@pytest.mark.parametrize("engine", ["fast", "hybrid"])
def test_what_is_painted_varies_and_keeps_the_contract(
    generator: SpriteGenerator, tmp_path: Path, engine: Any
) -> None:
    wishes: dict[str, Any] = {"engine": engine, "size": 32, "margin": 2}
    made = [generator.generate(request(seed=seed, **wishes)) for seed in range(4)]

    assert len({sprite.pixels.tobytes() for sprite in made}) == 4
    assert all(examine(s.rgba, Contract(palette=PICO, margin=2, pieces=(1, 3))).passed for s in made)
    again = generator.generate(request(seed=3, **wishes))
    assert np.array_equal(again.pixels, made[3].pixels)
    bare = KIND.load(Package.open(tiny_sprites.write(tmp_path / "bare", fast=False)))
    with pytest.raises(RequestInvalid, match=f"engine is {engine}, but this package has no painter"):
        bare.generate(request(engine=engine, size=32))


def test_the_fast_engine_paints_once_and_the_hybrid_draws_half_of_it_anew(
    generator: SpriteGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    for name in ("gist_logits", "paint", "encode", "code_logits", "pixel_logits"):
        real = getattr(Networks, name)

        def seen(*args: Any, _name: str = name, _real: Any = real) -> Any:
            calls.append(_name)
            return _real(*args)

        monkeypatch.setattr(Networks, name, seen)

    generator.generate(request(engine="fast", size=32, guidance=1.0))
    assert set(calls) == {"gist_logits", "paint"} and calls.count("paint") == 1
    assert calls.count("gist_logits") == min(FAST_GIST_PASSES, tiny_sprites.GIST)
    calls.clear()
    generator.generate(request(engine="hybrid", size=32, guidance=1.0, steps=6))
    assert (calls.count("paint"), calls.count("encode"), calls.count("code_logits")) == (1, 1, 3)
    assert calls.count("gist_logits") == min(FAST_GIST_PASSES, tiny_sprites.GIST)


@pytest.mark.parametrize("engine", ["fast", "hybrid"])
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"size": 16}, "which paints 32x32, not 16x16; leave it at best"),
        ({"size": 24}, "which paints 32x32, not 24x24"),
        ({"size": 48}, "which paints 32x32, not 48x48"),
        ({"silhouette": BLANK > 0}, "which starts from nothing; leave it at best to go on from a picture"),
        ({"like": BLANK}, "which starts from nothing"),
        ({"like": BLANK, "strength": 0.0}, "which starts from nothing"),
        ({"pinned": BLANK}, "which starts from nothing"),
    ],
)
def test_what_a_painter_cannot_do_is_refused(
    generator: SpriteGenerator, engine: Any, wrong: dict[str, Any], says: str
) -> None:
    for ask in (generator.check, generator.generate):
        with pytest.raises(RequestInvalid, match=f"engine is {engine}, {says}"):
            ask(request(engine=engine, **wrong))


@pytest.mark.parametrize(("other", "says"), [("denoiser", "inputs"), ("gist_prior", "inputs")])
def test_another_network_in_the_painters_place_is_refused(tmp_path: Path, other: str, says: str) -> None:
    data, spec = tiny_sprites.graph(other)
    odd = GraphSpec("painter.onnx", spec.inputs, spec.outputs)
    folder = tiny_sprites.write(tmp_path / "odd", changes={"painter": (data, odd)})

    with pytest.raises(PackageInvalid, match=f"{says} of painter are .*; its settings ask for gist int64"):
        SpriteGenerator(Package.open(folder))


def test_a_tile_is_painted_without_holes(generator: SpriteGenerator) -> None:
    palette = PICO.array.astype(np.float32)
    none = np.zeros((1, generator.settings.conditions), np.float32)
    gist = np.arange(generator.settings.gist) % generator.settings.levels

    figure, tile = (generator.networks.paint(gist, Told(palette, none, none, tile)) for tile in (False, True))

    assert (figure == len(palette)).any() and (tile < len(palette)).all()
    assert np.array_equal(tile[figure < len(palette)], figure[figure < len(palette)])
