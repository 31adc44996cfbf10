"""`playloom quest lint`: what is wrong in scripts that somebody wrote."""

from pathlib import Path

import click

_SCRIPTS = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("paths", type=_SCRIPTS, nargs=-1, required=True, metavar="FILES...")
@click.option(
    "--rating",
    type=click.Choice(["everyone", "teen", "mature"]),
    default="everyone",
    show_default=True,
    help="Words that it keeps out are reported.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def lint(paths: tuple[Path, ...], rating: str, as_json: bool) -> None:
    """Check scripts: every act once, slots that can be filled, words, lengths.

    FILES are .txt files of scripts or of branches, or folders of them. Every
    finding has its file and line; exit 1 if there is one.
    """
    from dataclasses import asdict

    from playloom.commands.output import mark, print_json
    from playloom.kernels.counting import counted
    from playloom.kinds.quest.lint import lint_files
    from playloom.kinds.quest.words import check_rating

    findings = lint_files(paths, check_rating(rating))
    if as_json:
        print_json({"findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            click.echo(str(finding))
        click.echo(f"{mark(not findings)} {counted(len(findings), 'finding')}")
    if findings:
        raise click.exceptions.Exit(1)
