"""The painter's training: it draws sprites again from their gists, a judge joins in, a package takes it."""

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
import torch
from PIL import Image
from sprite_balls import BALLS, PAINTER, WORDS, ball, networks

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.sprite.generator import SpriteGenerator
from playloom.kinds.sprite.request import Engine, SpriteRequest
from playloom.package import Package
from playloom_train.dyadic import foldable
from playloom_train.kinds.sprite.data import Example
from playloom_train.kinds.sprite.export import Making, export
from playloom_train.kinds.sprite.gan import Painter
from playloom_train.kinds.sprite.judge import Judge, augmented
from playloom_train.kinds.sprite.onnx_graph import graph
from playloom_train.kinds.sprite.train_gan import GanLosses, Settings, train_gan
from playloom_train.training import Progress

PLAYLOOM = Path(sys.executable).with_name("playloom")
SETTINGS = Settings(minutes=1, batch=8, rate=4e-3, warm=2, lazy=2, average=0.8, shape=PAINTER)


def _run(
    folder: Path,
    steps: int,
    *,
    examples: list[Example] = BALLS,
    resume: bool = False,
    start: Painter | None = None,
    settings: Settings = SETTINGS,
) -> tuple[Painter, Progress, list[GanLosses]]:
    nets, found = networks(), []
    folder.mkdir(exist_ok=True)
    painter, progress = train_gan(
        examples,
        WORDS,
        (nets.encoder, nets.gist_encoder),
        replace(settings, steps=steps),
        folder,
        resume=resume,
        start=start,
        report=lambda progress, share, losses: found.append(losses),
    )
    return painter, progress, found


def test_a_painter_trains_tells_all_losses_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    before, _, [first] = _run(tmp_path, 12)
    after, progress, [second] = _run(tmp_path, 20, resume=True)

    assert (progress.step, progress.images, progress.done) == (20, 160, True)
    for losses in (first, second):
        assert 0.05 < losses.painter < 5
        assert 0.3 < losses.judge < 5
        assert f"judge {losses.judge:.2f}" in losses.words()
    assert graph("painter", before) != graph("painter", after)
    assert all(conv.folded for conv in foldable(after))


def test_a_painter_learns_to_draw_sprites_again_before_a_judge_joins_in(tmp_path: Path) -> None:
    alone = replace(SETTINGS, judged_from=2.0)
    _, _, [*_, begun] = _run(tmp_path / "begun", 4, settings=alone)
    _, _, [*_, learned] = _run(tmp_path / "learned", 60, settings=alone)

    # Means over all of a run, its beginning too.
    assert learned.alpha < 0.9 * begun.alpha and learned.colour < 0.8 * begun.colour
    assert math.isnan(learned.judge) and math.isnan(learned.painter)
    assert "judge" not in learned.words()


def test_a_trained_painter_is_only_tuned(tmp_path: Path) -> None:
    start = networks(4).painter
    assert start is not None
    tuned, progress, [losses] = _run(tmp_path, 2, start=start)

    assert progress.folded and not math.isnan(losses.judge)
    assert [conv.grid for conv in foldable(tuned)] == [conv.grid for conv in foldable(start)]
    pairs = zip(tuned.parameters(), start.parameters(), strict=True)
    assert 0 < max(float((one - other).detach().abs().max()) for one, other in pairs) < 0.01


def test_a_painter_without_sprites_of_its_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match="no sprite is 32x32"):
        _run(tmp_path, 1, examples=[ball(number, 16) for number in range(4)])


def test_a_checkpoint_of_another_painter_is_refused(tmp_path: Path) -> None:
    _run(tmp_path, 1)
    (tmp_path / "gan.pt").write_bytes(b"no checkpoint")
    with pytest.raises(FileInvalid, match="is not a checkpoint"):
        _run(tmp_path, 2, resume=True)


def test_the_judge_sees_conditions_and_palettes_and_gradients_pass_what_is_shown_to_it() -> None:
    torch.manual_seed(0)
    judge, shown = Judge(9), torch.rand(4, 4, 32, 32).requires_grad_()
    told, palette, given = torch.zeros(4, 9), torch.rand(4, 6, 3) * 255, torch.ones(4, 6)
    scores = judge(augmented(shown), told, palette, given)
    (slope,) = torch.autograd.grad(scores.sum(), shown)

    assert scores.shape == (4,) and bool(slope.abs().sum((1, 2, 3)).min() > 0)
    with torch.no_grad():
        plain = judge(shown, told, palette, given)
        assert not torch.equal(plain, judge(shown, told + 127, palette, given))
        assert not torch.equal(plain, judge(shown, told, 255 - palette, given))
        assert torch.allclose(plain, judge(shown, told, palette.flip(1), given), atol=1e-5)


def _pictures(folder: Path) -> Path:
    folder.mkdir()
    for number in range(12):
        Image.fromarray(ball(number).rgba).save(folder / f"potion_{number}.png")
    return folder


def test_the_command_adds_a_painter_to_a_finished_package_and_changes_nothing_else(tmp_path: Path) -> None:
    nets = replace(networks(), painter=None)
    making = Making("balls", "1.0", "CC0-1.0", "Balls.", WORDS, BALLS, (), {"steps": 7, "command": "first"})
    whole = export(nets, tmp_path / "balls", making)
    command = [PLAYLOOM, "train", "sprite", _pictures(tmp_path / "sprites"), "-o", tmp_path / "painted"]
    command += ["--network", "painter", "--steps", "3", "--licence", "CC0-1.0"]

    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert refused.returncode == 2 and "say it with --from" in refused.stderr
    subprocess.run([*command, "--from", tmp_path / "balls"], cwd=tmp_path, check=True, timeout=300)

    painted = Package.open(tmp_path / "painted")
    assert {*painted.manifest.graphs} == {*whole.manifest.graphs, "painter"}
    for spec in whole.manifest.graphs.values():
        assert painted.read(spec.file) == whole.read(spec.file)
    told, before = painted.manifest.settings, whole.manifest.settings
    assert all(told[name] == before[name] for name in before if name != "networks")
    facts = painted.manifest.card.training
    assert (facts["steps"], facts["command"], facts["painter, steps"]) == (7, "first", 3)
    assert "--from balls --network painter --steps 3" in str(facts["painter, command"])
    for engine in get_args(Engine):
        SpriteGenerator(painted).check(SpriteRequest(words="potion", engine=engine))
