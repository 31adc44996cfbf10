"""The tables that quality.py prints."""

from typing import Any

from record import show

from playloom.kinds.level.content import CONTROLS


def report(results: dict[str, Any]) -> None:
    """Print what was measured."""
    rows: list[tuple[object, ...]] = []
    for run in results["runs"]:
        apart = run.get("variety", {})
        rows.append(
            (
                f"{run['theme']} {run['size']} {'exact controls' if run['controls'] else 'free'}",
                f"{run.get('passing', 0)}/{run['levels']}",
                run["requests"] - run["levels"],
                run.get("valid_before_repair", "-"),
                run.get("edited_percent_mean", "-"),
                run.get("edited_percent_p95", "-"),
                f"{run.get('attempts_mean', '-')} ({run.get('attempts_most', '-')})",
                apart.get("duplicates", "-"),
                apart.get("nearest_least", "-"),
                apart.get("mean_distance", "-"),
            )
        )
    columns = ("run", "passing", "failed", "raw valid", "edited %", "p95", "attempts (most)")
    show("Levels", (*columns, "alike", "nearest pair", "mean distance"), rows)
    rows = [
        (f"{run['theme']} {run['size']}", *(run.get("met_exactly", {}).get(name, "-") for name in CONTROLS))
        for run in results["runs"]
        if run["controls"]
    ]
    show("Exact controls met, of the levels returned", ("run", *CONTROLS), rows)
    rows = [
        (f"{run['theme']} {run['size']}", ", ".join(f"{k} {v}" for k, v in run["failed_by_check"].items()))
        for run in results["runs"]
        if run["failed_by_check"]
    ]
    show("Requests that ended in GenerationFailed, by check", ("run", "checks"), rows)
    if results["training"]:
        report_training(results["training"])


def report_training(found: dict[str, Any]) -> None:
    """Print the comparison with the training maps."""
    rows: list[tuple[object, ...]] = [
        (f"{theme}, {name.replace('_', ' ')}", *one[name].values())
        for theme, one in found["themes"].items()
        for name in ("generated", "set_aside")
    ]
    columns = ("maps", "compared", "nearest, least", "nearest, median", "6x6 windows known")
    show("Beside the training maps (share of cells that differ)", columns, rows)
    rows = [(style, *numbers.values()) for style, numbers in found["styles"].items()]
    columns = ("style", "3x3 bits", "training", "divergence", "set aside")
    show("Frequencies of 3x3 patterns beside the training maps", columns, rows)
