"""The network of walks: what it promises, its graph bit for bit, and a run from data to a walk."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_walkers import small_atlas

torch = pytest.importorskip("torch", reason="the extra train is not installed")

from playloom.kinds.sprite.originality import Index  # noqa: E402
from playloom.kinds.sprite.palette import Palette  # noqa: E402
from playloom.kinds.walk.frames import CONDITIONS  # noqa: E402
from playloom.kinds.walk.generator import WalkGenerator  # noqa: E402
from playloom.package import Package  # noqa: E402
from playloom.samples import replay  # noqa: E402
from playloom_train.dyadic import EXACT, fold, foldable  # noqa: E402
from playloom_train.kinds.walk import command  # noqa: E402
from playloom_train.kinds.walk.batches import PALETTE, TRANSPARENT, UNKNOWN, Batches  # noqa: E402
from playloom_train.kinds.walk.data import read_walkers  # noqa: E402
from playloom_train.kinds.walk.export import Making, export  # noqa: E402
from playloom_train.kinds.walk.onnx_walk import graph, network, outputs, samples, sizes_of  # noqa: E402
from playloom_train.kinds.walk.stage import WalkStage  # noqa: E402
from playloom_train.kinds.walk.walker import WalkerNet, WalkerShape  # noqa: E402

PLAYLOOM = Path(sys.executable).with_name("playloom")
SMALL = WalkerShape(widths=(16, 24, 32), embedding=8, features=16, told=16, colour=12)


def small_net(seed: int = 0, *, folded: bool = True) -> WalkerNet:
    """Return a network whose activations are about as wide as those of a trained one."""
    torch.manual_seed(seed)
    net = WalkerNet(SMALL).eval()
    for conv in foldable(net):
        if conv.normed:
            conv.variance.fill_(1500.0)
            torch.nn.init.normal_(conv.mean, std=10.0)
    if folded:
        fold(net)
    return net


def given(colours: int, side: int = 16) -> list["torch.Tensor"]:
    """Inputs of the network at random."""
    random = np.random.default_rng(colours)
    pictures = [torch.from_numpy(random.integers(0, colours + 3, (1, side, side))) for _ in range(3)]
    palette = torch.from_numpy(random.integers(0, 256, (1, colours, 3))).float()
    condition = torch.zeros(1, CONDITIONS)
    condition[0, [1, 4]] = 127
    return [*pictures, palette, condition]


def test_the_order_of_the_palette_does_not_matter() -> None:
    net, (front, standing, drawn, palette, condition) = small_net(), given(7)
    order = torch.from_numpy(np.random.default_rng(1).permutation(7))
    table = torch.cat([torch.argsort(order), torch.tensor([7, 8, 9])])

    alpha, colour = net(front, standing, drawn, palette, condition)
    turned = net(table[front], table[standing], table[drawn], palette[:, order], condition)

    assert torch.equal(alpha, turned[0]) and torch.equal(colour[:, order], turned[1])


def test_colours_that_only_fill_a_batch_up_change_nothing() -> None:
    net, (front, standing, drawn, palette, condition) = small_net(), given(5)
    more = torch.cat([palette, torch.zeros(1, 4, 3)], 1)
    there = torch.tensor([[1.0] * 5 + [0.0] * 4])
    moved = [tokens + 4 * (tokens >= 5) for tokens in (front, standing, drawn)]

    alpha, colour = net(front, standing, drawn, palette, condition)
    filled = net(*moved, more, condition, there)

    assert torch.equal(alpha, filled[0]) and torch.equal(colour, filled[1][:, :5])


def test_the_graph_repeats_the_network_and_leads_back_to_it(tmp_path: Path) -> None:
    net = small_net()
    assert net.widest_sum() < EXACT

    learnt = Index.of([("block", np.full((16, 16, 4), 255, np.uint8))], 32)
    making = Making("walks", "1.0.0", "CC0-1.0", "Small.", (), {}, learnt)
    package = export(net, tmp_path / "walks", making)

    assert all(one.passed for one in replay(package))
    again = network(package.read("walker.onnx"), sizes_of(net))
    for one, two in zip(outputs_of(net), outputs_of(again), strict=True):
        assert torch.equal(one, two)
    assert graph(again) == package.read("walker.onnx")


def outputs_of(net: WalkerNet) -> tuple["torch.Tensor", ...]:
    front, standing, drawn, palette, condition = given(6)
    return outputs(net, front, standing, drawn, palette[0], condition)


def test_what_is_not_folded_or_sums_too_far_is_not_exported() -> None:
    with pytest.raises(ValueError, match="is not folded"):
        graph(small_net(folded=False))
    net = small_net()
    with torch.no_grad():
        net.enter.bias.fill_(1e9)
    with pytest.raises(ValueError, match=r"below 16777216 it would be exact"):
        graph(net)


def test_samples_are_the_same_on_every_run() -> None:
    one, two = samples(small_net()), samples(small_net())

    assert one.keys() == two.keys() and all((one[key] == two[key]).all() for key in one)


def test_batches_depend_on_their_seed_alone_and_ask_for_what_is_hidden(tmp_path: Path) -> None:
    walkers = read_walkers(small_atlas(tmp_path)).of("train")

    for side in (16, 32):
        one, two = (Batches(walkers, 3).draw(16, side) for _ in range(2))
        other = Batches(walkers, 4).draw(16, side)
        assert one.front.shape == (16 * 16**2 // side**2, side, side)
        assert torch.equal(one.drawn, two.drawn) and torch.equal(one.palette, two.palette)
        assert not torch.equal(one.palette, other.palette)
        hidden = one.drawn == UNKNOWN
        assert torch.equal(one.alpha >= 0, hidden)
        assert torch.equal(one.colour >= 0, one.alpha == 1)
        assert (one.drawn[~hidden] <= TRANSPARENT).all()
        assert (one.front[one.front != TRANSPARENT] < PALETTE).all()
        standing = one.condition[:, 3] == 127  # nothing is known of what is to be drawn
        assert (one.standing[standing] == UNKNOWN).all()


def test_a_stage_learns_and_goes_on_with_batches_of_its_own(tmp_path: Path) -> None:
    walkers = read_walkers(small_atlas(tmp_path))
    stage = WalkStage(walkers.of("train"), (), small_net(folded=False), 8, 1)
    stage.begin(0)
    first = stage.batches.draw(8)
    stage.begin(5)

    loss, count = stage.loss(stage.nets)
    loss.backward()

    assert not torch.equal(first.drawn, stage.batches.draw(8).drawn)
    assert count in (2, 8) and all(torch.isfinite(one.grad).all() for one in stage.nets.parameters())
    with torch.no_grad():
        assert stage.validate(stage.nets).keys() == {"alpha", "colour"}


def test_from_data_to_a_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "WalkerShape", lambda: SMALL)
    monkeypatch.setattr(command, "BATCH", 4)
    run = command.Run(
        data=small_atlas(tmp_path / "atlas"),
        output=tmp_path / "walks",
        name="walks",
        folder=tmp_path / "run",
        minutes=1.0,
        steps=6,
        seed=0,
        resume=False,
        version="1.0.0",
        picture=tmp_path / "seen.png",
    )

    package = command.train(run)

    assert package is not None and package.manifest.kind == "walk"
    card = package.manifest.card
    assert [(one.name, one.count) for one in card.datasets] == [("drawn", 4)]
    assert card.training["command"] == "playloom train walk atlas --steps 6 --seed 0"
    told = {one.name for one in card.metrics}
    assert "model: pixels, standing frames, held-out" in told
    assert "nearest walker recoloured: silhouette, steps, watched" in told
    assert (tmp_path / "seen.png").is_file()
    generator = WalkGenerator(Package.open(tmp_path / "walks"))
    front = read_walkers(tmp_path / "atlas").all[0]
    palette = Palette("own", tuple(map(tuple, front.colours.tolist())))
    drawn = generator.drawn(front.front, palette)
    assert (drawn["down", "stand"] == front.front).all()


def test_checkpoints_of_an_earlier_run_are_not_trained_over(tmp_path: Path) -> None:
    for folder in ("sprites", "run"):
        (tmp_path / folder).mkdir()
    (tmp_path / "run" / "walker.pt").write_bytes(b"an hour's work")
    call = [PLAYLOOM, "train", "walk", "sprites", "-o", "walks", "--checkpoints", "run"]

    refused = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)

    assert refused.returncode == 2
    assert "run: holds checkpoints of an earlier run; --resume goes on from them" in refused.stderr
    assert not (tmp_path / "walks").exists()
