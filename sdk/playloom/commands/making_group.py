"""The group of a kind: `playloom level THEME` is short for `playloom level make THEME`."""

import difflib
from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

_DEFAULT = "make"


class MakingGroup(click.Group):
    """A group that runs `make` where its first argument names no subcommand."""

    def __init__(
        self,
        *args: Any,
        usage: str,
        offer: Callable[[click.Context, click.Parameter, str], list[CompletionItem]],
        **settings: Any,
    ) -> None:
        """Make the group.

        Args:
            args: Of click.
            usage: What follows the group's name where `make` is meant: "THEME [OPTIONS]".
            offer: Completes the first argument of `make`.
            settings: Of click.
        """
        super().__init__(*args, **settings)
        self.usage, self.offer = usage, offer

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``make`` in front of what is no subcommand, or of an option of `make`."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            self._refuse_misspelt(args[0], ctx)
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def _refuse_misspelt(self, first: str, ctx: click.Context) -> None:
        """Refuse a word where `make` takes none: it is a subcommand that is not there."""
        takes_words = any(isinstance(one, click.Argument) for one in self.commands[_DEFAULT].params)
        if takes_words or first.startswith("-"):
            return
        near = difflib.get_close_matches(first, self.commands, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose {', '.join(self.commands)}, or options"
        raise click.UsageError(f"there is no subcommand {first!r}; {hint}", ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show both ways of use."""
        formatter.write_usage(ctx.command_path, self.usage)
        formatter.write_usage(ctx.command_path, f"{'|'.join(self.commands)} [ARGS]...", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options of `make`, then the subcommands."""
        make_context = click.Context(self.commands[_DEFAULT], parent=ctx)
        self.commands[_DEFAULT].format_options(make_context, formatter)
        self.format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete subcommands, and the first argument and options of `make`."""
        default = self.commands[_DEFAULT]
        make_context = click.Context(default, parent=ctx)
        own = [*self.offer(make_context, default.params[0], incomplete)]
        own += default.shell_complete(make_context, incomplete)
        return [*super().shell_complete(ctx, incomplete), *own]
