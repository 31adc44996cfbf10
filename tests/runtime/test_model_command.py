"""`playloom model`: what it prints and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_packages import Manifest, tiny_samples, write

from playloom.cli import main
from playloom.npz import write_npz


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    write(tmp_path / "shelf" / "tiny")
    return tmp_path / "shelf"


class Shell:
    """Runs the whole command line as a user does, but in this process."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["model", *arguments])
        out, err = self._capture.readouterr()
        return int(ended.value.code or 0), out, err


@pytest.fixture
def run(shelf: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("PLAYLOOM_MODELS", str(shelf))
    monkeypatch.chdir(shelf.parent)
    return Shell(capsys)


def test_list_shows_each_package(run: Shell) -> None:
    code, out, err = run("list")

    assert (code, err) == (0, "")
    assert out.splitlines()[0].split() == ["name", "kind", "version", "promise", "licence", "bytes", "folder"]
    assert ["tiny", "tiny", "1.0", "exact", "MIT"] in [line.split()[:5] for line in out.splitlines()]


def test_list_gives_json(run: Shell, shelf: Path) -> None:
    code, out, _ = run("list", "--json")
    row = next(row for row in json.loads(out) if row["name"] == "tiny")

    assert code == 0
    assert row["folder"] == str(shelf / "tiny")
    assert len(row["hash"]) == 64


def test_list_goes_on_beyond_a_broken_package(run: Shell, shelf: Path) -> None:
    (write(shelf / "bad") / "words.json").write_text("{}")
    code, out, err = run("list")

    assert code == 1
    assert {"bad", "tiny"} <= {line.split()[0] for line in out.splitlines()}
    assert err.startswith("playloom: ") and "words.json" in err


def test_show_prints_signature_files_and_data(run: Shell) -> None:
    code, out, _ = run("show", "tiny")

    assert code == 0
    assert "net: x float32 (1, length, 3) -> y float32 (1, length, 3)" in out
    assert "maps: CC0-1.0, 3 from here" in out


def test_show_gives_the_manifest_as_json(run: Shell, shelf: Path) -> None:
    _, out, _ = run("show", "tiny", "--json")
    manifest = json.loads((shelf / "tiny" / "manifest.json").read_text())

    assert {**manifest, "hash": json.loads(out)["hash"]} == json.loads(out)


@pytest.mark.parametrize("name", ["tiny", "shelf/tiny", "./shelf/tiny"])
def test_check_replays_every_case(run: Shell, name: str) -> None:
    code, out, err = run("check", name)

    assert (code, err) == (0, "")
    assert out.count("y differs by 0, none allowed") == 2
    assert out.splitlines()[-1] == "tiny 1.0: sound"


def samples(shelf: Path, change: float, **settings: object) -> None:
    """Record outputs that are off by ``change``."""
    recorded = tiny_samples()
    recorded["1/y"] = recorded["1/y"] + np.float32(change)

    def edit(manifest: Manifest) -> None:
        manifest.update(exact="tolerance" not in settings, settings=settings)

    write(shelf / "tiny", files={"samples.npz": write_npz(recorded)}, edit=edit)


def test_check_fails_where_an_exact_package_differs_in_the_last_bit(run: Shell, shelf: Path) -> None:
    samples(shelf, 2**-20)
    code, out, err = run("check", "tiny")

    assert code == 1
    assert "FAILED  sample: net 1: y differs by 9.53" in out
    assert err.startswith("playloom: ") and "a check failed" in err


@pytest.mark.parametrize(("change", "code"), [(0.01, 0), (0.1, 1), (float("nan"), 1)])
def test_check_allows_the_stated_tolerance(run: Shell, shelf: Path, change: float, code: int) -> None:
    samples(shelf, change, tolerance=0.05)

    assert run("check", "tiny")[0] == code


def test_check_wants_a_tolerance_of_a_package_that_is_not_exact(run: Shell, shelf: Path) -> None:
    samples(shelf, 0, tolerance=-1)
    code, out, _ = run("check", "tiny")

    assert code == 1
    assert "settings.tolerance is -1" in out


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        ({}, "no case"),
        ({"x": np.zeros(1)}, "belongs to no graph"),
        ({"0/x": tiny_samples()["0/x"]}, "case 0: has x; expected x, y"),
        ({**tiny_samples(), "0/y": np.zeros((1, 4, 2), np.float32)}, "differs by inf"),
        ({**tiny_samples(), "0/x": np.zeros((1, 4, 3))}, "is float64"),
    ],
)
def test_check_fails_on_samples_that_do_not_fit(
    run: Shell, shelf: Path, recorded: dict[str, np.ndarray], words: str
) -> None:
    write(shelf / "tiny", files={"samples.npz": write_npz(recorded)})
    code, out, err = run("check", "tiny")

    assert code == 1
    assert words in out + err
    assert "Traceback" not in err


def test_card_is_printed_without_what_steers_a_terminal(run: Shell, shelf: Path) -> None:
    write(shelf / "tiny", files={"CARD.md": b"# tiny\n\x1b[31mred\n"})

    assert run("card", "tiny") == (0, "# tiny\n[31mred\n", "")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("check", "nope"), 2, "playloom: no model package is called 'nope'; there are "),
        (("show", "./nowhere"), 2, "there is no folder"),
        (("check",), 2, "NAME|FOLDER"),
        (("list", "--wrong"), 2, "--wrong"),
        (("paint",), 2, "paint"),
    ],
)
def test_failures_end_with_their_code_and_a_word(
    run: Shell, arguments: tuple[str, ...], code: int, words: str
) -> None:
    found, out, err = run(*arguments)

    assert (found, out) == (code, "")
    assert words in err
    assert "Traceback" not in err


def test_the_module_imports_light() -> None:
    code = (
        "import sys, playloom.commands.model\n"
        "print([name for name in ('onnx', 'onnxruntime', 'numpy', 'msgspec', 'rich') if name in sys.modules])"
    )

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
