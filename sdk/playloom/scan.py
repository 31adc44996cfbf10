"""The safety scan of one file of a package, by its kind; nothing is run and nothing else is read."""

from playloom.errors import PackageInvalid
from playloom.manifest import Manifest
from playloom.npz import check_npz
from playloom.onnx_scan import scan_graph
from playloom.strict_json import read_json

JSON_BYTES = 4 << 20  # a tokenizer has half of that; more would take too long to look at
_PNG = b"\x89PNG\r\n\x1a\n"


def scan_file(name: str, content: bytes, manifest: Manifest, where: str) -> None:
    """Refuse a file that is not what its suffix says or that a reader could not bear.

    Args:
        name: Its name, with one of `manifest.SUFFIXES`.
        content: Its bytes.
        manifest: For the signature of a graph.
        where: Its path, for messages.

    Raises:
        PackageInvalid: Says what is wrong.
    """
    suffix = name.rpartition(".")[2]
    if suffix == "onnx":
        scan_graph(content, next(g for g in manifest.graphs.values() if g.file == name), where)
    elif suffix == "npz":
        check_npz(content, where)
    elif suffix == "json":
        if len(content) > JSON_BYTES:
            raise PackageInvalid(f"{where}: {len(content)} bytes; at most {JSON_BYTES} of JSON are read")
        read_json(content, where, printable=False)
    elif suffix == "png" and not content.startswith(_PNG):
        raise PackageInvalid(f"{where}: not a PNG image; export the package again")
    elif suffix in ("md", "txt"):
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as problem:
            found = f"byte {problem.start} is not UTF-8"
            raise PackageInvalid(f"{where}: {found}; expected text, export the package again") from None
