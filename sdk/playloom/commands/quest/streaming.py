"""Shows the lines of a quest in the terminal while a model writes them."""

import click

from playloom.kinds.quest.realiser.wording import Event


class LinesAsTheyCome:
    """Prints each word once it is whole; a line that is given up is struck and told anew."""

    def __init__(self, *, err: bool) -> None:
        """Print to stdout, or to stderr."""
        self.err = err
        self.shown = ""

    def __call__(self, event: Event) -> None:
        """Show what is new of a line."""
        if self.shown and not event.text.startswith(self.shown):
            click.echo(" [struck]", err=self.err)
            self.shown = ""
        if not self.shown:
            click.echo(f"{event.act}: ", nl=False, err=self.err)
        click.echo(event.text[len(self.shown) :], nl=event.done, err=self.err)
        self.shown = "" if event.done else event.text
