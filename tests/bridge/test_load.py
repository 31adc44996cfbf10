"""The bridge under load, over lines that fail, and killed: `benchmarks/bridge.py` with small counts.

Only what does not depend on how busy the machine is must hold here; the benchmark judges the rest.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "bridge.py"
CANCELS, LINES, KILLS = 60, 3, 3  # the benchmark has 1,000, 20 and 200
SMALL = (
    f"--trips 100 --clients 20 --rate 100 --seconds 2 --cancels {CANCELS} --toxics {LINES} --kills {KILLS}"
)
TOXICS = ["latency", "bandwidth", "slow close", "timeout", "slicer", "limit", "reset"]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the benchmark measured."""
    to = tmp_path_factory.mktemp("bridge") / "bridge.json"
    command = [sys.executable, str(BENCHMARK), *SMALL.split(), "--no-conformance", "--to", str(to)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)
    assert done.returncode in (0, 1), done.stderr  # 1: something was not as fast as it must be
    return dict(json.loads(to.read_text()))


def test_every_request_of_many_clients_at_once_is_answered_once(found: dict[str, Any]) -> None:
    load = found["load"]

    assert load["clients"] == 20 and load["answered"] >= 190
    assert load["answered_twice"] == 0 and load["errors"] == 0
    assert load["memory_grown_kib"] < 16_384


def test_requests_cancelled_at_random_moments_end_so_and_at_once(found: dict[str, Any]) -> None:
    stops = found["cancels"]

    assert stops["count"] == CANCELS and stops["strange"] == 0
    assert stops["free_afterwards"], "a worker went on with what nobody wants"
    assert stops["ms"]["most"] < 2000


@pytest.mark.parametrize("toxic", TOXICS)
def test_a_line_that_fails_costs_no_answer_and_hurts_nobody_else(found: dict[str, Any], toxic: str) -> None:
    (line,) = [line for line in found["toxics"]["each"] if line["toxic"] == toxic]

    assert line["times"] == LINES and line["requests"] == 8 * LINES
    assert line["ended_once"] == line["requests"]
    assert line["bystanders_errors"] == 0 and line["bystanders_ms"]["median"] < 500
    assert found["toxics"]["bystanders_lost"] == 0
    if toxic in ("limit", "reset"):
        assert line["connections"] > 2 * LINES, "the line did not fail"


def test_callers_of_a_killed_server_get_one_answer_each_from_the_next(found: dict[str, Any]) -> None:
    ends = found["kills"]

    assert ends["kills"] == KILLS and ends["requests"] > 10 * KILLS
    assert ends["ended_once"] == ends["requests"] and ends["answered_twice"] == 0
    assert ends["away_ms"]["most"] < 10_000
