"""`playloom model build`: models that other distributions know how to build, found when asked for.

A distribution adds one through the entry points group ``playloom.builders``: a click command.
"""

from importlib.metadata import EntryPoint, entry_points

import click

GROUP = "playloom.builders"


class BuilderGroup(click.Group):
    """A group whose subcommands are installed builders, imported only to run them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return their names, none imported."""
        return sorted(_points())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one.

        Raises:
            click.ClickException: If it cannot be loaded.
        """
        point = _points().get(cmd_name)
        if point is None:
            return None
        try:
            command = point.load()
        except Exception as problem:  # a third party's module may fail in any way
            raise click.ClickException(
                f"builder {cmd_name!r} cannot be loaded ({type(problem).__name__}: {problem}); "
                "pip install 'playloom[smollm2]', or update its distribution"
            ) from problem
        if not isinstance(command, click.Command):
            raise click.ClickException(f"builder {cmd_name!r} is no click command; update its distribution")
        return command


@click.group(cls=BuilderGroup)
def build() -> None:
    """Build a language model for quests from weights that can be had (extra: smollm2)."""


def _points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
