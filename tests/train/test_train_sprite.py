"""`playloom train sprite` through the installed command: what it refuses before it reads a picture."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the extra train is not installed")

PLAYLOOM = Path(sys.executable).with_name("playloom")


def test_checkpoints_of_an_earlier_run_are_not_trained_over(tmp_path: Path) -> None:
    for folder in ("sprites", "run"):
        (tmp_path / folder).mkdir()
    (tmp_path / "run" / "codes.pt").write_bytes(b"an hour's work")
    command = [
        PLAYLOOM,
        "train",
        "sprite",
        "sprites",
        "-o",
        "style",
        "--checkpoints",
        "run",
        "--licence",
        "own",
    ]

    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)

    assert refused.returncode == 2
    assert "run: holds checkpoints of an earlier run; --resume goes on from them" in refused.stderr
    assert (tmp_path / "run" / "codes.pt").read_bytes() == b"an hour's work"
    assert not (tmp_path / "style").exists()
