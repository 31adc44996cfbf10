"""The tools that game writers use, run by node: one process for many quests."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

TOOLS = Path(__file__).parent / "tools"


def run_tool(tool: str, jobs: list[dict[str, Any]]) -> list[Any]:
    """Return a tool's result for each job, see ``tools/walk.mjs``; without node, skip or in CI fail."""
    node = shutil.which("node")
    if node is None or not (TOOLS / "node_modules").is_dir():
        message = "no node 20 or newer with the packages of tests/quest/tools: run scripts/test"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    done = subprocess.run(
        [node, str(TOOLS / "walk.mjs")],
        input=json.dumps({"tool": tool, "jobs": jobs}),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return list(json.loads(done.stdout))
