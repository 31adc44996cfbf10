"""Folders that claim to hold a language model: each fault is refused, where it is and what to do about it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

pytest.importorskip("torch", reason="the extra train is not installed")

from quest_imports import exported, write_folder

from playloom.api.quest_making import quest_realiser
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.quest.imported.folder import open_folder
from playloom.onnx_imported import scan_language_model


def changed(change: Callable[[Any], None]) -> bytes:
    """Return the tiny model with a change."""
    model = onnx.load_from_string(exported())
    change(model)
    return bytes(model.SerializeToString())


def refused(change: Callable[[Any], None], saying: str) -> None:
    with pytest.raises(FileInvalid, match=saying):
        scan_language_model(changed(change), "model.onnx")


def _external(model: Any) -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")


def _loop(model: Any) -> None:
    body = helper.make_graph([], "body", [], [])
    model.graph.node.append(helper.make_node("Loop", ["", "", ""], ["never"], "loop", body=body))


def _custom(model: Any) -> None:
    model.opset_import.append(helper.make_opsetid("evil", 1))
    model.graph.node.append(helper.make_node("Shell", ["input_ids"], ["out"], "shell", domain="evil"))


def _bomb(model: Any) -> None:
    model.graph.initializer.append(numpy_helper.from_array(np.array([1 << 20, 1 << 20], np.int64), "huge"))
    model.graph.node.append(helper.make_node("ConstantOfShape", ["huge"], ["filled"], "bomb"))


def _half(model: Any) -> None:
    shape = ["batch", 2, "past", 16]
    model.graph.input.append(helper.make_tensor_value_info("past_key_values.2.key", TensorProto.FLOAT, shape))


def _wide(model: Any) -> None:
    value = next(one for one in model.graph.input if one.name == "past_key_values.1.key")
    value.type.tensor_type.shape.dim[3].dim_value = 8


def _free_heads(model: Any) -> None:
    value = next(one for one in model.graph.input if one.name == "past_key_values.0.key")
    value.type.tensor_type.shape.dim[1].dim_param = "heads"


def _merged(model: Any) -> None:
    model.graph.input.append(helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1]))


def _blocks(model: Any) -> None:
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    for name, value in (("packed", np.zeros((4, 2, 16), np.uint8)), ("scales", np.ones(8, np.float32))):
        model.graph.initializer.append(numpy_helper.from_array(value, name))
    node = helper.make_node(
        "MatMulNBits", ["logits", "packed", "scales"], ["product"], "product", domain="com.microsoft",
        K=600, N=1 << 20, bits=4, block_size=32,
    )  # fmt: skip
    model.graph.node.append(node)


@pytest.mark.parametrize(
    ("change", "saying"),
    [
        (_external, "lies in another file"),
        (_loop, "'Loop' is not allowed"),
        (_custom, "domain 'evil'"),
        (_bomb, r"shape \(1048576, 1048576\)"),
        (_half, r"past_key_values\.N\.key"),
        (_wide, "past_key_values.1.key has sizes"),
        (_free_heads, "heads and width fixed"),
        (_merged, "--no-post-process"),
        (_blocks, "expected .* bytes"),
        (lambda model: model.functions.add(), "functions"),
        (lambda model: setattr(model, "ir_version", 3), "IR version 3"),
        (lambda model: setattr(model.opset_import[0], "version", 7), "operator sets"),
    ],
)
def test_a_graph_that_is_no_plain_language_model_is_refused(
    change: Callable[[Any], None], saying: str
) -> None:
    refused(change, saying)


@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"\xff" * 100, exported()[:5000]])
def test_bytes_that_are_no_model_are_refused(data: bytes) -> None:
    with pytest.raises(FileInvalid, match=r"model\.onnx"):
        scan_language_model(data, "model.onnx")


def test_metadata_does_not_reach_onnx_runtime() -> None:
    def tell(model: Any) -> None:
        model.metadata_props.add(key="session.optimized_model_filepath", value="/tmp/written")
        model.graph.node[0].metadata_props.add(key="path", value="/home/somebody")

    assert b"written" not in scan_language_model(changed(tell), "model.onnx").data


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = write_folder(tmp_path / "model")
    (folder / name).unlink()
    with pytest.raises(FileInvalid, match=f"{name}: is missing"):
        open_folder(folder)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_links_and_folders_are_not_followed(tmp_path: Path, name: str) -> None:
    folder = write_folder(tmp_path / "model")
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to("../elsewhere")
    with pytest.raises(FileInvalid, match=f"{name}: is a link"):
        open_folder(folder)
    (folder / name).unlink()
    (folder / name).mkdir()
    with pytest.raises(FileInvalid, match="folder or device"):
        open_folder(folder)


def test_a_file_beyond_the_bound_is_not_read(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "model")
    with (folder / "tokenizer.json").open("wb") as file:
        file.truncate(40 << 20)  # sparse
    with pytest.raises(FileInvalid, match="at most 33554432"):
        open_folder(folder)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"model": {}}', "[" * 100_000, '{"model": {"type": "BPE", "vocab": {}, "merges": []}}'],
)
def test_a_tokenizer_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    folder = write_folder(tmp_path / "model")
    (folder / "tokenizer.json").write_text(text, "utf-8")
    with pytest.raises(FileInvalid, match=r"tokenizer\.json"):
        open_folder(folder)


@pytest.mark.parametrize("found", ['"0"', "[[0]]", "-1", "true", str([0] * 99)])
def test_ends_that_are_no_tokens_are_refused(tmp_path: Path, found: str) -> None:
    folder = write_folder(tmp_path / "model")
    (folder / "config.json").write_text(f'{{"eos_token_id": {found}}}', "utf-8")
    with pytest.raises(FileInvalid, match="eos_token_id"):
        open_folder(folder)


def test_logits_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    def spoil(model: Any) -> None:
        for tensor in model.graph.initializer:
            values = numpy_helper.to_array(tensor)
            if values.dtype == np.float32 and values.size > 1000:
                tensor.raw_data = np.full_like(values, np.nan).tobytes()

    folder = write_folder(tmp_path / "model", changed(spoil))
    with pytest.raises(FileInvalid, match="no finite numbers"):
        open_folder(folder)


def test_a_tokenizer_of_another_model_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "model")
    plain = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    vocabulary = plain["model"]["vocab"]
    plain["model"]["vocab"] = vocabulary | {f"word{n}": len(vocabulary) + n for n in range(500)}
    (folder / "tokenizer.json").write_text(json.dumps(plain), "utf-8")
    with pytest.raises(FileInvalid, match="take both files from one model"):
        open_folder(folder)


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match="no such folder"):
        quest_realiser(model=tmp_path / "nowhere")
    with pytest.raises(RequestInvalid, match="no package beside it"):
        quest_realiser("quests", tmp_path)
