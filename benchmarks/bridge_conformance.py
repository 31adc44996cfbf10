"""The cases of the Autobahn test suite, run by `kosoku` against our server and the bare library.

Both send messages back, as the cases expect. Left out are those of limits and speed (9), for our server takes
messages of 256 KiB at most, and of compression (12, 13), which it never does.
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from bridge_server import Sort, running
from determinism import fetch

KOSOKU = ("kosoku==0.1.0",)
LEFT_OUT = ("9.*", "12.*", "13.*")
SERVERS: tuple[Sort, ...] = ("bare echo", "bridge echo")


def conformance(only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return how many cases each server passes, and which it does not.

    Raises:
        CalledProcessError: If `kosoku` cannot be fetched.
    """
    sys.path.insert(0, str(fetch(KOSOKU)))
    return [asyncio.run(_judged(sort, list(only) or None)) for sort in SERVERS]


async def _judged(sort: Sort, only: list[str] | None) -> dict[str, Any]:
    from kosoku import FailureError, run_fuzzingclient

    with running(sort) as server:
        try:
            results = await run_fuzzingclient(f"127.0.0.1:{server.port}", only, list(LEFT_OUT))
        except FailureError as failure:
            results = failure.results
    failed = sorted(result.case_id for result in results if not result.passed)
    return {"server": sort, "cases": len(results), "failed": failed}


if __name__ == "__main__":
    sys.stdout.write(f"{conformance(sys.argv[1:])}\n")
