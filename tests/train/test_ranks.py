"""Several processes train one net: the same gradients in each, one package from all."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra train is not installed")

from playloom.package import Package  # noqa: E402

QUIET = os.environ | {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1"}
TORCHRUN = [str(Path(sys.executable).with_name("torchrun")), "--standalone", "--nproc-per-node", "2"]
AVERAGING = """
import torch
from playloom_train import ranks

with ranks.together():
    net = torch.nn.Linear(3, 2)
    torch.nn.init.ones_(net.weight)
    net(torch.full((1, 3), float(ranks.rank() + 1))).sum().backward()
    ranks.average_gradients(net)
    assert ranks.count() == 2
    assert net.weight.grad.tolist() == [[1.5] * 3] * 2, net.weight.grad
    assert net.bias.grad.tolist() == [1.0] * 2
    assert ranks.told(ranks.rank() + 5.0, torch.device("cpu")) == 5.0
    if ranks.rank() == 0:
        print("averaged")
"""


def test_gradients_are_the_mean_over_the_processes_and_the_first_one_tells(tmp_path: Path) -> None:
    (tmp_path / "averaging.py").write_text(AVERAGING)
    done = subprocess.run(
        [*TORCHRUN, str(tmp_path / "averaging.py")], env=QUIET, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "averaged" in done.stdout


def test_two_processes_write_one_package_that_says_so(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    (tmp_path / "maps").mkdir()
    for i in range(3):
        rows = ["".join("#."[int(n)] for n in row) for row in random.integers(0, 2, (12, 12))]
        (tmp_path / "maps" / f"map{i}.txt").write_text("\n".join(rows) + "\n")
    command = [
        *TORCHRUN,
        "-m",
        "playloom_train",
        "level",
        str(tmp_path / "maps"),
        "-o",
        str(tmp_path / "style"),
    ]
    done = subprocess.run(
        [*command, "--licence", "own", "--steps", "4", "--checkpoints", str(tmp_path / "run")],
        env=QUIET,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    training = Package.open(tmp_path / "style").manifest.card.training
    assert (training["steps"], training["processes"]) == (4, 2)
    assert done.stderr.count("3 maps, 432 cells") == 1
