"""The progress bar of a training run."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


class TrainingBar:
    """A progress bar; where nobody sees it move, lines. Ctrl-C says how to go on."""

    def __init__(self, title: str, console: Console, folder: Path) -> None:
        """Take what is trained, where to show it, and the folder of the checkpoint."""
        columns = (TextColumn(title), BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        self.bar = Progress(*columns, console=console, disable=console.quiet)
        self.console, self.folder = console, folder

    def __enter__(self) -> Callable[[float, str], None]:
        """Return what is told the share that is done, 0..1, and how it stands."""
        self.bar.start()
        task = self.bar.add_task("", total=1.0)

        def report(share: float, text: str) -> None:
            self.bar.update(task, completed=share, description=text)
            if not self.console.is_terminal:
                self.console.print(text)

        return report

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Leave the bar; say where the checkpoint is if it was interrupted."""
        self.bar.stop()
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            self.console.print(
                f"a checkpoint is kept in {self.folder}: the same command with --resume goes on",
                markup=False,
                highlight=False,
            )
