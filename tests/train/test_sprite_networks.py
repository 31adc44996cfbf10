"""The sprite networks: what they promise, how they learn, and that their graphs repeat them bit for bit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kernels import oklab
from playloom.samples import replay
from playloom_train.kinds.sprite import batches_augment as augment
from playloom_train.kinds.sprite import train_gan, train_masked
from playloom_train.kinds.sprite.batches import PALETTE, Batches, Vocabulary
from playloom_train.kinds.sprite.batches_masks import SOLID, TRANSPARENT, UNKNOWN, hidden
from playloom_train.kinds.sprite.data import Example
from playloom_train.kinds.sprite.export import Making, export, opened, settings
from playloom_train.kinds.sprite.gan import Painter, PainterShape, begin_from, painted, reconditioned
from playloom_train.kinds.sprite.masked import MaskedNet, Shape
from playloom_train.kinds.sprite.onnx_graph import denoiser_graph

_SMALL = {"widths": (16, 24, 32), "told": 24, "colour": 16, "features": 16}


def _example(number: int, side: int = 32, colours: int = 5) -> Example:
    """A ball of its own size and colours: light above, dark below, an outline around."""
    random = np.random.default_rng(number)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    far = np.hypot(y, x) / (side / 2 - 3 - number % 3)
    shade = np.clip((y / side + 0.5) * (colours - 1), 0, colours - 2).astype(int) + 2
    tokens = np.where(far < 0.8, shade, np.where(far < 1, 1, 0)).astype(np.uint8)
    tint = random.permutation([1.0, 0.6, 0.2])
    shown = np.array([[i * 240 / colours * t + i for t in tint] for i in range(colours)]).astype(np.uint8)
    return Example(
        tokens=tokens,
        colours=shown,
        category=("item", "potion")[number % 2],
        tags=("ball", "round"),
        style="test",
        group=str(number),
        split="train",
        weight=1.0,
        name=f"ball {number}",
    )


@pytest.fixture(scope="module")
def balls() -> list[Example]:
    return [_example(number) for number in range(12)] + [_example(number, 16) for number in range(6)]


@pytest.fixture(scope="module")
def vocabulary(balls: list[Example]) -> Vocabulary:
    return Vocabulary.of(balls, often=3)


def _net(condition: int = 9, seed: int = 0, **shape: object) -> MaskedNet:
    torch.manual_seed(seed)
    return MaskedNet(Shape(condition, **_SMALL | shape)).eval()  # type: ignore[arg-type]


def _inputs(
    colours: int, condition: int = 9, side: int = 32
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    random = np.random.default_rng(colours)
    tokens = torch.from_numpy(random.integers(0, colours + 3, (1, side, side)))
    palette = torch.from_numpy(random.integers(0, 256, (1, colours, 3))).float()
    return tokens, palette, torch.from_numpy(random.integers(0, 128, (1, condition))).float()


@pytest.mark.parametrize("colours", [2, 7, 32])
def test_the_order_of_a_palette_does_not_matter(colours: int) -> None:
    net, (tokens, palette, told) = _net(), _inputs(colours)
    order = torch.from_numpy(np.random.default_rng(1).permutation(colours))
    place = torch.cat([order.argsort(), torch.arange(colours, colours + 3)])
    with torch.no_grad():
        alpha, colour = net(tokens, palette, told)
        again, moved = net(place[tokens], palette[:, order], told)
    assert torch.equal(alpha, again)
    assert torch.equal(colour[:, order], moved)


def test_colours_that_only_fill_a_batch_up_change_nothing() -> None:
    net, (tokens, palette, told) = _net(), _inputs(4)
    filled = torch.cat([palette, torch.full((1, 3, 3), 99.0)], 1)
    given = torch.tensor([[1.0] * 4 + [0.0] * 3])
    shifted = torch.where(tokens >= 4, tokens + 3, tokens)
    with torch.no_grad():
        alpha, colour = net(tokens, palette, told)
        again, more = net(shifted, filled, told, given)
    assert torch.equal(alpha, again)
    assert torch.equal(colour, more[:, :4])


def test_logits_are_whole_numbers_and_say_something_of_every_pixel() -> None:
    with torch.no_grad():
        alpha, colour = _net()(*_inputs(6))
    assert alpha.shape == (1, 2, 32, 32)
    assert colour.shape == (1, 6, 32, 32)
    assert torch.equal(alpha, alpha.round())
    assert torch.equal(colour, colour.round())
    assert float(colour.std(1).mean()) > 1


def test_a_network_whose_sums_could_leave_the_exact_range_is_not_exported() -> None:
    net = MaskedNet(Shape(9, widths=(16, 24, 192)))
    net.fall[2][0].first.weight.data.fill_(1.0)  # type: ignore[index,union-attr]
    with pytest.raises(ValueError, match="a sum can reach"):
        denoiser_graph(net)


def test_a_package_repeats_torch_bit_for_bit_and_gives_its_networks_back(
    tmp_path: Path, balls: list[Example], vocabulary: Vocabulary
) -> None:
    condition = len(vocabulary.names)
    net, painter = _net(condition), Painter(PainterShape(condition, **_SMALL))  # type: ignore[arg-type]
    making = Making("balls", "1.0", "CC0-1.0", "Balls.", vocabulary, balls, (), {"steps": 0})
    package = export(net, painter, tmp_path / "package", making)
    replayed = replay(package)
    assert {one.graph for one in replayed} == {"denoiser", "painter"}
    assert all(one.passed and one.tolerance == 0 for one in replayed)
    denoiser, again, words = opened(package)
    assert words == vocabulary
    assert again is not None
    inputs = _inputs(5, condition)
    noise = torch.randint(0, 128, (1, painter.shape.noise)).float()
    with torch.no_grad():
        for one, other in zip(net(*inputs), denoiser(*inputs), strict=True):
            assert torch.equal(one, other)
        for one, other in zip(painter(noise, *inputs[1:]), again(noise, *inputs[1:]), strict=True):
            assert torch.equal(one, other)


def test_settings_count_drawn_sprites_and_leave_parts_of_paper_dolls_out_of_the_tags(
    balls: list[Example], vocabulary: Vocabulary
) -> None:
    synthetic = [replace(one, style="dolls", weight=0.25) for one in balls]
    parts = [replace(one, category="paperdoll") for one in balls[:3]]
    examples = [*balls, *synthetic, *parts]
    words = vocabulary.joined(Vocabulary(("paperdoll",), ("dolls",), (), ()))
    told = settings(words, examples, _net(len(words.names)), None)
    assert sum(one.count for one in told.seen) == len(balls) + 3
    assert "dolls" not in {one.style for one in told.seen}
    assert told.tag_counts == {"ball": {"item": 9, "potion": 9}, "round": {"item": 9, "potion": 9}}
    assert told.usual_style("item", 32) == "test"
    assert np.array_equal(
        told.condition("item", "test", 32, ("ball",))[0],
        words.vector(["category:item", "style:test", "size:32", "tag:ball"]),
    )


def test_what_is_hidden_is_asked_and_nothing_else() -> None:
    random, one = np.random.default_rng(0), _example(3)
    colours = 8
    opaque, truth = one.tokens > 0, one.tokens.astype(int) - 1
    kinds = set()
    for _ in range(200):
        shown, alpha, colour = hidden(one.tokens, colours, random)
        assert np.array_equal(alpha >= 0, shown == colours + UNKNOWN)
        assert np.array_equal(alpha[alpha >= 0], opaque[alpha >= 0])
        assert np.array_equal(colour[colour >= 0], truth[colour >= 0])
        known = shown < colours
        assert np.array_equal(shown[known], truth[known])
        assert not opaque[shown == colours + TRANSPARENT].any()
        assert opaque[shown == colours + SOLID].all()
        if (colour >= 0).any():
            assert np.array_equal(colour >= 0, shown == colours + SOLID)
        kinds.add((bool((alpha >= 0).any()), bool((colour >= 0).any()), bool(known.any())))
    # A silhouette without colours, colours in a silhouette, a part to complete.
    assert {(True, False, False), (False, True, True), (True, False, True)} <= kinds


def test_batches_keep_the_sprite_whatever_is_done_to_its_colours(
    balls: list[Example], vocabulary: Vocabulary
) -> None:
    batches = Batches(balls, vocabulary, 3)
    for side in (16, 24, 32, 48):
        for tokens, colours, names in batches.seen(30, side):
            assert tokens.shape == (side, side)
            assert 0 < (tokens > 0).mean() < 0.9
            assert tokens.max() <= len(colours) <= PALETTE
            assert names == [] or f"size:{side}" in names
            assert len(np.unique(colours, axis=0)) == len(colours)


def test_batches_depend_on_the_seed_alone_and_hold_as_many_pixels(
    balls: list[Example], vocabulary: Vocabulary
) -> None:
    one, same = (Batches(balls, vocabulary, 5).draw(4, 16) for _ in range(2))
    other = Batches(balls, vocabulary, 6).draw(4, 16)
    assert torch.equal(one.tokens, same.tokens)
    assert torch.equal(one.palette, same.palette)
    assert not torch.equal(one.tokens, other.tokens)
    assert one.tokens.shape == (16, 16, 16)


def test_a_sprite_of_many_colours_is_learned_with_fewer(vocabulary: Vocabulary) -> None:
    batches = Batches([_example(1, colours=30)], vocabulary, 0, plain=True)
    ((tokens, colours, _),) = batches.seen(1, 32)
    assert len(colours) <= 16
    before = _example(1, colours=30)
    lost = oklab.oklab(before.colours[before.tokens[16, 8:24] - 1]) - oklab.oklab(
        colours[tokens[16, 8:24] - 1]
    )
    assert np.abs(lost).max() < 0.08


def test_scale2x_smooths_stairs_and_keeps_straight_edges() -> None:
    stairs = np.tri(4, dtype=np.uint8)
    twice = augment.scale2x(stairs)
    assert twice[:4, :4].tolist() == [[1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
    block = np.zeros((6, 6), np.uint8)
    block[:, 3:] = 1
    assert np.array_equal(augment.scale2x(block), block.repeat(2, 0).repeat(2, 1))


def test_distractors_stay_away_from_a_sprites_own_colours() -> None:
    own = np.array([[10, 10, 10], [200, 30, 30]], np.uint8)
    others = np.array([[12, 10, 9], [30, 200, 30], [202, 31, 30], [30, 30, 200]], np.uint8)
    assert augment.with_others(own, others, 20)[2:].tolist() == [[30, 200, 30], [30, 30, 200]]
    assert len(augment.with_others(own, others, 3)) == 3


def test_the_masked_network_learns_and_a_run_goes_on_where_it_stopped(
    tmp_path: Path, balls: list[Example], vocabulary: Vocabulary
) -> None:
    settings = train_masked.Settings(
        minutes=1, batch=4, steps=60, warm=5, average=0.9, rate=4e-3, shape=_SMALL
    )
    found: list[train_masked.Losses] = []
    for steps in (1, 60):
        train_masked.train_masked(
            balls,
            balls[:4],
            vocabulary,
            replace(settings, steps=steps),
            tmp_path,
            resume=steps > 1,
            report=lambda progress, share, losses: found.append(losses),
        )
    assert found[-1].alpha < 0.6 * found[0].alpha
    assert found[-1].colour < 0.8 * found[0].colour
    net, progress = train_masked.train_masked(
        balls, [], vocabulary, replace(settings, steps=61), tmp_path, resume=True
    )
    assert progress.step == 61
    # A trained net draws a ball's middle solid and its corner transparent from nothing.
    tokens = torch.full((1, 32, 32), 5 + UNKNOWN)
    palette = torch.from_numpy(balls[0].colours)[None].float()
    told = torch.from_numpy(vocabulary.vector(["category:item", "size:32"]))[None]
    with torch.no_grad():
        alpha, _ = net(tokens, palette, told)
    assert alpha[0, :, 16, 16].argmax() == 1
    assert alpha[0, :, 1, 1].argmax() == 0


def test_a_run_says_what_is_wrong_with_its_checkpoint(
    tmp_path: Path, balls: list[Example], vocabulary: Vocabulary
) -> None:
    settings = train_masked.Settings(minutes=1, batch=1, steps=1, shape=_SMALL)

    def run(**changes: object) -> None:
        train_masked.train_masked(
            balls, [], vocabulary, replace(settings, **changes), tmp_path, resume=bool(changes)
        )

    with pytest.raises(FileInvalid, match="is not there"):
        run(steps=2)
    run()
    with pytest.raises(FileInvalid, match="of another network"):
        run(shape=_SMALL | {"told": 32})
    (tmp_path / "masked.pt").write_bytes(b"no checkpoint")
    with pytest.raises(FileInvalid, match="is not a checkpoint"):
        run(steps=2)


def test_training_goes_on_from_a_given_network(
    tmp_path: Path, balls: list[Example], vocabulary: Vocabulary
) -> None:
    start = _net(len(vocabulary.names), seed=4)
    settings = train_masked.Settings(minutes=1, batch=1, steps=1, rate=1e-6, average=0.0, shape=_SMALL)
    net, _ = train_masked.train_masked(balls, [], vocabulary, settings, tmp_path, start=start)
    change = max(
        float((one - other).detach().abs().max())
        for one, other in zip(net.parameters(), start.parameters(), strict=True)
    )
    assert 0 < change < 1e-4


def test_a_painted_picture_is_in_the_palette_and_its_gradient_reaches_every_part() -> None:
    torch.manual_seed(0)
    painter = Painter(PainterShape(9, **_SMALL))  # type: ignore[arg-type]
    palette = torch.randint(0, 256, (3, 6, 3)).float()
    given = torch.tensor([[1.0] * 6, [1.0] * 6, [1.0] * 4 + [0.0] * 2])
    noise, told = torch.randint(0, 128, (3, 64)).float(), torch.randint(0, 128, (3, 9)).float()
    pictures = painted(*painter(noise, palette, told, given), palette, given)
    for picture, colours, there in zip(pictures.detach(), palette, given, strict=True):
        solid = picture[3] > 0.5
        assert solid.any()
        allowed = {tuple(c) for c in colours[there > 0].tolist()}
        shown = ((picture[:3, solid].T + 1) * 127.5).round().tolist()
        assert {tuple(c) for c in shown} <= allowed
        assert float(picture[:, ~solid].abs().max() if (~solid).any() else 0) < 1e-6
    pictures.square().sum().backward()
    assert all(p.grad is not None and float(p.grad.abs().sum()) > 0 for p in painter.parameters())


def test_a_larger_vocabulary_changes_nothing_until_its_words_are_used(vocabulary: Vocabulary) -> None:
    more = vocabulary.joined(Vocabulary(("hat",), ("own",), (16, 32), ("ball", "blue")))
    assert set(more.names) == {*vocabulary.names, "category:hat", "style:own", "tag:blue"}
    net = _net(len(vocabulary.names))
    wider = reconditioned(net, vocabulary, more)
    names = ["category:potion", "style:test", "size:32", "tag:round"]
    tokens, palette, _ = _inputs(5)
    with torch.no_grad():
        outputs = [
            one(tokens, palette, torch.from_numpy(words.vector(names))[None])
            for one, words in ((net, vocabulary), (wider, more))
        ]
    assert torch.equal(outputs[0][0], outputs[1][0])
    assert torch.equal(outputs[0][1], outputs[1][1])


def test_a_painter_begins_with_the_masked_networks_way_up() -> None:
    net, painter = _net(), Painter(PainterShape(9, **_SMALL))  # type: ignore[arg-type]
    begin_from(painter, net)
    assert torch.equal(painter.last.weight, net.last.weight)
    assert torch.equal(painter.rise[1].first.weight, net.rise[1][0].first.weight)  # type: ignore[index,union-attr]


def test_the_gan_trains_tells_both_losses_and_goes_on_where_it_stopped(
    tmp_path: Path, balls: list[Example], vocabulary: Vocabulary
) -> None:
    settings = train_gan.Settings(minutes=1, batch=8, steps=9, warm=2, shape=_SMALL)
    found: list[train_gan.GanLosses] = []

    def run(steps: int, resume: bool) -> tuple[Painter, int]:
        painter, progress = train_gan.train_gan(
            balls,
            vocabulary,
            replace(settings, steps=steps),
            tmp_path,
            resume=resume,
            report=lambda progress, share, losses: found.append(losses),
        )
        return painter, progress.step

    before, _ = run(9, resume=False)
    after, steps = run(12, resume=True)
    assert steps == 12
    assert len(found) == 2
    for losses in found:
        assert 0.05 < losses.painter < 5
        assert 0.3 < losses.judge < 5
    assert found[1].real > found[1].made - 1
    assert not torch.equal(before.last.weight, after.last.weight)


def test_a_gan_without_sprites_of_its_size_is_refused(tmp_path: Path, vocabulary: Vocabulary) -> None:
    small = [_example(number, 16) for number in range(4)]
    with pytest.raises(RequestInvalid, match="no sprite is 32x32"):
        train_gan.train_gan(small, vocabulary, train_gan.Settings(minutes=1, steps=1, shape=_SMALL), tmp_path)
