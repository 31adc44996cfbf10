"""`playloom sprite words`: what a model knows."""

import click

from playloom.commands.completing import offer_categories, offer_sprite_packages
from playloom.commands.options import PACKAGE


@click.command()
@click.option(
    "--package",
    type=PACKAGE,
    metavar="NAME|PATH",
    shell_complete=offer_sprite_packages,
    help="Model package to look into.  [default: the one called pixels]",
)
@click.option(
    "--category", metavar="NAME", shell_complete=offer_categories, help="Words of this category alone."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def words(package: str | None, category: str | None, as_json: bool) -> None:
    """List the categories, styles and words that a model knows, and how often it saw them.

    Other words are taken for the nearest known one or left out; the making
    of a sprite tells.
    """
    from textwrap import fill

    from playloom.api.packages import choices
    from playloom.api.sprite_making import sprite_package
    from playloom.commands.output import columns, print_json
    from playloom.errors import RequestInvalid
    from playloom.kinds.sprite.settings import read_settings

    settings = read_settings(sprite_package(package))
    if category is not None and category not in settings.categories:
        raise RequestInvalid(f"category is {category!r}; {choices(category, settings.categories)}")
    shown = [category] if category else [*settings.categories]
    seen = [one for one in settings.seen if one.category in shown]
    tags: dict[str, int] = {}
    for tag in settings.tags:
        count = sum(settings.tag_counts.get(tag, {}).get(name, 0) for name in shown)
        if count or not category:
            tags[tag] = count
    sizes = {name: sum(one.count for one in seen if one.category == name) for name in shown}
    styles = {name: sum(one.count for one in seen if one.style == name) for name in settings.styles}
    styles = {name: count for name, count in styles.items() if count}
    if as_json:
        print_json({"categories": sizes, "styles": styles, "sizes": settings.sizes, "words": tags})
        return
    click.echo("categories, and how many sprites of each were seen")
    click.echo(columns([(name, str(count)) for name, count in sizes.items()]))
    click.echo("styles")
    click.echo(columns([(name, str(count)) for name, count in styles.items()]))
    click.echo("words")
    often = sorted(tags, key=lambda tag: (-tags[tag], tag))
    click.echo(
        fill(", ".join(often), 100, initial_indent="  ", subsequent_indent="  ") if often else "  none"
    )
