"""`playloom level themes`: which themes there are, in which packages."""

import click

from playloom.commands.completing import offer_level_packages
from playloom.commands.options import PACKAGE


@click.command()
@click.option(
    "--package",
    type=PACKAGE,
    metavar="NAME|PATH",
    shell_complete=offer_level_packages,
    help="Level package to look into.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def themes(package: str | None, as_json: bool) -> None:
    """List themes and their styles."""
    from playloom.api import KIND, default_library
    from playloom.commands.output import columns, print_json

    library = default_library()
    packages = [library.find(package, KIND)] if package is not None else library.packages()
    # Of two packages with one name the first is found by it, so the other one is not shown.
    named = {p.manifest.name: p.manifest for p in reversed(packages) if p.manifest.kind == KIND}
    found = [
        {"package": name, "theme": style["theme"], "style": style["name"]}
        for name, manifest in reversed(named.items())
        for style in manifest.settings["styles"]
    ]
    if as_json:
        print_json(found)
        return
    themes: dict[tuple[str, str], list[str]] = {}
    for row in found:
        themes.setdefault((row["theme"], row["package"]), []).append(row["style"])
    if not themes:
        click.echo("no level package is installed; `playloom model list` shows where packages are looked for")
        return
    rows = [(theme, name, ", ".join(styles)) for (theme, name), styles in themes.items()]
    click.echo(columns([("theme", "package", "styles"), *rows], indent=""))
