"""Same request, same bytes: in how many environments is that so?

Each environment makes the same levels and sprites in a fresh process, writes them in several formats, and
the SHA-256 of the files is compared with that of the first environment. Not part of CI: it fetches other
versions of ONNX Runtime and NumPy, and emulates other processors.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import arm
import determinism_sprites
import numpy as np
from determinism_probe import LEVEL, OUTPUTS, REQUESTS, SPRITE, digest
from record import HERE, WORK, begin, console, package_record, save, show
from rich.progress import track

from playloom.api.sprite_making import sprite_generator
from playloom.library import VARIABLE

RUNTIMES = ("onnxruntime==1.32.0", "onnxruntime==1.23.2")  # CPU wheels, beside the installed one
OLDEST = ("numpy==2.0.2", "scipy==1.14.1")  # the oldest that pyproject.toml admits
EMULATED = ("Haswell", "SandyBridge", "Nehalem")  # AVX2; AVX; neither


@dataclass(frozen=True)
class Environment:
    """Where levels and sprites are made."""

    name: str
    options: tuple[str, ...] = ()  # of the probe
    variables: dict[str, str] = field(default_factory=dict)
    interpreter: tuple[str, ...] | None = (sys.executable,)  # its command; None: Python on aarch64, emulated
    packages: tuple[str, ...] = ()  # other versions to put before the installed ones


def environments(emulated: bool) -> list[Environment]:
    """Return the environments to compare, the reference first."""
    features = np._core._multiarray_umath.__cpu_dispatch__
    strange = {"TZ": "Pacific/Chatham", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "COLUMNS": "33"}
    found = [
        Environment("reference"),
        Environment("again, in another process"),
        Environment("PYTHONHASHSEED=1", variables={"PYTHONHASHSEED": "1"}),
        Environment("PYTHONHASHSEED=4242", variables={"PYTHONHASHSEED": "4242"}),
        Environment("Turkish locale, another time zone", variables=strange),
        Environment(
            "Python -O, UTF-8 off", variables={"PYTHONOPTIMIZE": "1", "PYTHONUTF8": "0", "LC_ALL": "C"}
        ),
        Environment("2 threads in ONNX Runtime", ("--threads", "2")),
        Environment("4 threads in ONNX Runtime", ("--threads", "4")),
        Environment("8 requests at once", ("--together", "8", "--rounds", "4")),
        Environment("8 at once, 2 threads each", ("--together", "8", "--rounds", "2", "--threads", "2")),
        Environment("graph optimisations off", ("--plain",)),
        Environment(
            "NumPy without SIMD dispatch",
            variables={"NPY_DISABLE_CPU_FEATURES": " ".join(features), "OPENBLAS_CORETYPE": "Prescott"},
        ),
        *(Environment(name.replace("==", " "), packages=(name,)) for name in RUNTIMES),
        Environment(" and ".join(OLDEST).replace("==", " "), packages=OLDEST),
    ]
    if emulated:
        for model in EMULATED:
            interpreter = ("qemu-x86_64", "-cpu", model, sys.executable)
            found.append(Environment(f"x86_64 as {model}, emulated", ("--few",), interpreter=interpreter))
        found.append(Environment("aarch64, emulated", ("--few",), interpreter=None))
    return found


def fetch(packages: tuple[str, ...]) -> Path:
    """Install other versions into a folder of their own, once; it goes before the installed ones."""
    folder = WORK / "-".join(packages).replace("==", "-")
    if not folder.is_dir():
        draft = folder.with_name(f".{folder.name}")
        shutil.rmtree(draft, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, "--no-deps", "--target", str(draft), *packages], check=True)
        draft.replace(folder)
    return folder


def probe(environment: Environment, kind: str | None) -> dict[str, Any]:
    """Return what the probe printed in an environment."""
    variables = os.environ | environment.variables
    interpreter = environment.interpreter
    paths: list[Path] = []
    if interpreter is None:
        interpreter, paths = arm.prepare(WORK / "aarch64")
        paths.append(HERE.parent / "sdk")
    elif environment.packages:
        paths = [fetch(environment.packages)]
    if paths:
        before = [variables["PYTHONPATH"]] if "PYTHONPATH" in variables else []
        variables["PYTHONPATH"] = os.pathsep.join([*map(str, paths), *before])
    options = (*environment.options, *(("--kind", kind) if kind else ()))
    command = [*interpreter, str(HERE / "determinism_probe.py"), *options]
    with tempfile.TemporaryDirectory() as elsewhere:
        done = subprocess.run(
            command, env=variables, cwd=elsewhere, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr else f"exit {done.returncode}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def from_command_line(kind: str | None) -> dict[str, Any]:
    """Return the digests of the same requests made by the `playloom` command."""
    digests = {}
    for number, request in enumerate(REQUESTS if kind != SPRITE else ()):
        words = [LEVEL, request["theme"], "--size", "{}x{}".format(*request["size"]), "--quiet"]
        for name, value in request.items():
            if name not in ("theme", "size"):
                words += [f"--{name}", str(value)]
        words += [word for output in OUTPUTS for word in ("-o", output)]
        digests[f"{LEVEL} {number}"] = [_digest_of(words)]
    with tempfile.TemporaryDirectory() as name:
        pictures = Path(name)
        determinism_sprites.draw_shape(pictures / determinism_sprites.SHAPE)
        for number, request in enumerate(determinism_sprites.requests() if kind != LEVEL else ()):
            words = determinism_sprites.words_of(request, pictures)
            keep = pictures / determinism_sprites.LIKE if number == 0 else None
            digests[f"{SPRITE} {number}"] = [_digest_of(words, keep)]
    return {"digests": digests}


def _digest_of(words: list[str], keep: Path | None = None) -> str:
    """Return the digest of the files that `playloom` writes; ``keep`` is for a copy of the sprite."""
    command = str(Path(sys.executable).with_name("playloom"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([command, *words], cwd=folder, check=True, capture_output=True)
        if keep:
            shutil.copyfile(folder / determinism_sprites.OUTPUTS[0], keep)
        return digest(folder)


def compared(found: dict[str, Any], reference: dict[str, Any]) -> dict[str, Any]:
    """Return how the files of one environment are beside those of the reference."""
    differ = [name for name, digests in found["digests"].items() if digests != reference[name]]
    row: dict[str, Any] = {"outcome": f"{len(differ)} DIFFER" if differ else "equal"}
    if differ:
        row["why"] = ", ".join(differ)
    row["requests"] = len(found["digests"])
    return row | {key: found[key] for key in ("onnxruntime", "numpy", "machine") if key in found}


def main() -> None:
    """Run every environment, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--package",
        action="append",
        metavar="FOLDER",
        help="of a package named topdown or pixels, may be repeated; default: the shipped ones",
    )
    parser.add_argument("--kind", choices=(LEVEL, SPRITE), help="one kind of content only; default: both")
    parser.add_argument("--no-emulator", action="store_true", help="leave qemu out: it takes minutes")
    arguments = parser.parse_args()
    if arguments.package:
        folders = [str(Path(folder).resolve()) for folder in arguments.package]
        os.environ[VARIABLE] = os.pathsep.join(folders)
    _, results = begin(None)
    results["sprite_package"] = package_record(sprite_generator())
    emulated = not arguments.no_emulator
    if emulated and not shutil.which("qemu-x86_64"):
        console.print("[bold red]LEFT OUT: emulated processors: no qemu-x86_64 (Debian: qemu-user)[/]")
        emulated = False
    reference: dict[str, Any] = {}
    rows = []
    plan = [*environments(emulated), Environment("command line")]
    for environment in track(plan, "environments", console=console):
        row: dict[str, Any] = {"environment": environment.name}
        try:
            by_hand = environment.name == "command line"
            found = from_command_line(arguments.kind) if by_hand else probe(environment, arguments.kind)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            if not reference:
                raise SystemExit(f"the reference itself did not run: {error}") from error
            row |= {"outcome": "did not run", "why": str(error)[:200]}
        else:
            reference = reference or found["digests"]
            row |= compared(found, reference)
        rows.append(row)
        console.print(f"{environment.name}: {row['outcome']}")
    results |= {"formats": OUTPUTS, "sprite_formats": determinism_sprites.OUTPUTS}
    results |= {"environments": rows, "digests": reference}
    columns = ("outcome", "requests", "onnxruntime", "numpy", "machine", "why")
    show(
        "The files of the same requests, beside those of the reference",
        ("environment", *columns),
        [(row["environment"], *(row.get(name, "") for name in columns)) for row in rows],
    )
    save(f"determinism-{arguments.kind}" if arguments.kind else "determinism", results)
    sys.exit(any(row["outcome"] != "equal" for row in rows))


if __name__ == "__main__":
    main()
