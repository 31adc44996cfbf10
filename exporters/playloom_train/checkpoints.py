"""Checkpoints of a training run: this machine's own work files, never part of a package."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from playloom.errors import FileInvalid


def save(path: Path, state: Mapping[str, Any]) -> None:
    """Write a checkpoint, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    torch.save(dict(state), draft)
    draft.replace(path)


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
        raise FileInvalid(f"{path} is not a checkpoint of {what} ({error}); start anew") from error
    if not same:
        raise FileInvalid(f"{path} is of another network or vocabulary; choose another folder or start anew")
    return state
