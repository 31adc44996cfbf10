"""`playloom model`: list, show and check model packages, print their licence cards, build others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from playloom.commands.building import build
from playloom.commands.completing import offer_packages
from playloom.commands.options import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playloom.manifest import GraphSpec
    from playloom.package import Package

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_which = click.argument("model", type=PACKAGE, metavar="NAME|FOLDER", shell_complete=offer_packages)


@click.group()
def model() -> None:
    """List, show and check model packages; build a language model for quests.

    A package is found by its name in the folders of PLAYLOOM_MODELS and among those that come with
    Playloom, or given as a folder.
    """


model.add_command(build)


@model.command("list")
@_as_json
def list_packages(as_json: bool) -> None:
    """List the packages that are found; exit 1 if one is not sound."""
    from playloom.errors import PackageInvalid
    from playloom.library import Library

    library = Library.default()
    rows: list[dict[str, Any]] = []
    for root in library.roots():
        try:
            rows.append(_summary(library.open(root)))
        except PackageInvalid as fault:
            rows.append({"name": root.name, "fault": str(fault), "folder": str(root)})
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        _print_table(rows)
    if any("fault" in row for row in rows):
        raise click.exceptions.Exit(1)


@model.command()
@_which
@_as_json
def show(model: str, as_json: bool) -> None:
    """Show what a package says of itself."""
    import msgspec

    from playloom.library import Library

    package = Library.default().find(model)
    if as_json:
        record = {"hash": package.hash, **msgspec.to_builtins(package.manifest)}
        click.echo(json.dumps(record, indent=1, ensure_ascii=False))
        return
    for name, value in _summary(package).items():
        click.echo(f"{name:9} {value}")
    for name, graph in package.manifest.graphs.items():
        click.echo(f"graph     {name}: {_signature(graph)}")
    for name, file in package.manifest.files.items():
        click.echo(f"file      {name}: {file.size} bytes, SHA-256 {file.sha256[:12]}")
    for dataset in package.manifest.card.datasets:
        click.echo(f"data      {dataset.name}: {dataset.licence}, {dataset.count} from {dataset.source}")
    for metric in package.manifest.card.metrics:
        click.echo(f"measured  {metric.name}: {metric.value} ({metric.how})")


@model.command()
@_which
def check(model: str) -> None:
    """Verify a package's files, load its graphs and replay its recorded samples."""
    from playloom.errors import PackageInvalid
    from playloom.library import Library

    package = Library.default().find(model)
    manifest = package.manifest
    click.echo(
        f"ok      files: {len(manifest.files)} match their sizes and hashes, each passed the safety scan"
    )
    passed = True
    for title, lines in _checks(package):
        try:
            for good, line in lines():
                click.echo(f"{'ok' if good else 'FAILED':7} {title}: {line}")
                passed &= good
        except PackageInvalid as fault:
            click.echo(f"FAILED  {title}: {fault}")
            passed = False
    if not passed:
        raise PackageInvalid(f"{package.root}: a check failed; do not rely on this package here")
    click.echo(f"{manifest.name} {manifest.version}: sound")


@model.command()
@_which
def card(model: str) -> None:
    """Print the licence card: data sets, training, metrics."""
    from playloom.library import Library
    from playloom.manifest import CARD_FILE

    text = Library.default().find(model).read(CARD_FILE).decode("utf-8")
    # A hand-written card may hold what steers a terminal.
    click.echo("".join(mark for mark in text if mark.isprintable() or mark in "\n\t"), nl=False)


def _checks(package: Package) -> Iterable[tuple[str, Callable[[], Iterable[tuple[bool, str]]]]]:
    """Yield each check's title and the function that makes it: (passed, what was found) a line."""

    def graphs() -> Iterable[tuple[bool, str]]:
        from playloom.graph import Graph

        for name, spec in package.manifest.graphs.items():
            Graph.load(package, name)
            yield True, f"{name} loads: {_signature(spec)}"

    def samples() -> Iterable[tuple[bool, str]]:
        from playloom.samples import replay

        for case in replay(package):
            allowed = f"at most {case.tolerance:g}" if case.tolerance else "none allowed"
            yield (
                case.passed,
                f"{case.graph} {case.case}: {case.output} differs by {case.difference:g}, {allowed}",
            )

    def kind() -> Iterable[tuple[bool, str]]:
        from playloom.kind import find_kind, kind_names

        name = package.manifest.kind
        if name not in kind_names():
            yield True, f"{name!r} is not installed here, its settings were not looked at"
            return
        find_kind(name).load(package)
        yield True, f"{name} takes its settings"

    return [("graph", graphs), ("sample", samples), ("kind", kind)]


def _summary(package: Package) -> dict[str, Any]:
    manifest = package.manifest
    return {
        "name": manifest.name,
        "kind": manifest.kind,
        "version": manifest.version,
        "promise": manifest.promise,
        "licence": manifest.card.licence,
        "bytes": sum(file.size for file in manifest.files.values()),
        "hash": package.hash,
        "folder": str(package.root),
        "summary": manifest.card.summary,
    }


def _signature(graph: GraphSpec) -> str:
    inputs, outputs = (
        ", ".join(f"{t.name} {t.dtype} ({', '.join(map(str, t.shape))})" for t in tensors)
        for tensors in (graph.inputs, graph.outputs)
    )
    return f"{inputs or 'nothing'} -> {outputs}"


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        click.echo("no packages; put their folders into PLAYLOOM_MODELS")
        return
    heads = ("name", "kind", "version", "promise", "licence", "bytes", "folder")
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, justify="right" if head == "bytes" else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(row.get(head, "-"))) for head in heads))
    console = Console()
    if not console.is_terminal:
        console.width = 240  # a pipe has no width to fit
    console.print(table)
    for row in rows:
        if "fault" in row:
            click.echo(f"playloom: {row['fault']}", err=True)
