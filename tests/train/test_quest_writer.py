"""The network of the realiser: exact on the grid, whatever is batched, padded or cached."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_writers import small_vocabulary, small_writer

from playloom.graph import Graph
from playloom.kinds.quest.realiser import prompt
from playloom.kinds.quest.realiser.vocabulary import NAMED, SPECIAL, Vocabulary
from playloom.onnx_scan import scan_graph
from playloom_train.dyadic import through
from playloom_train.kinds.quest.onnx_writer_net import feeds, graph, graph_spec, outputs, restored, samples
from playloom_train.kinds.quest.writer import WriterNet


def _graph(net: WriterNet) -> Graph:
    data, spec = graph(net), graph_spec(net.shape)
    scan_graph(data, spec, "writer.onnx")
    return Graph(spec, data, "writer.onnx")


def _run(graph: Graph, ids: np.ndarray, past: list[np.ndarray], **other: np.ndarray) -> list[np.ndarray]:
    names = [one.name for one in graph.spec.inputs]
    made = graph.run(dict(zip(names, feeds(ids, past), strict=True)) | other)
    return list(made.values())


def _nothing(net: WriterNet, rows: int = 1) -> list[np.ndarray]:
    shape = net.shape
    return [np.zeros((rows, shape.heads, 0, shape.head_width), np.float32)] * (2 * shape.blocks)


def test_the_graph_repeats_torch_to_the_last_bit_and_leads_back_to_the_network() -> None:
    net = small_writer()
    graph_ = _graph(net)
    for key, array in samples(net).items():
        case, name = key.split("/")
        if name == "logits":
            inputs = {one.name: samples(net)[f"{case}/{one.name}"] for one in graph_.spec.inputs}
            assert np.array_equal(graph_.run(inputs)["logits"], array)
            assert np.array_equal(array, np.rint(array))
    assert graph(restored(small_writer(1, folded=False), graph(net))) == graph(net)


def test_doubles_come_to_the_same_numbers_as_floats() -> None:
    net = small_writer()
    ids = torch.randint(0, net.shape.vocabulary, (2, 30))
    with torch.no_grad():
        single, _ = net(ids)
        double, _ = net.double()(ids)
    assert torch.equal(single.double(), double)


def test_token_by_token_is_the_same_as_all_at_once() -> None:
    net = small_writer()
    graph_ = _graph(net)
    ids = np.random.default_rng(3).integers(0, net.shape.vocabulary, (1, 17))

    whole = _run(graph_, ids, _nothing(net))
    past, logits = _nothing(net), []
    for place in range(ids.shape[1]):
        made, *past = _run(graph_, ids[:, place : place + 1], past)
        logits.append(made[0, 0])

    assert np.array_equal(np.stack(logits), whole[0][0])
    assert all(np.array_equal(one, other) for one, other in zip(past, whole[1:], strict=True))


def test_a_padded_row_of_a_batch_goes_on_as_if_it_were_alone() -> None:
    net = small_writer()
    graph_ = _graph(net)
    random = np.random.default_rng(4)
    long, short, more = (random.integers(0, net.shape.vocabulary, size) for size in (12, 7, 3))
    alone = _run(graph_, np.concatenate([short, more])[None], _nothing(net))[0][0, -3:]

    rows = np.stack([long, np.concatenate([short, np.zeros(5, np.int64)])])
    past = _run(graph_, rows, _nothing(net, 2))[1:]
    mask = np.ones((2, 15), np.int64)
    mask[1, 7:12] = 0
    places = np.stack([np.arange(12, 15), np.arange(7, 10)])
    beside = _run(graph_, np.stack([more, more]), past, attention_mask=mask, position_ids=places)[0][1]

    assert np.array_equal(beside, alone)


def test_what_comes_after_a_token_does_not_change_it() -> None:
    net = small_writer()
    ids = np.random.default_rng(5).integers(0, net.shape.vocabulary, (1, 20))
    changed = ids.copy()
    changed[0, 12:] = (changed[0, 12:] + 1) % net.shape.vocabulary

    one, other = (outputs(net, each, _nothing(net))[0] for each in (ids, changed))

    assert np.array_equal(one[:, :12], other[:, :12])
    assert not np.array_equal(one[:, 12:], other[:, 12:])


def test_the_network_learns_with_the_rounding_in_it() -> None:
    net = small_writer().train()
    net.dropout = 0.0
    ids = torch.randint(len(SPECIAL), net.shape.vocabulary, (4, 20))
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-2)
    losses = []
    for _ in range(40):
        logits, _ = net(ids[:, :-1])
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1) / 32, ids[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] / 2


def test_a_network_that_is_not_on_the_grid_or_too_wide_is_not_exported() -> None:
    with pytest.raises(ValueError, match="not folded"):
        graph(small_writer(folded=False))
    wide = small_writer()
    wide.blocks[0].down.weight.data.fill_(1e6)  # type: ignore[union-attr]
    wide.blocks[0].down.grid = 1 << 30  # type: ignore[union-attr]
    object.__setattr__(wide.blocks[0].down, "widest_sum", lambda: 1 << 24)
    with pytest.raises(ValueError, match=r"blocks\.0\.down: a sum can reach"):
        graph(wide)


_TEXT = st.lists(
    st.one_of(
        st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=12),
        st.sampled_from([f"{{{slot}}}" for slot in NAMED]),
        st.sampled_from([" ", "<end>", "<pad>", "{", "}", "{nobody}", "{item", "😀"]),
    ),
    max_size=8,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(_TEXT)
def test_words_spell_every_text_again(text: str) -> None:
    vocabulary, _ = small_vocabulary()

    ids = vocabulary.encode(text)

    assert vocabulary.decode(ids) == text
    pieces = "".join(vocabulary.pieces()[one] for one in ids)
    assert "\ufffd" in pieces or pieces == f" {text}"
    controls = {vocabulary.end, vocabulary.pad, vocabulary.says}
    assert not controls & set(ids)


def test_a_prompt_tells_what_is_known_and_leaves_out_the_rest() -> None:
    vocabulary, _ = small_vocabulary()
    told = prompt.header(vocabulary, prompt.Setting("spy", "wry", "cosy", "old thief", ("item", "place")))
    bare = prompt.header(vocabulary, prompt.Setting("", "shouting", "", "", ()))

    assert [SPECIAL[one] for one in told if one < len(SPECIAL)] == [
        "<quest>", "<strategy:spy>", "<tone:wry>", "<genre:cosy>", "<persona>", "<slots>",
        "{place}", "{item}", "<lines>",
    ]  # fmt: skip
    assert vocabulary.decode(one for one in told if one >= len(SPECIAL)) == "old thief"
    assert [SPECIAL[one] for one in bare] == ["<quest>", "<lines>"]
    assert [SPECIAL[one] for one in prompt.opening(vocabulary, "told", ["who"], "goto")] == [
        "<act:told>", "<step:goto>", "{who}", "<says>",
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xfe", b"[" * 100_000, b"x" * (5 << 20)])
def test_words_that_are_none_are_refused(data: bytes) -> None:
    from playloom.errors import PackageInvalid

    with pytest.raises(PackageInvalid, match=r"t\.json"):
        Vocabulary.from_bytes(data, "t.json")


def test_words_of_another_version_are_refused() -> None:
    from playloom.errors import PackageInvalid

    _, data = small_vocabulary()
    with pytest.raises(PackageInvalid, match="another version"):
        Vocabulary.from_bytes(data.replace(b"<quest>", b"<quets>"), "t.json")


def test_a_value_that_gradients_pass_by_is_exact() -> None:
    exact = torch.arange(1.0, 2001.0)
    soft = (torch.rand(2000, generator=torch.Generator().manual_seed(0)) * 1e-3).requires_grad_()

    value = through(exact, soft)
    value.sum().backward()  # type: ignore[no-untyped-call]

    assert torch.equal(value, exact)
    assert soft.grad is not None and torch.equal(soft.grad, torch.ones(2000))
