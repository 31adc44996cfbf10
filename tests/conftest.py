"""What every test needs of the process it runs in, and the engine that judges files for it."""

import os
import shutil
import signal
from pathlib import Path

import pytest

# A shell that starts the tests in the background has them ignore Ctrl-C, and programs that tests interrupt
# would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# As many processes test side by side as there are cores: threads of one, which wait for each other busily,
# would take the time of another. Set before any library counts the cores, and for commands that tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def engine() -> str:
    """Return Godot's command; where there is none the test is skipped, in CI it fails."""
    beside = Path(__file__).parents[1] / ".godot-engine" / "bin" / "godot"
    found = os.environ.get("PLAYLOOM_GODOT") or shutil.which("godot") or shutil.which("godot4")
    found = found or (str(beside) if beside.exists() else None)
    if found is None:
        message = "no Godot 4.4 or newer: run scripts/install_godot, or set PLAYLOOM_GODOT"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def template(engine: str) -> Path:
    """Return Godot's release template; where there is none the test is skipped, in CI it fails."""
    beside = Path(engine).with_name("godot-template-release")
    own = Path(__file__).parents[1] / ".godot-engine" / "bin" / "godot-template-release"
    found = next((path for path in (beside, own) if path.exists()), None)
    if found is None:
        message = "no release template of Godot: run scripts/install_godot"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return found
