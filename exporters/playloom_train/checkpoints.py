"""Checkpoints of a training run: this machine's own work files, never part of a package."""

import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from rich.console import Console

from playloom.errors import FileInvalid, RequestInvalid


def tell(folder: Path, options: str, console: Console) -> None:
    """Say where checkpoints are kept and what for: ``options`` that go on from them."""
    console.print(
        f"checkpoints are kept in {folder}, for {options}; the package does not need it, delete it when you "
        "are done",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def check_fresh(folder: Path, *, resume: bool) -> None:
    """Refuse to train over the checkpoints of another run, before an hour's work.

    Raises:
        RequestInvalid: If there are some, and the run does not go on from them.
    """
    if not resume and any(folder.glob("*.pt")):
        raise RequestInvalid(
            f"{folder}: holds checkpoints of an earlier run; --resume goes on from them, to train anew "
            "delete the folder or choose another one with --checkpoints"
        )


def save(path: Path, state: Mapping[str, Any]) -> None:
    """Write a checkpoint, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A draft of its own: two runs in one folder may lose to one another, but never write into one file.
    draft = path.with_suffix(f".{os.getpid()}.part")
    try:
        torch.save(dict(state), draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def load(path: Path, shape: Mapping[str, Any], device: torch.device, what: str) -> dict[str, Any]:
    """Return what a checkpoint of ``what`` ("a level run") holds.

    Raises:
        FileInvalid: If it is not there, is none, or is of a network of another shape than ``shape``.
    """
    if not path.is_file():
        raise FileInvalid(f"{path} is not there; leave --resume out to begin a new run")
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True, map_location=device)
        same = state["shape"] == shape
    except (RuntimeError, KeyError, TypeError, EOFError, pickle.UnpicklingError) as error:
        reason = str(error).partition("\n")[0].partition(". ")[0]
        raise FileInvalid(f"{path} is not a checkpoint of {what} ({reason}); start anew") from error
    if not same:
        raise FileInvalid(f"{path} is of another network or vocabulary; choose another folder or start anew")
    return state
