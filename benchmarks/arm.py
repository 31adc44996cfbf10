"""Another processor family: an aarch64 Python with its packages, to be run by qemu-aarch64.

Debian's Python is unpacked into a folder, not installed; apt uses lists and a cache of its own there.
"""

import shutil
import subprocess
import sys
from importlib.metadata import files, version
from pathlib import Path

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
DEBIAN = (
    f"{PYTHON}-minimal lib{PYTHON}-minimal lib{PYTHON}-stdlib libc6 libgcc-s1 libstdc++6 libgomp1 "
    "zlib1g libexpat1 libssl3 libffi8 libbz2-1.0 liblzma5 libuuid1 libcrypt1"
).split()
# Newer wheels of onnxruntime crash on import under Debian 12's qemu 7.2.
RUNTIME = "onnxruntime==1.23.2"
SAME = ("numpy", "scipy", "msgspec", "onnx", "pillow", "click", "rich", "defusedxml")  # as installed here
WHEELS = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014")


def prepare(folder: Path) -> tuple[tuple[str, ...], list[Path]]:
    """Fetch once, and return the interpreter's command and the folders of its packages.

    Raises:
        RuntimeError: If a tool is missing.
        subprocess.CalledProcessError: If something cannot be fetched.
    """
    missing = [tool for tool in ("qemu-aarch64", "apt-get", "dpkg-deb") if not shutil.which(tool)]
    if missing:
        raise RuntimeError(f"no {' and no '.join(missing)} on the PATH")
    root, site = folder / "root", folder / "site"
    if not site.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        _unpack_python(folder, root)
        _install_packages(folder / ".site")
        (folder / ".site").replace(site)
    about = next(file for file in files("playloom") or () if file.name == "entry_points.txt").locate()
    shutil.copytree(Path(str(about)).parent, site / Path(str(about)).parent.name, dirs_exist_ok=True)
    return ("qemu-aarch64", "-L", str(root), str(root / "usr/bin" / PYTHON)), [site]


def _unpack_python(folder: Path, root: Path) -> None:
    for name in ("state/lists/partial", "cache/archives/partial", "packages"):
        (folder / name).mkdir(parents=True)
    (folder / "state/status").touch()
    settings = {
        "APT::Architecture": "arm64",
        "APT::Architectures": "arm64",
        "APT::Sandbox::User": "root",
        "Dir::State": folder / "state",
        "Dir::State::status": folder / "state/status",
        "Dir::Cache": folder / "cache",
    }
    apt = [
        "apt-get",
        "-qq",
        *(word for name, value in settings.items() for word in ("-o", f"{name}={value}")),
    ]
    subprocess.run([*apt, "update"], check=True, capture_output=True)
    packages = folder / "packages"
    subprocess.run([*apt, "download", *DEBIAN], cwd=packages, check=True, capture_output=True)
    for package in sorted(packages.iterdir()):
        subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True)


def _install_packages(site: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += [
        "--target",
        str(site),
        "--only-binary=:all:",
        "--python-version",
        PYTHON.removeprefix("python"),
    ]
    for wheel in WHEELS:
        command += ["--platform", f"{wheel}_aarch64"]
    same = [f"{name}=={version(name)}" for name in SAME]
    subprocess.run([*command, RUNTIME, *same], check=True, capture_output=True)
