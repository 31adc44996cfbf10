"""The tables and the picture that sprites.py shows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from record import console, show
from sprite_counting import KINDS

from playloom.kernels import png
from playloom.kinds.sprite.formats.contact import contact_sheet
from playloom_train.kinds.sprite.evaluation.sampling import Sample


def report(results: Mapping[str, Any]) -> None:
    """Print what was measured."""
    rows: list[tuple[object, ...]] = [_contract("all", results["contract"])]
    for group in ("by_size", "by_wish", "by_palette", "by_category"):
        rows += [_contract(name, found) for name, found in results[group].items()]
    show(
        "The contract, judged from the written files",
        ("requests", "passing", "refused", "raw valid", "mended", "pixels changed", "attempts"),
        rows,
    )
    for title, failed in (
        ("first proposals", results["contract"]["first_failed"]),
        ("refused requests", results["contract"]["failed"]),
        ("written files", results["wrong_by_check"]),
    ):
        said = ", ".join(f"{name} {count}" for name, count in failed.items())
        console.print(f"checks that {title} fail: {said or 'none'}")
    again = results["again"]
    console.print(f"made again: {again['made_again']}, of them with other bytes: {len(again['differ'])}")
    if results["originality"] is None:
        console.print("[bold red]LEFT OUT: originality: the package has no index of its training sprites[/]")
    else:
        _originality(results["originality"])
    _alike(results["alike"])


def _contract(name: str, found: Mapping[str, Any]) -> tuple[object, ...]:
    asked = found["asked"]
    return (
        name,
        f"{found['passed']}/{found['made']}",
        asked - found["made"],
        f"{found['drawn'] / asked:.1%}",
        f"{found['mended'] / asked:.1%}",
        f"{found['changed_mean']:.2%}",
        found["attempts_mean"],
    )


def _originality(found: Mapping[str, Any]) -> None:
    held = found["held_out"] or {}
    rows = [
        (f"{kind} {name}", *_near(near))
        for kind in KINDS
        for name, near in (("made", found["made"][kind]), ("held out, real", held.get(kind)))
        if near
    ]
    show(
        f"Distance to the nearest of {found['training']} training sprites",
        ("sprites", "number", "nearer than the limit", "least", "tenth", "mean"),
        rows,
    )
    first, same = found["first_proposals"], found["same_but_for_place_mirror_colours"]
    console.print(f"first proposals nearer than the limit: {first['copies']} of {first['figures']} figures")
    pixels = "not looked at" if found["same_pixels"] is None else found["same_pixels"]
    console.print(
        f"exact copies of training sprites: {pixels}; but for place, mirror and colours: "
        + ", ".join(f"{same[kind]} {kind}" for kind in KINDS)
    )


def _near(near: Mapping[str, Any]) -> tuple[object, ...]:
    share = f"{near['copies']} ({near['copies'] / near['sprites']:.2%})"
    return near["sprites"], share, near["least"], near["tenth"], near["mean"]


def _alike(found: Mapping[str, Any]) -> None:
    rows: list[tuple[object, ...]] = []
    for kind in KINDS:
        some = found[kind]
        repeats = some["same_pixels"], some["same_but_for_place_mirror_colours"]
        rows.append((kind, some["made"], *repeats, *_pairs(some["pairs"])))
    if found["held_out"]:
        rows.append(("held out, real", "", "", "", *_pairs(found["held_out"])))
    columns = ("sprites", "number", "same pixels", "same but for colours", "pairs", "alike", "mean distance")
    show("Two sprites of the run, pairs of a category and size", columns, rows)


def _pairs(pairs: Mapping[str, Any] | None) -> tuple[object, ...]:
    return (pairs["pairs"], pairs["alike"], pairs["mean"]) if pairs else ("", "", "")


def sheet(path: Path, samples: Sequence[Sample]) -> None:
    """Draw the sprites that were made, in the order of the requests, as one picture."""
    shown = [(one.category, one.rgba) for one in samples if one.sprite]
    path.write_bytes(png.encode(contact_sheet(shown)))
    console.print(f"drawn: {path}")
