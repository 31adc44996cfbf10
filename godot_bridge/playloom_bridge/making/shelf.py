"""Model packages in memory, loaded on demand within a budget; what was used longest ago goes first."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playloom.errors import KindUnknown
from playloom.library import Library
from playloom.manifest import Manifest

# Resident memory by the bytes of a package, one request run: sprites 15 times (11.5 MiB: 179 MiB), levels 4
# to 6 times and a floor of a few MiB; measured on Linux.
FACTOR, FLOOR = 16, 8 << 20
KEPT = 8  # things made of a package that are kept with it: endless worlds


@dataclass
class _Held:
    library: Library  # its own, so that what it loaded goes when it goes
    size: int  # bytes, estimated
    users: int = 0
    kept: OrderedDict[Any, Any] = field(default_factory=OrderedDict)


class Shelf:
    """Generators by kind and package. Safe to share between threads."""

    def __init__(self, budget: int, library: Library | None = None) -> None:
        """Keep packages of at most ``budget`` bytes, estimated; one alone may need more."""
        self._budget = budget
        self._folders = (library or Library.default()).folders
        self._names = Library(self._folders)
        self._held: OrderedDict[Path, _Held] = OrderedDict()
        self._change = threading.Condition()

    def manifests(self, kind: str) -> list[tuple[Path, Manifest]]:
        """Return folder and manifest of every package of a kind; see `Library.manifests`."""
        return self._names.manifests(kind)

    def root(self, kind: str, name: str) -> Path:
        """Return the folder of a package, by its name alone: a client gives no paths.

        Raises:
            KindUnknown: If there is none.
        """
        found = {manifest.name: root for root, manifest in self.manifests(kind)}
        if name not in found:
            raise KindUnknown(f"no {kind} package is called {name!r}; there are {', '.join(found) or 'none'}")
        return found[name]

    @contextmanager
    def generator(self, kind: str, root: Path) -> Iterator[Any]:
        """Lend the loaded generator of a package; it stays loaded meanwhile.

        Waits while others use all that the budget holds. A thread borrows one at a time.

        Raises:
            PackageInvalid: If the package is not sound.
        """
        held = self._borrow(root)
        try:
            yield held.library.generator(kind, root)
        finally:
            with self._change:
                held.users -= 1
                self._change.notify_all()

    def kept(self, root: Path, key: Any, make: Callable[[], Any]) -> Any:
        """Return what was made of a package that is lent, made anew if it is not kept."""
        with self._change:
            kept = self._held[root.resolve()].kept
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        made = make()
        with self._change:
            kept[key] = made
            while len(kept) > KEPT:
                kept.popitem(last=False)
        return made

    @property
    def estimated(self) -> int:
        """Bytes that the loaded packages need, estimated."""
        with self._change:
            return sum(held.size for held in self._held.values())

    def _borrow(self, root: Path) -> _Held:
        place = root.resolve()
        with self._change:
            while place not in self._held and not self._make_room(need := _need(root)):
                self._change.wait()
            held = self._held.get(place)
            if held is None:
                held = self._held[place] = _Held(Library(self._folders), need)
            self._held.move_to_end(place)
            held.users += 1
            return held

    def _make_room(self, need: int) -> bool:
        """Put away what nobody uses until ``need`` bytes fit, and say whether they do."""
        for place in list(self._held):
            if sum(held.size for held in self._held.values()) + need <= self._budget:
                return True
            if not self._held[place].users:
                del self._held[place]
        return not self._held or sum(held.size for held in self._held.values()) + need <= self._budget


def _need(root: Path) -> int:
    """Return how much memory a package needs once it is loaded and used, in bytes."""
    size = sum(path.stat().st_size for path in root.iterdir() if path.is_file())
    return FLOOR + FACTOR * size
