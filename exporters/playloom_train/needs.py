"""What a command needs beyond the runtime."""

import click


def need_torch() -> None:
    """Say what to install where torch is missing.

    Raises:
        click.ClickException: If it is.
    """
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError as missing:
        raise click.ClickException("training needs torch: pip install 'playloom[train]'") from missing
