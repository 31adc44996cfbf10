"""How much memory this process has had."""

import sys


def peak_mebibytes() -> float | None:
    """Return the most memory this process has held, MiB; None where the system does not tell."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(used / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)
