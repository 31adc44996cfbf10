"""The contract of a kind of content, and the look-up of installed kinds.

A distribution adds a kind through the entry points group ``playloom.kinds``;
only the kind that is asked for is imported.
"""

from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, runtime_checkable

from playloom.errors import KindUnknown
from playloom.package import Package

GROUP = "playloom.kinds"


@runtime_checkable
class Kind(Protocol):
    """A sort of content: level, say."""

    @property
    def name(self) -> str:
        """How packages and commands call it."""
        ...

    def load(self, package: Package) -> Any:
        """Return the generator that makes content of this kind with ``package``.

        Raises:
            PackageInvalid: If the package lacks a graph, setting or asset that the kind needs.
        """
        ...


def kind_names() -> list[str]:
    """Return the names of the installed kinds, imported or not."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def find_kind(name: str) -> Kind:
    """Return the installed kind ``name``.

    Raises:
        KindUnknown: If no distribution brings it, two do, or its module cannot be loaded.
    """
    points = list(entry_points(group=GROUP, name=name))
    if not points:
        there = ", ".join(kind_names()) or "none"
        raise KindUnknown(f"no kind is called {name!r}; installed are {there}")
    if len({point.value for point in points}) > 1:
        makers = ", ".join(sorted(_maker(point) for point in points))
        raise KindUnknown(f"kind {name!r} comes from {makers}; uninstall all but one")
    return _load(points[0])


def _load(point: EntryPoint) -> Kind:
    try:
        kind = point.load()
    except Exception as problem:  # a third party's module may fail in any way
        raise KindUnknown(
            f"kind {point.name!r} of {_maker(point)} cannot be loaded: {type(problem).__name__}: {problem}; "
            "update or uninstall it"
        ) from problem
    if not isinstance(kind, Kind) or kind.name != point.name:
        raise KindUnknown(f"{point.value} of {_maker(point)} is not a kind called {point.name!r}; update it")
    return kind


def _maker(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else "an unknown distribution"
