"""What PyInstaller is told: which modules and files a server needs, and which it does not."""

from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points

COMMAND = "serve = playloom_bridge.cli:serve"
KINDS = "playloom.kinds"
# Nothing of training, and parts of libraries that only their own other parts ask for.
LEFT_OUT = (
    "torch", "playloom_train", "gguf", "hypothesis", "pytest", "_pytest", "tkinter", "IPython", "matplotlib",
    "setuptools", "pip", "pkg_resources", "pydoc_data", "yaml", "attr", "attrs", "charset_normalizer",
    "pygments", "markdown_it", "scipy.stats", "scipy.integrate", "scipy.interpolate", "scipy.signal",
    "scipy._lib.array_api_compat.torch", "scipy._lib.array_api_compat.cupy",
    "scipy._lib.array_api_compat.dask",
    "PIL.AvifImagePlugin", "PIL._avif", "PIL._imagingft", "PIL.ImageCms", "PIL._imagingcms", "PIL.ImageTk",
    "PIL.ImageQt", "onnx.reference", "onnx.backend", "onnxruntime.transformers", "onnxruntime.tools",
    "onnxruntime.quantization", "websockets.legacy", "websockets.trio", "websockets.sync",
)  # fmt: skip
_LIBRARIES_LEFT_OUT = ("onnxruntime_providers_cuda", "onnxruntime_providers_tensorrt", "libcu", "libnv")

_TEXT = """import json
from PyInstaller.utils.hooks import collect_data_files

datas = [(file, place) for file, place in collect_data_files("playloom", excludes=["models"])]
datas += [(folder, "playloom/models/" + name) for folder, name in {models!r}.items()]
datas += [({metadata!r}, {metadata_place!r})]
found = Analysis(
    [{start!r}], pathex={sources!r}, datas=datas, hiddenimports={hidden!r}, excludes={left_out!r}
)
found.binaries = [one for one in found.binaries if not any(word in one[0] for word in {libraries!r})]
with open({taken!r}, "w") as file:
    json.dump(sorted({{one[0].split(".")[0].split("/")[0] for one in [*found.pure, *found.binaries]}}), file)
program = EXE(PYZ(found.pure), found.scripts, [], exclude_binaries=True, name={program!r}, console=True)
COLLECT(program, found.binaries, found.datas, name={name!r})
"""


def entry_points_text() -> str:
    """Return the entry points of a bundled server: one command, and every kind that is installed."""
    kinds = sorted(f"{point.name} = {point.value}" for point in entry_points(group=KINDS))
    return "\n".join(["[playloom.commands]", COMMAND, "", f"[{KINDS}]", *kinds, ""])


def recipe(
    *,
    name: str,
    program: str,
    start: str,
    sources: Sequence[str],
    metadata: str,
    models: Mapping[str, str],
    taken: str,
    reads_words: bool,
) -> str:
    """Return the text of a ``.spec`` file.

    Args:
        name: Of the folder that is made.
        program: Of the file in it that is run.
        start: Path of the script that it runs.
        sources: Folders in which our own packages lie.
        metadata: Folder with the entry points.
        models: Folder of each model package -> its name.
        taken: File to write the names of all modules to that were taken.
        reads_words: Whether a model writes text, and needs what splits it.
    """
    kinds = sorted({point.module for point in entry_points(group=KINDS)})
    return _TEXT.format(
        name=name,
        program=program,
        start=start,
        sources=[*sources],
        metadata=metadata,
        metadata_place=metadata.replace("\\", "/").rpartition("/")[2],
        models={**models},
        taken=taken,
        hidden=["playloom_bridge.cli", *kinds],
        left_out=[*LEFT_OUT, *(() if reads_words else ("tokenizers",))],
        libraries=_LIBRARIES_LEFT_OUT,
    )
