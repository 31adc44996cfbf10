"""The sprite networks: what they promise, and that their graphs repeat them bit for bit."""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sprite_balls import BALLS, PAINTER, WORDS, networks
from torch import Tensor

from playloom.errors import PackageInvalid
from playloom.manifest import CARD_FILE
from playloom.package import Package, write_package
from playloom.samples import replay
from playloom_train.dyadic import EXACT, fold
from playloom_train.kinds.sprite.batches import Vocabulary
from playloom_train.kinds.sprite.export import Making, export, opened, settings
from playloom_train.kinds.sprite.family import Networks, widened
from playloom_train.kinds.sprite.gan import Painter, PainterShape
from playloom_train.kinds.sprite.gist import coarse
from playloom_train.kinds.sprite.judge import painted, pictures
from playloom_train.kinds.sprite.layers import CODES, LEVELS, code_of, code_planes, value_of
from playloom_train.kinds.sprite.onnx_graph import DRAWINGS, graph
from playloom_train.kinds.sprite.parity import samples
from playloom_train.proven import prove

_UNKNOWN = 2  # the token after those of the colours

# Every side that sprites have, other shapes, few and many colours, one at once and more, gists known and not.
_EVERY = (
    *((16, 16, 3, 1, True), (24, 24, 16, 2, None), (32, 32, 32, 2, False), (48, 48, 8, 1, True)),
    *((64, 64, 7, 2, False), (16, 40, 2, 1, None), (48, 24, 5, 3, True), (8, 72, 4, 1, False)),
)


@pytest.fixture(scope="module")
def nets() -> Networks:
    return networks()


def _given(nets: Networks, colours: int, side: int = 32) -> dict[str, Tensor]:
    """Inputs at random, of which a part is unknown."""
    random = np.random.default_rng(colours)
    cells, gist = side // 4, nets.layout.shape.gist

    def drawn(most: int, *shape: int) -> Tensor:
        return torch.from_numpy(random.integers(0, most, shape))

    return {
        "tokens": drawn(colours + 3, 1, side, side),
        "palette": drawn(256, 1, colours, 3).float(),
        "condition": drawn(128, 1, len(WORDS.names)).float(),
        "codes": drawn(CODES + 1, 1, cells, cells),
        "gist": drawn(LEVELS + 1, 1, gist),
        "shape": drawn(128, 1, 65).float(),
    }


_Run = Callable[[Networks, dict[str, Tensor], Tensor | None], Tensor]


def _alpha(nets: Networks, x: dict[str, Tensor], given: Tensor | None) -> Tensor:
    alpha: Tensor = nets.denoiser(x["codes"], x["tokens"], x["palette"], x["condition"], given)[0]
    return alpha


def _codes(nets: Networks, x: dict[str, Tensor], given: Tensor | None) -> Tensor:
    return nets.encoder.codes(x["tokens"], x["palette"], given)


def _prior(nets: Networks, x: dict[str, Tensor], given: Tensor | None) -> Tensor:
    logits: Tensor = nets.gist_prior(x["gist"], x["palette"], x["condition"], x["shape"], given)
    return logits


def _layout(nets: Networks, x: dict[str, Tensor], given: Tensor | None) -> Tensor:
    logits: Tensor = nets.layout(x["codes"], x["gist"], x["tokens"], x["palette"], x["condition"], given)
    return logits


_SEEING_A_PALETTE = [_alpha, _codes, _prior, _layout]


@pytest.mark.parametrize("run", _SEEING_A_PALETTE)
@pytest.mark.parametrize("colours", [2, 7, 32])
def test_the_order_of_a_palette_does_not_matter_but_its_colours_do(
    nets: Networks, run: _Run, colours: int
) -> None:
    x = _given(nets, colours)
    order = torch.from_numpy(np.random.default_rng(1).permutation(colours))
    place = torch.cat([order.argsort(), torch.arange(colours, colours + 3)])
    moved = x | {"tokens": place[x["tokens"]], "palette": x["palette"][:, order]}
    with torch.no_grad():
        assert torch.equal(run(nets, x, None), run(nets, moved, None))
        assert not torch.equal(run(nets, x, None), run(nets, x | {"palette": 255 - x["palette"]}, None))


def test_the_logits_of_colours_move_with_the_colours(nets: Networks) -> None:
    x, order = _given(nets, 7), torch.tensor([3, 1, 6, 0, 2, 5, 4])
    place = torch.cat([order.argsort(), torch.arange(7, 10)])
    with torch.no_grad():
        _, colour = nets.denoiser(x["codes"], x["tokens"], x["palette"], x["condition"])
        _, moved = nets.denoiser(x["codes"], place[x["tokens"]], x["palette"][:, order], x["condition"])
    assert torch.equal(colour[:, order], moved)
    assert float(colour.std(1).mean()) > 1


@pytest.mark.parametrize("run", _SEEING_A_PALETTE)
def test_colours_that_only_fill_a_batch_up_change_nothing(nets: Networks, run: _Run) -> None:
    x = _given(nets, 4)
    filled = x | {
        "palette": torch.cat([x["palette"], torch.full((1, 3, 3), 99.0)], 1),
        "tokens": torch.where(x["tokens"] >= 4, x["tokens"] + 3, x["tokens"]),
    }
    with torch.no_grad():
        assert torch.equal(run(nets, x, None), run(nets, filled, torch.tensor([[1.0] * 4 + [0.0] * 3])))


def test_logits_are_whole_numbers_and_differ_from_place_to_place(nets: Networks) -> None:
    x = _given(nets, 6)
    with torch.no_grad():
        for logits in (_alpha(nets, x, None), _prior(nets, x, None), _layout(nets, x, None)):
            assert torch.equal(logits, logits.round())
            assert float(logits.flatten(2).std(2).mean()) > 1


def test_a_code_stands_for_the_numbers_it_was_made_of(nets: Networks) -> None:
    x = _given(nets, 6)
    with torch.no_grad():
        values = nets.encoder(x["tokens"] % 7, x["palette"])
    codes = code_of(values)
    assert len(codes.unique()) > 1
    assert torch.equal(code_planes(codes), torch.cat([values, torch.full_like(values[:, :1], 127)], 1))
    assert not code_planes(torch.full_like(codes, CODES)).any()


def test_a_gist_is_told_to_the_layout_as_levels_or_as_their_values(nets: Networks) -> None:
    x = _given(nets, 5)
    levels = x["gist"] % LEVELS
    for gist in (levels, torch.full_like(levels, LEVELS)):
        with torch.no_grad():
            told = _layout(nets, x | {"gist": gist}, None)
            assert torch.equal(told, _layout(nets, x | {"gist": value_of(gist)}, None))
    with torch.no_grad():
        assert not torch.equal(told, _layout(nets, x | {"gist": levels}, None))


@pytest.mark.parametrize(("high", "wide"), [(16, 16), (24, 24), (32, 32), (48, 48), (48, 24)])
def test_a_coarse_silhouette_says_how_solid_each_cell_is(high: int, wide: int) -> None:
    solid = np.random.default_rng(high + wide).random((high, wide)) < np.linspace(0, 1, wide)
    expected = []
    for i in range(8):
        for j in range(8):
            rows = slice(i * high // 8, (i + 1) * high // 8)
            cell = solid[rows, j * wide // 8 : (j + 1) * wide // 8]
            expected.append(127 * int(cell.sum()) // cell.size)
    assert coarse(torch.from_numpy(solid)[None])[0].tolist() == [*expected, 127]


def _said(net: torch.nn.Module, name: str) -> Tensor:
    """The first output of a network, of the inputs that a package records."""
    output = DRAWINGS[name].outputs(net.shape)[0].name
    return torch.cat(
        [torch.from_numpy(a).flatten() for key, a in samples(name, net).items() if output in key]
    )


@pytest.mark.parametrize("name", [name for name in DRAWINGS if "encoder" not in name])
def test_a_folded_network_says_nearly_what_it_said_before(name: str) -> None:
    net = getattr(networks(3, folded=False), name)
    with torch.no_grad():
        before = _said(net, name)
        fold(net)
        after = _said(net, name)
    assert float((after - before).abs().mean()) < 0.15 * float(before.std())
    assert not torch.equal(after, before)


def test_a_network_that_is_not_folded_is_not_exported() -> None:
    with pytest.raises(ValueError, match=r"layout: .* is not folded"):
        graph("layout", networks(folded=False).layout)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_network_whose_sums_could_leave_the_exact_range_is_not_exported(name: str) -> None:
    net = getattr(networks(), name)
    conv = net.begin if name == "painter" else net.last
    conv.bias.data[0] = EXACT / 32 / conv.grid
    with pytest.raises(ValueError, match=f"{name}: a sum can reach"):
        graph(name, net)


def test_sums_that_are_added_up_are_bounded_together() -> None:
    half = 0.6 * EXACT / 32
    layout = networks().layout
    layout.down.bias.data[0] = half / layout.down.grid
    graph("layout", layout)
    layout.join.bias.data[0] = half / layout.join.grid
    with pytest.raises(ValueError, match="layout: a sum can reach"):
        graph("layout", layout)


@pytest.fixture(scope="module")
def package(nets: Networks, tmp_path_factory: pytest.TempPathFactory) -> Package:
    making = Making("balls", "1.0", "CC0-1.0", "Balls.", WORDS, BALLS, (), {"steps": 0})
    return export(nets, tmp_path_factory.mktemp("balls") / "package", making)


def test_a_package_repeats_torch_bit_for_bit_and_gives_its_networks_back(
    nets: Networks, package: Package
) -> None:
    replayed = replay(package)
    assert {one.graph for one in replayed} == set(DRAWINGS)
    assert all(one.passed and one.tolerance == 0 for one in replayed)
    again, words = opened(package)
    assert words == WORDS
    for part in fields(nets):
        net, back = getattr(nets, part.name), getattr(again, part.name)
        prove(package, part.name, samples(part.name, net, _EVERY, seed=1))
        prove(package, part.name, samples(part.name, back, _EVERY, seed=2))
        assert back.widest_sum() == net.widest_sum()


def test_a_network_that_goes_on_from_a_package_is_exported_as_the_same_bytes(package: Package) -> None:
    again, _ = opened(package)
    for name in DRAWINGS:
        assert graph(name, getattr(again, name)) == package.read(f"{name}.onnx")


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_graph_that_is_not_its_network_is_found_out(package: Package, name: str) -> None:
    with pytest.raises(ValueError, match=f"of {name}, case"):
        prove(package, name, samples(name, getattr(networks(7), name)))


def test_a_painter_may_be_missing_and_no_other_network(nets: Networks, tmp_path: Path) -> None:
    making = Making("balls", "1.0", "CC0-1.0", "Balls.", WORDS, BALLS, (), {"steps": 0})
    whole = export(replace(nets, painter=None), tmp_path / "whole", making)
    assert opened(whole)[0].painter is None
    told = whole.manifest
    write_package(
        tmp_path / "part",
        kind=told.kind,
        name=told.name,
        version=told.version,
        exact=True,
        graphs={name: spec for name, spec in told.graphs.items() if name != "layout"},
        settings=told.settings,
        card=told.card,
        files={name: whole.read(name) for name in told.files if name not in ("layout.onnx", CARD_FILE)},
    )
    with pytest.raises(PackageInvalid, match=r"part: its networks are .*expected .*layout"):
        opened(Package.open(tmp_path / "part"))


def test_settings_count_drawn_sprites_and_leave_parts_of_paper_dolls_out_of_the_tags(nets: Networks) -> None:
    synthetic = [replace(one, style="dolls", weight=0.25) for one in BALLS]
    parts = [replace(one, category="paperdoll") for one in BALLS[:3]]
    words = WORDS.joined(Vocabulary(("paperdoll",), ("dolls",), (), ()))
    told = settings(words, [*BALLS, *synthetic, *parts], nets)
    assert sum(one.count for one in told.seen) == len(BALLS) + 3
    assert "dolls" not in {one.style for one in told.seen}
    assert told.tag_counts == {"ball": {"item": 9, "potion": 9}, "round": {"item": 9, "potion": 9}}
    assert told.usual_style("item", 32) == "test"
    assert (told.codes, told.levels, told.gist, told.multiple) == (256, 4, 6, 8)
    assert np.array_equal(
        told.condition("item", "test", 32, ("ball",))[0],
        words.vector(["category:item", "style:test", "size:32", "tag:ball"]),
    )


def test_a_larger_vocabulary_changes_nothing_until_its_words_are_used(nets: Networks) -> None:
    more = WORDS.joined(Vocabulary(("hat",), ("own",), (16, 32), ("ball", "blue")))
    assert set(more.names) == {*WORDS.names, "category:hat", "style:own", "tag:blue"}
    wider = widened(nets, WORDS, more)
    x = _given(nets, 5)
    known, new = ["category:potion", "style:test", "size:32", "tag:round"], ["category:hat", "tag:blue"]
    for run in (_alpha, _prior, _layout):
        with torch.no_grad():
            before = run(nets, x | {"condition": torch.from_numpy(WORDS.vector(known))[None]}, None)
            after = run(wider, x | {"condition": torch.from_numpy(more.vector(known))[None]}, None)
            other = run(wider, x | {"condition": torch.from_numpy(more.vector(known + new))[None]}, None)
        assert torch.equal(before, after)
        assert torch.equal(before, other)


def test_a_painted_picture_is_in_the_palette_and_its_gradient_reaches_every_part() -> None:
    torch.manual_seed(0)
    painter = Painter(PainterShape(9, **PAINTER))
    palette = torch.randint(0, 256, (3, 6, 3)).float()
    given = torch.tensor([[1.0] * 6, [1.0] * 6, [1.0] * 4 + [0.0] * 2])
    gist, told = torch.randint(0, LEVELS, (3, 64)), torch.randint(0, 128, (3, 9)).float()
    made = painted(*painter(gist, palette, told, given), palette, given)
    for picture, colours, there in zip(made.detach(), palette, given, strict=True):
        solid = picture[3] > 0.5
        assert solid.any()
        allowed = {tuple(c) for c in colours[there > 0].tolist()}
        shown = ((picture[:3, solid].T + 1) * 127.5).round().tolist()
        assert {tuple(c) for c in shown} <= allowed
        assert float(picture[:, ~solid].abs().max() if (~solid).any() else 0) < 1e-6
    made.square().sum().backward()
    assert all(p.grad is not None and float(p.grad.abs().sum()) > 0 for p in painter.parameters())


def test_a_real_sprite_is_shown_to_the_judge_as_one_that_is_painted_alike() -> None:
    random = torch.Generator().manual_seed(1)
    palette = torch.randint(0, 256, (2, 5, 3), generator=random).float()
    tokens = torch.randint(0, 6, (2, 32, 32), generator=random)
    sure = 1e4 * torch.nn.functional.one_hot(tokens, 6).permute(0, 3, 1, 2).float()
    alpha = torch.stack([sure[:, 5], 1e4 - sure[:, 5]], 1)

    shown = painted(alpha, sure[:, :5], palette, torch.ones(2, 5))

    assert torch.allclose(shown, pictures(tokens, palette), atol=1e-6)
