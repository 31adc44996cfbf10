"""The error tree: everything Playloom raises on purpose.

PlayloomError
├── PackageInvalid      a model package breaks the format or a safety rule
│   └── PackageCorrupt  a file differs from what the manifest promises
├── KindUnknown         no installed kind (or package) has that name
├── RequestInvalid      the caller asked for something that cannot be
├── FileInvalid         a file to read is damaged, hostile or not supported
├── WriteFailed         a file could not be written
└── GenerationFailed    every attempt failed its checks; carries which

A message says where, what was found, what was expected, and what to do.
"""

from typing import ClassVar


class PlayloomError(Exception):
    """Any error of ours; ``code`` is stable and reaches every front end unchanged."""

    code: ClassVar[str] = "playloom"


class PackageInvalid(PlayloomError):
    """A model package breaks the format or a safety rule."""

    code = "package_invalid"


class PackageCorrupt(PackageInvalid):
    """A file of a package is not the one its manifest describes."""

    code = "package_corrupt"


class KindUnknown(PlayloomError):
    """No installed kind or package answers to that name."""

    code = "kind_unknown"


class RequestInvalid(PlayloomError):
    """The request contradicts itself, the package or the limits."""

    code = "request_invalid"


class FileInvalid(PlayloomError):
    """A file given by the user cannot be read safely or completely."""

    code = "file_invalid"


class WriteFailed(PlayloomError):
    """A file could not be written: the system refused, for want of rights or of room."""

    code = "write_failed"


class GenerationFailed(PlayloomError):
    """No attempt passed its checks; ``failed`` names the checks, ``advice`` the control to loosen."""

    code = "generation_failed"

    def __init__(self, message: str, *, failed: tuple[str, ...] = (), advice: str = "") -> None:
        super().__init__(message)
        self.failed = failed
        self.advice = advice
