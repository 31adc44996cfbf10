"""A folder with somebody's language model: read once, within bounds, no link followed.

model.onnx, tokenizer.json and, for the token that ends a text, config.json or generation_config.json; nothing
else is opened, whatever lies there.
"""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from playloom.errors import FileInvalid, PackageInvalid
from playloom.graph import Graph
from playloom.kinds.quest.imported.tokens import Tokens
from playloom.kinds.quest.realiser.language_model import LanguageModel, Layout
from playloom.onnx_imported import MODEL_BYTES, Imported, scan_language_model
from playloom.strict_json import read_json

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
CONFIGS = ("generation_config.json", "config.json")
TOKENIZER_BYTES, CONFIG_BYTES = 32 << 20, 1 << 20
ENDS_MOST = 16  # tokens that may end a text
CONTEXT = 1024  # tokens that are read for a line, all that is told before it among them
LARGEST = {"batch": 16, "time": 128, "past": CONTEXT}  # of what is run


@dataclass(frozen=True, eq=False)
class ModelFolder:
    """A model that is loaded."""

    root: Path
    model: LanguageModel
    tokens: Tokens
    graph: Graph
    hash: str  # SHA-256 of model.onnx


def open_folder(path: Path) -> ModelFolder:
    """Read a folder.

    Raises:
        FileInvalid: If a file is missing, no plain file, too large, or not what it should be.
    """
    if not path.is_dir():
        raise FileInvalid(f"{path}: no such folder; give one with {MODEL} and {TOKENIZER}")
    data = _read(path / MODEL, MODEL_BYTES)
    imported = scan_language_model(data, str(path / MODEL))
    found = hashlib.sha256(data).hexdigest()
    del data
    where = str(path / TOKENIZER)
    tokens = Tokens.from_bytes(_read(path / TOKENIZER, TOKENIZER_BYTES), _ends(path), where)
    if tokens.size > imported.vocabulary:
        raise FileInvalid(
            f"{where}: has {tokens.size} tokens, {MODEL} has logits for {imported.vocabulary}; "
            "take both files from one model"
        )
    try:
        graph = Graph(imported.spec, imported.data, str(path / MODEL), imported.bounds)
        graph.prepare(LARGEST)
        model = LanguageModel(graph, _layout(imported))
        model.read(tokens.encode("Once"))  # a model that fails on its first word is refused here
    except PackageInvalid as fault:
        raise FileInvalid(f"{path}: {fault}") from None
    return ModelFolder(path, model, tokens, graph, found)


def _layout(imported: Imported) -> Layout:
    return Layout(imported.blocks, imported.heads, imported.width, imported.positions, imported.dtype)


def _ends(path: Path) -> frozenset[int]:
    """Return the tokens that end a text, as the first file that names any has them."""
    for name in CONFIGS:
        if not os.path.lexists(path / name):
            continue
        where = str(path / name)
        try:
            plain = read_json(_read(path / name, CONFIG_BYTES), where, printable=False)
        except PackageInvalid as fault:
            raise FileInvalid(str(fault)) from None
        found = plain.get("eos_token_id") if isinstance(plain, dict) else None
        ids = found if isinstance(found, list) else [] if found is None else [found]
        if len(ids) > ENDS_MOST or not all(type(one) is int and one >= 0 for one in ids):
            raise FileInvalid(f"{where}: eos_token_id is {str(found)[:60]}; expected a token or a few")
        if ids:
            return frozenset(ids)
    return frozenset()


def _read(path: Path, most: int) -> bytes:
    """Read a regular file of at most ``most`` bytes, following no link and waiting for no pipe."""
    try:
        _check(path.lstat(), path, most)  # before opening: opening a device can act on it
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with os.fdopen(handle, "rb") as file:
            _check(os.fstat(handle), path, most)  # what was opened, whatever stood there before
            data = file.read(most + 1)
    except FileNotFoundError as missing:
        raise FileInvalid(f"{path}: is missing; the folder needs {MODEL} and {TOKENIZER}") from missing
    except OSError as problem:
        raise FileInvalid(f"{path}: cannot be read ({problem.strerror or problem}); copy it again") from None
    if len(data) > most:
        raise FileInvalid(f"{path}: grew while it was read; try again")
    return data


def _check(status: os.stat_result, path: Path, most: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise FileInvalid(
            f"{path}: is a link, folder or device; copy the file itself (Hugging Face's cache holds "
            "links: `hf download --local-dir` does not)"
        )
    if status.st_size > most:
        raise FileInvalid(f"{path}: {status.st_size} bytes, at most {most} are read; take a smaller model")
