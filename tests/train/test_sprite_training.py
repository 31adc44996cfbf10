"""The training runs of the sprite networks: they learn, end on the grid, and go on where they stopped."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sprite_balls import BALLS, SMALL, WORDS, networks
from torch import Tensor, nn

import playloom
from playloom.errors import FileInvalid
from playloom_train.dyadic import foldable
from playloom_train.kinds.sprite import stages
from playloom_train.kinds.sprite.export import Making, export
from playloom_train.kinds.sprite.family import Networks, Sizes, begin
from playloom_train.kinds.sprite.onnx_graph import graph
from playloom_train.training import Pace, Progress, Stage, train_stage


def _material() -> stages.Material:
    torch.manual_seed(0)
    return stages.Material(BALLS, BALLS[:4], WORDS, 8, 0)


def _codes(nets: Networks, *, frozen: bool = False) -> stages.CodesStage:
    return stages.CodesStage(_material(), nets.encoder, nets.denoiser, frozen=frozen)


def _pace(steps: int, rate: float = 4e-3) -> Pace:
    return Pace(minutes=1, warm=5, average=0.9, rate=rate, steps=steps)


def _learned(stage: Stage, folder: Path, steps: int) -> tuple[nn.ModuleDict, dict[str, float]]:
    """Train a stage; return its networks and the ratios of its figures to those before."""
    with torch.no_grad():
        before = stage.validate(stage.nets.eval())
    found: list[tuple[float, dict[str, float]]] = []
    nets, progress = train_stage(
        stage, _pace(steps), folder, report=lambda progress, share, now: found.append((share, now))
    )
    assert (progress.step, progress.done) == (steps, True)
    share, after = found[-1]
    assert share == 1.0
    return nets, {name: after[name] / before[name] for name in after}


def test_three_stages_learn_one_after_another_and_end_as_an_exact_package(tmp_path: Path) -> None:
    nets = begin(WORDS, SMALL, 0)
    done, ratio = _learned(_codes(nets), tmp_path, 60)
    assert ratio["alpha"] < 0.6
    assert ratio["colour"] < 0.8
    nets = replace(nets, encoder=done["encoder"], denoiser=done["denoiser"])
    stage: Stage = stages.LayoutStage(_material(), nets.encoder, nets.gist_encoder, nets.layout)
    done, ratio = _learned(stage, tmp_path, 30)
    assert ratio["codes"] < 0.9
    nets = replace(nets, gist_encoder=done["gist_encoder"], layout=done["layout"])
    stage = stages.GistStage(_material(), nets.encoder, nets.gist_encoder, nets.gist_prior, batch=64)
    done, ratio = _learned(stage, tmp_path, 30)
    assert ratio["gist"] < 0.6
    nets = replace(nets, gist_prior=done["gist_prior"])
    making = Making("balls", "1.0", "CC0-1.0", "Balls.", WORDS, BALLS, (), {"steps": 100})
    export(nets, tmp_path / "package", making)  # which refuses what is not exact
    made = playloom.sprites("potion", 6, size=32, seed=1, package=str(tmp_path / "package"))
    solid = np.mean([one.rgba[..., 3] > 0 for one in made], axis=0)  # balls are drawn from it
    assert solid[12:20, 12:20].mean() > 0.8
    assert solid[[0, -1]].mean() + solid[:, [0, -1]].mean() < 0.1


class _Stopped(stages.CodesStage):
    """A stage in which somebody presses Ctrl-C."""

    last, step = 0, 0

    def loss(self, nets: nn.ModuleDict) -> tuple[Tensor, int]:
        if self.step == self.last:
            raise KeyboardInterrupt
        self.step += 1
        return super().loss(nets)


@pytest.mark.parametrize(("step", "told"), [(2, [False, True, True]), (9, [True])])
def test_a_run_goes_on_where_it_was_stopped_before_and_after_folding(
    tmp_path: Path, step: int, told: list[bool]
) -> None:
    first = begin(WORDS, SMALL, 1)
    stage = _Stopped(_material(), first.encoder, first.denoiser)
    stage.last = step
    with pytest.raises(KeyboardInterrupt):
        train_stage(stage, _pace(10), tmp_path)
    found: list[Progress] = []
    nets, progress = train_stage(
        _codes(begin(WORDS, SMALL, 2)),
        _pace(10),
        tmp_path,
        resume=True,
        report=lambda progress, share, figures: found.append(progress),
    )
    # The figures in plain floating point, those on the grid, and the last ones.
    assert (progress.step, [one.folded for one in found]) == (10, told)
    assert progress.floating.keys() == progress.figures.keys() == {"alpha", "colour"}
    assert all(conv.folded for conv in foldable(nets))
    # A stage that is over is not trained again.
    again, progress = train_stage(_codes(begin(WORDS, SMALL, 3)), _pace(10), tmp_path, resume=True)
    assert progress.step == 10
    for name in ("encoder", "denoiser"):
        assert graph(name, nets[name].eval()) == graph(name, again[name].eval())


def test_a_run_says_what_is_wrong_with_its_checkpoint(tmp_path: Path) -> None:
    train_stage(_codes(begin(WORDS, SMALL, 0)), _pace(1), tmp_path)
    wider = Sizes(gist=6, shapes={**SMALL.shapes, "encoder": {"widths": (24, 24)}})
    with pytest.raises(FileInvalid, match="of another network"):
        train_stage(_codes(begin(WORDS, wider, 0)), _pace(2), tmp_path, resume=True)
    (tmp_path / "codes.pt").write_bytes(b"no checkpoint")
    with pytest.raises(FileInvalid, match="is not a checkpoint"):
        train_stage(_codes(begin(WORDS, SMALL, 0)), _pace(2), tmp_path, resume=True)


def test_training_goes_on_from_networks_of_a_package_whose_codes_keep_their_meaning(tmp_path: Path) -> None:
    start, same = networks(4), networks(4)
    done, _ = train_stage(_codes(start, frozen=True), _pace(2, rate=1e-5), tmp_path)
    assert list(done) == ["denoiser"]
    assert graph("encoder", start.encoder.cpu()) == graph("encoder", same.encoder)
    change = max(
        float((one - other).detach().abs().max())
        for one, other in zip(done["denoiser"].parameters(), same.denoiser.parameters(), strict=True)
    )
    assert 0 < change < 1e-3
    grids = [[conv.grid for conv in foldable(net)] for net in (done["denoiser"], same.denoiser)]
    assert grids[0] == grids[1]
