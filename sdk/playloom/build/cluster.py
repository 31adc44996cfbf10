"""Jobs made on other machines: a cluster of Dask, through the interface of `concurrent.futures`.

A worker needs the package playloom, of the same code, and the model packages, which it finds by their hashes
in its own library; nothing of the project, no shared folder. Each job carries what it is made from.
"""

import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from playloom.build.digests import code_of
from playloom.build.job import Job, Made, Pin
from playloom.build.making import make
from playloom.errors import PackageInvalid, PlayloomError, RequestInvalid

WORKERS_HIGH = 256  # of one machine
_LOCAL = re.compile(r"local:([1-9][0-9]{0,2})")
_REMOTE = re.compile(r"(?:tcp|tls)://\S{1,200}:[0-9]{1,5}")
_CONNECT_SECONDS = 10


class ClusterFailed(PlayloomError):
    """A cluster cannot be reached, or was lost."""

    code = "cluster_failed"


@dataclass(frozen=True)
class Cluster:
    """A cluster that is connected."""

    executor: Callable[[], Executor]
    threads: int  # jobs that its workers make at a time


@contextmanager
def cluster(address: str) -> Iterator[Cluster]:
    """Connect to a cluster; one that was started here ends with the block.

    Args:
        address: "tcp://HOST:PORT" or "tls://HOST:PORT" of a scheduler; "local:N" starts N processes here.

    Raises:
        RequestInvalid: If the address is none, or the extra is not installed.
        ClusterFailed: If nothing answers there, or it has no workers.
    """
    local = _LOCAL.fullmatch(address)
    if (local is None and not _REMOTE.fullmatch(address)) or (local and int(local[1]) > WORKERS_HIGH):
        raise RequestInvalid(
            f"cluster is {address[:80]!r}; give tcp://HOST:PORT, or local:N, N to {WORKERS_HIGH}"
        )
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise RequestInvalid("a cluster needs Dask: pip install 'playloom[cluster]'") from error
    quiet = logging.CRITICAL
    started = None
    try:
        if local is not None:
            started = distributed.LocalCluster(
                n_workers=int(local[1]),
                threads_per_worker=1,
                processes=True,
                memory_limit=0,
                dashboard_address=None,
                silence_logs=quiet,
            )
        client = distributed.Client(started or address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterFailed(
            f"{address}: no scheduler answers ({str(error)[:120]}); start one there with `dask scheduler`"
        ) from error
    try:
        if (threads := sum(client.nthreads().values())) == 0:
            raise ClusterFailed(f"{address}: has no workers; start some with `dask worker {address}`")
        yield Cluster(lambda: _Executor(client), threads)
    finally:
        client.close(timeout=_CONNECT_SECONDS)
        if started is not None:
            started.close(timeout=_CONNECT_SECONDS)


class _Executor(Executor):
    """Sends jobs to a cluster. One whose worker died is lost, as with processes of this machine."""

    def __init__(self, client: Any) -> None:
        self._inner = client.get_executor(pure=False)
        self._open: set[Future[Made]] = set()

    def submit(self, fn: Callable[..., Made], /, *args: Job, **named: Job) -> Future[Made]:  # type: ignore[override]
        """Send one job; ``fn`` is `make`, which the worker calls once it has found its models."""
        job = args[0]
        theirs: Future[Made] = self._inner.submit(make_there, job, code_of(job.sort))
        ours: Future[Made] = Future()
        self._open.add(theirs)

        def pass_on(done: Future[Made]) -> None:
            self._open.discard(done)
            try:
                ours.set_result(done.result())
            except CancelledError:
                ours.set_exception(ClusterFailed(f"the cluster was lost while it made {job.id}; build again"))
            except Exception as error:
                ours.set_exception(BrokenProcessPool() if type(error).__name__ == "KilledWorker" else error)

        theirs.add_done_callback(pass_on)
        return ours

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Send nothing more."""
        for future in [*self._open] if cancel_futures else ():
            future.cancel()
        self._inner.shutdown(wait=wait)


def make_there(job: Job, code: str) -> Made:
    """Make a job on a worker, with the models of its own library.

    Raises:
        PackageInvalid: If it lacks a model of the job's hash, or runs other code.
        PlayloomError: As `make` does.
    """
    if (here := code_of(job.sort)) != code:
        raise PackageInvalid(
            f"the worker's Playloom is another one ({here[:12]}, the build has {code[:12]}); "
            "install the same version on every worker"
        )
    pins = tuple(msgspec.structs.replace(pin, root=str(_found(pin))) for pin in job.pins)
    return make(msgspec.structs.replace(job, pins=pins))


def _found(pin: Pin) -> Path:
    """Return the folder of the package of a hash: where the job says, else in the library."""
    import hashlib

    from playloom.api.packages import default_library
    from playloom.manifest import MANIFEST_FILE

    there = [Path(pin.root), *(root for root, _ in default_library().manifests(pin.kind))]
    for root in there:
        place = root / MANIFEST_FILE
        if place.is_file() and hashlib.sha256(place.read_bytes()).hexdigest() == pin.sha256:
            return root
    raise PackageInvalid(
        f"model {pin.name}: the worker has none of SHA-256 {pin.sha256[:12]}; put the package into a folder "
        "that PLAYLOOM_MODELS names there"
    )
